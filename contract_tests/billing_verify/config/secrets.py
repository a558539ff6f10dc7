"""Which values of the options are secrets, so that no output may hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.config.options import Options

_SECRET_WORDS = ("auth", "cookie", "key", "password", "secret", "token")


def secrets_of(options: Options) -> Iterator[str]:
    """Yield the key, and what the headers hold that are sent along to get in, such as Authorization."""
    if options.key:
        yield options.key
    for name, value in options.headers.items():
        if any(word in name.lower() for word in _SECRET_WORDS):
            yield value
            yield from value.split()[1:]  # what follows Basic or Bearer
