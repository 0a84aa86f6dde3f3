"""gdb on a terminal, stopped at the program's crash, with the commands of `help vivarium`.

`gdb -nx -q -x debug.py`, with the same VIVARIUM_CAPTURE as evidence.py.
"""

import json
import os
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

import commands  # noqa: E402
import signals  # noqa: E402
from launch import SETTINGS, Launch, set_up  # noqa: E402
from snapshot import watch_loads  # noqa: E402

RUNS = 100


class Debugger:
    """Runs the program until it stops at a signal that may be the crash."""

    def __init__(self, request):
        self._launch = Launch(request, output=None)
        self._last = None
        gdb.events.stop.connect(self._stopped)

    def _stopped(self, event):
        self._last = event

    def run_until_crash(self, runs=RUNS):
        gdb.execute("set confirm off")
        for run in range(1, runs + 1):
            if runs > 1 and run % 10 == 0:
                print("vivarium: no crash in %d runs yet" % (run - 1))
            self._last = None
            self._launch.run()
            caught = self._to_signal()
            if caught is not None:
                gdb.execute("set confirm on")
                self._introduce(run, caught)
                return
        gdb.execute("set confirm on")
        print("vivarium: no crash in %d runs; `vivarium again 1000` tries on" % runs)

    def _to_signal(self):
        """Goes on to a signal that is not handled as a matter of course: its disposition; None at the program's end."""
        while gdb.selected_thread() is not None:
            info = signals.SigInfo()
            if isinstance(self._last, gdb.SignalEvent) or info.own_trap:
                inferior, thread = gdb.selected_inferior(), gdb.selected_thread()
                fate = signals.disposition(inferior.pid, thread.ptid[1], info)
                if fate == "default" or (fate == "caught" and info.number in signals.DEADLY):
                    return fate
            gdb.execute("continue", to_string=True)
        return None

    def _introduce(self, run, fate):
        print("vivarium: stopped at a signal in run %d; `vivarium explain` shows what is known of it" % run)
        if fate == "caught":
            print("vivarium: the program has a handler for it: `continue` shows whether it survives")
        gdb.execute("frame")


def main():
    request = json.loads(os.environ.pop("VIVARIUM_CAPTURE"))
    set_up(SETTINGS, "print thread-events off\nprint inferior-events off")
    signals.pass_all()
    loaders = watch_loads()
    debugger = Debugger(request)
    commands.define(loaders, debugger.run_until_crash)
    debugger.run_until_crash()


main()
