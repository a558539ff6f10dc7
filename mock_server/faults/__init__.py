"""Faults: what the mock does wrong on purpose. They stand around the API and know only what it answered."""

from mock_server.faults.book import FaultBook, PlacedFault
from mock_server.faults.delivery import Delivery, Sent
from mock_server.faults.errors import FaultError, FaultsFileError
from mock_server.faults.kinds import KINDS, Fault
from mock_server.faults.reading import fault_from_json, read_faults
from mock_server.faults.trigger import Trigger

__all__ = [
    "KINDS",
    "Delivery",
    "Fault",
    "FaultBook",
    "FaultError",
    "FaultsFileError",
    "PlacedFault",
    "Sent",
    "Trigger",
    "fault_from_json",
    "read_faults",
]
