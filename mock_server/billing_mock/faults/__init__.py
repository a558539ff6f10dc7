"""Faults: what the mock does wrong on purpose. They act on calls before or after the API, and see of it only its answers."""

from billing_mock.faults.book import FaultBook, PlacedFault
from billing_mock.faults.delivery import Delivery, SentPart
from billing_mock.faults.kinds import KINDS, Fault, FaultError
from billing_mock.faults.parse import fault_from_json
from billing_mock.faults.trigger import Trigger
from billing_mock.faults.waits import Wait

__all__ = [
    "KINDS",
    "Delivery",
    "Fault",
    "FaultBook",
    "FaultError",
    "PlacedFault",
    "SentPart",
    "Trigger",
    "Wait",
    "fault_from_json",
]
