"""Crashes that do not come under gdb: `watch` (watch.c) runs the program until one comes, and gdb attaches to what it left stopped."""

import os
import subprocess

import gdb

from launch import Launch
from program_output import OutputFile
from symbols import address_of

WATCH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "watch")


class Watch(Launch):
    """Many runs of the program without gdb, up to the first that is stopped at the signal that ends it."""

    def __init__(self, request, progress=lambda runs: None):
        """`progress` is told now and then how many runs there were."""
        super().__init__(request, OutputFile)
        self._progress = progress
        self._bounds = [request["watch"][name] for name in ("runs", "timeoutMs", "eachMs")]
        self._process = None

    @property
    def gaps(self):
        text = "which thread loaded which library: gdb was attached at the crash only, in run %d without it"
        return [text % self.runs]

    def run(self, began=lambda: None):
        """As Launch.run, to the signal that ends it. Raises RuntimeError with the reason where it cannot be watched."""
        # Go's runtime has a handler of SIGABRT, and dies of it.
        handled = address_of("runtime.sighandler") is not None
        arguments = [str(bound) for bound in self._bounds] + [str(int(handled))] + self.command
        self._process = subprocess.Popen([WATCH] + arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
        try:
            words = self._words()
            while words[:1] == ["at"]:
                self._progress(int(words[1]))
                words = self._words()
        except KeyboardInterrupt:
            self._process.kill()
            raise
        if words[:1] == ["none"]:
            self.runs = int(words[1])
            return False
        if words[:1] != ["caught"]:
            raise RuntimeError("the program could not be watched: %s" % (" ".join(words[1:]) or "the watch ended"))
        pid, lwp, _, self.runs = map(int, words[1:])
        began()
        self._attach(pid, lwp)
        return True

    def _words(self):
        return self._process.stdout.readline().decode("ascii", "replace").split()

    @staticmethod
    def _attach(pid, lwp):
        """Attaches gdb and lets the caught thread alone go on, to its signal. Raises gdb.error."""
        # It was stopped by a SIGSTOP, which is none of the program's.
        gdb.execute("handle SIGSTOP nostop noprint nopass", to_string=True)
        gdb.execute("attach %d" % pid, to_string=True)
        for thread in gdb.selected_inferior().threads():
            if thread.ptid[1] == lwp:
                thread.switch()
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
