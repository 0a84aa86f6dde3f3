"""Threads beside gdb's own that never take a signal from it."""

import signal


def start_quietly(thread):
    """Starts a thread with every signal blocked.

    gdb waits for SIGCHLD with a mask that lets only its main thread have it. Taken by another thread, the signal is
    lost, and gdb waits for ever.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        thread.daemon = True
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
