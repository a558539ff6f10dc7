// Check, work, debit: the order of the document, made safe against lost answers and a process that dies.
import { randomUUID } from "node:crypto";
import type { BillingClient } from "./client.js";
import type { Debit } from "./debit.js";
import { BillingServiceError, InsufficientFundsError, OutcomeUnknownError } from "./errors.js";
import type { Decimal } from "./money.js";
import type { Outbox } from "./outbox.js";

/** Who pays how many units for the work, and what for. */
export interface Price {
  readonly userId: string;
  readonly units: Decimal;
  readonly reason: string;
}

/** Work that users pay for. Call `recover` at the start of the process and from time to time. */
export class PaidWork {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly billing: BillingClient,
    private readonly outbox: Outbox,
    private readonly warn: (message: string) => void = console.warn,
  ) {}

  /**
   * Do the work, charge for it once, and return its result.
   *
   * The result is returned when the debit is charged, and also when that is unknown: the debit then
   * stays in the outbox, and `recover` charges it. When it is refused after the work was done, the
   * user pays nothing and gets no result, the outbox keeps a note, and the refusal is thrown.
   * Throws InsufficientFundsError before the work when the user has too little money.
   */
  async sell<Result>(work: () => Promise<Result>, price: Price): Promise<Result> {
    const debit = { ...price, ref: `${price.reason}-${randomUUID()}` };
    if (!(await this.billing.check(price.userId, price.units))) {
      throw new InsufficientFundsError(`${price.units.toFixed()} units are more than the user has`);
    }
    const result = await work();
    this.underWay.add(debit.ref);
    try {
      await this.outbox.add(debit);
      await this.charge(debit, { maybeSent: false });
    } finally {
      this.underWay.delete(debit.ref);
    }
    return result;
  }

  /** Send the debits of the outbox, with the refs under which they may have been sent before. */
  async recover(): Promise<void> {
    for (const debit of await this.outbox.owed()) {
      if (this.underWay.has(debit.ref)) continue;
      this.underWay.add(debit.ref);
      try {
        await this.charge(debit, { maybeSent: true });
      } catch (error) {
        if (!(error instanceof BillingServiceError)) throw error;
        this.warn(`the debit ${debit.ref} was refused: ${error.message}`);
      } finally {
        this.underWay.delete(debit.ref);
      }
    }
  }

  private async charge(debit: Debit, { maybeSent }: { maybeSent: boolean }): Promise<void> {
    try {
      await this.billing.debit(debit, { maybeSent });
    } catch (error) {
      if (error instanceof OutcomeUnknownError) {
        this.warn(error.message);
        return;
      }
      if (error instanceof BillingServiceError) await this.outbox.refuse(debit, error.message);
      throw error;
    }
    await this.outbox.settle(debit.ref);
  }
}
