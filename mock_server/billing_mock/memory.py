"""Give memory that was freed back to the operating system."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back_freed() -> None:
    """Collect cycles, and have the C library give back what it keeps of freed memory, where it can (glibc)."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
