"""An error of the suite itself in one sentence."""

from __future__ import annotations

import traceback
from pathlib import Path


def describe_internal_error(error: BaseException) -> str:
    """Return what failed, where, and what to do. The text may hold secrets."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__)[-1:]:
        place = f" ({Path(frame.filename).name}, line {frame.lineno})"
    words = " ".join(str(error).split())
    what = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return (
        f"billing-verify itself failed, not the service: {what}{place}; "
        "please report this line to the authors of billing-contract"
    )
