"""Where a program hangs: what each thread of each process waits in and for whom, and what a busy thread is still in after a while."""

import os
import signal
import threading
import time

import gdb

from memory.address_space import AddressSpace
from memory.symbols import address_of
from program.gone import text_of
from program.quiet_thread import start_quietly
from stop import signals, stack
from stop.snapshot import snapshot

from .waiting import Threads, number_of, waits, wrote_in_part

SIGSTOP = int(signal.SIGSTOP)
#: Further looks at the threads, so far apart, tell what a busy thread loops in from what it calls there.
LOOKS = 9
APART = 0.01
#: On a busy machine the program may not have run since the last look, which then tells nothing. There are no more than these.
MOST_LOOKS = 40
#: Seconds that looks may take on a machine that is busy with other things, once there was one that told something.
LONGEST = 5
RAN = 1000000
#: Longer than this gdb does not wait for a process to stop.
PATIENCE = 2
MAX_THREADS = 16
#: Ends of its other processes that a look goes on after.
MOST_ENDS = 8
#: Times that a Go program that hangs is let run a little, to see its main goroutine on a thread.
GO_TRIES = 10


class Halt:
    """Stops a process for a look, by a SIGSTOP that gdb keeps for itself.

    No thread can block it. gdb could not hand on a program's own SIGSTOP, so it is told to stop at one only when this
    is about to be sent.
    """

    def __init__(self, pid):
        self._pid = pid

    def ask(self):
        """From any thread, while gdb waits for the program: gdb's own thread alone may run commands."""
        gdb.post_event(self._send)

    def after(self, seconds):
        start_quietly(threading.Timer(seconds, self.ask))

    def _send(self):
        gdb.execute("handle SIGSTOP stop print nopass", to_string=True)
        try:
            os.kill(self._pid, SIGSTOP)
        except ProcessLookupError:
            pass  # it ended just now

    @staticmethod
    def caused(info):
        return info.number == SIGSTOP and info.sender == os.getpid()


def names(thread):
    """The functions of a thread's stack, the outermost first, each with where its code is if it has no name."""
    thread.switch()
    found = []
    frame = gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(found) < stack.MAX_FRAMES:
        found.append(frame.name() or hex(frame.pc()))
        frame = stack.older(frame)
    # A stack that is deeper than that has no outermost frame to be compared from.
    return found[::-1] if frame is None else None


#: Where Go's main goroutine begins. It goes from thread to thread, so that it is known by this.
GO_MAIN = "main.main"


def hang_of(inferiors, loaders, processes=(), unseen=None):
    """The record of a program that hangs and was halted for it; None where it ended meanwhile.

    `processes`: all of it (`process_tree.Process`), the first one first; `unseen`: why gdb is not in one of them, by its pid.
    """
    inferior = inferiors[0]
    # Go's main goroutine may be between two threads just now.
    for _ in range(GO_TRIES if address_of(GO_MAIN) is not None else 0):
        if Looks(inferiors).see_go_main:
            break
        if not let_run(inferior):
            return None
    first = min(inferior.threads(), key=lambda thread: thread.num)
    first.switch()
    record = snapshot(inferior, first, signals.Halted(), loaders, crashed=False)
    for other in inferiors[1:]:
        record["threads"] += threads_of(other, record["incomplete"])
    first.switch()
    looks = Looks(inferiors)
    while looks.more():
        if not let_run(inferior):
            record["incomplete"].append("it went on when it was let")
            break
        looks.again()
    looks.add_to(record["threads"])
    if len(processes) > 1:
        tell_processes(record, processes, unseen or {})
    return record


def threads_of(inferior, incomplete):
    """The threads of a further process, in the form of the first one's."""
    try:
        return stack.StackReader(AddressSpace(inferior.pid), incomplete).threads(inferior, inferior.threads()[0], False)
    except (gdb.error, OSError, IndexError) as error:
        incomplete.append("process %d: %s" % (inferior.pid, text_of(error)))
        return []


def tell_processes(record, processes, unseen):
    """Notes which processes there are, the first one 1, and names them by these numbers."""
    numbers = {process.pid: i for i, process in enumerate(processes, 1)}
    record["processes"] = [
        {
            "number": numbers[process.pid],
            "parent": numbers.get(process.parent),
            "name": process.name[:64],
            "unseen": unseen.get(process.pid),
        }
        for process in processes
    ]
    owners = {number_of(thread): inferior.pid for inferior in gdb.inferiors() for thread in inferior.threads()}
    for thread in record["threads"]:
        thread["process"] = numbers.get(owners.get(thread["number"]), 1)
    for process in processes:
        if unseen.get(process.pid) == "D":
            record["threads"].append(vfork_parent(process, processes, record, numbers))
    for thread in record["threads"]:
        name_others(thread, processes, numbers)


def name_others(thread, processes, numbers):
    """Puts the numbers of the processes that a thread waits for in the place of their ids."""
    found = thread["waits"]
    if not found or "others" not in found:
        return
    if found["others"] is None:
        # Any child of its own.
        mine = next(process.pid for process in processes if numbers[process.pid] == thread["process"])
        found["others"] = [process.pid for process in processes if process.parent == mine]
    found["others"] = [numbers[pid] for pid in found["others"] if pid in numbers]


def vfork_parent(process, processes, record, numbers):
    """A thread that nobody can stop: it waits until the child that it made with vfork() is another program or ends."""
    child = next((other.pid for other in processes if other.parent == process.pid), None)
    return {
        "number": max([thread["number"] for thread in record["threads"]] + [0]) + 1,
        "lwp": process.pid,
        "name": process.name[:64],
        "crashed": False,
        "fsBase": None,
        "frames": [],
        "elided": 0,
        "passing": 0,
        "process": numbers[process.pid],
        "waits": {"call": "vfork", "holder": None, "others": [] if child is None else [child]},
    }


def let_run(inferior):
    """Lets a halted program run a little. Returns whether it still hangs."""
    Halt(inferior.pid).after(APART)
    for _ in range(MOST_ENDS):
        gdb.execute("continue", to_string=True)
        if not inferior.is_valid() or not inferior.pid:
            return False
        if gdb.selected_thread() is not None and Halt.caused(signals.SigInfo()):
            return True
        # Another process of it ended, or something else came first: the halt is still to come.
        inferior.threads()[0].switch()
    return False


class Looks:
    """Several looks at the threads of a process: what each waits in, and what stays of its stack."""

    def __init__(self, inferiors):
        self._inferiors = inferiors
        self._waits, self._runs, self._stacks, self._steady = {}, {}, {}, {}
        self._looks = self._told = 0
        #: A thread would not go on as it would have without this look: then there is no other.
        self._last = False
        self._began = time.monotonic()
        self._spent = self._time()
        known = Threads(inferiors)
        for thread in self._threads():
            lwp = thread.ptid[1]
            found = names(thread)
            frame = gdb.newest_frame()
            self._waits[lwp] = waits(frame, known)
            self._last = self._last or wrote_in_part(frame)
            if found is not None:
                runs = self._runs[lwp] = runner(lwp, found)
                self._stacks[runs], self._steady[runs] = found, len(found)

    def _threads(self):
        threads = [thread for inferior in self._inferiors if inferior.pid for thread in inferior.threads()]
        return sorted(threads, key=number_of)[:MAX_THREADS]

    @property
    def see_go_main(self):
        return GO_MAIN in self._stacks

    def more(self):
        """Whether another look is worth its time."""
        if self._last:
            return False
        late = time.monotonic() - self._began > LONGEST
        return self._told < LOOKS and self._looks < MOST_LOOKS and not (late and self._told > 0)

    def _time(self):
        """Nanoseconds that the process's threads had on a processor."""
        total = 0
        try:
            for inferior in self._inferiors:
                folder = "/proc/%d/task" % inferior.pid
                for task in os.listdir(folder) if inferior.pid else ():
                    with open("%s/%s/schedstat" % (folder, task), encoding="ascii") as file:
                        total += int(file.read().split()[0])
        except (OSError, ValueError, IndexError):
            return None  # no such statistics in this kernel
        return total

    def again(self):
        self._looks += 1
        spent = self._time()
        busy = any(found is None for found in self._waits.values())
        if not busy or spent is None or self._spent is None or spent - self._spent >= RAN:
            self._told, self._spent = self._told + 1, spent
        for thread in self._threads():
            lwp = thread.ptid[1]
            found = names(thread) or []
            runs = runner(lwp, found)
            # A thread that ran Go's main goroutine tells nothing of it once that has gone on.
            if runs in self._stacks and (runs == GO_MAIN or self._runs.get(lwp) == lwp):
                self._steady[runs] = min(self._steady[runs], shared(self._stacks[runs], found))

    def add_to(self, records):
        """Notes for each thread of the first look what it waits in, and how many of its innermost frames did not stay."""
        for record in records:
            lwp = record["lwp"]
            runs = self._runs.get(lwp)
            passing = len(self._stacks[runs]) - self._steady[runs] if runs is not None else 0
            record["passing"] = min(passing, len(record["frames"]))
            record["waits"] = self._waits.get(lwp) if passing == 0 else None


def runner(lwp, found):
    """What a stack is known by in a later look: Go's main goroutine, else its thread."""
    return GO_MAIN if GO_MAIN in found else lwp


def shared(one, other):
    """How many items two lists have in common from their start."""
    return next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
