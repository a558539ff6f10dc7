"""Random histories that billing-audit's checker and a search through all orders judge, in several processes."""

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.audit.random_histories import differing, random_history

SHARE = 2500


def differences(*, count, seed, jobs):
    """Return the histories, of so many, that the two judge differently, each in words."""
    shares = [
        (f"{seed}-histories-{begin}", min(SHARE, count - begin))
        for begin in range(0, count, SHARE)
    ]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return [each for found in pool.map(_differing, shares) for each in found]


def _differing(share):
    seed, count = share
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        operations, opening = random_history(rng)
        difference = differing(operations, opening)
        if difference is not None:
            found.append(f"{difference}: opening {opening}, {operations}")
    return found
