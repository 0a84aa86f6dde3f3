"""Hangs as they come: gdb attaches to every process of a run that was not over at its time limit, in which there was no gdb.

`Hung`: a run of the runner's, which stopped it there (runner/hung.h). `Lookout`: runs of this script's own, up to the first that hangs.
"""

import os
import signal
import subprocess
import threading
import time

import gdb

from .gone import text_of
from .launch import Launch
from .process_tree import STATES, Process, adopt_orphans, below, note_file_locks
from .program_output import FurtherOutput, OutputFile
from .quiet_thread import start_quietly
from .watch import attach, new_inferior

#: A process that does not stop within this many seconds never will; reading its symbols on a busy machine is part of it.
PATIENCE = 30


class NothingStops(Exception):
    """gdb can attach to none of the processes: the main thread has ended, and others go on."""


class Attached:
    """gdb in all processes of a run."""

    def __init__(self):
        #: How the program ended within its time: {"exit"} or {"signal"}; None where it was still running.
        self.status = None
        #: The processes that were left, the program's first one first.
        self.processes = []
        #: What could not be attached to: pid -> why.
        self.unseen = {}
        #: Sessions of the services beside the program, which are none of it.
        self.services = frozenset()

    def _is_aside(self, pid):
        """Whether a process is a service, or of one: it stays in the session that the runner gave the service."""
        try:
            return os.getsid(pid) in self.services
        except OSError:
            return False

    def attach_all(self, root, top):
        """Attaches to a process, and to all that there is below another one. Raises NothingStops, OSError."""
        # What it makes from now on is let go.
        gdb.execute("set detach-on-fork on", to_string=True)
        first = Process(root)
        others = [process for process in below(top) if process.pid not in (root, os.getpid()) and not self._is_aside(process.pid)]
        self.processes = [first] + others
        for process in self.processes:
            if not process.stops:
                self.unseen[process.pid] = process.state if process.state == "D" else STATES[process.state]
                continue
            if any(inferior.pid for inferior in gdb.inferiors()):
                new_inferior()
            self._attach(process)
        # What was attached to last is not what the record begins with.
        living = [inferior for inferior in gdb.inferiors() if inferior.pid]
        if not living:
            raise NothingStops("gdb can attach to no process of it: %s" % ", ".join(STATES.get(why, why) for why in self.unseen.values()))
        living[0].threads()[0].switch()

    def _attach(self, process):
        killer = threading.Timer(PATIENCE, _kill, [process.pid])
        start_quietly(killer)
        try:
            attach(process.pid, process.pid)
        except (gdb.error, RuntimeError) as error:
            self.unseen[process.pid] = text_of(error, 200)
        finally:
            killer.cancel()


class Hung(Attached):
    """An attempt, as the runner holds it at its time limit. Its processes are all in this container but the runner and gdb."""

    runs = 1
    gaps = ()

    def __init__(self, told):
        """`told`: a line with the id of its first process and those of the services beside it, then the lines of /proc/locks."""
        super().__init__()
        numbers, _, self._locks = told.partition("\n")
        self._root, *services = map(int, numbers.split())
        self.services = frozenset(services)
        #: What it writes from now on.
        self.stderr = FurtherOutput(3)

    def run(self):
        """As Lookout.run: it hangs. Raises NothingStops, OSError."""
        note_file_locks(self._locks.splitlines())
        self.attach_all(self._root, 1)
        # Where only a parent may trace, a run of this script's own shows more (the security module Yama).
        refused = [why for why in self.unseen.values() if "not permitted" in why]
        if refused:
            raise NothingStops(refused[0])
        return True

    def close(self):
        """The runner kills what is left."""


class Lookout(Attached, Launch):
    """Runs without gdb, in which children are made by any system call as they would be, up to the first that hangs."""

    def __init__(self, request):
        Attached.__init__(self)
        Launch.__init__(self, request, OutputFile)
        self._seconds = request["timeoutMs"] / 1000
        self._most = request["hangs"]["runs"]
        self._within = request["hangs"]["withinMs"] / 1000

    def run(self, began=lambda: None):
        """Returns whether a run was not over at its time limit; gdb then stands in what is left of it. Raises gdb.error, OSError, NothingStops."""
        adopt_orphans()
        end = time.monotonic() + self._within
        for self.runs in range(1, self._most + 1):
            child = subprocess.Popen(self.command, env={}, start_new_session=True, preexec_fn=_as_attempts_begin)
            try:
                code = child.wait(self._seconds)
            except subprocess.TimeoutExpired:
                note_file_locks()
                self.attach_all(child.pid, os.getpid())
                return True
            self.status = {"exit": code} if code >= 0 else {"signal": _name(-code)}
            self.close()
            if time.monotonic() > end:
                break
        return False

    def close(self):
        """Kills what a run left behind: it became a child of this process."""
        for process in below(os.getpid()):
            _kill(process.pid)


def _as_attempts_begin():
    """In the new process, before it becomes the program: nothing is blocked or ignored."""
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIG%d" % number
