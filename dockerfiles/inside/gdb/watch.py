"""Crashes that do not come under gdb: `watch` (watch.c) runs the program until one comes, and gdb attaches to what it left stopped."""

import os
import subprocess

import gdb

WATCH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "watch")


class Watch:
    """Many runs of the program without gdb, up to the first that is stopped at the signal that ends it."""

    def __init__(self, request, command, handled):
        """`request`: {"runs", "timeoutMs", "eachMs"}; `handled`: also an abort() with a handler counts."""
        limits = [request["runs"], request["timeoutMs"], request["eachMs"], int(handled)]
        # At least one is begun, also where the watch never says how many.
        self.runs = 1
        self._caught = None
        self._process = subprocess.Popen(
            [WATCH, *map(str, limits), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
        )

    def wait(self):
        """Returns whether a run was caught. Raises RuntimeError with the reason where none could be made."""
        words = self._process.stdout.readline().decode("ascii", "replace").split()
        if words[:1] == ["caught"]:
            pid, thread, _signal, self.runs = map(int, words[1:])
            self._caught = pid, thread
        elif words[:1] == ["none"]:
            self.runs = int(words[1])
        else:
            raise RuntimeError("the program could not be watched: %s" % (" ".join(words[1:]) or "the watch ended"))
        return self._caught is not None

    def attach(self):
        """Attaches gdb and lets the caught thread alone go on, to its signal. Raises gdb.error."""
        pid, lwp = self._caught
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
        """Lets the watch go, which kills what it caught."""
        self._process.stdin.close()
