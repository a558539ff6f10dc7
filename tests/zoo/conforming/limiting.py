"""A limiter in front of the service, whose refusals say when to come again."""

import threading
from collections import Counter

from tests.zoo.refusals import too_many
from tests.zoo.registry import conforming
from tests.zoo.service import Service


class Limiting(Service):
    """A service behind a limiter, which lets some requests of each connection through, and then refuses one."""

    def __init__(self):
        super().__init__()
        self.counting = threading.Lock()
        self.counted = Counter()

    def success(self, request):
        if self.is_one_too_many(request):
            raise self.refusal()
        return super().success(request)

    def is_one_too_many(self, request):
        connection = request.environ["zoo.connection"]
        with self.counting:
            self.counted[connection] += 1
            return self.counted[connection] % 7 == 0

    def refusal(self):
        return too_many()


@conforming(limits=True)
class LimitsEachConnection(Limiting):
    """Every seventh request of a connection is one too many: 429, and Retry-After."""


@conforming(limits=True)
class BusyAtTimes(Limiting):
    """Every seventh request of a connection finds the service busy: 503, and Retry-After."""

    def refusal(self):
        refusal = too_many()
        refusal.status = 503
        return refusal
