"""gdb on a terminal, stopped at the program's crash, with the commands of `help vivarium`.

`gdb -nx -q -x debug.py`, with the same VIVARIUM_CAPTURE as evidence.py.
"""

import json
import os
import sys
import threading

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

from hangs.hang import Halt  # noqa: E402
from program.gone import text_of  # noqa: E402
from program.launch import SETTINGS, Launch, set_up  # noqa: E402
from program.quiet_thread import start_quietly  # noqa: E402
from program.sent import send_signals  # noqa: E402
from program.services import Services  # noqa: E402
from program.watch import Watch  # noqa: E402
from stop import signals  # noqa: E402
from stop.snapshot import watch_loads  # noqa: E402
from terminal import commands  # noqa: E402
from terminal.held import Held  # noqa: E402
from terminal.played import Played  # noqa: E402

#: Runs under gdb; a program that crashes in none of them is watched for without it, which is quicker by far.
RUNS = 8


class Debugger:
    """Runs the program until it stops at a signal that may be the crash, or still runs at its time limit."""

    def __init__(self, request):
        self._request = request
        #: The time of one run, which an attempt has, too.
        self._seconds = request["watch"]["eachMs"] / 1000
        self._launch = Launch(request, output=None)
        self._services = Services(request)
        send_signals(request)
        self._watch = None
        self._last = None
        self._played = plays_of(request, self._tell_crash)
        gdb.events.stop.connect(self._stopped)

    def _stopped(self, event):
        self._last = event

    def define_commands(self, loaders):
        """Defines the commands of `help vivarium`."""
        commands.define(loaders, self.run_until_crash)
        if self._played is not None:
            self._played.define()

    def run_until_crash(self, runs=RUNS):
        gdb.execute("set confirm off")
        if self._watch is not None:
            self._watch.close()
        try:
            if self._played is not None:
                self._last = None
                self._played.begin()
            elif not self._under_gdb(runs):
                print("vivarium: no crash in %d runs under gdb; on without it, Ctrl-C ends that" % runs, flush=True)
                self._watched()
        except KeyboardInterrupt:
            print("vivarium: no crash yet; `vivarium again` tries on")
        except (gdb.error, OSError) as error:
            print("vivarium: %s; `vivarium again` tries on" % text_of(error, what="the program"))
        finally:
            gdb.execute("set confirm on")

    def _tell_crash(self):
        """Of the crash that the schedule led to."""
        if self._played.deadlock:
            print("vivarium: stopped in a deadlock: no thread can ever go on; `thread apply all bt` shows where each waits")
            gdb.execute("frame")
        elif not self._at_signal(self._played.run_name):
            print("vivarium: %s ended without a crash" % self._played.run_name)
            return
        print("vivarium: " + self._played.hint)

    def _under_gdb(self, runs):
        """Whether one of so many runs stopped at a signal."""
        for run in range(1, runs + 1):
            self._last = None
            self._services.restart()
            limit = threading.Timer(self._seconds, self._halt)
            start_quietly(limit)
            try:
                self._launch.run()
                if self._at_signal("run %d" % run):
                    return True
            finally:
                limit.cancel()
        return False

    def _halt(self):
        """Runs in a thread of its own, when the time of a run is over."""
        first = next((inferior.pid for inferior in gdb.inferiors() if inferior.num == 1), 0)
        if first:
            Halt(first).ask()

    def _watched(self):
        """Runs the program without gdb up to its crash, where gdb attaches."""
        self._services.restart()
        self._watch = Watch(self._request, lambda runs: print("vivarium: no crash in %d runs yet" % runs, flush=True))
        self._last = None
        try:
            caught = self._watch.run()
        except (gdb.error, RuntimeError) as error:
            print("vivarium: %s" % error)
            return
        if caught and self._at_signal("run %d without gdb" % self._watch.runs):
            return
        print("vivarium: no crash in %d runs; `vivarium again` tries on" % self._watch.runs)

    def _at_signal(self, where):
        fate = self._to_signal()
        if fate is not None:
            self._introduce(where, fate)
        return fate is not None

    def _to_signal(self):
        """Goes on to a signal that is not handled as a matter of course: its disposition; None at the program's end."""
        while gdb.selected_thread() is not None:
            info = signals.SigInfo()
            if Halt.caused(info):
                return "halted"
            if isinstance(self._last, gdb.SignalEvent) or info.own_trap:
                inferior, thread = gdb.selected_inferior(), gdb.selected_thread()
                fate = signals.disposition(inferior.pid, thread.ptid[1], info)
                if fate == "default" or (fate == "caught" and info.number in signals.DEADLY):
                    return fate
            gdb.execute("continue", to_string=True)
        return None

    def _introduce(self, where, fate):
        if fate == "halted":
            print("vivarium: still running after %g s in %s, and stopped: a hang" % (self._seconds, where))
            print("vivarium: `vivarium explain` shows what each thread waits for, `vivarium stack` where")
            return
        print("vivarium: stopped at a signal in %s; `vivarium explain` shows what is known of it" % where)
        if fate == "caught":
            print("vivarium: the program has a handler for it: `continue` shows whether it survives")
        gdb.execute("frame")


def plays_of(request, at_crash):
    """What is played for the terminal: a hold, or a list of switches; None where the program runs as it would."""
    schedule = request["watch"].get("schedule")
    if not schedule:
        return None
    return (Held if schedule.startswith("hold ") else Played)(request, at_crash)


def main():
    request = json.loads(os.environ.pop("VIVARIUM_CAPTURE"))
    set_up(SETTINGS, "print thread-events off\nprint inferior-events off")
    signals.pass_all()
    loaders = watch_loads()
    debugger = Debugger(request)
    debugger.define_commands(loaders)
    debugger.run_until_crash()


main()
