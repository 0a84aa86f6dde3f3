"""Who called a function that has no unwind tables (musl's, as Debian builds it): by the return address on the stack that lies behind a call of it.

A call leaves the address behind itself on the stack. Of all words there, one that lies in code, right behind an instruction that calls this very
function, is its return address, however large the function's own frame is.
"""

import gdb

from memory.symbols import symbol_at

#: Bytes of the stack that are looked at for one caller.
LOOKED_AT = 4096
#: A jump in a wrapper (`free` to `__libc_free`) or in the table of a library's functions.
MOST_JUMPS = 3
MOST_CALLERS = 24
#: Bytes of a function in which a jump at its end is looked for.
TAIL_LOOKED_AT = 128
SIGNED = {"byteorder": "little", "signed": True}


def calls(pc, function, machine):
    """Whether the instruction before an address calls a function, by its first address, itself or through jumps."""
    target = _called(pc, machine)
    for _ in range(MOST_JUMPS + 1):
        if target is None:
            return False
        if target == function or _goes_on_in(target, function):
            return True
        target = _jumped(target, machine)
    return False


def _goes_on_in(target, function):
    """Whether the function at an address ends in a jump to another one (musl's pthread_mutex_lock in pthread_mutex_timedlock)."""
    code = _read(target, TAIL_LOOKED_AT)
    at = code.find(b"\xe9")
    while 0 <= at <= len(code) - 5:
        if target + at + 5 + int.from_bytes(code[at + 1 : at + 5], **SIGNED) == function:
            return True
        at = code.find(b"\xe9", at + 1)
    return False


def callers(function, stack, machine, is_code):
    """Return addresses from a function's frame upward, the innermost first: of its caller, of that one's caller, and so on.

    `stack`: where its frame begins, at its lowest address; `machine`: the mode that it runs in; `is_code`: whether code lies at an address.
    """
    found = []
    while function is not None and len(found) < MOST_CALLERS:
        words = _read(stack, LOOKED_AT)
        for at in range(0, len(words) - machine.word + 1, machine.word):
            word = int.from_bytes(words[at : at + machine.word], "little")
            if is_code(word) and calls(word, function, machine):
                found.append(word)
                stack += at + machine.word
                function = function_start(word - 1)
                break
        else:
            break
    return found


def function_start(pc):
    """First address of the function that an address lies in, by its symbol; None where there is none."""
    _, offset = symbol_at(pc)
    return None if offset is None else pc - offset


def _called(pc, machine):
    before = _read(pc - 6, 6)
    if len(before) < 6:
        return None
    if before[1] == 0xE8:
        return machine.cut(pc + int.from_bytes(before[2:], **SIGNED))
    if before[:2] == b"\xff\x15":
        return _pointer(before[2:], pc, machine)
    return None


def _jumped(target, machine):
    """Where an unconditional jump at an address leads; None for any other instruction."""
    code = _read(target, 16)
    skipped = 4 if code[:4] in (b"\xf3\x0f\x1e\xfa", b"\xf3\x0f\x1e\xfb") else 0
    code, at = code[skipped:], target + skipped
    if code[:1] == b"\xf2":
        code, at = code[1:], at + 1
    if code[:1] == b"\xe9":
        return at + 5 + int.from_bytes(code[1:5], **SIGNED)
    if code[:1] == b"\xeb":
        return at + 2 + int.from_bytes(code[1:2], **SIGNED)
    if code[:2] == b"\xff\x25":
        return _pointer(code[2:6], at + 6, machine)
    return None


def _pointer(operand, behind, machine):
    """The word that an indirect call or jump reads: it counts from the instruction behind it, in 32 bits from 0."""
    address = machine.cut(int.from_bytes(operand, **SIGNED) + (behind if machine.bits == 64 else 0))
    word = _read(address, machine.word)
    return int.from_bytes(word, "little") if len(word) == machine.word else None


def _read(address, size):
    """As many bytes as can be read there."""
    while size >= 4:
        try:
            return bytes(gdb.selected_inferior().read_memory(address, size))
        except (gdb.error, gdb.MemoryError, ValueError, OverflowError):
            size //= 2
    return b""
