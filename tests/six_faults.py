"""A service with six faults at once, as a first deployment may have them."""

from __future__ import annotations

from tests.zoo.faults.amounts import NegativeCredits
from tests.zoo.faults.auth import AnyKeyFits
from tests.zoo.faults.checks import CheckWantsMore
from tests.zoo.faults.odd_input import EmojiIs500
from tests.zoo.faults.races import BalanceCheckThenAct, RefCheckThenAct


class SixFaults(
    AnyKeyFits,
    CheckWantsMore,
    EmojiIs500,
    NegativeCredits,
    RefCheckThenAct,
    BalanceCheckThenAct,
):
    """No key is compared, refs and balances race, negative units credit, emoji crash, a check wants more."""
