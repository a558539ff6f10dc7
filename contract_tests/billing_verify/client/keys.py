"""Keys to send with a request: the right one, none, and wrong ones.

The document names the header X-Internal-Key and answers 401 to a wrong key.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from billing_verify.errors import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY_HEADER = "X-Internal-Key"
KEY_VARIABLE = "BILLING_SERVICE_TOKEN"


@dataclass(frozen=True, slots=True)
class KeyVariant:
    """A key to send. `value` None means no header; `shell` writes it without showing the right key.

    `second` is the key of a second header of the same name, None for none.
    """

    name: str
    value: str | None = field(repr=False)
    shell: str = ""
    second: KeyVariant | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the value of each header that is sent, and how a shell writes it."""
        if self.value is None:
            return ()
        return (
            (self.value, self.shell),
            *(self.second.headers if self.second else ()),
        )


def right_key(key: str) -> KeyVariant:
    """Return the key that the operator gave."""
    return KeyVariant("right", key, f"${KEY_VARIABLE}")


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

TWO_HEADERS: Mapping[str, Callable[[str], KeyVariant]] = {
    "two wrong keys": lambda key: replace(  # noqa: ARG005  one signature for all
        WRONG_KEY, name="two wrong keys", second=WRONG_KEY
    ),
    "a wrong key and an empty one": lambda key: replace(  # noqa: ARG005
        WRONG_KEY, name="a wrong key and an empty one", second=EMPTY_KEY
    ),
    "two halves of the key": lambda key: KeyVariant(
        "two halves of the key",
        key[: len(key) // 2],
        f"${{{KEY_VARIABLE}:0:${{#{KEY_VARIABLE}}}/2}}",
        second=KeyVariant(
            "second half",
            key[len(key) // 2 :],
            f"${{{KEY_VARIABLE}:${{#{KEY_VARIABLE}}}/2}}",
        ),
    ),
}


def near_miss(key: str, name: str) -> KeyVariant:
    """Return a wrong key that a careless comparison takes for the right one.

    `name` is one of NEAR_MISSES or TWO_HEADERS. Raises NotApplicableError where this key has no such
    variant, as one without letters has no other case.
    """
    variant = {**NEAR_MISSES, **TWO_HEADERS}[name](key)
    if any(value == key for value, _ in variant.headers):
        raise NotApplicableError(f"the key of this deployment has no variant {name!r}")
    return variant


def _other(character: str) -> str:
    return "~" if character != "~" else "-"
