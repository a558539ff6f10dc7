"""`--accounts FILE`: what it takes, and what the error of a wrong one names."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from billing_mock.config.files import read_accounts
from billing_mock.config.yaml_entries import SettingsFileError

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


LAUGHS = "accounts:\n  - &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"  - &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in pairwise("abcdefghijk")
)


def read(tmp_path, text):
    path = tmp_path / "accounts.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_accounts(path, now=NOW)


def test_users_balances_and_plans_are_read(tmp_path):
    anna, bob = read(
        tmp_path,
        """
accounts:
  - user_id: anna
    balance: 10.10
    plan: {plan_code: base750, expires_at: +30d, status: active}
  - user_id: "007"
    balance: 0
    plan: {plan_code: old, expires_at: 2025-07-31T10:00:00Z, status: inactive}
""",
    )

    assert (anna.user_id, anna.balance, anna.plan.expires_at) == (
        "anna",
        Decimal("10.10"),
        "2026-03-02T12:00:00Z",
    )
    assert (bob.user_id, bob.balance, bob.plan.expires_at) == (
        "007",
        0,
        "2025-07-31T10:00:00Z",
    )


def test_accounts_on_one_line_as_in_json_are_all_read(tmp_path):
    accounts = read(
        tmp_path,
        '{"accounts": [{"user_id": "a", "balance": 1}, {"user_id": "b", "balance": 2}]}',
    )

    assert [(each.user_id, each.balance) for each in accounts] == [
        ("a", 1),
        ("b", 2),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "one list named accounts"),
        ("- user_id: a", "one list named accounts"),
        ("accounts: 5", "one list named accounts"),
        ("accounts: [", "line 1: not YAML"),
        ("accounts:\n  - user_id: a\n    balance: [", "line 3: not YAML"),
        (b"accounts: \xff", "cannot be read"),
        (b"accounts: \x00", "not YAML"),
        (
            "accounts:\n  - user_id: a\n    balance: many",
            "line 2, account 'a': balance: must be a number",
        ),
        (
            "accounts:\n  - user_id: a\n    balance: -1",
            "line 2, account 'a': balance: must be at least 0",
        ),
        (
            "accounts:\n  - user_id: a\n    balance: .inf",
            "not a decimal number|balance",
        ),
        (
            "accounts:\n  - user_id: 7\n    balance: 1",
            "line 2: user_id: must be a text; write .* in quotes",
        ),
        ("accounts:\n  - balance: 1", "line 2: user_id"),
        ("accounts:\n  - just text", "line 2: user_id"),
        (
            "accounts:\n  - user_id: a\n    balance: 1\n    plan: gold",
            "line 2, account 'a': plan: must be null or",
        ),
        ("accounts:\n  - user_id: a\n    balanse: 1", "balanse: no such field"),
        (
            "accounts:\n  - {user_id: a, balance: 1}\n  - {user_id: a, balance: 2}",
            "'a' stands twice",
        ),
        ("accounts:\n  - !!python/object:os.system {}", "line 2: not YAML"),
        ("accounts:\n  - !wrong {}", "line 2: not YAML"),
        ("accounts:\n  - user_id: !!int [1]", "line 2: not YAML"),
        ("accounts:\n  - " + "[" * 900, "line 2: nested more than 16 levels"),
        (
            'accounts:\n  - {user_id: "\\uD800", balance: 1}',
            "line 2.*half of a surrogate pair",
        ),
        (
            "accounts:\n  - {user_id: a, balance: 1, plan: {plan_code: a, expires_at: banana, status: a}}",
            "line 2, account 'a': plan.expires_at: must be a date-time",
        ),
        (LAUGHS, "aliases repeat more than"),
        ("accounts:\n  - &a [*a]", "line 2"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_where(tmp_path, text, words):
    with pytest.raises(SettingsFileError, match=words) as caught:
        read(tmp_path, text)

    assert "accounts.yaml" in str(caught.value)


def test_an_absent_file_shows_how_to_write_one(tmp_path):
    with pytest.raises(SettingsFileError, match=r"no such file(.|\n)*accounts:"):
        read_accounts(tmp_path / "none.yaml", now=NOW)


def test_a_pipe_and_a_device_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(SettingsFileError, match="is no regular file"):
            read_accounts(path, now=NOW)


def test_a_file_without_end_is_refused(tmp_path):
    path = tmp_path / "accounts.yaml"
    with path.open("wb") as stream:
        stream.truncate(20 << 20)

    with pytest.raises(SettingsFileError, match="is larger than 16 MiB"):
        read_accounts(path, now=NOW)
