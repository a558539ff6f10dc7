"""Kills under load, at random moments: nothing stays behind, and the port is free again."""

import contextlib
import http.client
import random
import signal
import socket
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.attack.mocks import Target
from tests.processes import running_mock

CLIENTS = 3
SECONDS_MAX = 10


@dataclass
class Kills:
    """What came of the kills: how many with each signal, the longest end in seconds, and what is wrong."""

    sent: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def kills(*, count, seed):
    """Start a mock and kill it under load, so many times, and return what came of it."""
    rng, found = random.Random(f"{seed}-kills"), Kills()
    for number in range(count):
        name = ("SIGTERM", "SIGKILL")[number % 2]
        with tempfile.TemporaryDirectory(prefix="killed-") as folder:
            _kill_one(name, rng.uniform(0, 0.3), Path(folder), found)
        found.sent[name] = found.sent.get(name, 0) + 1
    return found


def _kill_one(name, after, folder, found):
    stop = threading.Event()
    with running_mock(cwd=folder, TMPDIR=str(folder)) as (process, url, _):
        target = Target(url)
        clients = [
            threading.Thread(target=_debit, args=(url, each, stop))
            for each in range(CLIENTS)
        ]
        for each in clients:
            each.start()
        time.sleep(after)  # the random moment
        children = _children_of(process.pid)
        begun = time.monotonic()
        process.send_signal(signal.Signals[name])
        status = process.wait(timeout=SECONDS_MAX)
        found.slowest = max(found.slowest, time.monotonic() - begun)
        stop.set()
        for each in clients:
            each.join()
    expected = {"SIGTERM": 0, "SIGKILL": -signal.SIGKILL}[name]
    if status != expected:
        found.wrong.append(f"{name} after {after:.3f} s ended with status {status}")
    if left := [*folder.iterdir(), *filter(_is_alive, children)]:
        found.wrong.append(f"{name} after {after:.3f} s left {left}")
    if not _is_free(target.address):
        found.wrong.append(f"{name} after {after:.3f} s left the port taken")


def _debit(url, client, stop):
    number = 0
    with Target(url) as target, contextlib.suppress(OSError, http.client.HTTPException):
        while not stop.is_set():
            number += 1
            target.debit("test-user", f"{client}-{number}")


def _children_of(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []


def _is_alive(pid):
    return Path(f"/proc/{pid}").exists()


def _is_free(address):
    """Return whether another program that starts now gets the port, as a mock would ask for it."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(address)
            taken.listen()
        except OSError:
            return False
        return True
