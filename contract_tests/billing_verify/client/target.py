"""The deployment under test: where it is and how to get in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.clauses import NotTestableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY_HEADER = "X-Internal-Key"
KEY_VARIABLE = "BILLING_SERVICE_TOKEN"
_OPERATION = re.compile(r"/internal/billing(/\w*)?/?$")


class TargetError(Exception):
    """The target cannot be used as it was given; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A deployment.

    `key` stays out of the repr. `timeout` is seconds until an answer is given up. `ca_file` and
    `client_cert` (certificate and key) are paths of PEM files.
    """

    url: str
    key: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    ca_file: str | None = None
    client_cert: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise TargetError(
                f"{self.url!r} is no URL of a service; write one such as http://localhost:8001"
            )
        if parts.query or parts.fragment:
            raise TargetError(f"{self.url!r}: leave out what follows ? or #")
        if operation := _OPERATION.search(parts.path):
            raise TargetError(
                f"{self.url!r}: leave out {operation[0]}; the suite adds the paths of the operations"
            )
        if "@" in parts.netloc:
            raise TargetError(
                "leave name and password out of the URL; send them with --header 'Authorization: Basic …'"
            )
        if not self.key or not self.key.isascii() or not self.key.isprintable():
            raise TargetError(
                f"the key is empty or not plain text; set {KEY_VARIABLE} to the value of {KEY_HEADER}"
            )

    @property
    def base(self) -> str:
        """The URL without a slash at its end."""
        return self.url.rstrip("/")


@dataclass(frozen=True, slots=True)
class KeyVariant:
    """A key to send: the right one, none, or a wrong one, and how a shell writes it without showing it."""

    name: str
    value: str | None = field(repr=False)
    shell: str = ""


def right_key(target: Target) -> KeyVariant:
    """The key that the operator gave."""
    return KeyVariant("right", target.key, f"${KEY_VARIABLE}")


NO_KEY = KeyVariant("none", None)
WRONG_KEY = KeyVariant("wrong", "no-such-key-4c1d", "no-such-key-4c1d")
EMPTY_KEY = KeyVariant("empty", "", "")


NEAR_MISSES: Mapping[str, Callable[[str], KeyVariant]] = {
    "empty": lambda key: EMPTY_KEY,  # noqa: ARG005  one signature for all
    "prefix": lambda key: KeyVariant("prefix", key[:-1], f"${{{KEY_VARIABLE}%?}}"),
    "suffix": lambda key: KeyVariant("suffix", key[1:], f"${{{KEY_VARIABLE}#?}}"),
    "first character": lambda key: KeyVariant(
        "first character", key[0], f"${{{KEY_VARIABLE}:0:1}}"
    ),
    "extension": lambda key: KeyVariant(
        "extension", f"{key}x", f"${{{KEY_VARIABLE}}}x"
    ),
    "prepended": lambda key: KeyVariant(
        "prepended", f"x{key}", f"x${{{KEY_VARIABLE}}}"
    ),
    "doubled": lambda key: KeyVariant(
        "doubled", key + key, f"${{{KEY_VARIABLE}}}${{{KEY_VARIABLE}}}"
    ),
    "upper case": lambda key: KeyVariant(
        "upper case", key.upper(), f"${{{KEY_VARIABLE}^^}}"
    ),
    "other case": lambda key: KeyVariant(
        "other case", key.swapcase(), f"${{{KEY_VARIABLE}~~}}"
    ),
    "last character": lambda key: KeyVariant(
        "last character",
        f"{key[:-1]}{_other(key[-1])}",
        f"${{{KEY_VARIABLE}%?}}{_other(key[-1])}",
    ),
}


def near_miss(key: str, name: str) -> KeyVariant:
    """A wrong key that a careless comparison takes for the right one.

    Raises NotTestableError where this key has no such variant, as one without letters has no
    other case.
    """
    variant = NEAR_MISSES[name](key)
    if variant.value == key:
        raise NotTestableError(f"the key of this deployment has no variant {name!r}")
    return variant


def _other(character: str) -> str:
    return "~" if character != "~" else "-"
