"""Transactions that share an id."""

import time

from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(breaks="debit.tx-unique")
class TxIdFromExample(Service):
    """The id of the document's example was pasted in and never replaced."""

    def tx_id(self, _account, _order):
        return "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2"


@faulty(breaks="debit.tx-unique")
class TxIdPerAccount(Service):
    """Transactions are numbered within their account, so each account has a number 1."""

    def tx_id(self, account, _order):
        return f"tx-{len(account.refs)}"


@faulty(breaks="debit.tx-unique")
class TxIdIsUser(Service):
    """The id of the wrong row is returned: the account's, not the transaction's."""

    def tx_id(self, account, _order):
        return account.user_id


@faulty(breaks="debit.tx-unique", race=True)
class TxIdFromClock(Service):
    """The id is the time in milliseconds, of which two debits may share one."""

    def tx_id(self, _account, _order):
        return f"tx-{time.time_ns() // 1_000_000}"
