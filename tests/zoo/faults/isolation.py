"""Debits that reach accounts they were not meant for."""

from tests.zoo.clauses import READ_A_BALANCE
from tests.zoo.registry import faulty
from tests.zoo.service import Service

OTHERS = ("race.linearizable", "debit.never-negative", "debit.exact", "debit.visible")


@faulty(
    breaks="debit.isolated",
    also=(*OTHERS, "race.no-false-refusal", "ref.lost-response"),
)
class UpdateWithoutUser(Service):
    """The compare-and-set lost its user: UPDATE ... SET balance WHERE balance = old."""

    def take(self, account, units):
        old = account.balance
        for other in self.accounts.values():
            if other.balance == old:
                other.balance = old - units
        return account.balance


@faulty(breaks="debit.isolated", also=READ_A_BALANCE)
class UpdateWithoutWhere(Service):
    """The WHERE clause was lost in a refactoring: every account pays."""

    def take(self, account, units):
        for other in self.accounts.values():
            other.balance -= units
        return account.balance


@faulty(breaks="debit.isolated", also=(*OTHERS, "ref.duplicate"))
class UserIdCutTo32(Service):
    """The column was made for UUIDs without dashes; longer ids are cut in silence."""

    def account_key(self, user_id):
        return user_id[:32]
