"""Crashes that do not come under gdb: `watch` (watch.c) runs the program until one comes, and gdb attaches to what it left stopped.

Where a schedule is known that the crash comes of, `scheduler` (scheduler.c) plays that in its place.
"""

import os
import subprocess

import gdb

from memory.symbols import address_of

from .launch import TOOLS, Launch
from .program_output import OutputFile

WATCH = os.path.join(TOOLS, "watch")
#: What the scheduler is asked for to stop at the crash (scheduler.c).
CRASHES = ("catch", "paced:catch")
SCHEDULER = os.path.join(TOOLS, "scheduler")


class Watch(Launch):
    """Many runs of the program without gdb, up to the first that is stopped at the signal that ends it."""

    def __init__(self, request, progress=lambda runs: None):
        """`progress` is told now and then how many runs there were."""
        super().__init__(request, OutputFile)
        self._progress = progress
        self._watch = request["watch"]
        self._process = None
        self.deadlock = False
        #: Numbers of the scheduler's threads, by their lwp.
        self.numbers = {}
        #: Instructions that each of them made, by its number, where they were counted.
        self.paces = {}

    @property
    def gaps(self):
        text = "which thread loaded which library: gdb was attached at the crash only, in run %d without it"
        return [text % self.runs]

    def run(self, began=lambda: None):
        """As Launch.run, to the signal that ends it. Raises RuntimeError with the reason where it cannot be watched."""
        self._process = subprocess.Popen(
            self._tracer() + self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
        )
        try:
            words = self._words()
            while words[:1] in (["at"], ["thread"]):
                if words[0] == "at":
                    self._progress(int(words[1]))
                else:
                    self.numbers[int(words[2])] = int(words[1])
                    self.paces[int(words[1])] = int(words[3]) if len(words) > 3 else 0
                words = self._words()
        except KeyboardInterrupt:
            self._process.kill()
            raise
        if words[:1] == ["none"]:
            self.runs = int(words[1])
            return False
        if words[:1] != ["caught"]:
            raise RuntimeError("the program could not be watched: %s" % (" ".join(words[1:]) or "the watch ended"))
        pid, lwp, signal, self.runs = map(int, words[1:])
        #: It was stopped where no thread can ever go on.
        self.deadlock = signal == 0 and self._at() in CRASHES
        began()
        attach(pid, lwp)
        if self._at() in CRASHES and not self.deadlock:
            self._to_signal()
        return True

    def _at(self):
        """Where the scheduler is to stop the program (scheduler.c): at its crash, a switch, or an instruction of a thread."""
        return str(self._watch.get("at", "catch"))

    def _tracer(self):
        schedule = self._watch.get("schedule")
        if schedule is not None:
            return [SCHEDULER, schedule, str(self._watch["eachMs"]), self._at()]
        # Go's runtime has a handler of SIGABRT, and dies of it.
        handled = address_of("runtime.sighandler") is not None
        bounds = [str(self._watch[name]) for name in ("runs", "timeoutMs", "eachMs")]
        return [WATCH] + bounds + [str(int(handled))]

    def _words(self):
        return self._process.stdout.readline().decode("ascii", "replace").split()

    @staticmethod
    def _to_signal():
        """Lets the caught thread alone go on, to its signal. Raises gdb.error."""
        gdb.execute("set scheduler-locking on", to_string=True)
        try:
            gdb.execute("continue", to_string=True)
        finally:
            gdb.execute("set scheduler-locking off", to_string=True)
            gdb.execute("handle SIGSTOP nostop noprint pass", to_string=True)

    def close(self):
        # It waits for this, and kills what it caught.
        if self._process is not None:
            self._process.stdin.close()


def attach(pid, lwp):
    """Attaches gdb to what was left stopped, and chooses a thread of it. Raises gdb.error."""
    # It was stopped by a SIGSTOP, which is none of the program's.
    gdb.execute("handle SIGSTOP nostop noprint nopass", to_string=True)
    gdb.execute("attach %d" % pid, to_string=True)
    for thread in gdb.selected_inferior().threads():
        if thread.ptid[1] == lwp:
            thread.switch()


def new_inferior():
    """Adds an inferior and chooses it, for a further process to attach to. Raises gdb.error."""
    number = int(gdb.execute("add-inferior", to_string=True).split()[2])
    gdb.execute("inferior %d" % number, to_string=True)
