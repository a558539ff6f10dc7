// Money is decimal from JSON text to JSON text. A binary number would turn 0.1 + 0.2 into
// 0.30000000000000004, and JSON.parse reads every number as a binary one.
import { Big } from "big.js";
import { parse, stringify } from "lossless-json";

/** An exact decimal number. Its `plus`, `minus` and `times` never round. */
export type Decimal = Big;

const Exact = Big();
Exact.strict = true; // a binary number in a sum or a comparison then throws a TypeError

/** Return the decimal number that is written in `text`, such as "2.0". Throws an Error when there is none. */
export function decimal(text: string): Decimal {
  return new Exact(text);
}

/** Return `value` unchanged when it is a Decimal above 0. Throws a RangeError otherwise. */
export function checkedUnits(value: Decimal): Decimal {
  if (!isDecimal(value) || value.lte("0")) {
    throw new RangeError(`units: must be a Decimal greater than 0, not ${String(value)}`);
  }
  return value;
}

/** Return whether `value` is a Decimal. */
export function isDecimal(value: unknown): value is Decimal {
  return value instanceof Big;
}

/** Return `fields` as JSON text. A Decimal is written as a number with all its digits. */
export function writeJson(fields: Readonly<Record<string, unknown>>): string {
  const text = stringify(fields, null, undefined, [
    { test: isDecimal, stringify: (value) => (value as Decimal).toFixed() },
  ]);
  if (text === undefined) throw new TypeError("the fields cannot be written as JSON");
  return text;
}

/** Return the value of a JSON text, each number as a Decimal. Throws an Error when it is no JSON. */
export function readJson(text: string): unknown {
  return parse(text, null, decimal);
}
