"""Runs a program under gdb and writes what is known of the signals that it stops at.

`gdb -nx -q -batch -x evidence.py`, with a JSON object in the variable VIVARIUM_CAPTURE:
  mark       secret that stands before each line of the answer
  program    absolute path; args: strings; env: name -> value (the whole environment); stdin: path or null
  timeoutMs  after this the program hangs: it is looked at, and killed
  hangs      null, or {"runs", "withinMs"}: hangs are looked for, in so many runs without gdb at most, none of them begun later;
             with the variable VIVARIUM_HUNG, the one that the runner holds is looked at (runner/hung.h), and nothing is run
  signals    [{"signal", "atMs"}]: sent to each run of the program, at times after its start
  watch      null, or {"runs", "timeoutMs", "eachMs"}: the program runs without gdb until a run crashes, at most so often and so long
             (each run, too); gdb attaches to that one

Answers with lines `MARK JSON` on standard output, each written as soon as it is known:
  {"kind": "capture", "id", "fatal": true | null, "main", ...}   a stop at a signal; fatal null: not known yet
  {"kind": "capture", "id", "fatal": false, "hang": true, ...}   where the program is when its time is over
  {"kind": "verdict", "id", "fatal"}                             the fate of such a stop
  {"kind": "problem", "stage": "start" | "run", "text"}          what went wrong with gdb, never with the program
  {"kind": "end", "status": {"exit": n} | {"signal": name} | null, "timedOut", "stderr", "runs"}
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

from answer.answer import answer  # noqa: E402
from program.lookout import Hung  # noqa: E402
from program.sent import send_signals  # noqa: E402
from runs.session import Session  # noqa: E402


def look(request, channel):
    session = Session(request, channel)
    if not isinstance(session.launch, Hung):
        send_signals(request)
    session.run()


answer(look)
