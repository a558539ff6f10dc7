"""Measure the memory of a stored debit in the mock, journal included, and the time of one debit in process.

Debits of one user, with refs and reasons of usual length, are passed to the WSGI application as a
server would. The journal is full long before the end, so only the ledger grows. The time is the
best of many short rounds, since other programs can only make a round longer.
"""

from __future__ import annotations

import argparse
import gc
import io
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_mock import Account, Settings
from billing_mock.service import MockService
from billing_mock.web.app import create_app

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

USER = "11111111-1111-1111-1111-111111111111"
ROUND = 500
WARM_UP = 20_000  # more than the journal holds


def main() -> None:
    """Print the bytes and the microseconds of one debit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debits", type=int, default=500_000)
    debits = parser.parse_args().debits
    app = _app()
    _send(app, 0, WARM_UP)
    gc.collect()
    before = _resident_bytes()
    best = min(
        _send(app, first, ROUND) for first in range(WARM_UP, WARM_UP + debits, ROUND)
    )
    gc.collect()
    print(f"{(_resident_bytes() - before) / debits:.0f} bytes for each stored debit")
    print(f"{best * 1e6:.1f} microseconds for each debit in process, at best")


def _app() -> WSGIApplication:
    account = Account(user_id=USER, balance=Decimal(10**9))
    return create_app(MockService(Settings(accounts=(account,)))).wsgi_app


def _send(app: WSGIApplication, first: int, count: int) -> float:
    calls = [_environ(number) for number in range(first, first + count)]
    start = time.perf_counter()
    for environ in calls:
        app(environ, _ignored)
    return (time.perf_counter() - start) / count


def _environ(number: int) -> dict[str, Any]:
    body = (
        b'{"user_id": "%s", "units": 2.0, "ref": "req-%016d", "reason": "chat_message"}'
        % (
            USER.encode(),
            number,
        )
    )
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/internal/billing/debit",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_INTERNAL_KEY": "super-secret-dev",
        "wsgi.input": io.BytesIO(body),
    }


def _ignored(status: str, headers: object, exc_info: object = None) -> Any:
    """Do nothing, in place of a server's start_response."""


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


if __name__ == "__main__":
    main()
