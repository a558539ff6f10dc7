"""Run our commands as a user does, in processes of their own, and end them by their own id."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

KEY = "super-secret-dev"


def run(*arguments, key=KEY, cwd=None, **variables):
    """Run `python -m …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        cwd=cwd,
        env=environment(key, variables),
        timeout=300,
    )


@contextmanager
def running_mock(
    *arguments,
    key=KEY,
    cwd=None,
    program=(sys.executable, "-m", "billing_mock"),
    **variables,
):
    """A `billing-mock --port 0`: the process, its URL, and what it printed so far."""
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
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BILLING_", "PYTEST_"))
    }
    return {
        **clean,
        **({} if key is None else {"BILLING_SERVICE_TOKEN": key}),
        **variables,
    }
