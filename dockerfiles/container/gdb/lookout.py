"""Hangs as they come: the program runs without gdb, again until it is not over at its time limit, and gdb attaches to every process of it."""

import os
import signal
import subprocess
import threading
import time

import gdb

from launch import Launch
from process_tree import Process, adopt_orphans, below, note_file_locks
from program_output import OutputFile
from quiet_thread import start_quietly
from watch import attach

#: A process that does not stop within this many seconds never will; reading its symbols on a busy machine is part of it.
PATIENCE = 30


class NothingStops(Exception):
    """gdb can attach to none of the processes: the main thread has ended, and others go on."""


class Lookout(Launch):
    """Runs without gdb, in which children are made by any system call as they would be, up to the first that hangs."""

    def __init__(self, request):
        super().__init__(request, OutputFile)
        self._seconds = request["timeoutMs"] / 1000
        self._most = request["hangs"]["runs"]
        self._within = request["hangs"]["withinMs"] / 1000
        self._root = None
        #: How the program ended within its time: {"exit"} or {"signal"}; None where it was still running.
        self.status = None
        #: The processes that were left, the program's first one first.
        self.processes = []
        #: What could not be attached to: pid -> why.
        self.unseen = {}

    def run(self, began=lambda: None):
        """Returns whether a run was not over at its time limit; gdb then stands in what is left of it. Raises gdb.error, OSError, NothingStops."""
        adopt_orphans()
        end = time.monotonic() + self._within
        for self.runs in range(1, self._most + 1):
            child = subprocess.Popen(self.command, env={}, start_new_session=True, preexec_fn=_as_attempts_begin)
            self._root = child.pid
            try:
                code = child.wait(self._seconds)
            except subprocess.TimeoutExpired:
                self._attach_all()
                return True
            self.status = {"exit": code} if code >= 0 else {"signal": _name(-code)}
            self.close()
            if time.monotonic() > end:
                break
        return False

    def _attach_all(self):
        # What it makes from now on is let go.
        gdb.execute("set detach-on-fork on", to_string=True)
        note_file_locks()
        root = Process(self._root)
        self.processes = [root] + [process for process in below(os.getpid()) if process.pid != root.pid]
        first = True
        for process in self.processes:
            if not process.stops:
                self.unseen[process.pid] = process.state
                continue
            if not first:
                number = int(gdb.execute("add-inferior", to_string=True).split()[2])
                gdb.execute("inferior %d" % number, to_string=True)
            first = False
            self._attach(process)
        # What was attached to last is not what the record begins with.
        living = [inferior for inferior in gdb.inferiors() if inferior.pid]
        if not living:
            raise NothingStops()
        living[0].threads()[0].switch()

    def _attach(self, process):
        killer = threading.Timer(PATIENCE, _kill, [process.pid])
        start_quietly(killer)
        try:
            attach(process.pid, process.pid)
        except (gdb.error, RuntimeError) as error:
            self.unseen[process.pid] = str(error)[:200]
        finally:
            killer.cancel()

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
