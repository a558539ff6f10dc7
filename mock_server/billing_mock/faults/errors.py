"""What can be wrong with a fault that is to be set."""

from __future__ import annotations


class FaultError(ValueError):
    """No fault can be read or set; the message says which field is wrong, and what it must be."""


class FaultsFileError(Exception):
    """The file cannot be used; the message names file, line, error and remedy."""
