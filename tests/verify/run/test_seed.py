"""The seed of a run decides what it sends: everything but the names that are new in every run."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from billing_contract import load_contract
from tests.processes import run
from tests.recording import Recording
from tests.zoo import serving

# An account's user id, and the part of a ref that is the run's own.
NEW_IN_EVERY_RUN = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|(ct)?-[0-9a-f]{12}",
    re.IGNORECASE,
)
# What these ask next depends on an order that is the service's: whether a request that was hung up on
# was served before its repetition, and which of two debits of one ref was made.
ANSWERED_IN_ANY_ORDER = ("ref.lost-response", "race.linearizable")
REPEATABLE = [
    word
    for clause in load_contract().clauses
    if clause not in ANSWERED_IN_ANY_ORDER
    for word in ("--clause", clause)
]
GENERATED = ("--clause", "schema.responses", "--clause", "debit.exact")


def sent(*arguments, **variables):
    """Return the requests of a run: those of bursts counted, as they have no order, and the others in theirs."""
    service = Recording()
    with serving(service) as url:
        ended = run(
            "billing_verify",
            url,
            *("--account-url", f"{url}/_zoo/accounts", "--profile", "quick"),
            *arguments,
            **variables,
        )
    assert ended.returncode == 0, ended.stdout
    in_bursts, alone = Counter(), []
    for method, path, environ, body, _ in service.requests:
        request = (method, path, environ["QUERY_STRING"].encode(), body)
        named = tuple(
            NEW_IN_EVERY_RUN.sub(b"#", part) if isinstance(part, bytes) else part
            for part in request
        )
        if environ.get("HTTP_CONNECTION") == "close":
            in_bursts[named] += 1
        else:
            alone.append(named)
    return in_bursts, alone


def test_the_same_seed_sends_the_same_requests_wherever_it_runs():
    here = sent("--seed", "7", *REPEATABLE, PYTHONHASHSEED="1")
    there = sent("--seed", "7", *REPEATABLE, PYTHONHASHSEED="2", CI="true")

    assert here[0] == there[0]
    assert here[1] == there[1]


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}], ids=["here", "in CI"])
def test_another_seed_sends_other_requests(variables):
    one, other = (sent("--seed", seed, *GENERATED, **variables) for seed in "78")

    assert one != other
