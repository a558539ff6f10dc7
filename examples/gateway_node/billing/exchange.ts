// One request and its answer: the fields of an object, or the error that the status stands for.
import {
  BillingServiceError,
  DuplicateTransactionError,
  InsufficientFundsError,
  NoAnswerError,
  RequestRefusedError,
} from "./errors.js";
import { readJson, writeJson } from "./money.js";
import type { Settings } from "./settings.js";

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

// Only these mean that nothing was charged. After any other status, from a proxy's 502 to a
// redirect, the debit may have been charged, and it is sent again with the same ref.
const REFUSALS = new Map<number, new (message: string) => BillingServiceError>([
  [400, RequestRefusedError],
  [401, RequestRefusedError],
  [403, InsufficientFundsError],
  [404, RequestRefusedError],
  [409, DuplicateTransactionError],
  [415, RequestRefusedError],
  [422, RequestRefusedError],
]);

/** Sends requests to one billing service. Its methods throw a BillingServiceError of the matching class. */
export class Exchange {
  constructor(private readonly settings: Settings) {}

  /** Send an object and return the fields of the answer. */
  post(path: string, fields: Fields): Promise<Fields> {
    return this.call(path, {
      method: "POST",
      body: writeJson(fields),
      headers: { "Content-Type": "application/json" },
    });
  }

  /** Send a query and return the fields of the answer. */
  get(path: string, query: Readonly<Record<string, string>>): Promise<Fields> {
    return this.call(`${path}?${new URLSearchParams(query)}`, { method: "GET", headers: {} });
  }

  private async call(
    path: string,
    init: { method: string; body?: string; headers: Record<string, string> },
  ): Promise<Fields> {
    const { status, text } = await this.send(path, init);
    if (status === 200) return fieldsOf(text);
    const Kind = REFUSALS.get(status) ?? NoAnswerError;
    throw new Kind(`billing answered ${status}: ${text.slice(0, 200).trim()}`);
  }

  private async send(
    path: string,
    init: { method: string; body?: string; headers: Record<string, string> },
  ): Promise<{ status: number; text: string }> {
    const { url, token, deadlineSeconds } = this.settings;
    try {
      const response = await fetch(url.replace(/\/+$/, "") + path, {
        ...init,
        headers: { ...init.headers, "X-Internal-Key": token },
        redirect: "manual", // followed, it would send the key elsewhere
        signal: AbortSignal.timeout(deadlineSeconds * 1000), // bounds the body's arrival too
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const why = isTimeOut(error) ? `within ${deadlineSeconds} s` : `: ${reasonOf(error)}`;
      throw new NoAnswerError(`billing did not answer ${why}`, { cause: error });
    }
  }
}

function fieldsOf(text: string): Fields {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (error) {
    throw new NoAnswerError(`billing's answer cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NoAnswerError("billing's answer is no object");
  }
  return value as Fields;
}

function isTimeOut(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** Return the message of an error; fetch keeps the useful one in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
