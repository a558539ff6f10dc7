"""One conforming service from another stack, in processes of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.zoo.independent.store import Store
from tests.zoo.service import Service

ROOT = Path(__file__).parents[3]
WORKERS = 2


@contextlib.contextmanager
def independent_service():
    """Run the service in two processes behind one port and yield its base URL."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0), backlog=256) as listening,
        contextlib.ExitStack() as workers,
    ):
        database = str(Path(folder, "billing.sqlite"))
        Store(database).create()
        started = [
            workers.enter_context(worker(listening, database)) for _ in range(WORKERS)
        ]
        for process in started:
            await_ready(process)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextlib.contextmanager
def worker(listening, database):
    settings = {"BILLING_DATABASE": database, "BILLING_KEY": Service.key}
    fd = listening.fileno()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.zoo.independent.worker", str(fd)],
        cwd=ROOT,
        env=os.environ | settings,
        pass_fds=[fd],
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def await_ready(process):
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError(
            "The independent service did not start; its message is above. "
            "It needs the packages of the extra: pip install -e '.[dev]'"
        )
