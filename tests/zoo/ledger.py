"""The data of a service: accounts, and orders to change them."""

import threading
from typing import NamedTuple


class Order(NamedTuple):
    """A debit or a credit as the client asked for it."""

    user_id: str
    units: object
    ref: str
    reason: str


class Account:
    """A prepaid balance and the refs used up on it. Faults may hang more on it."""

    def __init__(self, user_id, balance, plan=None):
        self.user_id = user_id
        self.balance = balance
        self.plan = plan
        self.refs = {}
        self.grants = set()
        self.lock = threading.Lock()
        self.version = 0
