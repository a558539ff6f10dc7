"""A debit without a definite answer is sent again with its ref, and what the balances then show counts."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from billing_verify.account import TestAccount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.burst import send_concurrently
from billing_verify.client.settling import settle
from billing_verify.client.target import Target
from billing_verify.client.transport import Transport
from billing_verify.errors import NoResponseError
from tests.processes import run
from tests.zoo import Service, serving
from tests.zoo.faults.odd_input import NulIs500
from tests.zoo.faults.unanswered import (
    ChargedOnEvery500,
    ChargedThenRefused,
    RefBurntBy500,
)

FAULTS = {
    ChargedOnEvery500: "ref.duplicate",
    RefBurntBy500: "ref.lost-response",
    ChargedThenRefused: "input.no-effect",
}


class OnceAtWill(Service):
    """Fails after the first charge of each debit, as a worker does that dies; the retry is answered right."""

    remembers = True

    def __init__(self):
        super().__init__()
        self.failed = set()

    def settle(self, order):
        answer = super().settle(order)
        if order.ref in self.failed:
            return answer
        self.failed.add(order.ref)
        if not self.remembers:
            self.forget(self.account(order.user_id), order)
        raise ConnectionError("the worker died")


class TwiceAtWill(OnceAtWill):
    """The ref is forgotten with the answer, so that a retry charges again."""

    remembers = False


class UnreadableFirst(TwiceAtWill):
    """Anna's balance cannot be read any more."""

    def statement(self, account):
        if account.user_id == "anna":
            raise ConnectionError("the row is locked")
        return super().statement(account)


class ChargesForms(Service):
    """A form is charged before the answer is made, which fails."""

    def debit(self, request):
        if request.body.startswith(b"{"):
            return super().debit(request)
        self.take(self.account("anna"), Decimal(1))
        raise ConnectionError("the worker died")


class FailsOnForms(ChargesForms):
    """A form is an error that nobody catches, and takes nothing."""

    def take(self, account, _units):
        return account.balance


@pytest.fixture
def client(request):
    service = request.param()
    service.open("anna", Decimal(10))
    service.open("bert", Decimal(10))
    with serving(service) as url:
        target = Target(url=url, key=Service.key)
        billing = BillingClient(Transport(target, Budget(Decimal(0))))
        yield billing, billing.use_account(TestAccount("anna", Decimal(10)))
        billing.transport.close()


def found(billing):
    settle(billing)
    return {error.clause_id for error in billing.transport.trace.findings}


@pytest.mark.parametrize(
    ("client", "clauses"),
    [(OnceAtWill, {"http.no-5xx"}), (TwiceAtWill, {"http.no-5xx", "ref.duplicate"})],
    indirect=["client"],
)
def test_a_debit_answered_500_is_settled(client, clauses):
    billing, account = client

    assert billing.debit(account, units=1).status == 500

    assert found(billing) == clauses


@pytest.mark.parametrize(
    ("client", "clauses"),
    [(OnceAtWill, {"http.no-5xx"}), (TwiceAtWill, {"http.no-5xx", "ref.duplicate"})],
    indirect=["client"],
)
def test_the_debits_of_a_burst_are_settled_too(client, clauses):
    billing, account = client
    calls = [
        billing.call("debitBalance", billing.debit_fields(account)) for _ in range(4)
    ]

    sent = send_concurrently(billing, account, [*calls, *calls])

    assert 500 in sent.statuses()
    assert found(billing) == clauses


@pytest.mark.parametrize("client", [TwiceAtWill], indirect=True)
def test_the_story_is_told_with_its_requests(client):
    billing, account = client
    billing.debit(account, units=2)
    settle(billing)

    (error,) = (
        each
        for each in billing.transport.trace.findings
        if each.clause_id == "ref.duplicate"
    )

    assert str(error) == (
        "a debit of 2 units was answered 500; sent again with its ref, twice, it was answered "
        "200 and 409. The balance fell by 4, where 2 is the most that may be charged"
    )
    shown = billing.transport.trace.until(error).exchanges
    statuses = [each.response.status for each in shown]
    assert statuses[:5] == [500, 200, 200, 409, 200]


def test_a_debit_whose_answer_never_comes_is_settled():
    with BillingMock() as mock:
        mock.fund("anna", 10)
        billing = BillingClient(
            Transport(Target(url=mock.url, key=mock.key), Budget(Decimal(0)))
        )
        account = billing.use_account(TestAccount("anna", Decimal(10)))
        mock.lose_next_response()

        with pytest.raises(NoResponseError):
            billing.debit(account, units=1)

        assert found(billing) == set()
        assert mock.balance("anna") == 9
        assert [each.status for each in mock.requests[-3:-1]] == [409, 409]


@pytest.mark.parametrize("client", [UnreadableFirst], indirect=True)
def test_a_debit_that_cannot_be_settled_keeps_no_other_from_it(client):
    billing, account = client
    other = billing.use_account(TestAccount("bert", Decimal(10)))
    billing.debit(account, units=1)
    billing.debit(other, units=1)

    assert "ref.duplicate" in found(billing)

    assert billing.transport.trace.unsettled == [
        (
            "what became of a debit of 1 units that was answered 500 could not be found out: "
            'the answer 500 has no proper field balance: {"detail":"Internal Server Error"}'
        )
    ]


@pytest.mark.parametrize(
    ("client", "clauses"),
    [
        (ChargesForms, {"http.no-5xx", "input.not-json"}),
        (FailsOnForms, {"http.no-5xx"}),
    ],
    indirect=["client"],
)
def test_a_form_that_is_charged_without_an_answer_is_found(client, clauses):
    billing, account = client
    form = f"user_id={account.user_id}&units=1&ref=a&reason=b".encode()

    assert billing.request("debitBalance", form).status == 500

    assert found(billing) == clauses


@pytest.mark.parametrize("service", FAULTS, ids=lambda service: service.__name__)
def test_what_is_charged_without_an_answer_is_found_by_whatever_test_it_meets(
    service, tmp_path
):
    broken = verdicts_of(service, tmp_path)

    assert broken == {"http.no-5xx", FAULTS[service]}


def test_a_service_that_charges_nothing_is_not_accused_of_more(tmp_path):
    assert verdicts_of(NulIs500, tmp_path) == {"http.no-5xx"}


def verdicts_of(service, folder):
    """The clauses that a quick run of these tests finds broken."""
    clauses = ("http.no-5xx", *FAULTS.values())
    only = [word for each in clauses for word in ("--clause", each)]
    with serving(service()) as url:
        hook = ("--account-url", f"{url}/_zoo/accounts")
        ended = run(
            "billing_verify",
            url,
            *("--profile", "quick", *only, *hook, "--json", "r.json"),
            key=Service.key,
            cwd=folder,
        )
    report = json.loads((folder / "r.json").read_text())
    assert ended.returncode == 1, ended.stdout
    return {
        each["id"]
        for each in report["clauses"]
        if each["verdict"] in {"broken", "weak"}
    }
