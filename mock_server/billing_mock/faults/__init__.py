"""Faults: what the mock does wrong on purpose. They stand around the API and know only what it answered."""

from billing_mock.faults.book import FaultBook, PlacedFault
from billing_mock.faults.delivery import Delivery, SentPart
from billing_mock.faults.errors import FaultError, FaultsFileError
from billing_mock.faults.kinds import KINDS, Fault
from billing_mock.faults.parse import fault_from_json, read_faults
from billing_mock.faults.trigger import Trigger

__all__ = [
    "KINDS",
    "Delivery",
    "Fault",
    "FaultBook",
    "FaultError",
    "FaultsFileError",
    "PlacedFault",
    "SentPart",
    "Trigger",
    "fault_from_json",
    "read_faults",
]
