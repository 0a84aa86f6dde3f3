"""How a script of ours runs under gdb: what it was asked, where its answer goes, and what is said where it fails."""

import json
import os

import gdb

from program.gone import ended, is_gone
from program.launch import SETTINGS, UNATTENDED, set_up

from .channel import Channel
from .refused import Refused


def answer(work):
    """Calls `work(request, channel)`, and ends gdb.

    The request is the JSON object in the variable VIVARIUM_CAPTURE. What goes wrong is told as a problem of a stage: `start` where nothing could be
    looked at, `run` where that ended early.
    """
    request = json.loads(os.environ.pop("VIVARIUM_CAPTURE"))
    channel = Channel(request["mark"])
    stage = "start"
    try:
        set_up(SETTINGS, UNATTENDED)
        stage = "run"
        work(request, channel)
    except Refused as error:
        channel.send("problem", stage="start", text=str(error))
    except Exception as error:  # the host must hear of our own mistakes too
        text = ended() if is_gone(error) else "%s: %s" % (type(error).__name__, str(error)[:500])
        channel.send("problem", stage=stage, text=text)
    # gdb's own end would wait for threads and processes that no longer matter.
    os._exit(0)


def kill():
    """Ends what gdb runs, if anything."""
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:
        pass  # there is nothing to kill
