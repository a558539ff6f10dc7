"""What can go wrong with the billing service, by what the gateway knows afterwards."""

from __future__ import annotations


class BillingServiceError(Exception):
    """The billing service refused, failed or did not answer; catch this one to catch them all."""


class InsufficientFundsError(BillingServiceError):
    """Too little money. Nothing was charged."""


class DuplicateTransactionError(BillingServiceError):
    """The ref belongs to an earlier debit. This one was not charged: somebody has used a ref twice."""


class RequestRefusedError(BillingServiceError):
    """A refusal that is not about money: wrong key, unknown user, wrong data. Nothing was charged."""


class NoAnswerError(BillingServiceError):
    """No answer that says what happened: time-out, lost connection, 5xx, a body that cannot be read."""


class OutcomeUnknownError(BillingServiceError):
    """A debit may or may not have been charged. Send it again with the same ref, never with a new one."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"whether the debit {ref!r} was charged is unknown; send it again with the same ref"
        )
        self.ref = ref
