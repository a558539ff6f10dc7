"""Measure the memory of a stored debit in the mock, journal included, and the time of one debit in process.

Debits of one user, with refs and reasons of usual length, go the way of a request behind the server:
faults, API, ledger and journal, and the bytes of the answer. The journal is full long before the
end, so only the ledger grows. The time is the best of many short rounds, since other programs can
only make a round longer.
"""

from __future__ import annotations

import argparse
import gc
import time
from decimal import Decimal
from pathlib import Path

from billing_mock import Account, Settings
from billing_mock.api.request import Request
from billing_mock.servers.http_answer import render_answer
from billing_mock.service import MockService

USER = "11111111-1111-1111-1111-111111111111"
ROUND = 500
WARM_UP = 20_000  # more than the journal holds


def main() -> None:
    """Print the bytes and the microseconds of one debit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debits", type=int, default=500_000)
    debits = parser.parse_args().debits
    account = Account(user_id=USER, balance=Decimal(10**9))
    service = MockService(Settings(accounts=(account,)))
    _send(service, 0, WARM_UP)
    gc.collect()
    before = _resident_bytes()
    best = min(
        _send(service, first, ROUND)
        for first in range(WARM_UP, WARM_UP + debits, ROUND)
    )
    gc.collect()
    print(f"{(_resident_bytes() - before) / debits:.0f} bytes for each stored debit")
    print(f"{best * 1e6:.1f} microseconds for each debit in process, at best")


def _send(service: MockService, first: int, count: int) -> float:
    debit = service.contract.operations["debitBalance"]
    handle = service.pipeline.handle
    requests = [_request(service, number) for number in range(first, first + count)]
    start = time.perf_counter()
    for each in requests:
        render_answer(handle(debit, each).delivery.answer, b"")
    return (time.perf_counter() - start) / count


def _request(service: MockService, number: int) -> Request:
    body = (
        f'{{"user_id": "{USER}", "units": 2.0, "ref": "req-{number:016d}", '
        '"reason": "chat_message"}'
    )
    return Request(service.settings.key, "", "application/json", body.encode())


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


if __name__ == "__main__":
    main()
