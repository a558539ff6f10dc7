// A gateway's client of the billing service. It needs big.js and lossless-json, and nothing else of this
// repository.
export { type Balance, BillingClient } from "./client.js";
export { type Debit, DEFAULT_RETRY, type Receipt, type Retry } from "./debit.js";
export {
  BillingServiceError,
  DuplicateTransactionError,
  InsufficientFundsError,
  NoAnswerError,
  OutcomeUnknownError,
  RequestRefusedError,
} from "./errors.js";
export { type Decimal, decimal } from "./money.js";
export { Outbox } from "./outbox.js";
export { PaidWork, type Price } from "./paid_work.js";
export { Settings } from "./settings.js";
