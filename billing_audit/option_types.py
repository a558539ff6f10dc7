"""The types of the options of `billing-audit`, as click reads them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from billing_audit.parts import Shard

if TYPE_CHECKING:
    _SizeType = click.ParamType[int]
    _ShardType = click.ParamType[Shard]
else:  # it is generic in newer versions of click only
    _SizeType = _ShardType = click.ParamType


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class MemorySize(_SizeType):
    """An amount of memory in bytes, written as a number with KB, MB or GB (powers of 1024)."""

    name = "size"

    def convert(
        self,
        value: str | int,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the bytes. Fails as click does for any other text."""
        if isinstance(value, int):
            return value
        written = re.fullmatch(r"(\d+)\s*([KMG])i?B?", value, re.IGNORECASE)
        if written is None or not int(written[1]):
            self.fail(
                f"{value!r} is no size; write one such as 512MB or 2GB", param, ctx
            )
        return int(written[1]) << {"K": 10, "M": 20, "G": 30}[written[2].upper()]


class ShardNumber(_ShardType):
    """A slice of the accounts, written as K/N: the Kth of N, counted from 1."""

    name = "shard"

    def convert(
        self,
        value: str | Shard,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Shard:
        """Return the slice. Fails as click does for any other text."""
        if isinstance(value, Shard):
            return value
        written = re.fullmatch(r"(\d{1,9})/(\d{1,9})", value)
        if written is None or not 1 <= int(written[1]) <= int(written[2]):
            self.fail(
                f"{value!r} is no slice; write K/N, such as 1/4 to 4/4", param, ctx
            )
        return Shard(int(written[1]) - 1, int(written[2]))
