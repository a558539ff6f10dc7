"""Measures the mock inside a test's own process: import to first answer, reset, a debit, start and stop.

Each process is new, as a test run is; what counts is the median of several.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from benchmarks.results import Table

PROCESSES = 7
# Run as a program of its own, since the first import is part of what is measured.
_PROGRAM = """
import http.client, json, time
begin = time.perf_counter()
from billing_mock import BillingMock
mock = BillingMock().start()
host = mock.url.rpartition("/")[2]
connection = http.client.HTTPConnection(host)
headers = {"X-Internal-Key": mock.key, "Content-Type": "application/json"}

def call(method, path, body=None):
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text)
    return text

call("GET", "/internal/billing/balance?user_id=test-user")
seconds = {"import to first answer": time.perf_counter() - begin}

mock.fund("test-user", 1_000_000)
def debit(ref):
    body = {"user_id": "test-user", "units": 1.0, "ref": ref, "reason": "chat_message"}
    return call("POST", "/internal/billing/debit", json.dumps(body))

COUNT = 2000
for number in range(200):
    debit(f"warm-{number}")
begin = time.perf_counter()
for number in range(COUNT):
    debit(f"ref-{number}")
seconds["debit over one kept connection"] = (time.perf_counter() - begin) / COUNT
assert mock.balance("test-user") == 1_000_000 - 200 - COUNT

times = []
for number in range(50):
    for each in range(5):
        debit(f"{number}-{each}")
    begin = time.perf_counter()
    mock.reset()
    times.append(time.perf_counter() - begin)
    mock.fund("test-user", 1_000_000)
seconds["reset after five debits"] = sorted(times)[25]
connection.close()
mock.stop()

begin = time.perf_counter()
for _ in range(10):
    BillingMock().start().stop()
seconds["start and stop"] = (time.perf_counter() - begin) / 10
print(json.dumps(seconds))
"""


def measure_fixture() -> Table:
    """Return the table of the mock in process."""
    runs = [_run() for _ in range(PROCESSES)]
    rows = [
        (name, *(f"{1000 * pick(run[name] for run in runs):.3f}" for pick in _PICKS))
        for name in runs[0]
    ]
    notes = (
        f"Of {PROCESSES} new processes; the client is http.client in the same one.",
    )
    header = ("what", "best ms", "median ms", "worst ms")
    return Table("The fixture, in a test's own process", header, rows, notes)


_PICKS = (min, statistics.median, max)


def _run() -> dict[str, float]:
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    seconds: dict[str, float] = json.loads(result.stdout)
    return seconds


if __name__ == "__main__":
    print(measure_fixture().to_markdown())
