"""The two modes of an x86 processor that a program runs in: the names of its registers, and how wide they are."""

SEGMENTS = "eflags cs ss ds es fs gs"


class Machine:
    """One mode. `stack`, `counter`, `result`: names of registers; `call`: where the kernel keeps the number of a system call, `arguments`: where its arguments are."""

    def __init__(self, bits, general, others, call, arguments, exit_group):
        self.bits = bits
        #: Bytes of a pointer.
        self.word = bits // 8
        #: All that a record shows, the program counter and the stack pointer first.
        self.registers = general.split() + others.split()
        self.counter, self.stack = self.registers[:2]
        self.result = self.registers[3]
        self.call, self.arguments, self.exit_group = call, arguments.split(), exit_group
        self._mask = (1 << bits) - 1

    def cut(self, value):
        """An address as the processor takes it."""
        return value & self._mask

    def signed(self, value):
        value = self.cut(value)
        return value - (1 << self.bits) if value >> (self.bits - 1) else value

    def read(self, frame, register):
        """The value of a register, without sign. Raises gdb.error or ValueError where it is not known."""
        return self.cut(int(frame.read_register(register)))


AMD64 = Machine(
    64,
    "rip rsp rbp rax rbx rcx rdx rsi rdi r8 r9 r10 r11 r12 r13 r14 r15",
    SEGMENTS + " fs_base gs_base",
    "orig_rax",
    "rdi rsi rdx r10",
    231,
)
I386 = Machine(32, "eip esp ebp eax ebx ecx edx esi edi", SEGMENTS, "orig_eax", "ebx ecx edx esi", 252)


def machine_of(frame):
    """The mode that a frame's code runs in (gdb's `i386` is the one of 32 bits, `i386:x86-64` and `i386:x64-32` are not)."""
    return I386 if frame.architecture().name() == "i386" else AMD64
