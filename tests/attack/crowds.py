"""Crowds of clients that are silent, slow or late, beside which the mock has to answer others at once."""

import contextlib
import resource
import socket
import time
from dataclasses import dataclass, field

from tests.attack.http_bytes import DEBIT, debit_body, whole

SLOW = "slow-user"
SECONDS_MAX = 1.0
OTHER_FILES = 200


@dataclass
class Crowds:
    """What came of the crowds: how many connections of each kind stood, the seconds of each answer, and what is wrong."""

    standing: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def crowds(target, *, idle, each):
    """Open idle connections and so many of each other kind, and measure answers beside them."""
    found = Crowds()
    allowed = _raise_open_files() - OTHER_FILES - 3 * each
    body = debit_body(SLOW, "number")
    sent = whole(DEBIT, body)
    kinds = {
        "open connections": (min(idle, allowed), b""),
        "half-sent heads": (each, sent[:60]),
        "half-sent bodies": (each, sent[:-5]),
        "delayed answers": (each, sent),
    }
    target.open_accounts([SLOW, "quick-user"], 1000)
    fault = {"kind": "delay", "seconds": 600, "user_id": SLOW}
    target.control("POST", "faults", fault)
    with contextlib.ExitStack() as stack:
        for name, (count, data) in kinds.items():
            found.standing[name] = count
            for number in range(count):
                connection = socket.create_connection(target.address, timeout=30)
                stack.enter_context(contextlib.closing(connection))
                connection.sendall(data.replace(b'"number"', b'"%06d"' % number))
        _wait_for_delayed(target, each)
        _measure(target, found)
    return found


def _wait_for_delayed(target, count):
    while target.balances()["slow-user"] * 100 > 100_000 - count:
        pass


def _measure(target, found):
    calls = {
        "/health": lambda: target.call("GET", "/health")[0],
        "a debit": lambda: target.debit("quick-user", "beside-crowds"),
        "a reset": lambda: target.call("POST", "/_mock/reset")[0],
        "a debit after it": lambda: target.debit("test-user", "after-reset"),
    }
    for name, call in calls.items():
        begun = time.monotonic()
        status = call()
        seconds = found.seconds[name] = time.monotonic() - begun
        if status not in {200, 204} or seconds > SECONDS_MAX:
            found.wrong.append(f"{name}: {status} after {seconds:.2f} s")


def _raise_open_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
