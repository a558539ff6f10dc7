"""Checks that every conforming service of the zoo passes: the example, the refusals, a lost answer."""

from tests.zoo.client import Client, order
from tests.zoo.request_sequence import ALICE, BALANCE, DEBIT, PLAN

WRONG_VALUES = {
    "user_id": (None, 5, True, {}, ["a"]),
    "units": (None, "2.0", "two", True, False, {}, [2], -1, -0.01, 0),
    "ref": (None, 5, True, {}, ["a"], ""),
    "reason": (None, 5, True, {}, ["a"]),
}


def example_is_kept(client):
    """Return whether the document's own requests get the document's own answers."""
    client.open(ALICE, 742, PLAN)
    checked = client.check(ALICE, 2.0)
    stated = client.statement(ALICE)
    charged = client.debit(ALICE, "req-876c9a1234567890", 2.0, reason="chat_message")

    return (
        {checked.status, stated.status, charged.status} == {200}
        and checked.body["allowed"] is True
        and checked.body["balance"] == stated.body["balance"] == 742.0
        and stated.body["plan"].items() >= PLAN.items()
        and charged.body["balance"] == 740.0
        and isinstance(charged.body["tx_id"], str)
        and charged.body["tx_id"] != ""
    )


def assert_refusals_are_the_documented_ones(client):
    """Raise AssertionError unless an account of 10 units is refused what the document refuses."""
    client.open(ALICE, 10)
    assert client.debit(ALICE, "all", 10.01).status == 403
    assert client.check(ALICE, 10.01).body["allowed"] is False
    assert {client.call("POST", DEBIT, body).status for body in wrong_bodies()} == {422}
    assert client.call("GET", BALANCE).status == 422
    assert client.call("PUT", DEBIT).status == 405
    stranger = {"X-Internal-Key": "no"}
    assert client.call("POST", DEBIT, b"{", headers=stranger).status == 401

    assert client.balance(ALICE) == 10
    assert client.debit(ALICE, "all", 10).body["balance"] == 0
    assert client.debit(ALICE, "all", 10).status == 409


def wrong_bodies():
    sound = order(ALICE, "wrong", 1)
    for name, values in WRONG_VALUES.items():
        yield {other: sound[other] for other in sound if other != name}
        yield from ({**sound, name: value} for value in values)


def charged_after_disconnect(url, *, after=0):
    """Return what a debit of 2 costs that is sent, waited for only so many seconds, and sent again."""
    with Client(url) as client:
        client.open(ALICE, 10)
        client.debit_and_disconnect(ALICE, "lost", 2, after=after)
    with Client(url) as client:
        client.debit(ALICE, "lost", 2)
        return 10 - client.balance(ALICE)
