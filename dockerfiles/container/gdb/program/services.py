"""Services beside the program for a person who debugs it: the runner starts those of attempts (runner/services.h)."""

import os
import signal
import subprocess
import time

#: What they write goes there.
FOLDER = "/tmp"
SECONDS = 0.01
#: Tables of the kernel's, and the state of a socket that waits there.
TABLES = (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07"))


class Services:
    """The services of a request, started afresh for each run that is made here."""

    def __init__(self, request):
        self._asked = request.get("services") or ()
        self._running = []

    def restart(self):
        """Ends those of the run before, and starts them in order, each once the one before is ready. Says what goes wrong."""
        self.stop()
        for asked in self._asked:
            log = os.path.join(FOLDER, "service-%s.log" % asked["name"])
            try:
                with open(log, "wb") as output:
                    process = subprocess.Popen(
                        asked["argv"],
                        env=asked["env"],
                        cwd=asked["directory"],
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        start_new_session=True,
                    )
            except OSError as error:
                print("vivarium: service %s cannot be started: %s" % (asked["name"], error), flush=True)
                return
            self._running.append(process)
            self._await(asked, process, log)

    def _await(self, asked, process, log):
        end = time.monotonic() + asked["withinMs"] / 1000
        while not _is_ready(asked["ready"], log):
            if process.poll() is not None or time.monotonic() > end:
                how = "is not ready" if process.poll() is None else "has ended (%d)" % process.returncode
                print("vivarium: service %s %s; its output is in %s" % (asked["name"], how, log), flush=True)
                return
            time.sleep(SECONDS)

    def stop(self):
        """Ends them, with what they started."""
        for process in self._running:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except OSError:
                pass
            process.wait()
        self._running = []


def _is_ready(ready, log):
    if ready is None:
        return True
    if "file" in ready:
        return os.path.exists(ready["file"])
    if "line" in ready:
        with open(log, "rb") as file:
            return ready["line"].encode() in file.read(65536)
    return any(_has_port(table, ready["port"], state) for table, state in TABLES)


def _has_port(table, port, state):
    try:
        with open("/proc/self/net/" + table, encoding="ascii") as file:
            rows = [line.split() for line in file.readlines()[1:]]
    except OSError:
        return False
    return any(int(row[1].rpartition(":")[2], 16) == port and row[3] == state for row in rows)
