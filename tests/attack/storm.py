"""Hostile inputs to a mock from a few threads, and what must hold for each of them and for all."""

import itertools
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

from tests.attack.http_bytes import statuses_of
from tests.attack.inputs import ATTACKED, KINDS, SPOILT

THREADS = 6
OPENING = 1_000_000
# HTTP lets a server say so of a method or a version that it does not have.
ALLOWED = {501, 505}
WRONG_MAX = 20


@dataclass
class Storm:
    """What came of the inputs: how many of each kind, the statuses, what is wrong, and the units that were charged."""

    sent: Counter = field(default_factory=Counter)
    statuses: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    charged: Counter = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def storm(target, *, count, seed):
    """Send so many inputs, of all kinds in turn, and return what came of them. The balances are compared at the end."""
    target.open_accounts([*ATTACKED, *SPOILT], OPENING)
    found = Storm()
    shares = [count // THREADS + (each < count % THREADS) for each in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [
            pool.submit(_send, target.address, share, f"{seed}-{number}", found)
            for number, share in enumerate(shares)
        ]:
            done.result()
    found.wrong += _wrong_balances(target, found)
    return found


def _send(address, count, seed, found):
    rng = random.Random(seed)
    for kind, _ in zip(itertools.cycle(KINDS), range(count), strict=False):
        attack = kind(rng)
        try:
            statuses = statuses_of(address, attack)
        except OSError as error:
            wrong = f"{kind.__name__}: {error!r} at {attack.parts!r:.600}"
            statuses = []
        else:
            wrong = _wrong(kind, attack, statuses)
        with found.lock:
            found.sent[kind.__name__] += 1
            found.statuses.update(statuses)
            if statuses.count(200) == len(attack.charges):
                found.charged[attack.user_id] += sum(attack.charges)
            if wrong and len(found.wrong) < WRONG_MAX:
                found.wrong.append(wrong)


def _wrong(kind, attack, statuses):
    bad = [each for each in statuses if each >= 500 and each not in ALLOWED]
    final = [each for each in statuses if each != 100]
    if bad or (attack.charges and final != [200] * len(attack.charges)):
        return f"{kind.__name__}: {statuses} to {attack.parts!r:.600}"
    return None


def _wrong_balances(target, found):
    """Return how balances differ from what proper debits took, and from what is booked."""
    balances, booked = target.balances(), target.booked()
    for user_id in (*ATTACKED, *SPOILT):
        taken = OPENING - balances[user_id]
        if taken != booked.get(user_id, 0):
            yield f"{user_id} has lost {taken}, and {booked.get(user_id, 0)} are booked"
        if user_id in ATTACKED and taken != Decimal(found.charged[user_id]):
            yield f"{user_id} has lost {taken}, not {found.charged[user_id]}"
