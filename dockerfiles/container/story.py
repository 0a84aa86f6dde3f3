"""Plays a schedule under gdb, stops at each of its switches and at the crash, and writes where every thread stands.

`gdb -nx -q -batch -x story.py`, with the same VIVARIUM_CAPTURE as evidence.py; `watch` there has, too:
  schedule   what the scheduler is asked for (scheduler/request.h)
  stops      switches of it to stop at, by their number from 0; -1 is the crash

Answers with lines `MARK JSON` on standard output:
  {"kind": "stop", "at", "threads": [{"number", "stopped", "frames": [{"function", "file", "line", "object"}], "instruction", "waitsFor"}]}
  {"kind": "problem", "stage", "text"}
"""

import os
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

from answer.answer import answer, kill  # noqa: E402
from memory.symbols import symbol_at  # noqa: E402
from program.gone import text_of  # noqa: E402
from program.process_tree import below  # noqa: E402
from program.watch import Watch, attach, new_inferior  # noqa: E402
from stop.thread_frames import MAX_NAME, frames_of  # noqa: E402

#: The system call that waits for a lock.
FUTEX = 202


def instruction_of():
    try:
        text = gdb.execute("x/i $pc", to_string=True)
    except gdb.MemoryError:
        return None  # where it is, is no code
    return " ".join(text.split("\t")[1:]).split("#")[0].strip()[:MAX_NAME]


def lock_of():
    """What the thread waits for in a futex call, by its name in the program."""
    try:
        if int(gdb.parse_and_eval("$orig_rax")) != FUTEX:
            return None
        name, offset = symbol_at(int(gdb.parse_and_eval("(unsigned long)$rdi")))
    except gdb.error:
        return None
    return name and (name if offset == 0 else "%s + %d" % (name, offset))[:MAX_NAME]


def thread_record(thread, number, stopped):
    thread.switch()
    record = {"number": number, "stopped": stopped, "waitsFor": lock_of(), "frames": frames_of(thread)}
    record["instruction"] = instruction_of() if stopped else None
    return record


def attach_to_others(watch):
    """Attaches to the program's other processes as well, which the scheduler left stopped. Leaves out one that gdb cannot have."""
    first = gdb.selected_inferior().pid
    for process in below(os.getpid()):
        if process.pid == first or process.pid not in watch.numbers:
            continue
        new_inferior()
        try:
            attach(process.pid, process.pid)
        except gdb.error:
            pass


def end_all():
    """Ends what gdb runs, with only one inferior left."""
    for inferior in list(gdb.inferiors()):
        gdb.execute("inferior %d" % inferior.num, to_string=True)
        kill()
    gdb.execute("inferior 1", to_string=True)
    for inferior in list(gdb.inferiors()):
        if inferior.num != 1:
            gdb.execute("remove-inferiors %d" % inferior.num, to_string=True)


def tell(channel, request, at):
    """One play of the schedule, up to a switch or to the crash."""
    request["watch"]["at"] = "catch" if at < 0 else at
    watch = Watch(request)
    try:
        if not watch.run():
            channel.send("problem", stage="run", text="switch %d was not met" % at)
            return
        stopped = gdb.selected_thread().global_num
        attach_to_others(watch)
        threads = []
        every = [thread for inferior in gdb.inferiors() for thread in inferior.threads()]
        for thread in sorted(every, key=lambda thread: thread.ptid[1]):
            number = watch.numbers.get(thread.ptid[1])
            if number is not None:
                threads.append(thread_record(thread, number, thread.global_num == stopped))
        channel.send("stop", at=at, threads=threads)
    finally:
        try:
            end_all()
        finally:
            watch.close()


def look(request, channel):
    for at in request["watch"]["stops"]:
        try:
            tell(channel, request, at)
        except (gdb.error, OSError, RuntimeError) as error:  # the other stops may be told all the same
            channel.send("problem", stage="run", text=text_of(error, what="the program"))


answer(look)
