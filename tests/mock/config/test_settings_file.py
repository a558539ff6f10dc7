"""`--config FILE` and [tool.billing-mock]: what a file of settings may say, who goes first, and what a wrong one is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from billing_mock.config.settings_file import read_settings_file
from billing_mock.config.yaml_entries import SettingsFileError
from tests.processes import run, running_mock

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ACCOUNTS = """
[[accounts]]
user_id = "anna"
balance = 10.10
plan = { plan_code = "base750", expires_at = 2030-01-31T10:00:00Z, status = "active" }

[[accounts]]
user_id = "boris"
balance = 3
plan = { plan_code = "base750", expires_at = "+30d", status = "active" }
"""
FAULTS = """
[[faults]]
kind = "delay"
seconds = 0.5
times = 2
"""


def written(tmp_path, text, name="billing-mock.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_accounts_and_faults_stand_in_the_file(tmp_path):
    found = read_settings_file(written(tmp_path, ACCOUNTS + FAULTS), now=NOW)

    anna, boris = found.accounts
    [(fault, trigger)] = found.faults
    assert (str(anna.balance), str(boris.balance)) == ("10.10", "3")
    assert anna.plan.expires_at == "2030-01-31T10:00:00+00:00"
    assert boris.plan.expires_at == "2030-01-31T00:00:00Z"
    assert (fault.kind, fault.seconds, trigger.times) == ("delay", 0.5, 2)


def test_files_are_named_from_the_folder_of_the_settings(tmp_path):
    path = written(tmp_path, 'accounts = "mine.yaml"\nkey-file = "key"\nport = 0\n')

    options = read_settings_file(path, now=NOW).options

    assert options == {
        "accounts": tmp_path / "mine.yaml",
        "key-file": tmp_path / "key",
        "port": 0,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = [", "not TOML"),
        ("colour = 1", "colour: no such setting; there are: port"),
        ("port = true", "port: must be a whole number from 0 to 65535"),
        ("port = 65536", "port: must be a whole number"),
        ("log = 'xml'", "log: must be text or json"),
        ("host = 1", "host: must be a text"),
        ("like = 1", "like: must be the name of a file"),
        ("choice = 'no-plan=absent'", "choice: must be a list of texts such as"),
        ("deviation = [1]", "deviation: must be a list of texts such as"),
        ("accounts = 3", r"accounts: must be the name of a file, or tables \[\["),
        ("accounts = [3]", r"accounts\[0\]: user_id: must be a text"),
        (ACCOUNTS.replace("boris", "anna"), "'anna' stands twice"),
        (ACCOUNTS.replace("10.10", "-1"), "'anna': balance: must be at least 0"),
        (ACCOUNTS.replace("10.10", "nan"), "'anna': balance: must be at least 0"),
        (FAULTS.replace("delay", "delays"), r"faults\[0\]: kind: must be one of"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path, text, words):
    with pytest.raises(SettingsFileError, match=words) as caught:
        read_settings_file(written(tmp_path, text), now=NOW)

    assert "billing-mock.toml" in str(caught.value)


def accounts(url):
    listed = httpx.get(f"{url}/_mock/accounts").json()["accounts"]
    return [each["user_id"] for each in listed]


def test_the_command_takes_what_a_file_says(tmp_path):
    text = f'host = "127.0.0.2"\nchoice = ["no-plan=absent"]\n{ACCOUNTS}{FAULTS}'
    with running_mock("--config", str(written(tmp_path, text))) as (_, url, greeting):
        settings = httpx.get(f"{url}/_mock/settings").json()

        assert "http://127.0.0.2:" in url
        assert settings["choices"]["no-plan"] == "absent"
        assert accounts(url) == ["anna", "boris"]
        assert "faults    delay" in greeting


def test_the_command_line_goes_first_then_the_environment_then_this_folders_pyproject(
    tmp_path,
):
    table = ACCOUNTS.replace("[[", "[[tool.billing-mock.")
    written(
        tmp_path,
        f'[tool.billing-mock]\nhost = "127.0.0.4"\nlike = "nowhere"\n{table}',
        "pyproject.toml",
    )
    saw = written(
        tmp_path,
        '{"target": "http://x", "observed": {"no-plan": "absent"}, "otherwise": {}, "deviations": [], "broken": []}',
        "saw.json",
    )
    with running_mock(
        "--host",
        "127.0.0.3",
        cwd=tmp_path,
        BILLING_MOCK_HOST="127.0.0.2",
        BILLING_MOCK_LIKE=str(saw),
    ) as (_, url, _):
        choices = httpx.get(f"{url}/_mock/settings").json()["choices"]

        assert "http://127.0.0.3:" in url
        assert choices["no-plan"] == "absent"
        assert accounts(url) == ["anna", "boris"]


def test_accounts_of_the_command_line_replace_those_of_the_file(tmp_path):
    file = written(
        tmp_path, "accounts:\n- user_id: clara\n  balance: 1\n", "accounts.yaml"
    )
    with running_mock(
        "--config", str(written(tmp_path, ACCOUNTS)), "--accounts", str(file)
    ) as (_, url, _):
        assert accounts(url) == ["clara"]


def test_accounts_of_the_file_have_no_effect_in_front_of_a_deployment(tmp_path):
    ended = run(
        "billing_mock",
        *("--port", "0", "--config", written(tmp_path, ACCOUNTS)),
        *("--upstream", "http://127.0.0.1:1"),
    )

    assert ended.returncode == 2
    assert "--accounts has no effect" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    ended = run("billing_mock", "--port", "0", "--config", tmp_path / "none.toml")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "none.toml: cannot be read: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_example_of_the_document_is_taken(tmp_path):
    document = Path("docs/mock.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", document, re.DOTALL)[1]

    found = read_settings_file(written(tmp_path, example), now=NOW)

    assert set(found.options) == {"port", "choice", "deviation"}
    assert (len(found.accounts), len(found.faults)) == (1, 1)
