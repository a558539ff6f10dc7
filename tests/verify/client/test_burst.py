"""Bursts: requests that are open at once, over connections of their own."""

from __future__ import annotations

import ssl
import threading
from collections import defaultdict
from decimal import Decimal

import pytest
import trustme

from billing_verify.account import TestAccount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.burst import burst
from billing_verify.client.target import Target
from billing_verify.client.transport import Transport
from tests.recording import Recording, serving_tls
from tests.zoo import Service

ACCOUNT = TestAccount("4b4f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001", Decimal(0))


@pytest.fixture
def encrypted(tmp_path):
    """The client of a service behind TLS."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    with serving_tls(Recording(), server) as url:
        target = Target(url=url, key=Service.key, ca_file=str(tmp_path / "ca.pem"))
        transport = Transport(target, Budget(Decimal(1)))
        yield BillingClient(transport)
        transport.close()


@pytest.fixture
def used_by_two(monkeypatch):
    """Fills with the encrypted connections that two threads use at the same moment."""
    in_use, found = defaultdict(threading.Lock), []

    def alone(use):
        def used(self, *arguments, **more):
            lock = in_use[id(self)]
            if not lock.acquire(blocking=False):
                found.append(use.__name__)
                return use(self, *arguments, **more)
            try:
                return use(self, *arguments, **more)
            finally:
                lock.release()

        return used

    for name in ("recv_into", "sendall"):
        monkeypatch.setattr(ssl.SSLSocket, name, alone(getattr(ssl.SSLSocket, name)))
    return found


def test_one_thread_at_a_time_uses_an_encrypted_connection(encrypted, used_by_two):
    call = encrypted.call("checkBalance", encrypted.check_fields(ACCOUNT))

    sent = burst(encrypted, ACCOUNT, [call] * 8)

    assert sent.statuses() == [200] * 8
    assert used_by_two == []
