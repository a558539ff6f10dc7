"""The folder that Hypothesis keeps its files in during one run, removed when the run ends."""

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
def hypothesis_folder() -> Iterator[Path]:
    """Make a folder that has Hypothesis' table of the characters that UTF-8 can encode.

    Without the table Hypothesis tries all 1.1 million characters. The place and the form of the table are
    Hypothesis' own: a release that looks elsewhere makes the table itself, which takes longer.
    """
    with tempfile.TemporaryDirectory(prefix="billing-verify-") as name:
        folder = Path(name)
        tables = folder / "unicode_data" / unicodedata.unidata_version
        tables.mkdir(parents=True)
        table = json.dumps([_ENCODABLE, _CHANGED_BY_ENCODING])
        (tables / "codec-v2-utf-8.json.gz").write_bytes(gzip.compress(table.encode()))
        yield folder
