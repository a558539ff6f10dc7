// What can go wrong with the billing service, by what the gateway knows afterwards.

/** The billing service refused, failed or did not answer. All errors below are of this class. */
export class BillingServiceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The user has too little money. Nothing was charged. */
export class InsufficientFundsError extends BillingServiceError {}

/** The ref belongs to an earlier debit, and this one was not charged. Two payments have used one ref. */
export class DuplicateTransactionError extends BillingServiceError {}

/** A refusal that is not about money: wrong key, unknown user, wrong data. Nothing was charged. */
export class RequestRefusedError extends BillingServiceError {}

/** No usable answer: time-out, lost connection, 5xx, or a body that cannot be read. */
export class NoAnswerError extends BillingServiceError {}

/** A debit may or may not have been charged. Send it again with the same `ref`, never with a new one. */
export class OutcomeUnknownError extends BillingServiceError {
  constructor(readonly ref: string, options?: ErrorOptions) {
    super(
      `whether the debit '${ref}' was charged is unknown; send it again with the same ref`,
      options,
    );
  }
}
