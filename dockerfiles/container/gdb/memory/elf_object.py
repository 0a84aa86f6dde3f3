"""Reads of an ELF file what evidence needs: segments, build id, sonames, and which code has unwind tables."""

import bisect
import functools
import mmap
import os
import struct
import zlib

from .elf_form import form_of

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
DT_NEEDED, DT_STRTAB, DT_SONAME = 1, 5, 14
SHF_COMPRESSED = 0x800
NT_GNU_BUILD_ID = 3
# Unwind tables larger than this are not read: the program has them, and reading would cost more than it tells.
LARGEST_TABLE = 8 << 20


def build_id_in(page):
    """The build id in the first page of an ELF file, which is what a core keeps of it; None where it is not in there."""
    form = form_of(page)
    if form is None:
        return None
    (phoff, _), (size, count, *_) = form.tables(page)
    for i in range(min(count, 64)):
        at = phoff + i * size
        if size < form.segment_size or at + form.segment_size > len(page):
            return None
        segment = form.segment(page, at)
        if segment.kind == PT_NOTE and segment.offset + segment.filesz <= len(page):
            found = build_id_note(page, segment.offset, segment.filesz)
            if found is not None:
                return found
    return None


def build_id_note(data, offset, size):
    """The build id among the notes in a range of the data, as hex, or None."""
    end = offset + size
    while offset + 12 <= end:
        namesz, descsz, kind = struct.unpack_from("<III", data, offset)
        name = offset + 12
        desc = name + (namesz + 3 & ~3)
        if kind == NT_GNU_BUILD_ID and data[name : name + 4] == b"GNU\0":
            return bytes(data[desc : desc + min(descsz, 64)]).hex()
        offset = desc + (descsz + 3 & ~3)
    return None


class ElfObject:
    """A little-endian ELF file. Raises ValueError for anything else, OSError where it cannot be read."""

    def __init__(self, path):
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < 64:
                raise ValueError("not an ELF file")
            self._data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self._form = form_of(self._data[:64])
        if self._form is None:
            raise ValueError("not a little-endian ELF file")
        try:
            self._read_headers()
        except struct.error as error:
            raise ValueError("damaged ELF file") from error

    def _read_headers(self):
        (phoff, shoff), (phentsize, phnum, shentsize, shnum, shstrndx) = self._form.tables(self._data[:64])
        self.interpreter = None
        self.build_id = None
        #: (file offset, size in the file, virtual address) of each loaded segment.
        self.loads = []
        dynamic = None
        for i in range(phnum):
            kind, _, offset, vaddr, filesz, _ = self._form.segment(self._data, phoff + i * phentsize)
            if kind == PT_LOAD:
                self.loads.append((offset, filesz, vaddr))
            elif kind == PT_DYNAMIC:
                dynamic = (offset, filesz)
            elif kind == PT_INTERP:
                self.interpreter = self._string(offset)
            elif kind == PT_NOTE and self.build_id is None:
                self.build_id = self._find_build_id(offset, filesz)
        self.soname, self.needed = self._read_dynamic(*dynamic) if dynamic else (None, [])
        self._sections = self._read_sections(shoff, shentsize, shnum, shstrndx)

    def _string(self, offset):
        end = self._data.find(b"\0", offset, offset + 4096)
        return self._data[offset : max(end, offset)].decode("utf-8", "replace")

    def _find_build_id(self, offset, size):
        return build_id_note(self._data, offset, size)

    def _read_dynamic(self, offset, size):
        entry = self._form.dynamic
        entries = [entry.unpack_from(self._data, at) for at in range(offset, offset + size - entry.size + 1, entry.size)]
        strings = next((self.file_offset(value) for tag, value in entries if tag == DT_STRTAB), None)
        if strings is None:
            return None, []
        names = [(tag, self._string(strings + value)) for tag, value in entries if tag in (DT_NEEDED, DT_SONAME)]
        soname = next((name for tag, name in names if tag == DT_SONAME), None)
        return soname, [name for tag, name in names if tag == DT_NEEDED]

    def _read_sections(self, shoff, entsize, count, names):
        sections = {}
        if not shoff or names >= count:
            return sections
        headers = [self._form.section(self._data, shoff + i * entsize) for i in range(count)]
        strings = headers[names].offset
        for name, flags, addr, offset, size in headers:
            sections[self._string(strings + name)] = (flags, addr, offset, size)
        return sections

    def file_offset(self, vaddr):
        """Where in the file the byte at a virtual address is, or None."""
        for offset, filesz, start in self.loads:
            if start <= vaddr < start + filesz:
                return vaddr - start + offset
        return None

    def virtual_address(self, offset):
        """The address, as `addr2line` takes it, of the byte at an offset in the file, or None."""
        # A segment is mapped in whole pages, so its first and last page hold bytes of its neighbours: prefer the
        # segment that has the byte, then one whose pages have it.
        for slack in (0, 4095):
            for start, filesz, vaddr in self.loads:
                if start - slack <= offset < start + filesz + slack:
                    return offset - start + vaddr
        return None

    def _section_data(self, name):
        if name not in self._sections:
            return None
        flags, addr, offset, size = self._sections[name]
        if size > LARGEST_TABLE:
            raise OverflowError(name)
        data = self._data[offset : offset + size]
        if flags & SHF_COMPRESSED:
            data = zlib.decompressobj().decompress(data[self._form.compressed :], LARGEST_TABLE)
        elif data[:4] == b"ZLIB":
            data = zlib.decompressobj().decompress(data[12:], LARGEST_TABLE)
        return addr, data

    @functools.lru_cache(maxsize=None)
    def symbol_sizes(self):
        """The size of each symbol by its name; 0 where the file does not say, as for functions in assembler."""
        sizes = {}
        for table, strings in ((".dynsym", ".dynstr"), (".symtab", ".strtab")):
            symbols, names = self._section_data(table), self._section_data(strings)
            if symbols is None or names is None:
                continue
            for name, size in self._form.symbols(symbols[1]):
                text = names[1][name : names[1].find(b"\0", name)].decode("utf-8", "replace")
                sizes[text] = max(size, sizes.get(text, 0))
        return sizes

    @functools.lru_cache(maxsize=None)
    def _unwind_ranges(self):
        ranges = []
        for section, eh in ((".eh_frame", True), (".debug_frame", False), (".zdebug_frame", False)):
            found = self._section_data(section)
            if found:
                ranges += frame_ranges(found[1], found[0], eh, self._form.word)
        ranges.sort()
        return ranges

    def has_unwind_table(self, vaddr):
        """Whether call frame information covers the code at an address: else a debugger guesses the caller."""
        try:
            ranges = self._unwind_ranges()
        except OverflowError:
            return True
        i = bisect.bisect_right(ranges, (vaddr, 1 << 64)) - 1
        # Ranges of the two kinds of table may overlap: look at a few of those that start before.
        return any(start <= vaddr < end for start, end in ranges[max(0, i - 4) : i + 1])


def frame_ranges(data, address, eh, word):
    """The (start, end) of every entry of an .eh_frame (eh) or .debug_frame section that lies at `address`. `word`: bytes of a pointer."""
    encodings = {}
    ranges = []
    at = 0
    try:
        while at + 8 <= len(data):
            length, pointer = struct.unpack_from("<II", data, at)
            if length == 0 or length >= 0xFFFFFFF0:
                # The end of an .eh_frame, which a linker may have put before a further one; or 64-bit DWARF.
                if length != 0:
                    break
                at += 4
                continue
            body = at + 8
            if pointer == (0 if eh else 0xFFFFFFFF):
                encodings[at] = _pointer_encoding(data, body, word) if eh else 0
            else:
                encoding = encodings.get(at + 4 - pointer if eh else pointer)
                found = _range(data, body, address, encoding, word)
                if found:
                    ranges.append(found)
            at += 4 + length
    except (struct.error, IndexError):
        pass  # a damaged table: what was read of it holds
    return ranges


def _pointer_encoding(data, at, word):
    end = data.index(b"\0", at + 1)
    augmentation = data[at + 1 : end]
    if not augmentation.startswith(b"z"):
        return 0
    at = end + 1
    for _ in range(3):  # code alignment, data alignment, return register
        _, at = _leb128(data, at)
    _, at = _leb128(data, at)
    for letter in augmentation[1:]:
        if letter == ord("R"):
            return data[at]
        if letter == ord("P"):
            at += 1 + {0: word, 3: 4, 4: 8, 0xB: 4, 0xC: 8}.get(data[at] & 0xF, word)
        elif letter == ord("L"):
            at += 1
    return 0


def _leb128(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def _range(data, at, address, encoding, word):
    if encoding is None:
        return None
    form = {0: "<q" if word == 8 else "<i", 3: "<I", 4: "<Q", 0xB: "<i", 0xC: "<q"}.get(encoding & 0xF)
    if form is None or encoding & 0x60:
        return None
    start = struct.unpack_from(form, data, at)[0]
    if encoding & 0x10:
        start += address + at
    size = struct.calcsize(form)
    length = int.from_bytes(data[at + size : at + 2 * size], "little")
    start &= (1 << 8 * word) - 1
    return (start, start + length)
