"""`--faults FILE`: what it takes, and what the error of a wrong one names."""

from __future__ import annotations

import pytest

from billing_mock.config.files import read_faults
from billing_mock.config.yaml_entries import SettingsFileError
from tests.processes import run


def test_a_file_sets_faults(tmp_path):
    file = tmp_path / "faults.yaml"
    file.write_text(
        "faults:\n- {kind: delay, seconds: 0.5, times: 2}\n- kind: lose_response\n  user_id: anna\n"
    )

    (delay, trigger), (lost, scoped) = read_faults(file)

    assert (delay.kind, delay.seconds, trigger.times) == ("delay", 0.5, 2)
    assert (lost.kind, scoped.user_id) == ("lose_response", "anna")


def test_faults_on_one_line_are_all_read(tmp_path):
    file = tmp_path / "faults.yaml"
    file.write_text("faults: [{kind: drop_request}, {kind: lose_response}]\n")

    kinds = [fault.kind for fault, _ in read_faults(file)]

    assert kinds == ["drop_request", "lose_response"]


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

    with pytest.raises(SettingsFileError) as error:
        read_faults(file)

    assert f"{file}" in str(error.value)
    assert words in str(error.value)


def test_the_command_refuses_a_wrong_file_without_a_traceback(tmp_path):
    ended = run("billing_mock", "--port", "0", "--faults", tmp_path / "none.yaml")

    assert ended.returncode == 2
    assert "no such file. Write one such as:" in ended.stderr
    assert "Traceback" not in ended.stderr
