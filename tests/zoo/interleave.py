"""Makes races happen: releases a lock in the middle of a step, so that other requests run there."""

import time

from tests.zoo.service import Service

ROUND_TRIP = 0.002
"""Seconds that a query to a database takes."""

THREAD_SWITCH = 0.0
"""Seconds to sleep for another thread to be scheduled, and no longer."""


def interleave(lock, seconds):
    """Release a held lock, sleep for these seconds, and take it again."""
    lock.release()
    time.sleep(seconds)
    lock.acquire()


class Racy(Service):
    """A service whose lock others may take in the middle of a step, for `pause` seconds."""

    pause = ROUND_TRIP

    def interleave(self):
        interleave(self.lock, self.pause)
