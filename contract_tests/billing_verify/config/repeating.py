"""The command line that repeats one part of a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract import load_contract, render_json
from billing_verify.config.options import OPTION_OF_FIELD
from billing_verify.config.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.config.options import Options

_OF_ONE_RUN = {
    "accept-untested",
    "annotations",
    "badge",
    "clause",
    "html",
    "json",
    "key-file",
    "max-time",
    "observed",
    "plan",
    "provisional",
    "strict",
    "summary",
}
"""The options that say what is done with a verdict, or that a repetition names itself. The key is in none."""


def repeating_command(options: Options, clause_id: str, seed: int | None) -> str:
    """Return the line of a shell that tests one clause again as this run did: same target, accounts and seed.

    Under pytest, where no target may be named, the line names that of the mock of the checkout.
    """
    words = ["billing-verify", options.url or "URL", *_given(options)]
    if load_contract().clauses[clause_id].provisional:
        words.append("--provisional")
    words += ["--clause", clause_id]
    if seed is not None:
        words += ["--seed", str(seed)]
    return shlex.join(words)


def _given(options: Options) -> Iterator[str]:
    """Yield the words of the options that are not at their defaults."""
    for name, option in OPTION_OF_FIELD.items():
        if option.name in _OF_ONE_RUN:
            continue
        texts = _texts(option.name, getattr(options, name))
        if texts == _texts(option.name, option.read(option.name, option.unset)):
            continue
        if option.kind == "flag":
            yield f"--{option.name}"
            continue
        for text in texts:
            yield from (f"--{option.name}", text)


def _texts(name: str, value: Any) -> list[str]:
    """Return a value as the texts that are given for it."""
    if isinstance(value, Mapping):
        as_text = _header if name == "header" else _field
        return [as_text(each, content) for each, content in value.items()]
    if isinstance(value, tuple | list | frozenset):
        return list(map(str, value))
    return [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, Profile):
        return value.name
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _header(name: str, value: str) -> str:
    return f"{name}: {value}"


def _field(name: str, value: Any) -> str:
    if isinstance(value, str):
        return f"{name}={value}"
    return f"{name}:={render_json(value).decode()}"
