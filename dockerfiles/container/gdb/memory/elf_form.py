"""How ELF files of 32 and of 64 bits lay out their tables (elf(5))."""

import collections
import struct

Segment = collections.namedtuple("Segment", "kind flags offset vaddr filesz memsz")
Section = collections.namedtuple("Section", "name flags vaddr offset size")


class ElfForm:
    """Reads one width's tables. All methods raise struct.error where the data ends early."""

    def __init__(self, bits):
        wide = bits == 64
        self.bits = bits
        #: Bytes of a pointer, and its letter in struct's language.
        self.word, self.letter = (8, "Q") if wide else (4, "I")
        #: Bytes of the file's header, of a symbol, of the header of a compressed section.
        self.header, self.symbol, self.compressed = (64, 24, 24) if wide else (52, 16, 12)
        self.dynamic = struct.Struct("<qQ" if wide else "<iI")
        self._tables, self._counts = (32, 54) if wide else (28, 42)
        self._segment = struct.Struct("<IIQQQQQ" if wide else "<7I")
        self._section = struct.Struct("<IIQQQQ" if wide else "<6I")
        self._symbol = struct.Struct("<IBBHQQ" if wide else "<IIIBBH")

    def tables(self, head):
        """Of a file's header: (where the segments begin, where the sections do), (a segment's size, their number, a section's size, their number, which names them)."""
        return struct.unpack_from("<2" + self.letter, head, self._tables), struct.unpack_from("<HHHHH", head, self._counts)

    def segment(self, data, at):
        words = self._segment.unpack_from(data, at)
        if self.bits == 64:
            kind, flags, offset, vaddr, _, filesz, memsz = words
        else:
            kind, offset, vaddr, _, filesz, memsz, flags = words
        return Segment(kind, flags, offset, vaddr, filesz, memsz)

    @property
    def segment_size(self):
        return self._segment.size + (8 if self.bits == 64 else 4)

    def section(self, data, at):
        name, _, flags, vaddr, offset, size = self._section.unpack_from(data, at)
        return Section(name, flags, vaddr, offset, size)

    def symbols(self, data):
        """(where the name begins, size) of each symbol of a table."""
        for words in self._symbol.iter_unpack(data[: len(data) // self.symbol * self.symbol]):
            yield words[0], words[5] if self.bits == 64 else words[2]


FORMS = {b"\x7fELF\x02\x01": ElfForm(64), b"\x7fELF\x01\x01": ElfForm(32)}


def form_of(data):
    """The form of a little-endian ELF file, by its first bytes; None where it is none."""
    form = FORMS.get(bytes(data[:6]))
    return form if form is not None and len(data) >= form.header else None
