"""Simultaneous calls whose outcome is certain, whatever their order.

Each burst opens its own accounts and tells whether every answer and what is
left are as they must be. No judge of histories is needed for that, and none is
used: the zoo has to stand without the suite it tests.
"""

import contextlib
import itertools
import threading
from collections import Counter

from tests.zoo.client import Client

CROWD = 16


class Crowd:
    """Sixteen clients with warm connections that act at the same moment."""

    def __init__(self, url):
        self.open_connections = contextlib.ExitStack()
        enter = self.open_connections.enter_context
        self.clients = [enter(Client(url)) for _ in range(CROWD)]
        self.serials = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.open_connections.close()

    def account(self, balance):
        user_id = f"{next(self.serials):08x}-0000-4000-8000-000000000000"
        self.clients[0].open(user_id, balance)
        return user_id

    def act(self, action):
        """Let each client do action(client, its number), all at once."""
        ready, outcomes = threading.Barrier(CROWD), [None] * CROWD

        def one(number):
            ready.wait()
            outcomes[number] = action(self.clients[number], number)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(CROWD)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def balance(self, user_id):
        return self.clients[0].balance(user_id)


def statuses(answers):
    return Counter(answer.status for answer in answers)


def one_ref(crowd):
    user = crowd.account(100)
    answers = crowd.act(lambda client, _: client.debit(user, f"{user} r"))
    charged_once = crowd.balance(user) == 99
    return charged_once and statuses(answers) == {200: 1, 409: CROWD - 1}


def one_ref_without_money(crowd):
    user = crowd.account(1)
    answers = crowd.act(lambda client, _: client.debit(user, f"{user} r", 2))
    return statuses(answers) == {403: CROWD} and crowd.balance(user) == 1


def money_for_half(crowd):
    user = crowd.account(CROWD // 2)
    answers = crowd.act(lambda client, n: client.debit(user, f"{user} {n}"))
    halves = {200: CROWD // 2, 403: CROWD // 2}
    return statuses(answers) == halves and crowd.balance(user) == 0


def money_for_all(crowd):
    user = crowd.account(CROWD)
    answers = crowd.act(lambda client, n: client.debit(user, f"{user} {n}"))
    receipts = [answer.body for answer in answers if answer.status == 200]
    told = sorted(receipt["balance"] for receipt in receipts)
    own_ids = len({receipt["tx_id"] for receipt in receipts}) == CROWD
    return told == list(range(CROWD)) and own_ids and crowd.balance(user) == 0


def some_ask_too_much(crowd):
    user = crowd.account(10)
    answers = crowd.act(
        lambda client, n: client.debit(user, f"{user} {n}", 1 + n % 2 * 99)
    )
    granted = [answer.status == 200 for answer in answers]
    return granted == [True, False] * (CROWD // 2) and crowd.balance(user) == 2


def debits_and_reads(crowd):
    user = crowd.account(1000)

    def act(client, n):
        if n % 2:
            return [client.debit(user, f"{user} {n} {k}", 2) and 1000 for k in range(3)]
        return [told for _ in range(4) for told in looked_at(client, user, 980)]

    told = crowd.act(act)
    left = 1000 - 2 * 3 * CROWD // 2
    falling = all(reads == sorted(reads, reverse=True) for reads in told)
    possible = all(
        left <= read <= 1000 and read % 2 == 0 for reads in told for read in reads
    )
    return falling and possible and crowd.balance(user) == left


def looked_at(client, user, units):
    """The balance as read and as checked; -1 where the verdict belies its balance."""
    checked = client.check(user, units).body
    agrees = checked["allowed"] == (checked["balance"] >= units)
    return checked["balance"] if agrees else -1, client.balance(user)


def two_accounts(crowd):
    users = crowd.account(100), crowd.account(200)
    crowd.act(lambda client, n: client.debit(users[n % 2], f"{users[0]} {n}"))
    return [crowd.balance(user) for user in users] == [92, 192]


def credits_in_pairs(crowd):
    user = crowd.account(0)
    answers = crowd.act(lambda client, n: client.credit(user, f"{user} {n // 2}"))
    pairs = {200: CROWD // 2, 409: CROWD // 2}
    return statuses(answers) == pairs and crowd.balance(user) == CROWD // 2


BURSTS = (
    one_ref,
    one_ref_without_money,
    money_for_half,
    money_for_all,
    some_ask_too_much,
    debits_and_reads,
    two_accounts,
    credits_in_pairs,
)


def surprises(url):
    """The bursts whose outcome was not as it must be."""
    with Crowd(url) as crowd:
        return [burst.__name__ for burst in BURSTS if not burst(crowd)]
