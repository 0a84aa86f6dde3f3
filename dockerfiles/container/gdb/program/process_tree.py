"""The processes that a program came to: which there are, which made which, what joins two of them. Told by /proc, without stopping any."""

import ctypes
import os

PR_SET_CHILD_SUBREAPER = 36
READING, WRITING = (os.O_RDONLY, os.O_RDWR), (os.O_WRONLY, os.O_RDWR)
#: More of them are not looked at.
MAX_PROCESSES = 8
#: States of a process that cannot be stopped for a look, in words.
STATES = {"D": "it takes no signal now", "Z": "its first thread has ended", "X": "it has ended"}


def adopt_orphans():
    """Has processes whose parent ended become children of this one, so that they are still found below it."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass  # then they are children of process 1


class Process:
    """One process as /proc tells it. Raises OSError where it is gone."""

    def __init__(self, pid):
        self.pid = pid
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            text = file.read()
        # The name may hold anything, parentheses and spaces, too.
        self.name = text[text.index("(") + 1 : text.rindex(")")]
        fields = text[text.rindex(")") + 2 :].split()
        self.state, self.parent = fields[0], int(fields[1])

    @property
    def stops(self):
        """Whether it can be stopped for a look: not what is dead, nor a parent that waits in vfork(), which takes no signal."""
        return self.state not in STATES


def below(root):
    """The living processes below one, itself left out, those made first before what they made; at most MAX_PROCESSES."""
    children = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            process = Process(int(name))
        except (OSError, ValueError):
            continue
        if process.state not in "ZX":
            children.setdefault(process.parent, []).append(process)
    found, todo = [], [root]
    while todo:
        mine = sorted(children.get(todo.pop(0), []), key=lambda process: process.pid)
        found += mine
        todo += [process.pid for process in mine]
    return found[:MAX_PROCESSES]


def joined(pid, descriptor, end=WRITING):
    """What a descriptor of a process is, as /proc names it, and the processes that hold that end of it open: (`pipe:[7]`, {pid}).

    (None, set()) where it is not open.
    """
    try:
        what = os.readlink("/proc/%d/fd/%d" % (pid, descriptor))
    except OSError:
        return None, set()
    return what, {other for other in _pids() if _holds(other, what, end)} if what.startswith("pipe:") else set()


def _pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _holds(pid, what, end):
    folder = "/proc/%d" % pid
    try:
        for number in os.listdir(folder + "/fd"):
            if os.readlink("%s/fd/%s" % (folder, number)) == what and _mode(folder, number) in end:
                return True
    except OSError:
        pass
    return False


def _mode(folder, number):
    with open("%s/fdinfo/%s" % (folder, number), encoding="ascii") as file:
        for line in file:
            if line.startswith("flags:"):
                return int(line.split()[1], 8) & os.O_ACCMODE
    return None


_lockers = {}


def note_file_locks(lines=None):
    """Reads who waits for whose file lock, of the lines of /proc/locks: as they are now, where none are given.

    To be called before gdb stops anything: a process that is stopped no longer waits.
    """
    _lockers.clear()
    holder = None
    try:
        for line in _lock_lines() if lines is None else lines:
            words = line.split()
            if words[1] == "->":
                _lockers[int(words[5])] = holder
            else:
                holder = int(words[4])
    except (OSError, ValueError, IndexError):
        pass  # then it is not known


def _lock_lines():
    with open("/proc/locks", encoding="ascii") as file:
        return file.readlines()


def locker(pid):
    """The process that holds the file lock that another one waited for, or None where that is not known."""
    return _lockers.get(pid)
