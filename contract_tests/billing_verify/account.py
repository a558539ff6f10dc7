"""Accounts to test with, and what every source of accounts offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Protocol
from uuid import uuid4

# plan_code, expires_at and status, as in the answer of the operation getBalance
Plan = Mapping[str, str]

SLACK = Decimal(5)
"""Units that a new account holds beyond what its test asked for.

A test that does not ask about the end of the money is then not disturbed by it.
"""


@dataclass(frozen=True, slots=True)
class TestAccount:
    """An account to test with. `opening` is its balance in units when the test got it.

    `plan_code` is the plan that it was opened on, None where the suite opened it on none or not at all.
    """

    __test__: ClassVar = False  # pytest takes classes named Test… for classes of tests

    user_id: str
    opening: Decimal
    plan_code: str | None = None


class FundedSource(Protocol):
    """A source of accounts to spend from. `description` is a phrase for the reports."""

    description: str

    def funded(self, units: Decimal) -> TestAccount:
        """Return an account from which a test may spend these units.

        Raises NotTestableError where there is none.
        """


class AccountSource(FundedSource, Protocol):
    """A source of accounts that the suite opens for itself."""

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        similar_to: TestAccount | None = None,
    ) -> TestAccount:
        """Return an account that holds exactly this balance, in units, and is on this plan.

        With `similar_to` its user id differs from that account's in the last character only.
        Raises NotTestableError where there is none.
        """


def new_user_id(similar_to: TestAccount | None = None) -> str:
    """Return a new UUID, or the user id of `similar_to` with another last digit."""
    if similar_to is None:
        return str(uuid4())
    other = "0" if similar_to.user_id[-1] != "0" else "1"
    return f"{similar_to.user_id[:-1]}{other}"
