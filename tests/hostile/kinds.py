"""All ways to answer that no client expects, by name; importing them fills the list."""

from tests.hostile import answers, transfers
from tests.hostile.connection import KINDS, Hostile

__all__ = ["KINDS", "Hostile", "answers", "transfers"]
