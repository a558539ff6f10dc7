// A debit, its receipt, and the pauses between its attempts.
import { setTimeout as sleep } from "node:timers/promises";
import type { Decimal } from "./money.js";

/** A payment of one user for one operation. `ref` is chosen once and is the same at every attempt. */
export interface Debit {
  readonly userId: string;
  readonly units: Decimal;
  readonly ref: string;
  readonly reason: string;
}

/**
 * The proof that a debit was charged: the balance after it, in units, and the service's transaction id.
 * Both are null when an earlier attempt was charged and its answer was lost.
 */
export interface Receipt {
  readonly balance: Decimal | null;
  readonly txId: string | null;
}

/**
 * The pauses before the second attempt, the third, and so on, in seconds: one attempt more than pauses.
 * `pause` is awaited with the seconds of each; a test passes one that returns at once.
 */
export interface Retry {
  readonly pausesSeconds: readonly number[];
  readonly pause: (seconds: number) => Promise<unknown>;
}

/** Three attempts, with pauses of 0.1 and 0.5 seconds. */
export const DEFAULT_RETRY: Retry = {
  pausesSeconds: [0.1, 0.5],
  pause: (seconds) => sleep(seconds * 1000),
};
