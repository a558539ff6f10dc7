"""From a call to its answer: what is waited for, and what is sent again.

A request is sent again only where it was not carried out before, or else a 409 for its used ref
would be the suite's own doing. Readings and checks take nothing; of anything else the balances tell.
"""

from __future__ import annotations

from http.client import CONFLICT
from typing import TYPE_CHECKING

from urllib3.exceptions import TimeoutError as UrllibTimeoutError

from billing_verify.amounts import HALF_A_CENT
from billing_verify.client.balance_calls import reading_call
from billing_verify.client.bounded import AnswerTooLongError
from billing_verify.client.charges import is_check, is_reading, names_user
from billing_verify.client.connections import ClosedInUseError, NoConnectionError
from billing_verify.client.exchange import Exchange
from billing_verify.client.limiting import is_limited, refused
from billing_verify.errors import (
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from billing_verify.client.exchange import Call, Response
    from billing_verify.client.transport import Transport


def send_until_answered(transport: Transport, call: Call) -> Response:
    """Send a call, again where a limiter refused it and it was not carried out, and return the response.

    Raises NoResponseError, and NotTestableError where the budget, --read-only or --max-time forbids
    it, or the limiter cannot be waited for.
    """
    waits: list[float] = []
    while True:
        response = _answer(transport, call)
        exchange = Exchange(call, response)
        if not is_limited(response) or _is_settling(transport, call):
            transport.limiter_waits.end(call)
            transport.trace.add(exchange)
            return response
        try:
            transport.limiter_waits.wait(call, response, waits)
            transport.time_limit.check()
            if not _was_not_carried_out(transport, call):
                raise refused(
                    call, response, "and no balance shows that it was not carried out"
                )
        except (NotTestableError, NoResponseError) as error:
            transport.trace.add(exchange)
            transport.trace.end(error)
            raise
        transport.trace.pass_over(exchange)


def _answer(transport: Transport, call: Call) -> Response:
    """Return the answer to a call that is sent once, or twice where it was not heard the first time."""
    try:
        return transport.attempt(call, anew=_must_be_sent_anew(transport, call))
    except ClosedInUseError as error:
        first = error
    except NoConnectionError as error:
        raise _unanswered(transport, call, error) from None
    try:
        is_unheard = _was_not_carried_out(transport, call)
    except (NotTestableError, NoResponseError):
        is_unheard = False
    if not is_unheard:
        raise _unanswered(transport, call, first)
    try:
        response = transport.attempt(call, anew=True)
    except NoConnectionError as error:
        raise _unanswered(transport, call, error) from None
    if response.status == CONFLICT and not _takes_nothing(call):
        doubtful = NotTestableError(
            "a connection was closed while a debit was under way; sent again with its ref, it was answered 409, "
            "which may be because it was heard the first time. Run the suite again"
        )
        transport.trace.add(Exchange(call, response))
        transport.trace.end(doubtful)
        raise doubtful
    return response


def _unanswered(
    transport: Transport, call: Call, error: NoConnectionError
) -> NoResponseError:
    """Record a call without an answer, and return the error for it. Raises TimeUpError at the end of the run."""
    reason = _reason(error, transport.target.timeout)
    transport.trace.add(Exchange(call, None, reason))
    transport.time_limit.check()
    unanswered = NoResponseError(f"{call.method} {call.url}: no answer: {reason}")
    transport.trace.end(unanswered)
    return unanswered


def _takes_nothing(call: Call) -> bool:
    return is_reading(call) or is_check(call)


def _is_settling(transport: Transport, call: Call) -> bool:
    """Return whether a debit is sent to find out what became of it: any answer then tells something."""
    return transport.trace.doubts.is_paused and not _takes_nothing(call)


def _named(transport: Transport, call: Call) -> list[str]:
    """Return the user ids of the test's accounts that the call names."""
    users = dict.fromkeys(each.user_id for each in transport.trace.accounts)
    return [user for user in users if names_user(call, user)]


def _must_be_sent_anew(transport: Transport, call: Call) -> bool:
    """Return whether the call needs a connection that nobody can have closed for being idle.

    It does where it could take something and the balances could not tell afterwards whether it did.
    """
    if _takes_nothing(call):
        return False
    users = _named(transport, call)
    return not users or any(transport.trace.doubts.held(user) is None for user in users)


def _was_not_carried_out(transport: Transport, call: Call) -> bool:
    """Return whether a call that was sent has taken nothing, as far as the balances of the test's accounts tell.

    A call that names none of them takes nothing of them. Raises NoResponseError, and NotTestableError
    where a balance cannot be read.
    """
    if _takes_nothing(call):
        return True
    if transport.trace.doubts.is_paused:
        return False
    for user in _named(transport, call):
        held = transport.trace.doubts.held(user)
        if held is None:
            return False
        try:
            with transport.trace.doubts.paused():
                reading = transport.send(reading_call(transport.target, user)).balance
        except UnreadableResponseError:
            return False
        if abs(reading - held) >= HALF_A_CENT:
            return False
    return True


def _reason(error: NoConnectionError, timeout: float) -> str:
    reason = _innermost(error)
    if isinstance(reason, TimeoutError | UrllibTimeoutError):
        return f"not whole after {timeout:g} s (--timeout)"
    if isinstance(reason, AnswerTooLongError):
        return str(reason)
    return f"{type(reason).__name__}: {reason}".partition("object at 0x")[0]


def _innermost(error: Exception) -> BaseException:
    """Return the reason that urllib3 wraps, with addresses of objects in the texts around it."""
    reason: BaseException = error
    while (
        inner := getattr(reason, "reason", None)
        or reason.__cause__
        or reason.__context__
    ) is not None:
        if not isinstance(inner, BaseException):
            break
        reason = inner
    return reason
