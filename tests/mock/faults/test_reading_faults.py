"""Faults as text: over the control plane, from a file, in Python. Errors name place and remedy."""

from __future__ import annotations

import pytest

from billing_mock.faults import FaultsFileError, read_faults
from tests.processes import run

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


def test_a_file_sets_faults(tmp_path):
    file = tmp_path / "faults.yaml"
    file.write_text(
        "faults:\n- {kind: delay, seconds: 0.5, times: 2}\n- kind: lose_response\n  user_id: anna\n"
    )

    (delay, trigger), (lost, scoped) = read_faults(file)

    assert (delay.kind, delay.seconds, trigger.times) == ("delay", 0.5, 2)
    assert (lost.kind, scoped.user_id) == ("lose_response", "anna")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("faults:\n- kind: delay\n", "line 2: seconds: is missing"),
        ("faults:\n- kind: status\n- 3\n", "line 3: kind: must be one of"),
        ("fault: []\n", "must hold one list named faults, such as:\nfaults:"),
        ("faults: [\n", "line 2: not YAML"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path, text, words):
    file = tmp_path / "faults.yaml"
    file.write_text(text)

    with pytest.raises(FaultsFileError) as error:
        read_faults(file)

    assert f"{file}" in str(error.value)
    assert words in str(error.value)


def test_the_command_refuses_a_wrong_file_without_a_traceback(tmp_path):
    ended = run("billing_mock", "--port", "0", "--faults", tmp_path / "none.yaml")

    assert ended.returncode == 2
    assert "no such file. Write one such as:" in ended.stderr
    assert "Traceback" not in ended.stderr
