"""The machine code around an address, in AT&T syntax, with gdb's symbols."""

import gdb

from .symbols import symbol_at

AROUND = 16
#: Farther from its start than this, a function is not disassembled whole.
LONGEST_FUNCTION = 64 * 1024
LONGEST_INSTRUCTION = 15


def around(arch, space, pc, incomplete):
    """Up to 16 instructions before `pc`, the one at it (marked), and 16 after it."""
    region = space.region(pc)
    if region is None or "r" not in region.permissions:
        return []
    before = _before(arch, region, pc, incomplete)
    at = _decode(arch, pc, region.end, AROUND + 1)
    return [_record(one, pc) for one in before[-AROUND:] + at]


def mark_breakpoint(records):
    """After an `int3` the processor already stands behind it: the fault is the instruction before."""
    for before, at in zip(records, records[1:]):
        if at["current"] and before["text"].split()[0] == "int3":
            before["current"], at["current"] = True, False
            return


def before_return(arch, space, pc):
    """Up to 16 instructions that end with the call that returns to `pc`: how a jump to nowhere came about."""
    region = space.region(pc)
    if region is None or "r" not in region.permissions:
        return []
    return [_record(one, None) for one in _before(arch, region, pc, [])[-AROUND:]]


def _before(arch, region, pc, incomplete):
    offset = symbol_at(pc)[1]
    if offset is not None and 0 <= offset <= LONGEST_FUNCTION and pc - offset >= region.start:
        found = _decode(arch, pc - offset, pc, None) if offset else []
        if not offset or (found and found[-1]["addr"] + found[-1]["length"] == pc):
            return found
    found = _aligned(arch, region, pc)
    if found:
        incomplete.append(
            "the instructions before the fault were aligned by trial: no symbol says where its function starts"
        )
    return found


def _decode(arch, start, end, count):
    """Instructions from `start`, none that begins at or beyond `end`."""
    try:
        if count is not None:
            found = arch.disassemble(start, count=count)
        else:
            found = arch.disassemble(start, end - 1)
        return [one for one in found if one["addr"] < end]
    except (gdb.error, gdb.MemoryError):
        if count is not None and count > 1:
            return _decode(arch, start, end, count // 2)
        return []


def _aligned(arch, region, pc):
    """x86 code read from a wrong start falls into step soon: the chain on which most starts agree is the right one."""
    step = {}
    first = max(region.start, pc - AROUND * LONGEST_INSTRUCTION)
    for at in range(first, pc):
        found = _decode(arch, at, pc, 1)
        if found and found[0]["addr"] + found[0]["length"] <= pc and "(bad)" not in found[0]["asm"]:
            step[at] = found[0]
    votes = {}
    for start in range(first, pc):
        chain = []
        at = start
        while at in step:
            chain.append(at)
            at += step[at]["length"]
        if at == pc:
            for member in chain:
                votes[member] = votes.get(member, 0) + 1
    chain = []
    at = pc
    while len(chain) < AROUND:
        candidates = [one for one in range(max(first, at - LONGEST_INSTRUCTION), at)
                      if one in votes and one + step[one]["length"] == at]
        if not candidates:
            break
        at = max(candidates, key=lambda one: votes[one])
        chain.append(step[at])
    return chain[::-1]


def _record(one, pc):
    function, offset = symbol_at(one["addr"])
    return {
        "address": hex(one["addr"]),
        "function": function and function[:256],
        "offset": offset,
        "text": " ".join(one["asm"].split("\t")).strip()[:300],
        "current": one["addr"] == pc,
    }
