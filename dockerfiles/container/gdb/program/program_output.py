"""What the program writes while gdb runs it: drained at once, kept in part."""

import os
import select
import termios
import threading

from .quiet_thread import start_quietly

HEAD = 40 * 1024
TAIL = 16 * 1024


class ProgramOutput:
    """Reads a FIFO in a thread of its own, so that the program never waits for gdb."""

    def __init__(self, path):
        os.mkfifo(path, 0o600)
        # Without O_NONBLOCK this would wait for the program to open its end.
        self._begin(os.open(path, os.O_RDONLY | os.O_NONBLOCK))

    def _begin(self, fd):
        self._fd = fd
        self._head = b""
        self._tail = b""
        self._dropped = 0
        self._wake, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._drain)
        start_quietly(self._thread)

    def _drain(self):
        while True:
            # A FIFO that was never opened for writing is not readable: no busy loop before the program starts.
            ready, _, _ = select.select([self._fd, self._wake], [], [])
            if self._fd in ready:
                try:
                    data = os.read(self._fd, 65536)
                except BlockingIOError:
                    continue
                except OSError:
                    return  # a terminal that nobody has open any more
                if not data:
                    return
                self._keep(data)
            elif self._wake in ready:
                return

    def _keep(self, data):
        room = HEAD - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        tail = self._tail + data
        self._dropped += max(0, len(tail) - TAIL)
        self._tail = tail[-TAIL:]

    def text(self):
        """All that was written so far (call after the program is dead, or stopped): UTF-8, damage replaced."""
        os.close(self._stop)
        self._thread.join(1)
        return shown(self._head, self._dropped, self._tail)


class ProgramTerminal(ProgramOutput):
    """A terminal for the program, as the runner makes one (runner/terminal.h): what it is to read was typed before."""

    def __init__(self, typed):
        keyboard, self._own = os.openpty()
        self.path = os.ttyname(self._own)
        settings = termios.tcgetattr(self._own)
        settings[1] &= ~termios.ONLCR
        termios.tcsetattr(self._own, termios.TCSANOW, settings)
        termios.tcsetwinsize(self._own, (24, 80)) if hasattr(termios, "tcsetwinsize") else None
        with open(typed, "rb") as file:
            text = file.read(4000)
        os.write(keyboard, text + (b"\4\4" if text and not text.endswith(b"\n") else b"\4"))
        os.set_blocking(keyboard, False)
        self._begin(keyboard)


class FurtherOutput(ProgramOutput):
    """What a program writes from now on to a pipe or terminal that is read here already."""

    def __init__(self, fd):
        self._begin(fd)


class NoOutput:
    """What a program with a terminal writes elsewhere: nothing."""

    def text(self):
        return ""


class OutputFile:
    """What the last of many runs wrote to a file, which each begins anew."""

    def __init__(self, path):
        self._path = path

    def text(self):
        """As ProgramOutput.text."""
        try:
            with open(self._path, "rb") as file:
                head = file.read(HEAD)
                rest = os.fstat(file.fileno()).st_size - len(head)
                file.seek(max(0, rest - TAIL), os.SEEK_CUR)
                return shown(head, max(0, rest - TAIL), file.read(TAIL))
        except OSError:
            return ""


def shown(head, dropped, tail):
    gap = b"\n[%d bytes left out]\n" % dropped if dropped else b""
    return (head + gap + tail).decode("utf-8", "replace")
