"""Debits without a definite answer, as they come up while a test runs.

A debit answered 5xx, refused by a limiter, cut or not answered at all may have been carried out. What is known of it is
kept until the test, or the example of it, has ended: to settle it earlier would change what the
test looks at.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import INTERNAL_SERVER_ERROR, OK
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from billing_verify.client.charges import could_charge, names_user
from billing_verify.client.limiting import is_limited
from billing_verify.errors import UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from billing_verify.client.exchange import Call, Exchange, Response

_DEBIT_PATH = "/internal/billing/debit"
_RAISING_PATHS = ("/internal/billing/credit", "/internal/billing/plan/apply")
_BALANCE_PATH = "/internal/billing/balance"


@dataclass(slots=True)
class Doubt:
    """The debits of one user from the first without a definite answer on.

    `before` is what the ledger held then, None where nobody knows. `calls` has each debit without a
    definite answer once, with its status, None for no answer. `made` has the units of the debits
    that were answered 200 since, by ref. `is_limited` is true where a limiter refused each of `calls`,
    so that none of them is to be charged. `unreadable` has requests of this user's that are no debits
    as the document has them, such as forms, each with its status: they are to be charged neither.
    """

    user_id: str
    before: Decimal | None
    calls: list[tuple[Call, int | None]] = field(default_factory=list)
    made: dict[str, Decimal] = field(default_factory=dict)
    is_limited: bool = True
    unreadable: list[tuple[Call, int | None]] = field(default_factory=list)

    def add(self, call: Call, status: int | None) -> None:
        """Add a debit that has this status, unless the same one is known."""
        if all(known.body != call.body for known, _ in self.calls):
            self.calls.append((call, status))


class Doubts:
    """The debits of a test that are in doubt, by user. `is_paused` is true while nothing is noted."""

    def __init__(self) -> None:
        self.is_paused = False
        self._users: set[str] = set()
        self._open: dict[str, Doubt] = {}
        self._held: dict[str, Decimal] = {}

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Note nothing within: what the suite asks to find out what became of a debit."""
        before, self.is_paused = self.is_paused, True
        try:
            yield
        finally:
            self.is_paused = before

    def take(self) -> list[Doubt]:
        """Return the doubts, and forget all that is known."""
        taken = list(self._open.values())
        self._open.clear()
        self._held.clear()
        self._users.clear()
        return taken

    def opened(self, user_id: str, balance: Decimal) -> None:
        """Note what an account holds, in units, when a test gets it."""
        self._users.add(user_id)
        if user_id not in self._open:
            self._held[user_id] = balance

    def held(self, user_id: str) -> Decimal | None:
        """Return what an account holds, in units, None where nobody knows, as while a debit of it is in doubt."""
        return None if user_id in self._open else self._held.get(user_id)

    def note(self, exchanges: Sequence[Exchange]) -> None:
        """Note exchanges that were made one alone, or several at once."""
        if self.is_paused:
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
        status = response.status if response else None
        if is_debit(call):
            self._doubt_of(_user_of(call) or "", response).add(call, status)
            return
        for user_id in self._users:
            if names_user(call, user_id):
                self._doubt_of(user_id, response).unreadable.append((call, status))

    def _doubt_of(self, user_id: str, response: Response | None) -> Doubt:
        doubt = self._open.setdefault(user_id, Doubt(user_id, self._held.get(user_id)))
        doubt.is_limited &= is_limited(response)
        return doubt

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
        _goes_to_debit(call)
        and isinstance(fields, dict)
        and isinstance(fields.get("user_id"), str)
    )


def _goes_to_debit(call: Call) -> bool:
    return call.method == "POST" and urlsplit(call.url).path.endswith(_DEBIT_PATH)


def _is_doubtful(exchange: Exchange) -> bool:
    if exchange.is_lost_on_purpose or not _goes_to_debit(exchange.call):
        return False
    response = exchange.response
    return (
        response is None
        or response.status >= INTERNAL_SERVER_ERROR
        or is_limited(response)
    )


def _user_of(call: Call) -> str | None:
    if call.body is None:
        return next(iter(parse_qs(urlsplit(call.url).query).get("user_id", ())), None)
    fields = call.fields
    user_id = fields.get("user_id") if isinstance(fields, dict) else None
    return user_id if isinstance(user_id, str) else None
