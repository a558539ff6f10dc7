"""Debits without a definite answer, as they come up while a test runs.

A debit answered 5xx, cut or not answered at all may have been carried out. What is known of it is
kept until the test, or the example of it, has ended: to settle it earlier would change what the
test looks at.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import INTERNAL_SERVER_ERROR, OK
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from billing_verify.client.charges import could_charge
from billing_verify.errors import UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_verify.client.exchange import Call, Exchange, Response

_DEBIT_PATH = "/internal/billing/debit"
_RAISING_PATHS = ("/internal/billing/credit", "/internal/billing/plan/apply")
_BALANCE_PATH = "/internal/billing/balance"


@dataclass(slots=True)
class Doubt:
    """The debits of one user from the first without a definite answer on.

    `before` is what the ledger held then, None where nobody knows. `calls` has each debit without a
    definite answer once, with its status, None for no answer. `made` has the units of the debits
    that were answered 200 since, by ref.
    """

    user_id: str
    before: Decimal | None
    calls: list[tuple[Call, int | None]] = field(default_factory=list)
    made: dict[str, Decimal] = field(default_factory=dict)


class Doubts:
    """The debits of a test that are in doubt, by user. `paused` is true while they are settled."""

    def __init__(self) -> None:
        self.paused = False
        self._open: dict[str, Doubt] = {}
        self._held: dict[str, Decimal] = {}

    def take(self) -> list[Doubt]:
        """Return the doubts, and forget all that is known."""
        taken = list(self._open.values())
        self._open.clear()
        self._held.clear()
        return taken

    def opened(self, user_id: str, balance: Decimal) -> None:
        """Note what an account holds, in units, when a test gets it."""
        if user_id not in self._open:
            self._held[user_id] = balance

    def note(self, exchanges: Sequence[Exchange]) -> None:
        """Note exchanges that were made one alone, or several at once."""
        if self.paused:
            return
        for each in exchanges:
            if _is_doubtful(each):
                self._begin(each)
        for each in exchanges:
            self._follow(each)
        if len(exchanges) > 1:
            self._forget_balances(exchanges)

    def _begin(self, exchange: Exchange) -> None:
        call, response = exchange.call, exchange.response
        user_id = _user_of(call)
        if user_id is None:
            return
        doubt = self._open.setdefault(user_id, Doubt(user_id, self._held.get(user_id)))
        if all(known.body != call.body for known, _ in doubt.calls):
            doubt.calls.append((call, response.status if response else None))

    def _follow(self, exchange: Exchange) -> None:
        call, response = exchange.call, exchange.response
        user_id, path = _user_of(call), urlsplit(call.url).path
        if user_id is None:
            return
        doubt = self._open.get(user_id)
        if path.endswith(_RAISING_PATHS) or exchange.is_lost_on_purpose:
            self._held.pop(user_id, None)
            if doubt:
                doubt.before = None
        if response is None or response.status != OK:
            return
        if doubt and is_debit(call):
            ref = str(call.fields.get("ref"))
            doubt.made[ref] = max(could_charge(call), doubt.made.get(ref, Decimal(0)))
        elif not doubt:
            self._note_balance(call, response, user_id)

    def _note_balance(self, call: Call, response: Response, user_id: str) -> None:
        path = urlsplit(call.url).path
        with suppress(UnreadableResponseError):
            if is_debit(call):
                self._held[user_id] = response.balance
            elif path.endswith(_BALANCE_PATH) and user_id in self._held:
                # A reading may be stale, and then tells too much.
                self._held[user_id] = min(self._held[user_id], response.balance)

    def _forget_balances(self, exchanges: Iterable[Exchange]) -> None:
        """Forget balances of requests made at once: nobody knows which of the others they show."""
        for each in exchanges:
            user_id = _user_of(each.call)
            if user_id is not None and is_debit(each.call):
                self._held.pop(user_id, None)


def is_debit(call: Call) -> bool:
    """Return whether a call is a debit of a user with a ref, as far as its body can be read."""
    fields = call.fields
    return (
        call.method == "POST"
        and urlsplit(call.url).path.endswith(_DEBIT_PATH)
        and isinstance(fields, dict)
        and isinstance(fields.get("user_id"), str)
    )


def _is_doubtful(exchange: Exchange) -> bool:
    if exchange.is_lost_on_purpose or not is_debit(exchange.call):
        return False
    response = exchange.response
    return response is None or response.status >= INTERNAL_SERVER_ERROR


def _user_of(call: Call) -> str | None:
    if call.body is None:
        return next(iter(parse_qs(urlsplit(call.url).query).get("user_id", ())), None)
    fields = call.fields
    user_id = fields.get("user_id") if isinstance(fields, dict) else None
    return user_id if isinstance(user_id, str) else None
