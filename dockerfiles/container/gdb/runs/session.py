"""One run of the program under gdb, and what is seen of it: the stops at signals, its end, or where it is when its time is over."""

import os
import threading

import gdb

from hangs.hang import PATIENCE, Halt, hang_of
from memory.address_space import AddressSpace
from memory.symbols import address_of
from program.gone import text_of
from program.launch import Launch
from program.lookout import Attached, Hung, Lookout, NothingStops
from program.process_tree import Process
from program.quiet_thread import start_quietly
from program.watch import Watch
from stop import signals
from stop.snapshot import snapshot, watch_loads

from .fate import Candidate, Fates, leaving_with

#: Signals that are looked at in full in one run; a program that lives with thousands must still come to its end.
MAX_CAPTURES = 8
#: Stops at a signal such as SIGALRM that has a handler, before gdb no longer stops at it.
TOLERATED = 20


class Session:
    """One run of the program, from its start to its end or its first fatal signal."""

    def __init__(self, request, channel):
        self._channel = channel
        self._request = request
        self._launch = launch_of(request)
        self._deadline = request["timeoutMs"] / 1000
        self._timed_out = False
        self._halted = False
        self._status = None
        self._fates = Fates()
        self._captures = 0
        self._skipped = 0
        self._tolerated = {}
        self._last = None
        self._resume = "continue"
        self._loaders = watch_loads()
        gdb.events.stop.connect(self._stopped)
        gdb.events.exited.connect(self._exited)

    @property
    def launch(self):
        """How the program is started."""
        return self._launch

    def _stopped(self, event):
        self._last = event

    def _exited(self, event):
        if event.inferior.num == 1 and not self._timed_out:
            code = getattr(event, "exit_code", None)
            self._status = {"exit": code} if code is not None else {"signal": exit_signal()}

    def run(self):
        if isinstance(self._launch, Attached) and self._look_out():
            self._end()
            return
        watchdog = threading.Timer(self._deadline, self._expire)
        signals.pass_all()
        try:
            begun = self._launch.run(began=lambda: start_quietly(watchdog))
        except (gdb.error, RuntimeError) as error:
            self._problem("start", error)
        else:
            try:
                while begun and self._status is None and self._step():
                    gdb.execute(self._resume, to_string=True)
            except (gdb.error, OSError, RuntimeError) as error:
                self._problem("run", error)
        watchdog.cancel()
        self._end()

    def _look_out(self):
        """A look at what is left of a run without gdb when its time is over. False where gdb must run it from its start."""
        try:
            if not self._launch.run():
                self._status = self._launch.status
                return True
            self._timed_out = True
            inferiors = [inferior for inferior in gdb.inferiors() if inferior.pid]
            self._tell_hang(hang_of(inferiors, self._loaders, self._launch.processes, self._launch.unseen))
        except NothingStops as error:
            if isinstance(self._launch, Hung):
                self._problem("run", error)
                return True
            self._launch.close()
            self._launch = Launch(self._request)
            return False
        except (gdb.error, OSError, RuntimeError) as error:
            self._problem("run", error)
        return True

    def _expire(self):
        """Runs in a thread of its own."""
        self._timed_out = True
        Halt(self._main()).ask()
        # A process that does not stop (in the kernel, or already gone) must end all the same.
        start_quietly(threading.Timer(PATIENCE, self._give_up))

    def _give_up(self):
        if not self._halted:
            self._kill_all()

    def _main(self):
        return next((inferior.pid for inferior in gdb.inferiors() if inferior.num == 1), 0)

    def _step(self):
        """Looks at one stop. Returns whether the program is to go on."""
        thread = gdb.selected_thread()
        if thread is None or not thread.is_valid():
            return self._select_living()
        event, self._last = self._last, None
        self._resume = "continue"
        if isinstance(event, gdb.SignalEvent):
            return self._signal(thread, signals.SigInfo())
        # gdb takes the program's own SIGTRAP for no signal event.
        if not isinstance(event, gdb.BreakpointEvent):
            info = signals.SigInfo()
            if info.own_trap:
                return self._signal(thread, info)
        return self._on_the_way_out(thread)

    def _select_living(self):
        for inferior in gdb.inferiors():
            for thread in inferior.threads():
                thread.switch()
                return True
        return False

    def _signal(self, thread, info):
        """Looks at a stop at a signal. Returns whether the program is to go on."""
        inferior = gdb.selected_inferior()
        if self._timed_out and Halt.caused(info):
            return self._hangs()
        pid, lwp = inferior.pid, thread.ptid[1]
        fate = signals.disposition(pid, lwp, info)
        if info.number == signals.SIGTRAP:
            self._resume = "signal SIGTRAP"
        if fate == "default":
            return self._dies(inferior, thread, info)
        if info.number not in signals.DEADLY or fate == "ignored":
            self._tolerate(info.number)
            return True
        if self._captures >= MAX_CAPTURES:
            self._skipped += 1
            return True
        self._fates.add(Candidate(self._capture(inferior, thread, info, None), pid, lwp))
        return True

    def _tolerate(self, number):
        """A signal that is handled on purpose. After a few, gdb no longer stops: there may be thousands a second."""
        self._tolerated[number] = self._tolerated.get(number, 0) + 1
        if self._tolerated[number] == TOLERATED:
            gdb.execute("handle %s nostop noprint pass" % signals.name(number), to_string=True)

    def _dies(self, inferior, thread, info):
        if not self._ends_a_fault(inferior, thread):
            self._capture(inferior, thread, info, True)
        for candidate in self._fates.survived(inferior.pid):
            self._verdict(candidate.number, False)
        if inferior.num == 1:
            self._status = {"signal": signals.name(info.number)}
        return inferior.num != 1

    def _on_the_way_out(self, thread):
        """At an exit, or where Go's runtime ends the program: is the thread in the handler of a fault?

        Returns whether the program is to go on.
        """
        inferior = gdb.selected_inferior()
        status = leaving_with()
        if status != 0:
            self._ends_a_fault(inferior, thread)
        if status is not None and inferior.num == 1:
            # All is written by now, and a dying process is hard to follow.
            self._status = {"exit": status}
            return False
        return True

    def _ends_a_fault(self, inferior, thread):
        """Whether the thread is still in the handler of an earlier fault, which then was fatal, and is said to be."""
        cause = self._fates.died_of(AddressSpace(inferior.pid), inferior.pid, thread.ptid[1])
        if cause is None:
            return False
        self._verdict(cause.number, True)
        self._fates.open.remove(cause)
        return True

    def _capture(self, inferior, thread, info, fatal):
        self._captures += 1
        record = snapshot(inferior, thread, info, self._loaders)
        record["incomplete"] += self._launch.gaps
        self._channel.send("capture", id=self._captures, fatal=fatal, main=inferior.num == 1, **record)
        return self._captures

    def _hangs(self):
        """The program's time is over, and here it stands. Returns that it is not to go on."""
        self._halted = True
        inferiors = [inferior for inferior in gdb.inferiors() if inferior.pid]
        self._tell_hang(hang_of(inferiors, self._loaders, [Process(inferior.pid) for inferior in inferiors]))
        return False

    def _tell_hang(self, record):
        if record is None:
            return
        self._captures += 1
        self._channel.send("capture", id=self._captures, fatal=False, hang=True, main=True, **record)
        self._ask_go()

    def _ask_go(self):
        """Go prints what every goroutine does when it gets SIGQUIT, and ends."""
        if address_of("runtime.sighandler") is None or gdb.selected_thread() is None:
            return
        start_quietly(threading.Timer(PATIENCE, self._kill_all))
        gdb.execute("signal SIGQUIT", to_string=True)

    def _verdict(self, number, fatal):
        self._channel.send("verdict", id=number, fatal=fatal)

    def _problem(self, stage, error):
        self._channel.send("problem", stage=stage, text=text_of(error, what="the program"))

    def _end(self):
        for candidate in self._fates.open:
            self._verdict(candidate.number, False)
        if self._skipped:
            self._problem("run", "%d further signals with a handler were not looked at" % self._skipped)
        self._kill_all()
        self._launch.close()
        stderr, runs = self._launch.stderr.text(), self._launch.runs
        self._channel.send("end", status=self._status, timedOut=self._timed_out, stderr=stderr, runs=runs)

    def _kill_all(self):
        for inferior in gdb.inferiors():
            if inferior.pid:
                try:
                    os.kill(inferior.pid, 9)
                except ProcessLookupError:
                    pass  # it was quicker


def launch_of(request):
    hung = os.environ.pop("VIVARIUM_HUNG", None)
    if hung is not None:
        return Hung(hung)
    if request["watch"] is not None:
        return Watch(request)
    return Lookout(request) if request.get("hangs") else Launch(request)


def exit_signal():
    try:
        return signals.name(int(gdb.parse_and_eval("$_exitsignal")))
    except gdb.error:
        return None
