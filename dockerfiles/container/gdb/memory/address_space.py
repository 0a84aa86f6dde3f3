"""The memory map of a stopped process, and what lies at an address of it."""

import os

from .elf_object import ElfObject


class Region:
    """One line of /proc/PID/maps."""

    def __init__(self, line):
        fields = line.split(None, 5)
        start, end = fields[0].split("-")
        self.start, self.end = int(start, 16), int(end, 16)
        self.permissions = fields[1]
        self.offset = int(fields[2], 16)
        self.path = fields[5].strip() if len(fields) > 5 else None

    @property
    def executable(self):
        return "x" in self.permissions

    @property
    def file(self):
        """The path where a file is mapped, else None."""
        return self.path if self.path and self.path.startswith("/") else None


def living_task(pid):
    """The folder of /proc that tells of a process's memory: its own, or, where its main thread has ended, that of another thread."""
    folder = "/proc/%d" % pid
    for each in [folder] + ["%s/task/%s" % (folder, task) for task in sorted(os.listdir(folder + "/task"), key=int)]:
        if os.path.lexists(each + "/exe") and _readable(each + "/exe"):
            return each
    return folder


def _readable(link):
    try:
        return bool(os.readlink(link))
    except OSError:
        return False


class AddressSpace:
    """Built anew at each stop; ELF files are read once in the life of this gdb."""

    _objects = {}

    def __init__(self, pid):
        folder = living_task(pid)
        with open(folder + "/maps", encoding="utf-8", errors="replace") as maps:
            self.regions = [Region(line) for line in maps]
        self.program = os.readlink(folder + "/exe")

    def _at(self, address):
        """Index of the first region that ends above an address."""
        low, high = 0, len(self.regions)
        while low < high:
            middle = (low + high) // 2
            if self.regions[middle].end <= address:
                low = middle + 1
            else:
                high = middle
        return low

    def region(self, address):
        """The region that holds an address, or None."""
        at = self._at(address)
        return self.regions[at] if at < len(self.regions) and self.regions[at].start <= address else None

    def elf(self, path):
        """The ELF object of a mapped file, or None where it is none or cannot be read."""
        if path not in self._objects:
            try:
                self._objects[path] = ElfObject(path)
            except (OSError, ValueError):
                self._objects[path] = None
        return self._objects[path]

    def locate(self, address):
        """(path, ELF object, virtual address in it) of code, each None where unknown.

        The virtual address is the one that `addr2line -e path` takes: it is the same under any load address.
        """
        region = self.region(address)
        if region is None or region.path is None:
            return None, None, None
        if region.file is None:
            return region.path, None, address - region.start
        elf = self.elf(region.path)
        if elf is None:
            return region.path, None, None
        return region.path, elf, elf.virtual_address(address - region.start + region.offset)

    def libraries(self):
        """Paths of the files that are mapped for execution, in order of address, the program itself left out."""
        paths = {region.file: None for region in self.regions if region.file and region.executable}
        paths.pop(self.program, None)
        return list(paths)

    def loaded_at_start(self):
        """Those of the libraries that the program needs by name, so that they were there before its first line."""
        program = self.elf(self.program)
        if program is None:
            return set()
        by_name = {}
        for path in self.libraries():
            elf = self.elf(path)
            for name in {os.path.basename(path), elf.soname if elf else None}:
                by_name[name] = path
        start = set()
        todo = list(program.needed)
        if program.interpreter:
            start.update(path for path in self.libraries() if path == os.path.realpath(program.interpreter))
        while todo:
            path = by_name.get(todo.pop())
            if path and path not in start:
                start.add(path)
                todo += self.elf(path).needed if self.elf(path) else []
        return start

    def relevant(self, addresses, limit):
        """At most `limit` regions: those at and next to the addresses, the code's, the stack and heap, then others."""
        near = set()
        for address in addresses:
            at = self._at(address)
            near.update(range(max(0, at - 2), min(len(self.regions), at + 2)))
        rank = sorted(
            range(len(self.regions)),
            key=lambda i: (
                i not in near,
                not (self.regions[i].executable or self.regions[i].path in ("[stack]", "[heap]")),
                self.regions[i].path is None,
                i,
            ),
        )
        return [self.regions[i] for i in sorted(rank[:limit])]
