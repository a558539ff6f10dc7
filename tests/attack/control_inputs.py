"""Hostile inputs to the control plane. None of them is about the users whose balances are compared."""

import json

from tests.attack.http_bytes import Attack, whole

USERS = ("controlled", "a/b", "//", "%2F", "a%0Ab", "%F0%9F%99%82", "%ff", "x" * 400)
ROUTES = ("ready", "settings", "accounts", "faults", "requests?limit=1", "nothing", "", "reset/x", "faults/999999", "faults/-1", "transactions?limit=1")  # fmt: skip
# The answers to these are long once the journal is full.
LONG_ROUTES = ("transactions", "requests", "findings", "history", "openapi.json")
QUERIES = ("", "?limit=-1", "?limit=0", "?limit=99999999999999999999", "?since=x", "?offset=1e9", "?user_id=%00", "?status=4xx", "?verdict=ok", "?user_id=" + "u" * 5000, "?limit=3&limit=4")  # fmt: skip
VALUES = (
    None,
    True,
    -1,
    0,
    1e308,
    "",
    "x",
    [],
    {},
    "+30d",
    "banana",
    "\ud800",
    10**40,
    0.001,
)
FAULTS = ("delay", "status", "lose_response", "drop_request", "truncate_body", "garble_body", "slow_body", "none")  # fmt: skip


def control_routes(rng):
    """Routes of the control plane, and routes that it has not, with every method and odd queries."""
    method = rng.choice(("GET", "HEAD", "PUT", "PATCH", "OPTIONS", "TRACE"))
    routes = LONG_ROUTES if rng.random() < 0.02 else ROUTES
    target = f"/_mock/{rng.choice(routes)}"
    if "?" not in target:
        target += rng.choice(QUERIES)
    return Attack((whole(target, method=method, body=b""),))


def control_accounts(rng):
    """Accounts of odd names, opened with odd balances and plans, read and deleted."""
    target = f"/_mock/accounts/{rng.choice(USERS)}"
    plan = rng.choice(
        (None, {}, {"plan_code": "a", "expires_at": rng.choice(VALUES), "status": "b"})
    )
    body = json.dumps({"balance": rng.choice(VALUES), "plan": plan}).encode()
    method = rng.choice(("PUT", "GET", "DELETE"))
    return Attack((whole(target, body, method=method),))


def control_faults(rng):
    """Faults with odd settings, for a user who has no other requests."""
    fault = {
        "kind": rng.choice(FAULTS),
        "user_id": "controlled",
        "times": rng.choice((1, *VALUES)),
    }
    for name in rng.sample(("status", "seconds", "operation", "acts", "after", "probability", "for_seconds", "x"), 2):  # fmt: skip
        fault[name] = rng.choice(VALUES)
    return Attack((whole("/_mock/faults", json.dumps(fault).encode()),))


def control_bodies(rng):
    """Bodies that no route takes."""
    body = rng.choice((b"", b"{", b"[]", b"\xff", b"[" * 50_000, b'{"accounts": [1]}', b'{"accounts": {}}', b'{"x": NaN}'))  # fmt: skip
    target = rng.choice(
        ("/_mock/accounts", "/_mock/faults", "/_mock/accounts/controlled")
    )
    return Attack((whole(target, body, method=rng.choice(("POST", "PUT"))),))


def control_resets(rng):
    """Resets of one user, of nobody, and with bodies that say nothing."""
    value = rng.choice(({"user_id": "controlled"}, {"user_id": ""}, {"user_id": 5}, {"user": "x"}, [], "x"))  # fmt: skip
    return Attack((whole("/_mock/reset", json.dumps(value).encode()),))


def strangers(rng):
    """Requests from pages of other sites, and for other hosts."""
    lines = rng.choice(([("Origin", "http://evil.example")], [("Host", "evil.example")], [("Sec-Fetch-Site", "cross-site")], [("Origin", "null")], [("Host", "")]))  # fmt: skip
    target = f"/_mock/{rng.choice(ROUTES)}"
    return Attack((whole(target, b"", method="GET", headers=lines),))


CONTROL_KINDS = (control_routes, control_accounts, control_faults, control_bodies, control_resets, strangers)  # fmt: skip
