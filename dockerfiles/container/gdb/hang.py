"""Where a process hangs: what each thread waits in, who holds the lock, and what a busy thread is still in after a while."""

import os
import signal
import struct
import threading

import gdb

import signals
import stack
from quiet_thread import start_quietly
from snapshot import snapshot
from symbols import address_of

SIGSTOP = int(signal.SIGSTOP)
#: System calls that a thread may wait in; any other is told by its number.
CALLS = {
    0: "read", 1: "write", 7: "poll", 20: "writev", 23: "select", 34: "pause", 35: "nanosleep", 42: "connect",
    43: "accept", 44: "sendto", 45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 61: "wait4", 65: "semop", 69: "msgsnd",
    70: "msgrcv", 72: "fcntl", 73: "flock", 74: "fsync", 128: "rt_sigtimedwait", 130: "rt_sigsuspend", 202: "futex",
    219: "restart_syscall", 220: "semtimedop", 230: "clock_nanosleep", 232: "epoll_wait", 247: "waitid",
    270: "pselect6", 271: "ppoll", 281: "epoll_pwait", 288: "accept4", 299: "recvmmsg", 441: "epoll_pwait2",
    449: "futex_waitv",
}  # fmt: skip
FUTEX = 202
#: What the kernel leaves in rax of a system call that a signal interrupted and that it means to restart.
RESTARTED = (-4, -512, -513, -514, -516)
#: Further looks at the threads, so far apart, tell what a busy thread loops in from what it calls there.
LOOKS = 9
APART = 0.01
#: On a busy machine the program may not have run since the last look, which then tells nothing. There are no more than these.
MOST_LOOKS = 40
RAN = 1000000
#: Longer than this gdb does not wait for a process to stop.
PATIENCE = 2
MAX_THREADS = 16
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


def waits(frame, numbers):
    """What the newest frame's thread waits in: {"call", "holder"}, or None where it runs. `numbers`: lwp -> number."""
    try:
        call = _signed(frame.read_register("orig_rax"))
        if call < 0 or _signed(frame.read_register("rax")) not in RESTARTED:
            return None
        word = int(frame.read_register("rdi")) & (1 << 64) - 1
    except (gdb.error, ValueError):
        return None
    return {
        "call": CALLS.get(call, "system call %d" % call),
        "holder": numbers.get(_owner(word)) if call == FUTEX and _locks_mutex(frame) else None,
    }


def _signed(value):
    value = int(value) & (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def _locks_mutex(frame):
    for _ in range(8):
        if frame is None:
            return False
        if "pthread_mutex_lock" in (frame.name() or ""):
            return True
        frame = stack.older(frame)
    return False


def _owner(mutex):
    """The thread id that glibc keeps in a mutex (`__data.__owner`, behind `__lock` and `__count`), or None."""
    try:
        return struct.unpack("<i", bytes(gdb.selected_inferior().read_memory(mutex + 8, 4)))[0]
    except (gdb.error, gdb.MemoryError):
        return None


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


def hang_of(inferior, info, loaders):
    """The record of a process that hangs and was halted for it; None where it ended meanwhile."""
    # Go's main goroutine may be between two threads just now.
    for _ in range(GO_TRIES if address_of(GO_MAIN) is not None else 0):
        if Looks(inferior).see_go_main:
            break
        if not let_run(inferior):
            return None
    first = min(inferior.threads(), key=lambda thread: thread.num)
    first.switch()
    record = snapshot(inferior, first, info, loaders, crashed=False)
    looks = Looks(inferior)
    while looks.more():
        if not let_run(inferior):
            record["incomplete"].append("it went on when it was let")
            break
        looks.again()
    looks.add_to(record["threads"])
    return record


def let_run(inferior):
    """Lets a halted process run a little. Returns whether it still hangs."""
    Halt(inferior.pid).after(APART)
    gdb.execute("continue", to_string=True)
    return inferior.is_valid() and bool(inferior.pid) and Halt.caused(signals.SigInfo())


class Looks:
    """Several looks at the threads of a process: what each waits in, and what stays of its stack."""

    def __init__(self, inferior):
        self._inferior = inferior
        self._waits, self._runs, self._stacks, self._steady = {}, {}, {}, {}
        self._looks = self._told = 0
        self._spent = self._time()
        threads = self._threads()
        numbers = {thread.ptid[1]: thread.num for thread in threads}
        for thread in threads:
            lwp = thread.ptid[1]
            found = names(thread)
            self._waits[lwp] = waits(gdb.newest_frame(), numbers)
            if found is not None:
                runs = self._runs[lwp] = runner(lwp, found)
                self._stacks[runs], self._steady[runs] = found, len(found)

    def _threads(self):
        return sorted(self._inferior.threads(), key=lambda thread: thread.num)[:MAX_THREADS]

    @property
    def see_go_main(self):
        return GO_MAIN in self._stacks

    def more(self):
        """Whether another look is worth its time."""
        return self._told < LOOKS and self._looks < MOST_LOOKS

    def _time(self):
        """Nanoseconds that the process's threads had on a processor."""
        total = 0
        folder = "/proc/%d/task" % self._inferior.pid
        for task in os.listdir(folder):
            try:
                with open("%s/%s/schedstat" % (folder, task), encoding="ascii") as file:
                    total += int(file.read().split()[0])
            except (OSError, ValueError, IndexError):
                return None  # no such statistics in this kernel
        return total

    def again(self):
        self._looks += 1
        time = self._time()
        busy = any(found is None for found in self._waits.values())
        if not busy or time is None or self._spent is None or time - self._spent >= RAN:
            self._told, self._spent = self._told + 1, time
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
