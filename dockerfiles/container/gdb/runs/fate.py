"""Which of the signals that a process caught it died of in the end."""

import struct

import gdb

from memory.machine import machine_of
from memory.symbols import address_of
from stop import stack

#: Go's runtime passes here on its way down; the first that is there is enough.
GO_ENDS = ("runtime.fatalpanic", "runtime.throw", "runtime.startpanic_m")
GO_PANICS = ("runtime.sigpanic", "runtime.sigpanic0")
DEEPEST = 128
#: Above the stack pointer, this far is looked for a signal's frame.
SCANNED = 128 * 1024


class Candidate:
    """A stop of the selected thread at a signal that has a handler: fatal or survived, nobody knows yet."""

    def __init__(self, number, pid, lwp):
        frame = gdb.newest_frame()
        self.number, self.pid, self.lwp, self.pc = number, pid, lwp, frame.pc()
        machine = machine_of(frame)
        self.stack = machine.read(frame, machine.stack)
        self.saved = saved_by_kernel(frame, machine)


def saved_by_kernel(frame, machine):
    """What the kernel keeps side by side of the interrupted registers in the frame that it makes for a handler (struct sigcontext of arch/x86)."""
    stack, counter = machine.read(frame, machine.stack), frame.pc()
    if machine.bits == 64:
        return struct.pack("<QQ", stack, counter)
    return struct.pack("<4I", counter, machine.read(frame, "cs"), machine.read(frame, "eflags"), stack)


class Fates:
    """Watches a process from its first caught fault on, and tells at its end which fault it died of."""

    def __init__(self):
        self.open = []
        self._armed = set()

    def add(self, candidate):
        self.open.append(candidate)
        self._arm(candidate.pid)

    def _arm(self, pid):
        """Costs nothing before there is a candidate: breakpoints and syscall stops would change a race."""
        if pid in self._armed:
            return
        self._armed.add(pid)
        for name in GO_ENDS:
            address = address_of(name)
            if address is None:
                continue
            try:
                gdb.Breakpoint("*%#x" % address, internal=True).silent = True
            except (gdb.error, RuntimeError):
                continue
        try:
            gdb.execute("catch syscall %d" % machine_of(gdb.newest_frame()).exit_group, to_string=True)
        except gdb.error:
            pass  # without it a handler that exits is not recognised, and says so

    def died_of(self, space, pid, lwp):
        """The candidate whose handler the selected thread is still in, or None.

        The signal's frame lies above the stack pointer as long as the handler runs: so this needs no unwind tables,
        which musl has none of. A handler that jumped out has left it behind below.
        """
        mine = [candidate for candidate in self.open if candidate.pid == pid]
        if not mine:
            return None
        frame = gdb.newest_frame()
        machine = machine_of(frame)
        # A handler that raises the signal again dies of it only as it returns, where the fault was.
        here = machine.read(frame, machine.stack), frame.pc()
        above = _memory_above(space, here[0])
        found = [candidate for candidate in mine if (candidate.stack, candidate.pc) == here or candidate.saved in above]
        return found[-1] if found else self._panicked(mine, lwp)

    def _panicked(self, mine, lwp):
        """Go's handler returns into `sigpanic`, which it makes look as if the faulting code had called it."""
        frame = gdb.newest_frame()
        for _ in range(DEEPEST):
            if frame is None or not frame.is_valid():
                return None
            if frame.name() in GO_PANICS:
                caller = stack.older(frame)
                # A goroutine may have gone to another thread since; a jump to nowhere leaves no caller.
                found = [one for one in mine if one.lwp == lwp or (caller is not None and one.pc == caller.pc())]
                return found[-1] if found else None
            frame = stack.older(frame)
        return None

    def survived(self, pid):
        """Takes out and returns what a process did not die of: it ended otherwise."""
        gone = [candidate for candidate in self.open if candidate.pid == pid]
        self.open = [candidate for candidate in self.open if candidate.pid != pid]
        return gone


def _memory_above(space, address):
    """What can be read from an address on, page by page: a guard that no map shows may end a thread's stack."""
    region = space.region(address)
    end = min(address + SCANNED, region.end) if region else address
    inferior = gdb.selected_inferior()
    pieces = []
    while address < end:
        size = min(end, (address | 4095) + 1) - address
        try:
            pieces.append(bytes(inferior.read_memory(address, size)))
        except (gdb.error, gdb.MemoryError):
            break
        address += size
    return b"".join(pieces)


def leaving_with():
    """The status that the selected thread is about to exit its process with, or None where it is not exiting."""
    try:
        frame = gdb.newest_frame()
        machine = machine_of(frame)
        if machine.read(frame, machine.call) == machine.exit_group:
            return machine.read(frame, machine.arguments[0]) & 0xFF
    except (gdb.error, ValueError):
        pass
    return None
