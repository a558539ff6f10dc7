"""Where the suite gets money to spend: the seam that all sources of accounts fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import uuid4

Plan = Mapping[
    str, str
]  # plan_code, expires_at and status, as the balance operation tells them


SLACK = Decimal(5)


@dataclass(frozen=True, slots=True)
class Account:
    """An account to test with. `opening` is its balance in units when the test got it."""

    user_id: str
    opening: Decimal


class AccountSource(Protocol):
    """Gives accounts to tests. `description` goes into reports."""

    description: str

    def funded(self, units: Decimal) -> Account:
        """An account from which a test may spend these units. Raises NotTestableError."""

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        twin_of: Account | None = None,
    ) -> Account:
        """An account that holds exactly this and is on this plan. Raises NotTestableError.

        The user id of a twin differs from the other's in the last character only.
        """


def new_user_id(twin_of: Account | None) -> str:
    """A UUID that nobody has, and that differs from a twin's in its last digit only."""
    if twin_of is None:
        return str(uuid4())
    other = "0" if twin_of.user_id[-1] != "0" else "1"
    return f"{twin_of.user_id[:-1]}{other}"
