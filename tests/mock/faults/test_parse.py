"""Faults from JSON, over the control plane and in Python. Errors name the setting and the remedy."""

from __future__ import annotations

import pytest

WRONG = [
    ("[]", "kind: must be one of status, delay, latency"),
    ('{"kind": "explode"}', "kind: must be one of"),
    ('{"kind": "delay"}', "seconds: is missing"),
    ('{"kind": "delay", "seconds": 0}', "seconds: must be at least 0.001"),
    (
        '{"kind": "delay", "seconds": 601}',
        "seconds: must be at most 600",
    ),
    ('{"kind": "status", "status": 200}', "status: must be at least 400"),
    (
        '{"kind": "status", "status": 503, "seconds": 2}',
        "seconds: no setting of status; there are: acts, body",
    ),
    (
        '{"kind": "status", "operation": "pay"}',
        "operation: must be one of check, debit, balance, credit, plan",
    ),
    ('{"kind": "status", "times": 0}', "times: must be at least 1"),
    (
        '{"kind": "status", "times": 1.5}',
        "times: must be an integer or null, not a number",
    ),
    ('{"kind": "status", "probability": 2}', "probability: must be at most 1"),
    (
        '{"kind": "latency", "median_seconds": 2, "p99_seconds": 1}',
        "p99_seconds: must be at least median_seconds",
    ),
    (
        '{"kind": "status", "for_seconds": 1e400}',
        "for_seconds: must be at most 31622400",
    ),
    ('{"kind": "status", "content_type": "text/html\\n"}', "what the schema allows"),
    (
        '{"kind": "latency", "median_seconds": 1e-300, "p99_seconds": 1}',
        "median_seconds: must be at least 0.001",
    ),
    ("{", "not JSON"),
]


@pytest.mark.parametrize(("body", "words"), WRONG)
def test_the_control_plane_refuses_a_wrong_fault(client, body, words):
    answer = client.control(
        "POST", "faults", data=body, content_type="application/json"
    )

    assert answer.status_code == 422
    assert words in answer.json["detail"]
    assert client.control("GET", "faults").json == {"faults": []}


def test_the_fixture_refuses_a_wrong_fault(billing_mock):
    with pytest.raises(ValueError, match="second: no setting of delay"):
        billing_mock.fault("delay", seconds=1, second=1)
