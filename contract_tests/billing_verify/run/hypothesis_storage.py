"""The folder in which Hypothesis works during one run, gone when the run ends."""

from __future__ import annotations

import gzip
import json
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENCODABLE = ((0, 0xD7FF), (0xE000, 0x10FFFF))
_CHANGED_BY_ENCODING = ()


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder that knows already which characters UTF-8 can encode.

    Hypothesis tries all 1.1 million, which takes a second, unless its folder has the answer.
    Where it keeps the answer is its own affair: a release that looks elsewhere is slower, no more.
    """
    with tempfile.TemporaryDirectory(prefix="billing-verify-") as name:
        folder = Path(name)
        tables = folder / "unicode_data" / unicodedata.unidata_version
        tables.mkdir(parents=True)
        table = json.dumps([_ENCODABLE, _CHANGED_BY_ENCODING])
        (tables / "codec-v2-utf-8.json.gz").write_bytes(gzip.compress(table.encode()))
        yield folder
