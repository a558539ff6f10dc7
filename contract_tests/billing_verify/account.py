"""Where the suite gets money to spend: the seam that all sources of accounts fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Protocol
from uuid import uuid4

Plan = Mapping[
    str, str
]  # plan_code, expires_at and status, as the balance operation tells them


SLACK = Decimal(5)


@dataclass(frozen=True, slots=True)
class TestAccount:
    """An account to test with. `opening` is its balance in units when the test got it."""

    __test__: ClassVar = (
        False  # a name that begins with Test is no class of tests to pytest
    )

    user_id: str
    opening: Decimal


class AccountSource(Protocol):
    """Gives accounts to tests. `description` goes into reports."""

    description: str

    def funded(self, units: Decimal) -> TestAccount:
        """An account from which a test may spend these units. Raises NotTestableError."""

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        twin_of: TestAccount | None = None,
    ) -> TestAccount:
        """An account that holds exactly this and is on this plan. Raises NotTestableError.

        The user id of a twin differs from the other's in the last character only.
        """


def new_user_id(twin_of: TestAccount | None) -> str:
    """A UUID that nobody has, and that differs from a twin's in its last digit only."""
    if twin_of is None:
        return str(uuid4())
    other = "0" if twin_of.user_id[-1] != "0" else "1"
    return f"{twin_of.user_id[:-1]}{other}"
