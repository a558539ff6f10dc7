// The client of the billing service's three operations: check, debit, balance.
import { DEFAULT_RETRY, type Debit, type Receipt, type Retry } from "./debit.js";
import {
  DuplicateTransactionError,
  NoAnswerError,
  OutcomeUnknownError,
  RequestRefusedError,
} from "./errors.js";
import { Exchange, type Fields } from "./exchange.js";
import { checkedUnits, type Decimal, isDecimal } from "./money.js";
import type { Settings } from "./settings.js";

/**
 * A user's balance in units, and plan: null, or the service's object with plan_code, expires_at and
 * status.
 */
export interface Balance {
  readonly balance: Decimal;
  readonly plan: Fields | null;
}

/** A client of one billing service, one for the whole gateway. */
export class BillingClient {
  private readonly exchange: Exchange;

  constructor(
    settings: Settings,
    private readonly retry: Retry = DEFAULT_RETRY,
  ) {
    this.exchange = new Exchange(settings);
  }

  /**
   * Return whether the user could pay `units` now (document, "1. Проверка баланса (Pre-check)").
   *
   * Nothing is reserved: the debit may still be refused. Throws a RangeError when `units` is not a
   * Decimal above 0, NoAnswerError when no answer came or it cannot be read, RequestRefusedError when
   * the service refuses the request.
   */
  async check(userId: string, units: Decimal): Promise<boolean> {
    const { allowed } = await this.exchange.post("/internal/billing/check", {
      user_id: userId,
      units: checkedUnits(units),
    });
    if (typeof allowed !== "boolean") {
      throw new NoAnswerError("billing's answer to a check lacks allowed");
    }
    return allowed;
  }

  /** Return the user's balance and plan (document, "3. Получение баланса"). Throws as `check` does. */
  async balance(userId: string): Promise<Balance> {
    const fields = await this.exchange.get("/internal/billing/balance", { user_id: userId });
    return { balance: balanceOf(fields), plan: (fields["plan"] ?? null) as Fields | null };
  }

  /**
   * Charge the user once and return the receipt (document, "2. Списание средств").
   *
   * A request without a usable answer is sent again with the same ref, after each pause of the retry
   * settings. Set `maybeSent` when an earlier process may have sent this debit: a used ref (409) then
   * means that it was charged.
   *
   * Throws InsufficientFundsError, DuplicateTransactionError or RequestRefusedError when this debit
   * charged nothing, OutcomeUnknownError when that is still unknown after the last attempt, and a
   * RangeError when its units are not a Decimal above 0.
   */
  async debit(debit: Debit, { maybeSent = false } = {}): Promise<Receipt> {
    const pauses = this.retry.pausesSeconds.values();
    for (;;) {
      try {
        return await this.send(debit);
      } catch (error) {
        if (error instanceof NoAnswerError) {
          maybeSent = true;
          const { done, value: seconds } = pauses.next();
          if (done) throw new OutcomeUnknownError(debit.ref, { cause: error });
          await this.retry.pause(seconds);
        } else if (maybeSent && error instanceof DuplicateTransactionError) {
          return { balance: null, txId: null };
        } else if (maybeSent && error instanceof RequestRefusedError) {
          // An earlier attempt may have been charged before this one was refused, say for a changed key.
          throw new OutcomeUnknownError(debit.ref, { cause: error });
        } else {
          throw error;
        }
      }
    }
  }

  private async send({ userId, units, ref, reason }: Debit): Promise<Receipt> {
    const fields = await this.exchange.post("/internal/billing/debit", {
      user_id: userId,
      units: checkedUnits(units),
      ref,
      reason,
    });
    const txId = fields["tx_id"];
    return { balance: balanceOf(fields), txId: typeof txId === "string" ? txId : null };
  }
}

function balanceOf({ balance }: Fields): Decimal {
  if (!isDecimal(balance)) throw new NoAnswerError("billing's answer lacks a balance");
  return balance;
}
