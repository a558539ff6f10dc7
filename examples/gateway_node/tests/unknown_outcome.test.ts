// A debit whose answer does not show what happened is sent again with the same ref, and charged once.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  BillingClient,
  type Debit,
  decimal,
  InsufficientFundsError,
  OutcomeUnknownError,
  Settings,
} from "../billing/index.js";
import { startBillingMock } from "./billing_mock.js";
import { Control, type Fault } from "./control.js";

const DEBIT: Debit = { userId: "anna", units: decimal("2.0"), ref: "order-1", reason: "chat" };
const CHARGED_BEFORE = { balance: null, txId: null };
const NOT_CHARGED: Fault[] = [
  { kind: "drop_request" },
  { kind: "drop_request", reset: true },
  { kind: "status", status: 500 },
  { kind: "status", status: 502, body: "<html>", content_type: "text/html" },
  { kind: "status", status: 429 },
];
const CHARGED: Fault[] = [
  { kind: "lose_response" },
  { kind: "lose_response", reset: true },
  { kind: "truncate_body" },
  { kind: "garble_body" },
  { kind: "status", status: 503, acts: "after" },
];
const TOO_SLOW: Fault[] = [
  { kind: "delay", seconds: 60 },
  { kind: "slow_body", seconds: 60 },
];

const mock = await startBillingMock();
const control = new Control(mock);
let pauses: number[];

after(() => mock.stop());
beforeEach(async () => {
  pauses = [];
  await control.reset();
  await control.fund("anna", "10");
});

for (const fault of NOT_CHARGED) {
  test(`a first attempt that was not charged: ${JSON.stringify(fault)}`, async () => {
    await control.fault({ ...fault, operation: "debit", times: 1 });

    const receipt = await client().debit(DEBIT);

    assert.equal(receipt.balance?.toFixed(), "8");
    await assertChargedOnce({ attempts: 2 });
  });
}

for (const fault of CHARGED) {
  test(`a first attempt that was charged: ${JSON.stringify(fault)}`, async () => {
    await control.fault({ ...fault, operation: "debit", times: 1 });

    assert.deepEqual(await client().debit(DEBIT), CHARGED_BEFORE);

    await assertChargedOnce({ attempts: 2 });
  });
}

for (const fault of TOO_SLOW) {
  const title = `a first attempt whose answer took too long: ${JSON.stringify(fault)}`;
  test(title, { timeout: 10_000 }, async () => {
    await control.fault({ ...fault, operation: "debit", times: 1 });

    assert.deepEqual(await client({ deadlineSeconds: 0.5 }).debit(DEBIT), CHARGED_BEFORE);

    await assertChargedOnce({ attempts: 2 });
  });
}

test("a slow answer that comes in time is waited for", async () => {
  await control.fault({ kind: "delay", seconds: 0.05, times: 1 });

  const receipt = await client().debit(DEBIT);

  assert.equal(receipt.balance?.toFixed(), "8");
  await assertChargedOnce({ attempts: 1 });
});

for (const acts of ["before", "after"] as const) {
  test(`a service that stays down, and fails ${acts} the debit`, async () => {
    await control.fault({ kind: "status", status: 503, acts, times: 3 });

    await assert.rejects(client().debit(DEBIT), (error) => {
      assert.ok(error instanceof OutcomeUnknownError);
      assert.equal(error.ref, "order-1");
      return true;
    });
    assert.deepEqual(pauses, [0.1, 0.5]);

    await client().debit(DEBIT, { maybeSent: true });
    await assertChargedOnce({ attempts: 4 });
  });
}

test("a charge that took the last money is no lack of money", async () => {
  await control.fund("anna", "2");
  await control.fault({ kind: "lose_response", operation: "debit", times: 1 });

  assert.deepEqual(await client().debit(DEBIT), CHARGED_BEFORE);

  await assertChargedOnce({ attempts: 2, left: "0" });
});

test("too little money at the second attempt", async () => {
  await control.fund("anna", "1");
  await control.fault({ kind: "drop_request", operation: "debit", times: 1 });

  await assert.rejects(client().debit(DEBIT), InsufficientFundsError);

  assert.deepEqual(await control.debits(), []);
  assert.deepEqual(await control.findings(), []);
});

test("a refusal that leaves the attempt before it unknown", async () => {
  await control.fault(
    { kind: "lose_response", operation: "debit", times: 1 },
    { kind: "status", status: 401, operation: "debit", skip: 1, times: 1 },
  );

  await assert.rejects(client().debit(DEBIT), OutcomeUnknownError);

  assert.deepEqual(await client().debit(DEBIT, { maybeSent: true }), CHARGED_BEFORE);
  await assertChargedOnce({ attempts: 3 });
});

/** Return a client whose pauses take no time and are noted in `pauses`. */
function client({ deadlineSeconds = 10 } = {}): BillingClient {
  return new BillingClient(new Settings(mock.url, mock.token, deadlineSeconds), {
    pausesSeconds: [0.1, 0.5],
    pause: async (seconds) => pauses.push(seconds),
  });
}

/** Fail unless every attempt had the one ref, it was charged once, and the mock has no finding. */
async function assertChargedOnce({ attempts, left = "8" }: { attempts: number; left?: string }) {
  const sent = await control.requests("debit");
  const charged = await control.debits();
  const { balance } = await client().balance("anna");
  assert.deepEqual(sent.map(({ ref }) => ref), Array(attempts).fill("order-1"));
  assert.deepEqual(charged.map(({ ref }) => ref), ["order-1"]);
  assert.equal(balance.toFixed(), left);
  assert.deepEqual(await control.findings(), []);
}
