"""Simultaneous calls whose outcome is certain, whatever their order.

Each burst is a function of the clients. It opens accounts of its own and
returns whether every answer and the balance at the end are as they must be. It
uses no checker of histories: the zoo depends on nothing of the suite it tests.
"""

import contextlib
import itertools
import threading
from collections import Counter

from tests.zoo.client import Client

CLIENTS = 16


class ConcurrentClients:
    """Sixteen clients with warm connections that act at the same moment."""

    def __init__(self, url):
        self.open_connections = contextlib.ExitStack()
        enter = self.open_connections.enter_context
        self.clients = [enter(Client(url)) for _ in range(CLIENTS)]
        self.serials = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.open_connections.close()

    def account(self, balance):
        """Open a new account and return its user id."""
        user_id = f"{next(self.serials):08x}-0000-4000-8000-000000000000"
        self.clients[0].open(user_id, balance)
        return user_id

    def act(self, action):
        """Call `action(client, number)` for all clients at once and return the results by number."""
        ready, outcomes = threading.Barrier(CLIENTS), [None] * CLIENTS

        def one(number):
            ready.wait()
            outcomes[number] = action(self.clients[number], number)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def balance(self, user_id):
        """Return the balance of an account as a number."""
        return self.clients[0].balance(user_id)


def statuses(answers):
    """Return how often each status came."""
    return Counter(answer.status for answer in answers)


def one_ref(clients):
    user = clients.account(100)
    answers = clients.act(lambda client, _: client.debit(user, f"{user} r"))
    charged_once = clients.balance(user) == 99
    return charged_once and statuses(answers) == {200: 1, 409: CLIENTS - 1}


def one_ref_without_money(clients):
    user = clients.account(1)
    answers = clients.act(lambda client, _: client.debit(user, f"{user} r", 2))
    return statuses(answers) == {403: CLIENTS} and clients.balance(user) == 1


def money_for_half(clients):
    user = clients.account(CLIENTS // 2)
    answers = clients.act(lambda client, n: client.debit(user, f"{user} {n}"))
    halves = {200: CLIENTS // 2, 403: CLIENTS // 2}
    return statuses(answers) == halves and clients.balance(user) == 0


def money_for_all(clients):
    user = clients.account(CLIENTS)
    answers = clients.act(lambda client, n: client.debit(user, f"{user} {n}"))
    receipts = [answer.body for answer in answers if answer.status == 200]
    balances = sorted(receipt["balance"] for receipt in receipts)
    own_ids = len({receipt["tx_id"] for receipt in receipts}) == CLIENTS
    return balances == list(range(CLIENTS)) and own_ids and clients.balance(user) == 0


def some_ask_too_much(clients):
    user = clients.account(10)
    answers = clients.act(
        lambda client, n: client.debit(user, f"{user} {n}", 1 + n % 2 * 99)
    )
    granted = [answer.status == 200 for answer in answers]
    return granted == [True, False] * (CLIENTS // 2) and clients.balance(user) == 2


def debits_and_reads(clients):
    user = clients.account(1000)

    def act(client, n):
        if n % 2:
            return [client.debit(user, f"{user} {n} {k}", 2) and 1000 for k in range(3)]
        return [read for _ in range(4) for read in balances_read(client, user, 980)]

    balances = clients.act(act)
    left = 1000 - 2 * 3 * CLIENTS // 2
    falling = all(reads == sorted(reads, reverse=True) for reads in balances)
    possible = all(
        left <= read <= 1000 and read % 2 == 0 for reads in balances for read in reads
    )
    return falling and possible and clients.balance(user) == left


def balances_read(client, user, units):
    """Return the balance as checked and as read; -1 for a check whose `allowed` contradicts it."""
    checked = client.check(user, units).body
    agrees = checked["allowed"] == (checked["balance"] >= units)
    return checked["balance"] if agrees else -1, client.balance(user)


def two_accounts(clients):
    users = clients.account(100), clients.account(200)
    clients.act(lambda client, n: client.debit(users[n % 2], f"{users[0]} {n}"))
    return [clients.balance(user) for user in users] == [92, 192]


def credits_in_pairs(clients):
    user = clients.account(0)
    answers = clients.act(lambda client, n: client.credit(user, f"{user} {n // 2}"))
    pairs = {200: CLIENTS // 2, 409: CLIENTS // 2}
    return statuses(answers) == pairs and clients.balance(user) == CLIENTS // 2


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


def failed_bursts(url):
    """Run every burst once and return the names of those whose outcome is not as it must be."""
    with ConcurrentClients(url) as clients:
        return [burst.__name__ for burst in BURSTS if not burst(clients)]
