"""What a thread waits in, and for whom: by its registers, its memory and its stack."""

import struct

import gdb

from memory.machine import machine_of
from memory.symbols import symbol_at
from program.process_tree import READING, joined, locker
from stop import stack

from .system_calls import name_of

P_PID = 1
FUTEX_PRIVATE = 128
#: FUTEX_WAIT and FUTEX_WAIT_BITSET, whose timeout may be none, and FUTEX_LOCK_PI.
WAITS = (0, 9, 6, 13)
#: What the kernel leaves as the result of a system call that a signal interrupted and that it means to restart.
RESTARTED = (-4, -512, -513, -514, -516)
#: A thread's own record, which its fs_base points to, is no larger in glibc and musl.
THREAD_RECORD = 4096
#: So many frames above a wait tell what it is for.
NEAR = 8
#: Functions that wait, and what for; the first that is in the stack tells it.
PURPOSES = (
    ("condition", ("cond_wait", "cond_timedwait", "cond_clockwait", "condition_variable", "cnd_wait")),
    ("thread", ("pthread_join", "pthread_timedjoin", "pthread_clockjoin", "thrd_join", "thread::join")),
    ("semaphore", ("sem_wait", "sem_timedwait", "sem_clockwait", "new_sem_wait")),
    ("barrier", ("barrier_wait",)),
    ("rwlock", ("rwlock",)),
    ("once", ("pthread_once", "call_once", "cxa_guard_acquire")),
    ("mutex", ("mutex_lock", "mutex_timedlock", "mutex_clocklock", "mtx_lock")),
    ("lock", ("lll_lock", "__lock", "lockfile", "rt_mutex")),
)


class Threads:
    """The threads of all processes that were stopped, by what the memory of one may name another by."""

    def __init__(self, inferiors):
        self.by_lwp, self.bases = {}, {}
        for inferior in inferiors:
            for thread in inferior.threads():
                self.by_lwp[thread.ptid[1]] = (inferior.pid, number_of(thread))
                thread.switch()
                try:
                    base = int(gdb.newest_frame().read_register("fs_base")) & (1 << 64) - 1
                except (gdb.error, ValueError):
                    continue
                self.bases[number_of(thread)] = (inferior.pid, base)

    def at(self, base, pid):
        """The number of the thread whose record begins there, one of this process before one of another."""
        found = [number for number, (_, other) in self.bases.items() if other == base]
        return next((number for number in found if self.bases[number][0] == pid), next(iter(found), None))

    def holds(self, address, pid):
        """The number of another thread of this process that an address is in the record of."""
        own = number_of(gdb.selected_thread())
        for number, (other, base) in self.bases.items():
            if other == pid and number != own and base and 0 <= address - base < THREAD_RECORD:
                return number
        return None


def number_of(thread):
    """A thread's number among all processes: in the first, its own."""
    return thread.global_num


def waits(frame, threads):
    """What the newest frame's thread waits in, and for whom; None where it runs. See the host's `Waits` for the fields."""
    try:
        machine = machine_of(frame)
        call = machine.signed(machine.read(frame, machine.call))
        result = machine.signed(machine.read(frame, machine.result))
        if call < 0 or not (result in RESTARTED or wrote_in_part(frame)):
            return None
        words = [machine.read(frame, name) for name in machine.arguments]
    except (gdb.error, ValueError):
        return None
    found = {"call": name_of(call, machine), "holder": None}
    pid = gdb.selected_inferior().pid
    if found["call"] == "futex":
        found.update(_lock(frame, words, threads, pid, machine))
    else:
        found.update(_other(found["call"], words, pid))
    return found


def wrote_in_part(frame):
    """Whether the newest frame's thread waited to write the rest into a pipe that others read: it was stopped, which ends such a call for good."""
    try:
        machine = machine_of(frame)
        call = name_of(machine.signed(machine.read(frame, machine.call)), machine)
        wrote = machine.signed(machine.read(frame, machine.result))
        first, _, third, _ = (machine.signed(machine.read(frame, name)) for name in machine.arguments)
    except (gdb.error, ValueError):
        return False
    if call not in ("write", "writev") or wrote <= 0 or (call == "write" and wrote >= third):
        return False
    return bool(joined(gdb.selected_inferior().pid, _signed32(first), READING)[1])


def _lock(frame, words, threads, pid, machine):
    word, operation, _, timeout = words
    names = _names(frame)
    purpose = next((what for what, parts in PURPOSES if any(part in name for name in names for part in parts)), None)
    # Go's runtime keeps its own records of threads, and waits in them.
    joins = None if any(name.startswith("runtime.") for name in names) else threads.holds(word, pid)
    if purpose is None and joins is not None:
        purpose = "thread"
    base = operation & 127
    found = {
        "purpose": purpose,
        "object": symbol_at(word)[0],
        "private": bool(operation & FUTEX_PRIVATE),
        "timed": base in WAITS and timeout != 0,
    }
    if purpose == "thread":
        found["joins"] = joins
    elif purpose in ("mutex", "lock"):
        found.update(_holder(word, names, threads, pid, found["private"], machine))
    return found


def _names(frame):
    found = []
    while frame is not None and len(found) < NEAR:
        found.append(frame.name() or "")
        frame = stack.older(frame)
    return found


def _holder(word, names, threads, pid, private, machine):
    """Who holds the lock at a futex's word, where that says so.

    glibc's mutex keeps the thread id of its owner behind `__lock` and `__count`, its streams' locks the address of the owner's record;
    musl's streams keep the thread id in the word itself. What a process was made with, its parent may have held: then its
    memory names a thread that it does not have.
    """
    try:
        memory = bytes(gdb.selected_inferior().read_memory(word, 16))
    except (gdb.error, gdb.MemoryError):
        return {}
    value, owner = struct.unpack("<i4xi4x", memory)
    record = int.from_bytes(memory[8 : 8 + machine.word], "little")
    number = None
    if any("mutex" in name or "mtx_lock" in name for name in names):
        # glibc's; musl keeps it in the word, under bits of its own, where the mutex is not a plain one.
        lwp = owner if owner in threads.by_lwp else value & 0x3FFFFFFF
    elif any("lockfile" in name for name in names):
        lwp = value & 0x3FFFFFFF
    else:
        lwp, number = 0, threads.at(record, pid) if record else None
    holder_pid = pid
    if lwp in threads.by_lwp:
        holder_pid, number = threads.by_lwp[lwp]
    elif number is not None:
        holder_pid = threads.bases[number][0]
    return {"holder": number, "stranger": number is not None and private and holder_pid != pid}


def _other(call, words, pid):
    """Who is waited for in a system call that is no futex: `others` are ids of processes; None for any child."""
    first, second = _signed32(words[0]), _signed32(words[1])
    if call in ("wait4", "waitpid"):
        return {"others": [first] if first > 0 else None}
    if call == "waitid":
        return {"others": [second] if first == P_PID else None}
    if call in ("fcntl", "flock"):
        return {"others": [owner for owner in [locker(pid)] if owner]}
    if call in ("read", "write", "writev"):
        what, others = joined(pid, first) if call == "read" else joined(pid, first, READING)
        if what is not None:
            return {"descriptor": first, "file": what[:256], "others": sorted(others)}
    return {}


def _signed32(value):
    value &= (1 << 32) - 1
    return value - (1 << 32) if value >> 31 else value
