"""The check before the first test that there is money to spend, and that the target takes proper requests about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.amounts import CENT
from billing_verify.errors import (
    CannotJudgeError,
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)
from billing_verify.run.access import check_requests, hint_at_address
from billing_verify.run.account_sources import add_up

if TYPE_CHECKING:
    from billing_verify.accounts.sources import Accounts
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.config.options import Options


def find_accounts(billing: BillingClient, options: Options) -> Accounts:
    """Return where money to spend comes from, once the target knows an account of it.

    Raises CannotJudgeError where no account can be had, or the target takes no proper request about it.
    """
    try:
        source = add_up(billing, options)
        check_requests(billing, source.funded(CENT * 2))
    except (NoResponseError, NotTestableError, UnreadableResponseError) as error:
        raise CannotJudgeError(
            f"no money to spend: {error}{hint_at_address(billing)}"
        ) from None
    return source
