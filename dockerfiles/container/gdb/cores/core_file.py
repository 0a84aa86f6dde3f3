"""A core file: what it keeps of the memory map, and which files on disk are those that the process had mapped."""

import struct

from answer.refused import Refused
from memory.address_space import AddressSpace, Region
from memory.elf_form import form_of
from memory.elf_object import build_id_in

from .layout import layout_of

ET_CORE = 4
#: EM_386 and EM_X86_64, with the bits of their programs.
MACHINES = {3: 32, 62: 64}
PT_LOAD, PT_NOTE = 1, 4
NT_PRSTATUS, NT_AUXV, NT_SIGINFO, NT_FILE = 1, 6, 0x53494749, 0x46494C45
#: Of the auxiliary vector: the kernel's own code; what lies on the main thread's stack.
AT_SYSINFO_EHDR, AT_RANDOM = 33, 25
WRITABLE = 2
#: A core of more segments or with larger notes is no program's that this could show.
MAX_SEGMENTS = 65535
MAX_NOTES = 64 << 20
MAX_FILES = 20000
MAX_THREADS = 4096
FIRST_PAGE = 4096


class CoreError(Refused):
    """The file is no core that can be read; the text is for the user."""


class CoreFile:
    """Headers and notes of a core of x86-64 or i386; never its memory as a whole, so that its size does not matter."""

    def __init__(self, path):
        self._file = open(path, "rb")
        head = self._file.read(64)
        if head[:4] != b"\x7fELF":
            raise CoreError("it is no ELF file")
        self._form = form_of(head)
        if self._form is None or MACHINES.get(struct.unpack_from("<H", head, 18)[0]) != self._form.bits:
            raise CoreError("it is of neither x86-64 nor i386")
        #: Where the kernel put what is in it.
        self.layout = layout_of(self._form.bits)
        if struct.unpack_from("<H", head, 16)[0] != ET_CORE:
            raise CoreError("it is an ELF file, but no core")
        self.size = self._file.seek(0, 2)
        #: (virtual address, size in memory, flags, offset in the file, size in the file)
        self.segments = []
        self.files = []
        #: Of each kind of note the first: the dying thread's. (offset in the file, size)
        self._first = {}
        #: Where the note of each thread's registers lies, the dying thread's first.
        self.threads = []
        self._read(head)

    def _read(self, head):
        (phoff, _), (size, count, *_) = self._form.tables(head)
        if size != self._form.segment_size or not 0 < count <= MAX_SEGMENTS:
            raise CoreError("its program headers are damaged")
        table = self.at(phoff, size * count)
        if len(table) < size * count:
            raise CoreError("it is truncated before its program headers' end")
        for i in range(count):
            kind, flags, offset, vaddr, filesz, memsz = self._form.segment(table, i * size)
            if kind == PT_LOAD:
                self.segments.append((vaddr, memsz, flags, offset, filesz))
            elif kind == PT_NOTE and not self._first:
                if filesz > MAX_NOTES:
                    raise CoreError("its notes take %d bytes" % filesz)
                self._notes(self.at(offset, filesz), offset)
        self.segments.sort()

    def at(self, offset, size):
        self._file.seek(min(offset, self.size))
        return self._file.read(max(0, min(size, self.size - offset)))

    @property
    def truncated(self):
        """Bytes that its headers tell of and the file does not have."""
        return max([0] + [offset + filesz - self.size for _, _, _, offset, filesz in self.segments])

    def note(self, kind):
        """Where the first note of a kind lies in the file: (offset, size), or None."""
        return self._first.get(kind)

    def part(self, place):
        return self.at(*place)

    def auxiliary(self):
        """The auxiliary vector: what the kernel told the program at its start."""
        place = self.note(NT_AUXV)
        data = b"" if place is None else self.part(place)
        pair = struct.Struct("<2" + self._form.letter)
        return dict(pair.iter_unpack(data[: len(data) // pair.size * pair.size]))

    def writable(self):
        """(address, bytes in the file) of the memory that could be written."""
        return [(vaddr, filesz) for vaddr, _, flags, _, filesz in self.segments if flags & WRITABLE and filesz]

    def _notes(self, data, offset):
        at = 0
        while at + 12 <= len(data):
            namesz, descsz, kind = struct.unpack_from("<III", data, at)
            start = at + 12 + (namesz + 3 & ~3)
            if start + descsz <= len(data):
                self._first.setdefault(kind, (offset + start, descsz))
                if kind == NT_PRSTATUS and len(self.threads) < MAX_THREADS:
                    self.threads.append((offset + start, descsz))
            if kind == NT_FILE:
                self._mapped_files(data[start : start + descsz])
            at = start + (descsz + 3 & ~3)

    def _mapped_files(self, desc):
        """NT_FILE (fs/binfmt_elf.c): a count, the page size, three words a file, then the names."""
        word, letter = self._form.word, self._form.letter
        if len(desc) < 2 * word:
            return
        count, page = struct.unpack_from("<2" + letter, desc, 0)
        before = (2 + 3 * count) * word
        if count > MAX_FILES or len(desc) < before:
            return
        names = desc[before:].split(b"\0")
        for i in range(min(count, len(names))):
            start, end, offset = struct.unpack_from("<3" + letter, desc, (2 + 3 * i) * word)
            self.files.append((start, end, offset * page, names[i].decode("utf-8", "replace")))

    def memory(self, address, size):
        """What the core keeps at an address: maybe less than was asked for, or nothing."""
        for vaddr, memsz, _, offset, filesz in self.segments:
            if vaddr <= address < vaddr + memsz:
                return self.at(offset + address - vaddr, min(size, max(0, filesz - (address - vaddr))))
        return b""

    def start_of(self, address):
        """Where the segment that holds an address begins; the address itself where none does."""
        return next((vaddr for vaddr, memsz, *_ in self.segments if vaddr <= address < vaddr + memsz), address)

    def build_id(self, path):
        """Of a mapped file, by its first page, which the kernel keeps in a core; None where that is not in it."""
        for start, _, offset, name in self.files:
            if name == path and offset == 0:
                return build_id_in(self.memory(start, FIRST_PAGE))
        return None

    def paths(self):
        """Every mapped file once, in order of address."""
        return list(dict.fromkeys(name for _, _, _, name in self.files))


class CoreSpace(AddressSpace):
    """The memory map of the process that a core is of. `fits`: path -> the file on disk that is the same, by its build id."""

    def __init__(self, core, program, fits):
        self.program = program
        self._fits = fits
        named = {(start, end): (offset, path) for start, end, offset, path in core.files}
        lines = []
        covered = set()
        for vaddr, memsz, flags, _, _ in core.segments:
            offset, path = named.get((vaddr, vaddr + memsz), (0, None))
            covered.add((vaddr, vaddr + memsz))
            lines.append((vaddr, vaddr + memsz, flags, offset, path))
        for (start, end), (offset, path) in named.items():
            if (start, end) not in covered:
                lines.append((start, end, 5, offset, path))
        self.regions = [self._region(*line) for line in sorted(lines, key=lambda line: line[:2])]
        self._name(core.auxiliary())

    def _name(self, known):
        """A core names files alone. What else /proc tells by name, the program was told at its start."""
        for kind, name in ((AT_RANDOM, "[stack]"), (AT_SYSINFO_EHDR, "[vdso]")):
            region = self.region(known.get(kind, 0))
            if region is not None and region.path is None:
                region.path = name

    @staticmethod
    def _region(start, end, flags, offset, path):
        permissions = "".join(letter if flags & bit else "-" for letter, bit in (("r", 4), ("w", 2), ("x", 1))) + "p"
        return Region("%x-%x %s %x 0:0 0 %s" % (start, end, permissions, offset, path or ""))

    def elf(self, path):
        known = self._fits.get(path)
        return None if known is None else super().elf(known)
