"""Collects one instruction of each shape (mnemonic and kinds of operands) that objdump finds in some libraries:

    python3 collect.py /lib/x86_64-linux-gnu/libc.so.6 ... > shapes.tsv

Each line: bytes, address, objdump's text in AT&T syntax.
"""

import re
import subprocess
import sys


def shape(text):
    text = re.sub(r"#.*$|<[^>]*>", "", text)
    text = re.sub(r"\$?-?0x[0-9a-f]+", lambda m: "$" if m.group().startswith("$") else "N", text)
    text = re.sub(r"%[xyz]mm\d+", lambda m: m.group()[:4], text)
    text = re.sub(r"\b[0-9a-f]{3,16}\b(?!\w)", "T", text)
    return re.sub(r"%(r\w\w|r\d+|e\w\w|r\d+d|[abcd]l|\w\wl|r\d+b|\w\w|r\d+w)\b", "R", text)


seen = {}
for library in sys.argv[1:]:
    command = ["objdump", "-d", "-w", "--insn-width=16", library]
    listing = subprocess.run(command, capture_output=True, text=True).stdout
    for line in listing.splitlines():
        match = re.match(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*\t(\S.*)$", line)
        if match:
            address, code, text = match.groups()
            seen.setdefault(shape(text), (code.replace(" ", ""), address, text.strip()))
for _, row in sorted(seen.items()):
    print("\t".join(row))
