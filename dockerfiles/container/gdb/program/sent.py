"""Signals that are sent to the program at times after its start, in every run that is made here: the runner sends them to attempts alone."""

import os
import signal
import threading
import time

from .quiet_thread import start_quietly

#: How often a new run of the program is looked for.
SECONDS = 0.002


def send_signals(request):
    """Sends the request's signals to each process that becomes the program, from now on, until this process ends."""
    wanted = [(each["atMs"] / 1000, getattr(signal, each["signal"], None)) for each in request.get("signals") or ()]
    wanted = [(at, number) for at, number in wanted if number is not None]
    if wanted:
        start_quietly(threading.Thread(target=_send, args=(os.path.realpath(request["program"]), wanted)))


def _send(program, wanted):
    running = {}
    while True:
        now = time.monotonic()
        living = set(_runs_of(program))
        running = {pid: running.get(pid, (now, list(wanted))) for pid in living}
        for pid, (began, left) in running.items():
            while left and now >= began + left[0][0]:
                try:
                    os.kill(pid, left.pop(0)[1])
                except OSError:
                    break
        time.sleep(SECONDS)


def _runs_of(program):
    """First processes of the program: what they fork is the program, too, and is sent nothing."""
    for name in os.listdir("/proc"):
        if name.isdigit() and _is(name, program) and not _is(_parent(name), program):
            yield int(name)


def _is(pid, program):
    try:
        return os.readlink("/proc/%s/exe" % pid) == program
    except OSError:
        return False


def _parent(pid):
    try:
        with open("/proc/%s/stat" % pid, encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()[1]
    except (OSError, IndexError):
        return "0"
