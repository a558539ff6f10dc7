"""Runs the suite against many services, each run in a process of its own.

Importing pytest, Hypothesis and Schemathesis takes as long as verifying one clause. So the runs are
forks of a process that has imported them.
"""

from __future__ import annotations

import json
import tempfile
import threading
import urllib.request
from pathlib import Path

from tests.processes import ForkServer, environment
from tests.zoo.service import Service

PLAN = {
    "plan_code": "base750",
    "expires_at": "2035-07-31T10:00:00Z",
    "status": "active",
}
# As accounts of customers are: their ids have nothing in common, one of them is on a plan, and they
# hold more than a thousand, where services begin to write amounts in another way.
NAMED = {
    "6b2f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001": ("1742.00", PLAN),
    "d5a04c3e-7b82-4a16-8e59-31c9f07a2b64": ("1742.00", None),
}
DRAINED = {"90c7e1b8-52fa-4d3b-a6e4-c8127d95f03a": ("50.00", None)}
SOURCES = ("hook", "named", "named+drain")


def money_from(source, url):
    """Return the options for one of SOURCES, after opening the accounts that they name in the service."""
    if source == "hook":
        return ["--account-url", f"{url}/_zoo/accounts"]
    named = [("--account", user, held) for user, held in NAMED.items()]
    if source == "named+drain":
        named += [("--account-drain", user, held) for user, held in DRAINED.items()]
    for _, user, (held, plan) in named:
        open_account(url, user, held, plan)
    return [word for option, user, _ in named for word in (option, user)]


def open_account(url, user, balance, plan):
    body = json.dumps({"user_id": user, "balance": balance, "plan": plan}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/_zoo/accounts", body, headers)
    urllib.request.urlopen(request).close()


class Verifier:
    """Verifies services by a fork server, one after the other; one thread may use it at a time.

    Money comes from one of SOURCES.
    """

    def __init__(self, server, source="hook"):
        self._source = source
        self._folder = tempfile.TemporaryDirectory(prefix="zoo-")
        self._server = server

    def verify(self, url, *options):
        """Run billing-verify and return its exit status, its report, and what it printed."""
        file = Path(self._folder.name, "report.json")
        file.unlink(missing_ok=True)
        accounts = money_from(self._source, url)
        ended = self._server.run(
            ["billing_verify", url, *accounts, "--json", str(file), *options],
            cwd=self._folder.name,
            env=environment(Service.key, {}),
        )
        printed = ended.stdout + ended.stderr
        if not file.exists():
            raise AssertionError(f"no report: {printed}")
        return ended.returncode, json.loads(file.read_text()), printed

    def close(self):
        """Remove the folder of the reports."""
        self._folder.cleanup()


class VerifierPerThread:
    """One verifier for each thread, for runs side by side."""

    def __init__(self, source="hook"):
        self._source = source
        self._local = threading.local()
        self._all = []

    def verify(self, url, *options):
        """Verify with the verifier of this thread; see `Verifier.verify`."""
        if not hasattr(self._local, "verifier"):
            server = ForkServer()
            self._local.verifier = Verifier(server, self._source)
            self._all += [self._local.verifier, server]
        return self._local.verifier.verify(url, *options)

    def close(self):
        """End all processes and remove their folders."""
        for each in self._all:
            each.close()


def broken_clauses(report):
    """Return the ids of the clauses whose verdict in a report is broken or weak."""
    return {
        clause["id"]
        for clause in report["clauses"]
        if clause["verdict"] in {"broken", "weak"}
    }


def errors(report):
    """Return the ids of the clauses whose verdict in a report is an error, with the reasons."""
    return {
        clause["id"]: clause["reasons"]
        for clause in report["clauses"]
        if clause["verdict"] == "error"
    }
