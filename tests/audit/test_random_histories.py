"""A thousand random histories are judged as a search through all orders judges them.

`make attack` compares a hundred thousand of them.
"""

from __future__ import annotations

import random

import pytest

from tests.audit.random_histories import differing, random_history


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_are_judged_as_all_orders_judge_them(seed):
    rng = random.Random(seed)

    assert [
        history
        for history in (random_history(rng) for _ in range(250))
        if differing(*history)
    ] == []
