"""Runs of billing-verify that several files of tests look at, each made once."""

from __future__ import annotations

import json

import pytest

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Ledger
from tests.once import once
from tests.reported import Reported, serving_nonsense

SOME = ("ref.duplicate", "ref.remembered", "debit.exact")


@pytest.fixture(scope="session")
def conforming(tmp_path_factory):
    def verify(folder):
        with BillingMock() as mock:
            return Reported(mock.url, "--profile", "quick", folder=folder)

    return once(tmp_path_factory, "conforming", verify)


@pytest.fixture(scope="session")
def broken(tmp_path_factory):
    only = [word for clause in SOME for word in ("--clause", clause)]

    def verify(folder):
        with pytest.MonkeyPatch.context() as patch, BillingMock() as mock:
            patch.setattr(Ledger, "_refuse_used", lambda self, ref, holding: None)
            return Reported(mock.url, "--profile", "quick", *only, folder=folder)

    return once(tmp_path_factory, "broken", verify)


@pytest.fixture(scope="session")
def unreachable(tmp_path_factory):
    def verify(folder):
        with BillingMock() as mock:
            url = mock.url
        return Reported(url, folder=folder)

    return once(tmp_path_factory, "unreachable", verify)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    only = ("--account", '<b id="x">&', "--clause", "debit.shape")

    def verify(folder):
        with serving_nonsense() as url:
            return Reported(url, *only, folder=folder)

    return once(tmp_path_factory, "hostile", verify)


@pytest.fixture
def report(broken):
    return json.loads(json.dumps(broken.json))
