"""What the end of a contract test says about its clauses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from billing_contract import load_contract
from contract_tests.harness.outcomes import judge
from contract_tests.harness.verdicts import Outcome

CLAUSE = load_contract().clauses["race.linearizable"]


@pytest.mark.parametrize(
    ("overlaps", "outcome"),
    [
        ([1, 1], Outcome.NOT_TESTED),
        ([1, 2], Outcome.HELD),
        ([8, 8], Outcome.HELD),
        ([], Outcome.HELD),
    ],
)
def test_bursts_in_which_nothing_overlapped_prove_nothing(overlaps, outcome):
    ((clause, found, _),) = judge([CLAUSE], None, SimpleNamespace(overlaps=overlaps))

    assert (clause, found) == (CLAUSE, outcome)
