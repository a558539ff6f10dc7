"""The client that a contract test uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.client.billing_client import BillingClient

if TYPE_CHECKING:
    import pytest


def client_of(item: pytest.Item) -> BillingClient | None:
    """Return the client that a test was given, None where it was given none of ours.

    A user's own fixture may have the same name.
    """
    client = getattr(item, "funcargs", {}).get("billing")
    return client if isinstance(client, BillingClient) else None
