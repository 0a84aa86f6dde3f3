"""Where the kernel puts things of a process of 64 or of 32 bits: in the notes of a core, and in the frame that it makes for a signal's handler (arch/x86).

A frame's begin, for a search, is its struct sigcontext with what lies before it: both kinds end where that does.
"""

import struct

#: Signals that end a process because it went wrong. SIGQUIT is what Go sends its other threads.
DEADLY = (4, 5, 6, 7, 8, 11, 31)
ILL, BUS, FPE, SEGV = 4, 7, 8, 11
ILL_OPN, BUS_ADRERR, FPE_INTDIV, SI_KERNEL, SI_TKILL = 2, 2, 1, 128, -6
#: Traps of the processor (x86): where a handler was not told why it was called.
DIVISION, INVALID, PROTECTION, PAGE_FAULT = 0, 6, 13, 14


class Saved:
    """What the kernel saved for one handler: where, the registers, and its siginfo."""

    def __init__(self, address, registers, siginfo):
        self.address, self.registers, self.siginfo = address, registers, siginfo
        self.signal, _, self.code = struct.unpack_from("<iii", siginfo)


class Layout:
    """Of a mode. `status`: names of the registers in a thread's note, where they begin in it, and its size."""

    def __init__(self, word, stack, counter, status, at_registers, status_size):
        self.word, self.stack, self.counter = word, stack, counter
        self.letter = "Q" if word == 8 else "I"
        self.status, self.at_registers, self.status_size = status.split(), at_registers, status_size

    def registers(self, note):
        """The registers of a thread by its note: name -> value."""
        return dict(zip(self.status, self._words(note)))

    def _words(self, note):
        form = "<%d%s" % (len(self.status), self.letter)
        return struct.unpack_from(form, note.ljust(self.status_size, b"\0"), self.at_registers)

    def with_registers(self, note, changed):
        """The part of a thread's note that holds its registers, with some of them changed."""
        words = list(self._words(note))
        for name, value in changed.items():
            words[self.status.index(name)] = value
        return struct.pack("<%d%s" % (len(words), self.letter), *words)

    def siginfo(self, signal, code, address):
        """As the kernel writes one for a fault."""
        return struct.pack("<iii" + ("xxxx" if self.word == 8 else "") + self.letter, signal, 0, code, address).ljust(128, b"\0")

    def _siginfo_of(self, trap, error, address, pc, last):
        """The kernel gives a handler without SA_SIGINFO none, but says by which trap of the processor it came. `last`: the signal that it was of, or the core's."""
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
        return self.siginfo(*told)


def _is_siginfo(data):
    """The kernel writes one for a handler with SA_SIGINFO; for others there is what was there before."""
    signal, number, code = struct.unpack_from("<iii", data)
    return 0 < signal <= 64 and number == 0 and -64 < code <= 128


class Amd64(Layout):
    """struct rt_sigframe: a ucontext (flags, link, stack, sigcontext, mask), and the siginfo behind it."""

    CONTEXT = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags".split()
    #: Offsets in it: of the selectors, of the siginfo; and its size.
    AT_SELECTORS, AT_SIGINFO, FRAME = 184, 304, 304 + 128
    ALIGNED = 8

    def __init__(self):
        status = "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs"
        super().__init__(8, "rsp", "rip", status, 112, 336)

    def mark(self, registers):
        """Bytes that every frame has at AT_SELECTORS: cs, gs, fs of a 64-bit process; ss, which follows, is 0 on old kernels."""
        return b"\x33\x00\x00\x00\x00\x00"

    def looks_right(self, data, registers):
        flags, link = struct.unpack_from("<QQ", data, 0)
        eflags, _, _, trap = struct.unpack_from("<4Q", data, 176)
        if flags >= 8 or link or not _are_flags(eflags) or trap >= 32:
            return False
        return not _is_siginfo(data[self.AT_SIGINFO :]) or struct.unpack_from("<i", data, self.AT_SIGINFO)[0] in DEADLY

    def saved(self, address, data, last):
        registers = dict(zip(self.CONTEXT, struct.unpack_from("<18Q", data, 40)))
        error, trap, _, fault_address = struct.unpack_from("<4Q", data, 192)
        told = data[self.AT_SIGINFO : self.FRAME]
        if not _is_siginfo(told):
            told = self._siginfo_of(trap, error, fault_address, registers["rip"], last)
        return Saved(address, registers, told)


class I386(Layout):
    """struct rt_sigframe_ia32: the siginfo, then a ucontext (flags, link, stack, sigcontext); struct sigframe_ia32, without SA_SIGINFO: the signal, then the sigcontext."""

    CONTEXT = "gs fs es ds edi esi ebp esp ebx edx ecx eax trap error eip cs eflags esp_at_signal ss fpstate mask cr2".split()
    #: Offsets in what is looked at, which begins with the siginfo: of the ucontext, of the sigcontext, of its es and ds.
    AT_UCONTEXT, AT_CONTEXT = 128, 148
    AT_SELECTORS, FRAME = AT_CONTEXT + 8, AT_CONTEXT + 88
    ALIGNED = 4

    def __init__(self):
        super().__init__(4, "esp", "eip", "ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss", 72, 144)

    def mark(self, registers):
        return struct.pack("<II", registers["es"] & 0xFFFF, registers["ds"] & 0xFFFF)

    def _context(self, data):
        return dict(zip(self.CONTEXT, struct.unpack_from("<22I", data, self.AT_CONTEXT)))

    def _told(self, data):
        """The siginfo, where the frame has one."""
        flags, link = struct.unpack_from("<II", data, self.AT_UCONTEXT)
        return data[: self.AT_UCONTEXT] if flags < 8 and not link and _is_siginfo(data) else None

    def looks_right(self, data, registers):
        found, told = self._context(data), self._told(data)
        same = all(found[name] & 0xFFFF == registers[name] & 0xFFFF for name in ("cs", "ss"))
        signal = struct.unpack_from("<i", data, 0 if told else self.AT_CONTEXT - 4)[0]
        return same and _are_flags(found["eflags"]) and found["trap"] < 32 and signal in DEADLY

    def saved(self, address, data, last):
        found, told = self._context(data), self._told(data)
        if told is None:
            [signal] = struct.unpack_from("<i", data, self.AT_CONTEXT - 4)
            told = self._siginfo_of(found["trap"], found["error"], found["cr2"], found["eip"], signal)
        return Saved(address, {name: found[name] for name in self.CONTEXT if name in self.status}, told)


def _are_flags(value):
    return value & 2 and value < 1 << 22


AMD64, I386_LAYOUT = Amd64(), I386()


def layout_of(bits):
    return AMD64 if bits == 64 else I386_LAYOUT
