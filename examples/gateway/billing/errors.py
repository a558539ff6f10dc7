"""The errors of a call to the billing service, divided by what is known to have been charged."""

from __future__ import annotations


class BillingServiceError(Exception):
    """A call to the billing service did not succeed; the base class of the errors below."""


class InsufficientFundsError(BillingServiceError):
    """The balance is too low (403). Nothing was charged."""


class DuplicateTransactionError(BillingServiceError):
    """The ref was used by an earlier debit (409). This debit was not charged."""


class RequestRefusedError(BillingServiceError):
    """A request was refused for another reason than money: wrong key, unknown user, wrong data. Nothing was charged."""


class NoAnswerError(BillingServiceError):
    """No usable answer came: time-out, lost connection, 5xx, or a body that cannot be read."""


class OutcomeUnknownError(BillingServiceError):
    """A debit may have been charged. Send it again with the same `ref`, never with a new one."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"whether the debit {ref!r} was charged is unknown; send it again with the same ref"
        )
        self.ref = ref
