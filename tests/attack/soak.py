"""A soak: rounds of debits under faults, with readers of the journal, each judged by billing-audit and ended by a reset."""

import contextlib
import http.client
import io
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

from billing_audit.findings import judge_lines

USERS = [f"soaked-{number}" for number in range(30)]
WORKERS, READERS = 4, 1
OPENING = 200
ROUND_REQUESTS_MAX = (
    9000  # the journal holds 10,000, and a history without its beginning proves less
)
FAULTS = (
    {"kind": "status", "status": 500, "acts": "after", "probability": 0.05},
    {"kind": "status", "status": 503, "acts": "before", "probability": 0.05},
    {"kind": "lose_response", "probability": 0.05},
    {"kind": "drop_request", "probability": 0.05},
    {"kind": "delay", "seconds": 0.02, "probability": 0.05},
    {"kind": "truncate_body", "probability": 0.03},
    {"kind": "garble_body", "probability": 0.03},
)
STEPS = 200_000


@dataclass
class Soak:
    """What came of a soak: requests, rounds, memory after each reset, and what is wrong."""

    requests: int = 0
    rounds: int = 0
    inconclusive: int = 0
    after_reset: list[int] = field(default_factory=list)
    highest: int = 0
    wrong: list[str] = field(default_factory=list)


def soak(target, *, seconds, round_seconds, seed):
    """Run rounds for so many seconds, and return what came of them."""
    rng, found = random.Random(f"{seed}-soak"), Soak()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        target.control("POST", "reset")
        found.after_reset.append(target.mebibytes())
        target.open_accounts(USERS, OPENING)
        for fault in rng.sample(FAULTS, 4):
            for user_id in USERS[::2]:
                target.control("POST", "faults", {**fault, "user_id": user_id})
        _round(target, round_seconds, rng.random(), found)
        found.rounds += 1
        _judge(target, found)
    target.control("POST", "reset")
    found.after_reset.append(target.mebibytes())
    return found


def _round(target, seconds, seed, found):
    stop = threading.Event()
    with ThreadPoolExecutor(WORKERS + READERS) as pool:
        work = [
            pool.submit(_work, target, random.Random(f"{seed}-{each}"), stop)
            for each in range(WORKERS)
        ]
        reading = [pool.submit(_read, target, stop) for _ in range(READERS)]
        try:
            stop.wait(seconds)
        finally:
            stop.set()
    found.requests += sum(each.result() for each in [*work, *reading])


def _work(target, rng, stop):
    """Debit and read, and send some debits again, until the event is set; return how many were sent."""
    sent, refs = 0, []
    with target.beside() as own:
        while not stop.is_set() and sent < ROUND_REQUESTS_MAX // WORKERS:
            sent += 1
            user_id, ref = rng.choice(USERS), f"r-{rng.random()}"
            if refs and rng.random() < 0.3:
                user_id, ref = rng.choice(refs)
            refs.append((user_id, ref))
            # A fault may cut the connection.
            with contextlib.suppress(OSError, http.client.HTTPException):
                if rng.random() < 0.2:
                    own.call("GET", f"/internal/billing/balance?user_id={user_id}")
                else:
                    own.debit(user_id, ref, f"{rng.randint(1, 300) / 100}")
    return sent


def _read(target, stop):
    """Read the lists of the control plane until the event is set; return how many requests that were."""
    sent = 0
    with target.beside() as own:
        while not stop.wait(0.2):
            for path in ("requests", "requests?limit=50", "findings", "transactions"):
                own.control("GET", path)
                sent += 1
    return sent


def _judge(target, found):
    """Compare the books, and judge the mock's own history."""
    found.highest = max(found.highest, target.mebibytes())
    balances, booked = target.balances(), target.booked()
    for user_id in USERS:
        if OPENING - balances[user_id] != booked.get(user_id, Decimal(0)):
            found.wrong.append(f"round {found.rounds}: {user_id} does not balance")
    status, history = target.call("GET", "/_mock/history")
    assert status == 200, history[:300]
    judged = judge_lines(enumerate(io.BytesIO(history), start=1), steps=STEPS)
    found.inconclusive += len(judged.inconclusive)
    found.wrong += [
        f"round {found.rounds}: {each.user_id}: {each.result.sentence}"
        for each in judged.broken
    ]
    if judged.error or not judged.operations:
        found.wrong.append(f"round {found.rounds}: no history to judge: {judged.error}")
