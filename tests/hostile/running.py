"""Serves a hostile service, and measures a run of billing-verify against it."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.processes import KEY, environment
from tests.zoo import Service
from tests.zoo.serving import Server

EVERYWHERE, DEBITS = "/", "/debit"
USERS = ("5f1c2d3e-0000-4000-8000-000000000001", "5f1c2d3e-0000-4000-8000-000000000002")
OPENING = Decimal(100)


# The peak that wait4 tells counts what the parent held when it forked.
RUN = """
import atexit, pathlib, runpy, sys

def note(file=pathlib.Path(sys.argv.pop(1))):
    status = pathlib.Path("/proc/self/status").read_text()
    file.write_text(status.partition("VmHWM:")[2].split()[0])

atexit.register(note)
runpy.run_module("billing_verify", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A run: its exit status, seconds, mebibytes of memory at most, units taken, and the last line of the verdict.

    `told` is what the report says was spent.
    """

    status: int
    seconds: float
    mebibytes: float
    taken: Decimal
    told: Decimal
    sentence: str
    printed: str


@contextlib.contextmanager
def running(connection, *, only=EVERYWHERE):
    """Serve a service with these connections, whose paths with `only` are attacked, and yield its URL and it."""
    service = Service()
    for user_id in USERS:
        service.open(user_id, OPENING)
    server = Server(service)
    server.RequestHandlerClass, server.only = connection, only
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", service
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()


def measure(connection, *options, only=EVERYWHERE):
    """Run billing-verify with two named accounts against a hostile service, in a process of its own."""
    named = [word for user_id in USERS for word in ("--account", user_id)]
    with running(connection, only=only) as (url, service), _folder() as folder:
        file, out = folder / "report.json", folder / "out.txt"
        peak = folder / "peak.txt"
        words = ["-c", RUN, str(peak), url, *named, "--json", str(file), *options]
        start = time.monotonic()
        with out.open("wb") as printed:
            process = subprocess.run(
                [sys.executable, *words],
                stdout=printed,
                stderr=printed,
                cwd=folder,
                env=environment(KEY, {}),
                check=False,
            )
        seconds = time.monotonic() - start
        report = json.loads(file.read_text()) if file.exists() else {}
        return Measured(
            status=process.returncode,
            seconds=seconds,
            mebibytes=int(peak.read_text()) / 1024,
            taken=sum(OPENING - service.accounts[user].balance for user in USERS),
            told=Decimal(report.get("spent", "0")),
            sentence=report.get("sentence", ""),
            printed=out.read_text(errors="replace"),
        )


@contextlib.contextmanager
def _folder():
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        yield Path(name)
