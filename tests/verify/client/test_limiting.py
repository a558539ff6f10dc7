"""Refusals of a limiter are waited for, or leave a clause not tested; a debit is sent again only where it took nothing."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from billing_verify.account import TestAccount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.burst import send_concurrently
from billing_verify.client.exchange import Response
from billing_verify.client.limiting import LimiterWaits, is_limited, seconds_until_again
from billing_verify.client.settling import settle
from billing_verify.client.target import Target
from billing_verify.client.time_limit import TimeLimit
from billing_verify.client.transport import Transport
from billing_verify.errors import RateLimitedError
from tests.recording import Recording
from tests.zoo import serving
from tests.zoo.faults.unanswered import ChargedAndLimited, LimitedForgetsTheRef
from tests.zoo.refusals import too_many

DATE = "Wed, 25 Nov 2026 14:00:00 GMT"


class Refusing(Recording):
    """A service whose limiter refuses debits before they are read, the first `times` of them."""

    times = 1
    status = 429
    headers_of_refusal = (("Retry-After", "0"),)

    def debit(self, request):
        if self.times:
            self.times -= 1
            refusal = too_many()
            refusal.status, refusal.headers = self.status, self.headers_of_refusal
            raise refusal
        return super().debit(request)


class Busy(Refusing):
    status = 503


class Silent(Refusing):
    headers_of_refusal = ()


class Failing(Refusing):
    status = 503
    headers_of_refusal = ()


class BackInAnHour(Refusing):
    headers_of_refusal = (("Retry-After", "3600"),)


class Always(Refusing):
    times = 10**6


class Late(ChargedAndLimited):
    every = 1


class LateAndForgetful(LimitedForgetsTheRef):
    every = 1


@pytest.fixture
def client(request):
    service = request.param()
    service.open("anna", Decimal(10))
    with serving(service) as url:
        transport = Transport(Target(url=url, key=service.key), Budget(Decimal(0)))
        billing = BillingClient(transport)
        yield service, billing, billing.use_account(TestAccount("anna", Decimal(10)))
        transport.close()


def found(billing):
    settle(billing)
    return {error.clause_id for error in billing.transport.trace.findings}


def left(service):
    return service.accounts["anna"].balance


@pytest.mark.parametrize("client", [Refusing, Busy], indirect=True)
def test_a_refused_debit_that_took_nothing_is_sent_again_with_its_ref(client):
    service, billing, account = client

    assert billing.debit(account, units=1).status == 200

    first, second = service.bodies("/debit")
    assert first["ref"] == second["ref"]
    assert left(service) == 9
    assert found(billing) == set()


@pytest.mark.parametrize("client", [Silent, BackInAnHour], indirect=True)
def test_a_refusal_that_cannot_be_waited_for_names_the_option(client):
    service, billing, account = client

    with pytest.raises(RateLimitedError, match="--rate"):
        billing.debit(account, units=1)

    assert len(service.bodies("/debit")) == 1
    assert found(billing) == set()


def test_what_is_left_of_a_run_with_an_end_bounds_the_wait():
    assert LimiterWaits(TimeLimit(None), 10).seconds_left == 10
    assert 7000 < LimiterWaits(TimeLimit(7200), 10).seconds_left <= 7200


@pytest.mark.parametrize("client", [Always], indirect=True)
def test_a_limiter_that_never_gives_in_is_tried_a_few_times_once(client):
    service, billing, account = client

    for _ in range(3):
        with pytest.raises(RateLimitedError):
            billing.debit(account, units=1)

    assert len(service.bodies("/debit")) == 6 + 1 + 1


@pytest.mark.parametrize(
    ("client", "clauses"),
    [(Late, {"debit.shape"}), (LateAndForgetful, {"debit.shape", "ref.duplicate"})],
    indirect=["client"],
)
def test_a_debit_that_is_refused_and_charged_is_not_sent_again_but_found(
    client, clauses
):
    service, billing, account = client

    with pytest.raises(RateLimitedError):
        billing.debit(account, units=1)

    assert left(service) == 9
    assert found(billing) == clauses


@pytest.mark.parametrize("client", [Refusing, Busy], indirect=True)
def test_a_burst_of_which_one_is_refused_shows_nothing(client):
    service, billing, account = client
    calls = [
        billing.call("debitBalance", billing.debit_fields(account)) for _ in range(4)
    ]

    with pytest.raises(RateLimitedError, match="1 of 4 requests sent at once"):
        send_concurrently(billing, account, calls)

    assert found(billing) == set()
    assert left(service) == 10 - 3 * billing.unit


@pytest.mark.parametrize("client", [Failing], indirect=True)
def test_503_without_a_moment_is_a_5xx_like_any_other(client):
    _, billing, account = client

    assert billing.debit(account, units=1).status == 503

    assert found(billing) == {"http.no-5xx"}


def refusal(headers, status=429):
    now = time.monotonic()
    return Response(status, headers, b"", now, now)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("Wed, 25 Nov 2026 14:00:30 GMT", 30),
        ("Wed, 25 Nov 2026 13:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(value, seconds):
    assert seconds_until_again(refusal({"retry-after": value, "date": DATE})) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "limited"),
    [
        (429, {}, True),
        (429, {"retry-after": "1"}, True),
        (503, {"retry-after": "1"}, True),
        (503, {}, False),
        (500, {"retry-after": "1"}, False),
        (403, {"retry-after": "1"}, False),
    ],
)
def test_which_answers_are_those_of_a_limiter(status, headers, limited):
    assert is_limited(refusal(headers, status)) is limited
