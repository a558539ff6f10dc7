"""The suite against hostile services: it ends, within its memory and its budget, with exit status 2 and a sentence.

`make hostile` runs it against every kind.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.hostile.kinds import KINDS
from tests.hostile.running import DEBITS, measure
from tests.hostile.table import MEBIBYTES_MAX

AT_ONCE = ("Drips", "ContinuesForever", "EndlessBody", "Bomb", "Garbage", "Page")
BRIEF = ("--timeout", "0.5", "--max-time", "4", "--profile", "quick")


@pytest.mark.parametrize("kind", AT_ONCE)
def test_a_service_that_answers_so_is_not_judged(kind):
    measured = measure(KINDS[kind], *BRIEF)

    assert measured.status == 2, measured.printed
    assert "Could not judge: " in measured.printed
    assert "Traceback" not in measured.printed
    assert measured.mebibytes < MEBIBYTES_MAX


@pytest.mark.parametrize("kind", ["Drips", "ChargesAndAnswers408"])
def test_debits_that_are_answered_so_pass_no_budget(kind):
    measured = measure(KINDS[kind], *BRIEF, "--budget", "0.50", only=DEBITS)

    assert measured.taken <= measured.told <= Decimal("0.50"), measured.printed
    assert measured.mebibytes < MEBIBYTES_MAX
