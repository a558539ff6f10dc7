"""Accounts and transactions in SQLite, shared by the worker processes."""

import contextlib
import json
import sqlite3
import threading
import uuid

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE accounts (
    user_id TEXT PRIMARY KEY,
    cents INTEGER NOT NULL CHECK (cents >= 0),
    plan TEXT
);
CREATE TABLE transactions (
    tx_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES accounts,
    ref TEXT,
    cents INTEGER NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (user_id, kind, ref)
);
"""
PLANS = {"base750": 75_000}


class RefusedError(Exception):
    """A documented refusal, with its status and code."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Store:
    """One SQLite file; a connection for each thread, one writer at a time."""

    def __init__(self, path):
        self.path = path
        self.here = threading.local()
        self.writing = threading.Lock()

    @property
    def db(self):
        if not hasattr(self.here, "db"):
            self.here.db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self.here.db.execute("PRAGMA synchronous = OFF")
        return self.here.db

    def create(self):
        self.db.executescript(SCHEMA)
        self.db.close()

    @contextlib.contextmanager
    def transaction(self):
        with self.writing:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def open(self, user_id, cents, plan):
        with self.transaction() as db:
            db.execute("DELETE FROM transactions WHERE user_id = ?", (user_id,))
            row = user_id, cents, plan and json.dumps(plan)
            db.execute("REPLACE INTO accounts VALUES (?, ?, ?)", row)

    def statement(self, user_id):
        select = "SELECT cents, plan FROM accounts WHERE user_id = ?"
        row = self.db.execute(select, (user_id,)).fetchone()
        if row is None:
            raise RefusedError(404, "user_not_found", "No such user")
        return row[0], row[1] and json.loads(row[1])

    def balance(self, user_id):
        return self.statement(user_id)[0]

    def debit(self, user_id, cents, *, ref, reason):
        with self.transaction():
            left = self.balance(user_id) - cents
            tx_id = self.book("debit", user_id, cents, ref=ref, reason=reason)
            if left < 0:
                raise RefusedError(403, "insufficient_funds", "Not enough units")
            return self.move(user_id, left), tx_id

    def credit(self, user_id, cents, *, ref, reason):
        with self.transaction():
            left = self.balance(user_id) + cents
            tx_id = self.book("credit", user_id, cents, ref=ref, reason=reason)
            return self.move(user_id, left), tx_id

    def apply_plan(self, user_id, plan_id, ref):
        if plan_id not in PLANS:
            raise RefusedError(404, "plan_not_found", "No such plan")
        plan = {"plan_code": plan_id, "expires_at": None, "status": "active"}
        with self.transaction() as db:
            left = self.balance(user_id) + PLANS[plan_id]
            self.book("plan", user_id, PLANS[plan_id], ref=ref, reason=plan_id)
            update = "UPDATE accounts SET plan = ? WHERE user_id = ?"
            db.execute(update, (json.dumps(plan), user_id))
            return self.move(user_id, left)

    def book(self, kind, user_id, cents, *, ref, reason):
        tx_id = str(uuid.uuid4())
        row = tx_id, kind, user_id, ref, cents, reason
        try:
            self.db.execute("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            taken = "The ref is used already"
            raise RefusedError(409, "duplicate_transaction", taken) from None
        return tx_id

    def move(self, user_id, left):
        update = "UPDATE accounts SET cents = ? WHERE user_id = ?"
        self.db.execute(update, (left, user_id))
        return left
