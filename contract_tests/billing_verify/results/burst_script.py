"""A script that repeats a burst: a curl line sends one request, and a race needs many at the same moment."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Call, Exchange

_OPERATIONS = "/internal/billing/"
_PRINTED = re.compile(r"[^\x20-\x7e]")


def write_burst_script(
    burst: Sequence[Exchange], account: TestAccount, title: str
) -> str:
    """Return a Python script that sends the calls of a burst at once, with new refs, and looks for the fault.

    It needs the standard library alone and reads the key from the environment. `account` is the one
    that the burst was about, `title` a sentence on what was tested.
    """
    calls = [each.call for each in burst]
    base, _, _ = calls[0].url.partition(_OPERATIONS)
    headers = dict(next((call.headers for call in calls if call.headers), {}))
    return _template().substitute(
        title=_PRINTED.sub("?", title).replace("\\", "/").replace('"', "'"),
        user_id=_PRINTED.sub("?", account.user_id).replace("\\", "/").replace('"', "'"),
        opening=account.opening,
        headers=ascii(headers),
        url=ascii(base),
        user_literal=ascii(account.user_id),
        refs=ascii(list(dict.fromkeys(_refs(calls)))),
        requests="\n".join(_lines(calls)),
    )


@cache
def _template() -> Template:
    file = Path(__file__).with_name("burst_script.template")
    return Template(file.read_text(encoding="utf-8"))


def _refs(calls: Sequence[Call]) -> Iterator[str]:
    for call in calls:
        if isinstance(call.fields, dict) and isinstance(call.fields.get("ref"), str):
            yield call.fields["ref"]


def _lines(calls: Sequence[Call]) -> Iterator[str]:
    """Yield a line for each call, and one for several in a row that are alike."""
    for (method, path, body), alike in groupby(calls, key=_as_sent):
        text = None if body is None else body.decode(errors="replace")
        yield f"    ({method!r}, {path!a}, {text!a}, {len(list(alike))}),"


def _as_sent(call: Call) -> tuple[str, str, bytes | None]:
    parts = urlsplit(call.url)
    path = f"{_OPERATIONS}{parts.path.partition(_OPERATIONS)[2]}"
    return call.method, f"{path}?{parts.query}" if parts.query else path, call.body
