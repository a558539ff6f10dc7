"""Run our commands as a user does, in processes of their own, and end them by their own id."""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

KEY = "super-secret-dev"
COMPILED = Path(__file__).parent.parent / ".pytest_cache" / "compiled"
FORKED = {"billing_verify"}
"""The modules that need their libraries imported for longer than they run."""


def run(*arguments, key=KEY, cwd=None, **variables):
    """Run `python -m …` to its end and return its exit status and what it printed."""
    words = [str(argument) for argument in arguments]
    env = environment(key, variables)
    if words[0] in FORKED and not any(name.startswith("PYTHON") for name in variables):
        return fork_server().run(words, cwd=cwd, env=env)
    return subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        check=False,
        text=True,
        cwd=cwd,
        env=env,
        timeout=300,
    )


class ForkServer:
    """A process of `tests/fork_server.py`, which runs modules one after the other in forks of itself.

    What runs has the folder, the environment and the arguments that were given here, and nothing of
    the runs before it.
    """

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="fork-server-")
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fork_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(None, {}),
        )

    def run(self, arguments, *, cwd=None, env):
        """Run `python -m` with these arguments and return a `subprocess.CompletedProcess`."""
        out, err = (Path(self._folder.name, name) for name in ("stdout", "stderr"))
        request = {
            "arguments": arguments,
            "cwd": str(Path(cwd or Path.cwd()).absolute()),
            "env": env,
            "stdout": str(out),
            "stderr": str(err),
        }
        with self._lock:
            out.unlink(missing_ok=True)
            err.unlink(missing_ok=True)
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            status = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(
                arguments, status, out.read_text(), err.read_text()
            )

    def close(self):
        """End the process and remove its folder."""
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()
        self._folder.cleanup()


@functools.cache
def fork_server():
    """Return the fork server of this process of pytest, which is started at the first call."""
    server = ForkServer()
    atexit.register(server.close)
    return server


@contextmanager
def running_mock(
    *arguments,
    key=KEY,
    cwd=None,
    program=(sys.executable, "-m", "billing_mock"),
    **variables,
):
    """Start `billing-mock --port 0` and yield the process, its URL, and what it printed so far."""
    process = subprocess.Popen(
        [*program, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=environment(key, variables),
        start_new_session=True,
    )
    try:
        greeting = ""
        while "Ctrl-C stops it." not in greeting:
            line = process.stdout.readline()
            if not line:
                raise AssertionError(f"the mock did not start: {greeting}")
            greeting += line
        yield process, re.search(r"http://\S+", greeting)[0], greeting
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        process.stdout.close()


def environment(key, variables):
    """Return the environment of a process: ours, the key (None for none), and these variables.

    It is without the variables of the suite and of pytest. What Python compiles is kept, outside of
    the folders that tests look at, so that not every process compiles it anew.
    """
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BILLING_", "PYTEST_"))
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **clean,
        "PYTHONPYCACHEPREFIX": str(COMPILED),
        **({} if key is None else {"BILLING_SERVICE_TOKEN": key}),
        **variables,
    }
