"""What a thread-local accessor that ran just before the fault (`__ctype_b_loc`) would return in every thread."""

import re

import gdb

from memory.symbols import symbol_at

MASK = (1 << 64) - 1
#: Calls before the fault that are looked into.
CALLS = 3
CALL = re.compile(r"^call[q]?\s+(0x[0-9a-f]+)")
#: A PLT's jump through the global offset table; gdb works out the slot's address.
PLT = re.compile(r"^(?:bnd )?jmp[q]?\s+\*.*\(%rip\)\s+# (0x[0-9a-f]+)")


def thread_locals(arch, disassembly, threads):
    """One record for each accessor among the last calls before the faulting instruction."""
    before = []
    for one in disassembly:
        if one["current"]:
            break
        before.append(one)
    records = []
    for one in [one for one in before if CALL.match(one["text"])][-CALLS:]:
        target = _behind_plt(arch, int(CALL.match(one["text"]).group(1), 16))
        offset = _offset_from_fs(arch, target)
        if offset is not None:
            accessor = (symbol_at(target)[0] or hex(target)).split("@")[0]
            if all(record["accessor"] != accessor for record in records):
                values = [_value(thread, offset) for thread in threads if thread["fsBase"]]
                records.append({"accessor": accessor, "values": values})
    return records


def _value(thread, offset):
    address = int(thread["fsBase"], 16) + offset & MASK
    word = _word(address)
    return {"thread": thread["number"], "address": hex(address), "value": None if word is None else hex(word)}


def _word(address):
    try:
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, 8)), "little")
    except (gdb.error, gdb.MemoryError, OverflowError):
        return None


def _code(arch, address, count):
    try:
        return [re.sub(r"\s+", " ", one["asm"]).strip() for one in arch.disassemble(address, count=count)]
    except (gdb.error, gdb.MemoryError):
        return []


def _behind_plt(arch, address):
    for text in _code(arch, address, 2):
        match = PLT.match(text)
        if match:
            return _word(int(match.group(1), 16)) or address
        if not text.startswith("endbr"):
            break
    return address


#: The sources of `mov`, `add` and `lea` to %rax: the thread's base, a constant, a slot of memory, %rax and a constant.
SOURCE = re.compile(
    r"(?:(%fs:0x0)|\$(-?0x[0-9a-f]+)|-?0x[0-9a-f]+\(%rip\)|(-?0x[0-9a-f]+)\(%rax\)),\s*%rax(?:\s+# (0x[0-9a-f]+))?"
)


def _offset_from_fs(arch, address):
    """The constant c of a function that does nothing but return %fs:0 + c, else None."""
    constant, from_fs = None, 0
    for text in _code(arch, address, 6):
        operation, _, operands = text.partition(" ")
        if operation.startswith("endbr"):
            continue
        if operation in ("ret", "retq"):
            return constant if from_fs == 1 else None
        source = SOURCE.match(operands)
        if not source or operation.rstrip("q") not in ("mov", "add", "lea"):
            return None
        fs, immediate, displacement, slot = source.groups()
        value = 0 if fs else _word(int(slot, 16)) if slot else int(immediate or displacement, 16)
        if value is None or bool(displacement) != operation.startswith("lea"):
            return None
        if operation.startswith("mov"):
            constant, from_fs = value, 0
        elif constant is None:
            return None
        else:
            constant = constant + value & MASK
        from_fs += 1 if fs else 0
    return None
