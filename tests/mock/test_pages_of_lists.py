"""Lists of the control plane come in pages that are bounded, and a reset gives memory back."""

from __future__ import annotations

import resource
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from billing_mock.control import paging
from billing_mock.ledger.transaction import unpack
from tests.processes import running_mock

BIG = 300_000


def pages(client, path, name):
    """Return the pages of a list, from the first, each as its entries."""
    found = []
    link = f"/_mock/{path}"
    while link is not None:
        answer = client.http.get(link).json
        found.append(answer[name])
        link = answer["next"]
    return found


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("billing_mock.control.paging.ENTRIES_MAX", 4)
    monkeypatch.setattr("billing_mock.control.accounts.ENTRIES_MAX", 4)


def test_the_journal_comes_in_pages_oldest_first(client, small_pages):
    for number in range(10):
        client.debit(user_id="ann a&b", ref=f"r{number}")
        client.check()

    found = pages(client, "requests?user_id=ann%20a%26b&operation=debit", "requests")

    assert [len(page) for page in found] == [4, 4, 2]
    refs = [each["ref"] for page in found for each in page]
    assert refs == [f"r{number}" for number in range(10)]
    assert sum(map(len, pages(client, "requests", "requests"))) == 20


def test_a_limit_shows_the_newest_and_no_more_than_a_page(client, small_pages):
    for number in range(10):
        client.debit(ref=f"r{number}")

    answer = client.control("GET", "requests?limit=7").json

    assert [each["ref"] for each in answer["requests"]] == ["r6", "r7", "r8", "r9"]
    assert answer["next"] is None


def test_a_page_is_bounded_in_bytes(client):
    for number in range(50):
        client.post("debit", f'{{"ref": "r{number}", "x": "{"x" * BIG}"}}')

    found = pages(client, "requests", "requests")

    assert sum(map(len, found)) == 50
    assert {len(page) for page in found[:-1]} == {paging.BYTES_MAX // (BIG + 2000)}
    newest = client.control("GET", "requests?limit=50").json["requests"]
    assert (
        newest
        == client.control("GET", f"requests?since={newest[0]['id'] - 1}").json[
            "requests"
        ]
    )


def test_one_request_that_is_larger_than_a_page_is_a_page(client, monkeypatch):
    monkeypatch.setattr("billing_mock.control.paging.BYTES_MAX", 10)
    client.debit(ref="a")
    client.debit(ref="b")

    assert [len(page) for page in pages(client, "requests", "requests")] == [1, 1]


def test_transactions_come_in_pages_oldest_first(client, small_pages):
    for number in range(5):
        client.debit(ref=f"r{number}", units="1")
        client.debit("11111111-1111-1111-1111-111111111111", ref=f"s{number}")

    found = pages(client, "transactions?user_id=test-user", "transactions")

    assert [[each["ref"] for each in page] for page in found] == [
        ["r0", "r1", "r2", "r3"],
        ["r4"],
    ]
    assert [len(page) for page in pages(client, "transactions?limit=3", "transactions")] == [3, 3, 3, 1]  # fmt: skip
    assert client.control("GET", "transactions?offset=99").json == {
        "transactions": [],
        "next": None,
    }


@pytest.mark.parametrize("query", ["offset=-1", "limit=x", "offset=1.5"])
def test_a_part_that_is_no_number_is_refused(client, query):
    assert client.control("GET", f"transactions?{query}").status_code == 422


def test_looking_at_one_account_or_ref_reads_no_other(client, monkeypatch):
    for number in range(200):
        client.debit(ref=f"r{number}", units="1")
    unpacked = []
    monkeypatch.setattr(
        "billing_mock.ledger.ledger.unpack",
        lambda packed, **of: unpacked.append(packed) or unpack(packed, **of),
    )
    monkeypatch.setattr(client.service.ledger, "accounts", None)

    account = client.control("GET", "accounts/test-user").json
    [found] = client.control("GET", "transactions?ref=r7").json["transactions"]
    page = client.control("GET", "transactions?limit=3&offset=100").json

    assert (account["balance"], found["balance"]) == (542.0, 734.0)
    assert [each["ref"] for each in page["transactions"]] == ["r100", "r101", "r102"]
    assert len(unpacked) == 1 + 4


def test_the_object_sees_everything(client, small_pages):
    for number in range(10):
        client.debit(ref=f"r{number}", units="1")

    assert len(client.service.ledger.transactions()) == 10
    assert client.service.ledger.balance("test-user") == Decimal(732)
    assert len(client.service.history().entries) == 11
    assert len(client.control("GET", "history").data.splitlines()) == 11


def memory_of(process):
    """Return how many MiB of memory a process has."""
    pages_held = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages_held * resource.getpagesize() >> 20


def test_a_reset_gives_back_the_memory_of_a_full_journal():
    with running_mock() as (process, url, _):
        requests.get(f"{url}/_mock/requests", timeout=30)
        before = memory_of(process)
        for number in range(100):
            body = f'{{"ref": "r{number}", "x": "{"x" * 2 * BIG}"}}'
            requests.post(f"{url}/internal/billing/debit", body, timeout=30)
        full = memory_of(process)

        requests.get(f"{url}/_mock/requests", timeout=30)
        requests.post(f"{url}/_mock/reset", timeout=30)

        assert full > before + 50
        assert memory_of(process) < before + 40
