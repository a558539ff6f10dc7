"""The line that repeats a cause asks for the same as the run did, and holds no secret."""

from __future__ import annotations

import shlex

from billing_verify.config.options import OPTION_OF_FIELD, Options
from billing_verify.config.repeating import repeating_command
from billing_verify.config.secrets import secrets_of
from billing_verify.config.settings import make_options
from billing_verify.printable import Printable
from tests.processes import KEY

URL = "http://localhost:8001"
GIVEN = {
    "account": ["one user", "two"],
    "account-drain": ["three"],
    "account-command": "open {user_id} {balance}",
    "budget": "12.50",
    "profile": "quick",
    "read-only": True,
    "header": ["X-Tenant: it's me"],
    "extra-field": ["action=chat", "version:=2.50", 'more:={"a":[null]}'],
    "timeout": "2.5",
    "rate": "50",
}


def options(given, monkeypatch):
    monkeypatch.setenv("BILLING_SERVICE_TOKEN", KEY)
    return make_options(URL, given, {}, {})


def read_back(command):
    """Return the URL of a command, and the options and flags that it gives, as make_options takes them."""
    program, url, *words = shlex.split(command)
    kinds = {option.name: option.kind for option in OPTION_OF_FIELD.values()}
    given, rest = {}, {}
    while words:
        name = words.pop(0).removeprefix("--")
        kind = kinds.get(name)
        if kind == "flag":
            given[name] = True
        elif kind == "list":
            given.setdefault(name, []).append(words.pop(0))
        else:
            (given if kind else rest)[name] = words.pop(0)
    assert program == "billing-verify"
    return url, given, rest


def test_what_was_given_is_given_again(monkeypatch):
    first = options(GIVEN, monkeypatch)

    url, given, rest = read_back(repeating_command(first, "ref.duplicate", 7))
    again = options(given, monkeypatch)

    assert (url, rest) == (URL, {"seed": "7"})
    assert again.clauses == {"ref.duplicate"}
    assert [
        name
        for name in Options.__dataclass_fields__
        if name != "clauses" and getattr(first, name) != getattr(again, name)
    ] == []


def test_what_was_not_given_is_not_written(monkeypatch):
    command = repeating_command(options({}, monkeypatch), "ref.duplicate", 7)

    assert command == f"billing-verify {URL} --clause ref.duplicate --seed 7"


def test_a_provisional_clause_is_asked_for(monkeypatch):
    command = repeating_command(options({}, monkeypatch), "credit.exact", None)

    assert command == f"billing-verify {URL} --provisional --clause credit.exact"


def test_no_secret_is_in_it(monkeypatch):
    chosen = options({"header": ["Authorization: Bearer abcdefghij"]}, monkeypatch)

    command = repeating_command(chosen, "ref.duplicate", 7)
    shown = Printable(secrets_of(chosen)).text(command)

    assert KEY not in command
    assert "abcdefghij" not in shown
    assert "Authorization" in shown
