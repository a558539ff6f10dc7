"""Runs the suite against many services, each run in a process of its own.

Importing pytest, Hypothesis and Schemathesis takes longer than a quick run. So one process
imports them and is forked for each run, on request: a line of JSON in, a line of JSON out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.zoo.service import Service

FORKING = """
import json, os, sys
import billing_verify.cli as cli, billing_verify.plugin, contract_tests.test_documented_answers
import billing_verify.checks.schemathesis_checks, hypothesis.stateful, _hypothesis_pytestplugin, schemathesis.pytest.plugin
for line in sys.stdin:
    arguments, told = json.loads(line)
    if os.fork() == 0:
        os.dup2(os.open(told, os.O_CREAT | os.O_WRONLY), 1)
        os.dup2(1, 2)
        sys.stdin.close()
        try:
            cli.main(arguments)
        except SystemExit as end:
            os._exit(int(end.code or 0))
    _, status = os.wait()
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


class Verifier:
    """Verifies services one after the other; one thread may use it at a time."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="zoo-")
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORKING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BILLING_SERVICE_TOKEN": Service.key},
        )

    def verify(self, url, *options):
        """The exit status, the report, and what was printed."""
        folder = Path(self._folder.name)
        file, told = folder / "report.json", folder / "told.txt"
        file.unlink(missing_ok=True)
        told.unlink(missing_ok=True)
        accounts = ["--account-url", f"{url}/_zoo/accounts"]
        request = [[url, *accounts, "--json", str(file), *options], str(told)]
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        if not file.exists():
            raise AssertionError(f"no report: {told.read_text()}")
        return status, json.loads(file.read_text()), told.read_text()

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()
        self._folder.cleanup()


class PerThread:
    """One verifier for each thread, for runs side by side."""

    def __init__(self):
        self._local = threading.local()
        self._all = []

    def verify(self, url, *options):
        if not hasattr(self._local, "verifier"):
            self._local.verifier = Verifier()
            self._all.append(self._local.verifier)
        return self._local.verifier.verify(url, *options)

    def close(self):
        for verifier in self._all:
            verifier.close()


def broken_clauses(report):
    """The clauses that a report calls broken or weak."""
    return {
        clause["id"]
        for clause in report["clauses"]
        if clause["verdict"] in {"broken", "weak"}
    }


def errors(report):
    """The clauses that a report could not judge for an error."""
    return {
        clause["id"]: clause["reasons"]
        for clause in report["clauses"]
        if clause["verdict"] == "error"
    }
