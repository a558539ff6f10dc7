"""A user's own fixtures may be named as ours."""

from __future__ import annotations

import pytest

from billing_verify.run.item_client import client_of


@pytest.fixture
def billing():
    return "a client of the user's own"


@pytest.fixture
def transport():
    return "a transport of the user's own"


def test_a_fixture_of_the_same_name_is_no_client(request, billing, transport):
    assert request.node.funcargs["billing"] is billing
    assert client_of(request.node) is None
