"""What concurrent debits must come to where the balance covers all of them."""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.amounts import money
from billing_verify.comparison import Comparison
from billing_verify.errors import ClauseBrokenError, raise_together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_verify.account import TestAccount
    from billing_verify.client.burst import Burst

CLAUSES = ("race.no-overdraft", "race.no-false-refusal", "debit.tx-unique")


def assert_each_counts(sent: Burst, account: TestAccount, left: Decimal) -> None:
    """Raise ClauseBrokenError, or an ExceptionGroup of them, where a debit was refused, not counted, or shares its tx_id.

    `left` is what the account holds after the burst, in units.
    """
    raise_together("debits at once", _broken(sent, account, left))


def _broken(
    sent: Burst, account: TestAccount, left: Decimal
) -> Iterator[ClauseBrokenError]:
    expected = money(account.opening - sent.units_made())
    if left != expected:
        yield ClauseBrokenError(
            "race.no-overdraft", Comparison(expected=expected, actual=left)
        )
    statuses = sent.statuses()
    if statuses != [OK] * len(sent.timed):
        yield ClauseBrokenError(
            "race.no-false-refusal",
            Comparison(expected=[OK] * len(sent.timed), actual=statuses),
        )
    tx_ids = [each.tx_id for each in sent.responses if each.status == OK]
    if len(set(tx_ids)) != len(tx_ids):
        used = sorted(each for each in set(tx_ids) if tx_ids.count(each) > 1)
        yield ClauseBrokenError(
            "debit.tx-unique",
            f"{len(tx_ids)} debits have {len(set(tx_ids))} transactions; used more than once: {', '.join(used)}",
        )
