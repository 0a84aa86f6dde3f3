"""The fault behind a core that was left later: in the handler of a signal, as Go's runtime and crash reporters leave them.

While a handler runs, the registers of what it interrupted lie in the frame that the kernel made for it (layout.py). A copy of the
core with these registers and with that signal is the core that the fault itself would have left; gdb shows it as it shows a live crash.
"""

import struct

from .core_file import NT_PRSTATUS, NT_SIGINFO
from .layout import DEADLY

#: What a process sends itself: kill(), tgkill().
SENT = (0, -6)
#: A handler's frames lie above the stack pointer, so far at most; below it is the frame of one that has just returned.
ABOVE, BELOW = 256 * 1024, 16 * 1024
#: The stack on which Go's threads handle signals.
GO_HANDLER = 32 * 1024
#: Of all memory that can be written: Go's handlers have a stack of their own somewhere in it.
MOST_SEARCHED = 256 << 20
MOST_FRAMES = 4096
AT_CURSIG = 12


class Fault:
    """Where the process went wrong, in the terms of a core's notes."""

    def __init__(self, frame, registers, thread=None):
        self.registers, self.siginfo, self.signal = registers, frame.siginfo, frame.signal
        #: Where the note of the thread lies, if it is not the one that left the core.
        self.thread = thread


def fault_behind(core, is_go):
    """The fault whose handler left the core, or None where it was left at a fault, or where nothing tells it any more."""
    status, info = core.note(NT_PRSTATUS), core.note(NT_SIGINFO)
    if status is None or info is None or len(core.part(status)) < core.layout.status_size or len(core.part(info)) < 24:
        return None
    signal, _, code = struct.unpack_from("<iii", core.part(info))
    if signal not in DEADLY or code not in SENT:
        return None
    here = {**_registers(core, status), "signal": signal}
    return _of_handler(core, here) or (_of_go(core, here) if is_go else None)


def _of_handler(core, here):
    """A handler that still runs, or that sent the signal again and has returned to where the fault was."""
    stack, counter = core.layout.stack, core.layout.counter
    top = here[stack]
    for frame in _frames(core, top, ABOVE, here["signal"]):
        # Go's runtime sends itself the last signal twice: first to its own handler.
        if frame.code > 0 or frame.registers[counter] != here[counter]:
            return Fault(frame, frame.registers)
    below = max(top - BELOW, core.start_of(top))
    for frame in _frames(core, below, top - below, here["signal"]):
        if frame.code > 0 and (frame.registers[stack], frame.registers[counter]) == (top, here[counter]):
            return Fault(frame, frame.registers)
    return None


def before_last_signal(core):
    """Go's runtime sends itself the last signal twice, first to its own handler: what it did before that. None where it did not."""
    status = core.note(NT_PRSTATUS)
    here = None if status is None else _registers(core, status)
    frame = None if here is None else next(_frames(core, here[core.layout.stack], ABOVE, 0), None)
    return None if frame is None else Fault(frame, frame.registers)


def _of_go(core, here):
    """With GOTRACEBACK=crash Go's threads die one after the other, and the last of them leaves the core: the fault is another's, which still waits in its handler."""
    stacks = {}
    for place in core.threads[1:]:
        stacks[_registers(core, place)[core.layout.stack]] = place
    found = []
    searched = 0
    for start, size in core.writable():
        size = min(size, MOST_SEARCHED - searched)
        if size <= 0:
            break
        searched += size
        for frame in _frames(core, start, size, here["signal"]):
            place = next((place for top, place in stacks.items() if 0 <= frame.address - top < GO_HANDLER), None)
            if place is not None and (frame.code > 0 or frame.registers[core.layout.counter] != here[core.layout.counter]):
                found.append(Fault(frame, frame.registers, place))
    return found[0] if len(found) == 1 else None


def _registers(core, place):
    return core.layout.registers(core.part(place))


def _frames(core, start, size, last):
    """The signal frames in a range of memory, the lowest first."""
    layout, here = core.layout, _registers(core, core.note(NT_PRSTATUS))
    data, mark = core.memory(start, size), layout.mark(here)
    at, seen = data.find(mark), 0
    while at != -1 and seen < MOST_FRAMES:
        begin = at - layout.AT_SELECTORS
        if (start + begin) % layout.ALIGNED == 0:
            seen += 1
            found = data[begin : begin + layout.FRAME] if begin >= 0 else b""
            if len(found) == layout.FRAME and layout.looks_right(found, here):
                yield layout.saved(start + begin, found, last)
        at = data.find(mark, at + 1)


def write_copy(core, fault, path, most):
    """A copy of the core as the fault would have left it. False where it would take more than `most` bytes without its zeros."""
    status, info = core.note(NT_PRSTATUS), core.note(NT_SIGINFO)
    whose = core.part(fault.thread or status)
    # gdb takes the first thread for the one that the signal came to: the two change places.
    swapped = [] if fault.thread is None else [(status[0], whose), (fault.thread[0], core.part(status))]
    changes = swapped + [
        (status[0], struct.pack("<i", fault.signal)),
        (status[0] + AT_CURSIG, struct.pack("<h", fault.signal)),
        (status[0] + core.layout.at_registers, core.layout.with_registers(whose, fault.registers)),
        (info[0], fault.siginfo[: info[1]]),
    ]
    try:
        with open(path, "wb") as out:
            if not _copied(core, out, most):
                return False
            for offset, data in changes:
                out.seek(offset)
                out.write(data)
    except OSError:
        return False
    return True


def _copied(core, out, most):
    piece, written = 64 * 1024, 0
    zeros = bytes(piece)
    for at in range(0, core.size, piece):
        data = core.at(at, piece)
        if data == zeros[: len(data)]:
            continue
        written += len(data)
        if written > most:
            return False
        out.seek(at)
        out.write(data)
    out.truncate(core.size)
    return True
