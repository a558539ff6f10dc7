"""A state machine that drives one account and compares every answer with the model."""

from __future__ import annotations

from decimal import Decimal
from http.client import CONFLICT, OK
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from contract_tests.harness.clauses import ClauseBrokenError
from contract_tests.harness.client import money
from contract_tests.harness.fairness import CENT
from contract_tests.harness.model import AccountModel
from contract_tests.harness.target import WRONG_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract_tests.harness.accounts import Account
    from contract_tests.harness.client import BillingClient
    from contract_tests.harness.exchange import Answer

OPENING = Decimal("1.00")
CLAUSES = (
    "debit.exact",
    "debit.insufficient",
    "debit.never-negative",
    "ref.duplicate",
    "ref.duplicate-when-drained",
    "ref.refused-stays-free",
    "check.verdict",
    "check.spends-nothing",
    "check.agrees",
    "balance.read-only",
    "debit.visible",
)
_small = st.decimals("0.01", "0.60", places=2)
_negative = st.decimals("-5.00", "-0.01", places=2)


class LedgerMachine(RuleBasedStateMachine):
    """Debits, duplicates, refusals, checks and reads in any order."""

    refs = Bundle("refs")
    billing: BillingClient
    funded: Callable[..., Account]

    @initialize()
    def open_account(self) -> None:
        """Begin with a little money, so that it runs out."""
        self.account = self.funded(units=OPENING)
        self.model = AccountModel(self.account.opening)
        self.refused: set[str] = set()

    @rule(target=refs, units=_small)
    def debit_with_a_new_ref(self, units: Decimal) -> str:
        """A debit that may or may not fit the balance."""
        ref = self.billing.new_ref()
        self._debit(units, ref)
        return ref

    @rule(ref=refs, units=_small)
    def debit_again(self, ref: str, units: Decimal) -> None:
        """A ref that was used, or refused, before."""
        self._debit(units, ref)

    @rule(target=refs)
    def debit_the_whole_balance(self) -> str:
        """Empties the account."""
        ref = self.billing.new_ref()
        self._debit(max(self.model.balance, CENT), ref)
        return ref

    @rule(target=refs, units=_negative)
    def debit_negative_units(self, units: Decimal) -> str:
        """Is refused and leaves the ref free."""
        ref = self.billing.new_ref()
        _expect(
            self.billing.debit(self.account, units=units, ref=ref),
            422,
            "input.negative",
        )
        self.refused.add(ref)
        return ref

    @rule(ref=refs)
    def debit_with_a_wrong_key(self, ref: str) -> None:
        """Is refused and changes nothing."""
        _expect(
            self.billing.debit(self.account, ref=ref, key=WRONG_KEY),
            401,
            "auth.wrong-key",
        )

    @rule(units=_small)
    def check(self, units: Decimal) -> None:
        """Tells whether the balance covers the units."""
        answer = self.billing.check(self.account, units=units)
        _expect(answer, 200, "check.refusal-is-200")
        self._expect_balance(answer)
        _expect_equal(answer.allowed, self.model.allows(units), "check.verdict")

    @rule()
    def read(self) -> None:
        """Tells the balance."""
        answer = self.billing.read(self.account)
        _expect(answer, 200, "balance.shape")
        self._expect_balance(answer)

    def _debit(self, units: Decimal, ref: str) -> None:
        used_before = ref in self.model.used
        before = self.model.balance
        status = self.model.debit(units, ref)
        answer = self.billing.debit(self.account, units=units, ref=ref)
        _expect(
            answer,
            status,
            self._debit_clause(
                status, answer, ref, drained=used_before and units > before
            ),
        )
        if status == OK:
            told = answer.balance
            if told < 0:
                raise ClauseBrokenError("debit.never-negative", f"a debit left {told}")
            _expect_equal(told, money(self.model.balance), "debit.exact")
        else:
            self.refused.add(ref)

    def _debit_clause(
        self, status: int, answer: Answer, ref: str, *, drained: bool
    ) -> str:
        """The clause that a wrong status breaks."""
        if status == CONFLICT:
            return "ref.duplicate-when-drained" if drained else "ref.duplicate"
        if answer.status == CONFLICT and ref in self.refused:
            return "ref.refused-stays-free"
        return "debit.exact" if status == OK else "debit.insufficient"

    def _expect_balance(self, answer: Answer) -> None:
        """A wrong reading is stale, or the ledger itself is wrong: a debit of a cent tells which."""
        expected = money(self.model.balance)
        if answer.balance == expected:
            return
        probe = self.billing.debit(self.account, units=CENT)
        is_stale = probe.status == OK and probe.balance == money(
            self.model.balance - CENT
        )
        raise ClauseBrokenError(
            "debit.visible" if is_stale else "debit.exact",
            f"the balance {expected} was expected, and {answer.balance} came",
        )


def _expect(answer: Answer, status: int, clause_id: str) -> None:
    if answer.status != status:
        raise ClauseBrokenError(
            clause_id,
            f"{status} was expected, and {answer.status} came: {answer.shown_body}",
        )


def _expect_equal(actual: Any, expected: Any, clause_id: str) -> None:
    if actual != expected:
        raise ClauseBrokenError(
            clause_id, f"{expected} was expected, and {actual} came"
        )
