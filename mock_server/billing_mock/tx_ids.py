"""The ids of transactions, in the two forms of the open choice `tx-id`."""

from __future__ import annotations

from random import Random, SystemRandom
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RANDOM = Random(SystemRandom().getrandbits(128))  # noqa: S311  a tx_id is a name, no secret
_VARIANTS = "89ab"


def _uuid() -> str:
    # As `str(uuid.uuid4())` writes it, in half of the time: a debit does little else that costs more.
    digits = f"{_RANDOM.getrandbits(128):032x}"
    variant = _VARIANTS[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _opaque() -> str:
    return f"tx_{_RANDOM.getrandbits(128):032x}"


TX_IDS: dict[str, Callable[[], str]] = {"uuid": _uuid, "opaque": _opaque}
