"""The gap in which races happen: a lock is let go for a moment in mid-step."""

import time

from tests.zoo.service import Service

ROUND_TRIP = 0.002
"""As long as a query to a database takes."""

GLIMPSE = 0.0
"""Only long enough for another thread to be scheduled."""


def let_others_in(lock, seconds):
    """Release a held lock, wait, and take it again."""
    lock.release()
    time.sleep(seconds)
    lock.acquire()


class Racy(Service):
    """A service that lets others in for the time of a round trip."""

    window = ROUND_TRIP

    def let_others_in(self):
        let_others_in(self.lock, self.window)
