"""A gateway's client of the billing service. It needs httpx and simplejson, and nothing else of this repository."""

from .client import Balance, BillingClient
from .debit import Debit, Receipt, Retry
from .errors import (
    BillingServiceError,
    DuplicateTransactionError,
    InsufficientFundsError,
    NoAnswerError,
    OutcomeUnknownError,
    RequestRefusedError,
)
from .outbox import Outbox, OutboxInUseError
from .paid_work import PaidWork
from .settings import Settings

__all__ = [
    "Balance",
    "BillingClient",
    "BillingServiceError",
    "Debit",
    "DuplicateTransactionError",
    "InsufficientFundsError",
    "NoAnswerError",
    "Outbox",
    "OutboxInUseError",
    "OutcomeUnknownError",
    "PaidWork",
    "Receipt",
    "RequestRefusedError",
    "Retry",
    "Settings",
]
