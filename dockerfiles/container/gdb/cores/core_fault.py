"""The fault behind a core that was left later: in the handler of a signal, as Go's runtime and crash reporters leave them.

While a handler runs, the registers of what it interrupted lie in the frame that the kernel made for it (struct rt_sigframe of arch/x86). A copy of the
core with these registers and with that signal is the core that the fault itself would have left; gdb shows it as it shows a live crash.
"""

import struct

from .core_file import NT_PRSTATUS, NT_SIGINFO

#: Signals that end a process because it went wrong. SIGQUIT is what Go sends its other threads.
DEADLY = (4, 5, 6, 7, 8, 11, 31)
ILL, BUS, FPE, SEGV = 4, 7, 8, 11
ILL_OPN, BUS_ADRERR, FPE_INTDIV, SI_KERNEL, SI_TKILL = 2, 2, 1, 128, -6
#: Traps of the processor (x86): where a handler was not told why it was called.
DIVISION, INVALID, PROTECTION, PAGE_FAULT = 0, 6, 13, 14
#: What a process sends itself: kill(), tgkill().
SENT = (0, -6)
#: A handler's frames lie above the stack pointer, so far at most; below it is the frame of one that has just returned.
ABOVE, BELOW = 256 * 1024, 16 * 1024
#: The stack on which Go's threads handle signals.
GO_HANDLER = 32 * 1024
#: Of all memory that can be written: Go's handlers have a stack of their own somewhere in it.
MOST_SEARCHED = 256 << 20
MOST_FRAMES = 4096
#: cs, gs, fs of a 64-bit process in struct sigcontext; ss, which follows, is 0 on old kernels.
SELECTORS = b"\x33\x00\x00\x00\x00\x00"
#: Offsets in struct ucontext: of the selectors, of the siginfo behind it, of its end.
AT_SELECTORS, AT_SIGINFO, FRAME = 184, 304, 304 + 128
CONTEXT = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags".split()
PRSTATUS = (
    "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base".split()
)
AT_REGISTERS, AT_CURSIG = 112, 12


class SignalFrame:
    """What the kernel saved for one handler: where, the registers, and its siginfo."""

    def __init__(self, address, data, last):
        self.address = address
        self.registers = dict(zip(CONTEXT, struct.unpack_from("<18Q", data, 40)))
        error, trap, _, fault_address = struct.unpack_from("<4Q", data, 192)
        self.siginfo = data[AT_SIGINFO:FRAME]
        if not _is_siginfo(self.siginfo):
            self.siginfo = _siginfo_of(trap, error, fault_address, self.registers["rip"], last)
        self.signal, _, self.code = struct.unpack_from("<iii", self.siginfo)

    @staticmethod
    def looks_right(data):
        flags, link = struct.unpack_from("<QQ", data, 0)
        eflags, _, _, trap = struct.unpack_from("<4Q", data, 176)
        if flags >= 8 or link or not eflags & 2 or eflags >= 1 << 22 or trap >= 32:
            return False
        return not _is_siginfo(data[AT_SIGINFO:]) or struct.unpack_from("<i", data, AT_SIGINFO)[0] in DEADLY


def _is_siginfo(data):
    """The kernel writes one for a handler with SA_SIGINFO; for others there is what was there before."""
    signal, number, code = struct.unpack_from("<iii", data)
    return 0 < signal <= 64 and number == 0 and -64 < code <= 128


def _siginfo_of(trap, error, address, pc, last):
    """The kernel gives a handler without SA_SIGINFO none, but says by which trap of the processor it came. `last`: the signal of the core."""
    if trap == PAGE_FAULT:
        told = (BUS, BUS_ADRERR, address) if last == BUS else (SEGV, 1 + (error & 1), address)
    elif trap == PROTECTION:
        told = (SEGV, SI_KERNEL, 0)
    elif trap == INVALID:
        told = (ILL, ILL_OPN, pc)
    elif trap == DIVISION and last == FPE:
        told = (FPE, FPE_INTDIV, pc)
    else:
        told = (last, SI_TKILL, 0)
    return siginfo(*told)


def siginfo(signal, code, address):
    """As the kernel writes one for a fault."""
    return struct.pack("<iiiiQ", signal, 0, code, 0, address).ljust(128, b"\0")


class Fault:
    """Where the process went wrong, in the terms of a core's notes."""

    def __init__(self, frame, registers, thread=None):
        self.registers, self.siginfo, self.signal = registers, frame.siginfo, frame.signal
        #: Where the note of the thread lies, if it is not the one that left the core.
        self.thread = thread


def fault_behind(core, is_go):
    """The fault whose handler left the core, or None where it was left at a fault, or where nothing tells it any more."""
    status, info = core.note(NT_PRSTATUS), core.note(NT_SIGINFO)
    if status is None or info is None or len(core.part(status)) < 336 or len(core.part(info)) < 24:
        return None
    signal, _, code = struct.unpack_from("<iii", core.part(info))
    if signal not in DEADLY or code not in SENT:
        return None
    here = {**_registers(core, status), "signal": signal}
    return _of_handler(core, here) or (_of_go(core, here) if is_go else None)


def _of_handler(core, here):
    """A handler that still runs, or that sent the signal again and has returned to where the fault was."""
    rsp = here["rsp"]
    for frame in _frames(core, rsp, ABOVE, here["signal"]):
        # Go's runtime sends itself the last signal twice: first to its own handler.
        if frame.code > 0 or frame.registers["rip"] != here["rip"]:
            return Fault(frame, frame.registers)
    below = max(rsp - BELOW, core.start_of(rsp))
    for frame in _frames(core, below, rsp - below, here["signal"]):
        if frame.code > 0 and (frame.registers["rsp"], frame.registers["rip"]) == (rsp, here["rip"]):
            return Fault(frame, frame.registers)
    return None


def before_last_signal(core):
    """Go's runtime sends itself the last signal twice, first to its own handler: what it did before that. None where it did not."""
    status = core.note(NT_PRSTATUS)
    here = None if status is None else _registers(core, status)
    frame = None if here is None else next(_frames(core, here["rsp"], ABOVE, 0), None)
    return None if frame is None else Fault(frame, frame.registers)


def _of_go(core, here):
    """With GOTRACEBACK=crash Go's threads die one after the other, and the last of them leaves the core: the fault is another's, which still waits in its handler."""
    stacks = {}
    for place in core.threads[1:]:
        stacks[_registers(core, place)["rsp"]] = place
    found = []
    searched = 0
    for start, size in core.writable():
        size = min(size, MOST_SEARCHED - searched)
        if size <= 0:
            break
        searched += size
        for frame in _frames(core, start, size, here["signal"]):
            place = next((place for rsp, place in stacks.items() if 0 <= frame.address - rsp < GO_HANDLER), None)
            if place is not None and (frame.code > 0 or frame.registers["rip"] != here["rip"]):
                found.append(Fault(frame, frame.registers, place))
    return found[0] if len(found) == 1 else None


def _registers(core, place):
    return dict(zip(PRSTATUS, struct.unpack_from("<23Q", core.part(place).ljust(336, b"\0"), AT_REGISTERS)))


def _frames(core, start, size, last):
    """The signal frames in a range of memory, the lowest first."""
    data = core.memory(start, size)
    at, seen = data.find(SELECTORS), 0
    while at != -1 and seen < MOST_FRAMES:
        seen += 1
        begin = at - AT_SELECTORS
        if begin >= 0 and (start + begin) % 8 == 0 and begin + FRAME <= len(data):
            if SignalFrame.looks_right(data[begin : begin + FRAME]):
                yield SignalFrame(start + begin, data[begin : begin + FRAME], last)
        at = data.find(SELECTORS, at + 1)


def write_copy(core, fault, path, most):
    """A copy of the core as the fault would have left it. False where it would take more than `most` bytes without its zeros."""
    status, info = core.note(NT_PRSTATUS), core.note(NT_SIGINFO)
    whose = core.part(fault.thread or status)
    words = list(struct.unpack_from("<27Q", whose, AT_REGISTERS))
    for name, value in fault.registers.items():
        words[PRSTATUS.index(name)] = value
    # gdb takes the first thread for the one that the signal came to: the two change places.
    swapped = [] if fault.thread is None else [(status[0], whose), (fault.thread[0], core.part(status))]
    changes = swapped + [
        (status[0], struct.pack("<i", fault.signal)),
        (status[0] + AT_CURSIG, struct.pack("<h", fault.signal)),
        (status[0] + AT_REGISTERS, struct.pack("<27Q", *words)),
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
