"""A working stand-in for the billing service, with balances in memory, for a gateway to run against.

It knows the contract and Flask. It never imports the test suite, which judges it from outside.
"""

from mock_server.in_process import BillingMock
from mock_server.settings import Settings

__all__ = ["BillingMock", "Settings"]
