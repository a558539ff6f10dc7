"""A Hypothesis state machine: requests about one account, each response compared with the model."""

from __future__ import annotations

from decimal import Decimal
from http.client import CONFLICT, OK, UNAUTHORIZED, UNPROCESSABLE_ENTITY
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from billing_audit.model import State, allows, debit
from billing_verify.amounts import CENT, money
from billing_verify.client.keys import WRONG_KEY
from billing_verify.client.settling import settle
from billing_verify.comparison import Comparison
from billing_verify.errors import ClauseBrokenError, MoneySpentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response

OPENING = Decimal("1.00")
FRUGAL_CENTS = 3
"""What an example takes of an account of the operator at most, in cents."""

FRUGAL = CENT * FRUGAL_CENTS
CLAUSES = (
    "debit.exact",
    "debit.insufficient",
    "ref.duplicate",
    "ref.duplicate-any-payload",
    "ref.duplicate-when-drained",
    "ref.refused-stays-free",
    "check.verdict",
    "check.spends-nothing",
    "check.agrees",
    "balance.read-only",
    "debit.visible",
    "input.no-effect",
    "auth.no-effect",
)
_cents = st.integers(1, 60)
_negative = st.decimals("-1.00", "-0.01", places=2)


class LedgerMachine(RuleBasedStateMachine):
    """Debits, duplicates, refusals, checks and reads of one account, in any order.

    A subclass sets `billing`, the client, and `funded`, which opens an account. Every rule raises
    ClauseBrokenError, which names the clause, where a response differs from the model. Of an account
    of the operator an example takes FRUGAL units at the most; with its money or the budget used up,
    the rules that are left do nothing.
    """

    refs = Bundle("refs")
    billing: BillingClient
    funded: Callable[..., TestAccount]
    refused_by_budget: ClassVar[MoneySpentError | None] = None
    finished_any: ClassVar = False

    @initialize()
    def open_account(self) -> None:
        """Open an account with so few units that they run out, or take one of the operator's."""
        self.billing.transport.trace.begin_example()
        self.frugal = self.billing.unit == CENT
        self.left = FRUGAL
        self.over = False
        self.charged: dict[str, Decimal] = {}
        self.refused: set[str] = set()
        self._do(self._open_account)

    @rule(target=refs, cents=_cents)
    def debit_with_a_new_ref(self, cents: int) -> str:
        """Debit units that the balance may or may not cover. Returns the new ref."""
        ref = self.billing.new_ref()
        self._do(self._debit, self._units(cents), ref)
        return ref

    @rule(ref=refs, cents=_cents)
    def debit_again(self, ref: str, cents: int) -> None:
        """Debit with a ref that was used, or refused, before."""
        self._do(self._debit, self._units(cents), ref)

    @rule(target=refs)
    def debit_the_whole_balance(self) -> str:
        """Debit all that is left, or a cent of an empty account. Returns the new ref."""
        ref = self.billing.new_ref()
        if not self.frugal:
            self._do(self._debit, max(self.model.balance, CENT), ref)
        return ref

    @rule(target=refs, units=_negative)
    def debit_negative_units(self, units: Decimal) -> str:
        """Debit negative units, which is refused and leaves the ref free. Returns the ref."""
        ref = self.billing.new_ref()
        self._do(self._debit_negative_units, units, ref)
        return ref

    @rule(ref=refs)
    def debit_with_a_wrong_key(self, ref: str) -> None:
        """Debit with a wrong key, which is refused and changes nothing."""
        self._do(self._debit_with_a_wrong_key, ref)

    @rule(cents=_cents)
    def check(self, cents: int) -> None:
        """Check whether the balance covers the units."""
        self._do(self._check, self._units(cents))

    @rule()
    def read(self) -> None:
        """Read the balance."""
        self._do(self._expect_balance, "balance.read-only")

    def teardown(self) -> None:
        """Record whether the budget allowed the whole example, once what is in doubt is settled."""
        settle(self.billing)
        if not self.over:
            type(self).finished_any = True

    def _do(self, step: Callable[..., None], *arguments: Any) -> None:
        """Take a step, unless the budget is used up."""
        if self.over:
            return
        try:
            step(*arguments)
        except MoneySpentError as error:
            self.over = True
            type(self).refused_by_budget = error

    def _units(self, cents: int) -> Decimal:
        """Return the amount that an example draws, in units: of an account of the operator up to 3 cents."""
        return CENT * (1 + cents % 3 if self.frugal else cents)

    def _open_account(self) -> None:
        self.account = self.funded(units=FRUGAL if self.frugal else OPENING)
        self.model = State(self.account.opening)

    def _debit_negative_units(self, units: Decimal, ref: str) -> None:
        response = self.billing.debit(self.account, units=units, ref=ref)
        self._expect(response, UNPROCESSABLE_ENTITY, "input.negative")
        self._expect_balance("input.no-effect")
        self.refused.add(ref)

    def _debit_with_a_wrong_key(self, ref: str) -> None:
        response = self.billing.debit(self.account, units=CENT, ref=ref, key=WRONG_KEY)
        self._expect(response, UNAUTHORIZED, "auth.wrong-key")
        self._expect_balance("auth.no-effect")

    def _check(self, units: Decimal) -> None:
        response = self.billing.check(self.account, units=units)
        self._expect(response, OK, "check.refusal-is-200")
        self._expect_balance("check.spends-nothing")
        self._expect_equal(response.balance, money(self.model.balance), "check.agrees")
        self._expect_equal(response.allowed, allows(self.model, units), "check.verdict")

    def _debit(self, units: Decimal, ref: str) -> None:
        clause_of_a_duplicate = self._clause_of_a_duplicate(units, ref)
        if clause_of_a_duplicate is None:
            return
        status, after = debit(self.model, units, ref)
        if self.frugal and status == OK and units > self.left:
            return
        self.model = after
        response = self.billing.debit(self.account, units=units, ref=ref)
        if status == OK:
            self.left -= units
            self.charged[ref] = units
            self._expect(response, OK, self._clause_of_a_false_refusal(response, ref))
            self._expect_equal(
                response.balance, money(self.model.balance), "debit.exact"
            )
            return
        clause_id = (
            clause_of_a_duplicate if status == CONFLICT else "debit.insufficient"
        )
        self._expect(response, status, clause_id)
        self._expect_balance(clause_id)
        self.refused.add(ref)

    def _clause_of_a_duplicate(self, units: Decimal, ref: str) -> str | None:
        """Return the clause that a wrong response to a duplicate breaks, None where it could be either of two."""
        other_units = self.charged.get(ref, units) != units
        drained = units > self.model.balance
        if other_units:
            return None if drained else "ref.duplicate-any-payload"
        return "ref.duplicate-when-drained" if drained else "ref.duplicate"

    def _clause_of_a_false_refusal(self, response: Response, ref: str) -> str:
        if response.status == CONFLICT:
            return "ref.refused-stays-free" if ref in self.refused else "ref.exact"
        return "debit.whole-balance"

    def _expect_balance(self, clause_id: str) -> None:
        """Expect the balance that the last debit left.

        A wrong reading may be from a stale copy: then one more debit, of a cent, has the right
        balance, and debit.visible is broken in place of the given clause.
        """
        expected = money(self.model.balance)
        response = self.billing.read(self.account)
        self._expect(response, OK, "balance.shape")
        if response.balance == expected:
            return
        probe = self.billing.debit(self.account, units=CENT)
        stale = probe.status == OK and probe.balance == money(self.model.balance - CENT)
        self._expect_equal(
            response.balance, expected, "debit.visible" if stale else clause_id
        )

    def _expect(self, response: Response, status: int, clause_id: str) -> None:
        if response.status != status:
            comparison = Comparison(
                expected=status, actual=response.status, body=response.shown_body
            )
            self._break(clause_id, comparison)

    def _expect_equal(self, actual: Any, expected: Any, clause_id: str) -> None:
        if actual != expected:
            self._break(clause_id, Comparison(expected=expected, actual=actual))

    def _break(self, clause_id: str, comparison: Comparison) -> NoReturn:
        """Raise ClauseBrokenError, after the trace has kept the calls that led to it."""
        error = ClauseBrokenError(clause_id, comparison)
        self.billing.transport.trace.end(error)
        raise error
