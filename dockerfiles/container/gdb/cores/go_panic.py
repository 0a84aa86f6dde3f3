"""The fault that Go's runtime made a panic of, where its handler's frame is gone: what the runtime itself kept of it."""

import re

import gdb

from runs.fate import DEEPEST, GO_PANICS
from stop.stack import older

from .core_fault import Fault
from .layout import AMD64

MOST_THREADS = 1024
#: All else that the processor held is lost: Go's functions keep no register for their caller.
KEPT = ("rip", "rsp", "rbp")
FAULTS_OF_MEMORY = ((7, 2), (11, 1), (11, 2))
#: AT&T's operand of one register: `0x48(%rax)`.
OPERAND = re.compile(r"(-?(?:0x)?[0-9a-f]+)?\(%(r[a-z0-9]{1,2})\)")


class Panicked(Fault):
    """`siginfo` of what the runtime kept; of the registers `KEPT` alone."""

    def __init__(self, signal, code, address, registers):
        self.signal, self.registers, self.thread = signal, registers, None
        self.told = [name for name in registers if name not in KEPT]
        self.siginfo = AMD64.siginfo(signal, code, address)


def panic_behind():
    """The fault under `sigpanic` on the selected thread's stack, or None."""
    frame = gdb.newest_frame()
    for _ in range(DEEPEST):
        if frame is None or not frame.is_valid():
            return None
        if frame.name() in GO_PANICS:
            caller = older(frame)
            return None if caller is None else _told(caller)
        frame = older(frame)
    return None


def _told(caller):
    kept = next((g for g in _goroutines() if int(g["sig"]) and int(g["sigpc"]) in (caller.pc(), 0)), None)
    if kept is None:
        return None
    pc = int(kept["sigpc"])
    # Where code jumped to nowhere, the runtime put `sigpanic` in its place: the call's return address is still on top.
    top = int(caller.read_register("rsp")) & (1 << 64) - 1
    saved = int.from_bytes(bytes(gdb.selected_inferior().read_memory(top - 16, 8)), "little")
    registers = {"rip": pc, "rsp": top if pc == caller.pc() else top - 8, "rbp": saved}
    mask = (1 << 32) - 1
    code = int(kept["sigcode0"]) & mask
    registers.update(_operand(caller.architecture(), pc, int(kept["sig"]), code, int(kept["sigcode1"]), registers))
    return Panicked(int(kept["sig"]), code - (1 << 32) if code >> 31 else code, int(kept["sigcode1"]), registers)


def _operand(arch, pc, signal, code, address, known):
    """The register of the faulting instruction's operand, which the address of the fault tells where it is the only one."""
    if (signal, code) not in FAULTS_OF_MEMORY:
        return {}
    try:
        found = OPERAND.findall(arch.disassemble(pc)[0]["asm"])
    except (gdb.error, gdb.MemoryError):
        return {}
    if len(found) != 1 or found[0][1] in known:
        return {}
    offset, name = found[0]
    return {name: address - int(offset or "0", 0) & (1 << 64) - 1}


def _goroutines():
    """Those that threads run, and the threads' own."""
    m = gdb.parse_and_eval("'runtime.allm'")
    for _ in range(MOST_THREADS):
        if not int(m):
            return
        for name in ("g0", "curg"):
            if int(m[name]):
                yield m[name].dereference()
        m = m["alllink"]
