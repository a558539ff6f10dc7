// The three operations, and every error that the document lists.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  BillingClient,
  type Debit,
  decimal,
  DuplicateTransactionError,
  InsufficientFundsError,
  NoAnswerError,
  RequestRefusedError,
  Settings,
} from "../billing/index.js";
import { startBillingMock } from "./billing_mock.js";
import { Control } from "./control.js";

const DOCUMENT_USER = "11111111-1111-1111-1111-111111111111";
const ONE_UNIT: Debit = { userId: "anna", units: decimal("1.0"), ref: "order-1", reason: "chat" };

const mock = await startBillingMock();
const control = new Control(mock);
const billing = new BillingClient(new Settings(mock.url, mock.token));

after(() => mock.stop());
beforeEach(() => control.reset());

test("check returns whether the user could pay", async () => {
  await control.fund("anna", "2.50");

  assert.equal(await billing.check("anna", decimal("2.5")), true);
  assert.equal(await billing.check("anna", decimal("2.51")), false);
  assert.deepEqual(await control.findings(), []);
});

test("debit charges once and returns a receipt", async () => {
  await control.fund("anna", "10");

  const receipt = await billing.debit(ONE_UNIT);

  const [charged, ...more] = await control.debits();
  assert.deepEqual(more, []);
  assert.equal(receipt.balance?.toFixed(), "9");
  assert.equal(receipt.txId, charged?.tx_id);
  assert.deepEqual([charged?.user_id, charged?.ref, charged?.reason], ["anna", "order-1", "chat"]);
  assert.deepEqual(await control.findings(), []);
});

test("balance returns the plan where there is one", async () => {
  const withPlan = await billing.balance(DOCUMENT_USER);
  const without = await billing.balance("test-user");

  assert.equal(withPlan.balance.toFixed(), "742");
  assert.equal(withPlan.plan?.["plan_code"], "base750");
  assert.equal(without.plan, null);
});

test("money stays decimal on the way there and back", async () => {
  await control.fund("anna", "12345678901234567890.42");

  const receipt = await billing.debit({ ...ONE_UNIT, units: decimal("1234567890123456789.30") });

  const [request] = await control.requests("debit");
  assert.match(request?.body ?? "", /"units":1234567890123456789\.3,/);
  assert.equal(receipt.balance?.toFixed(), "11111111011111111101.12");
});

for (const units of ["0", "-1"]) {
  test(`${units} units never leave the gateway`, async () => {
    await assert.rejects(billing.check("anna", decimal(units)), /units: must be/);
    await assert.rejects(billing.debit({ ...ONE_UNIT, units: decimal(units) }), /units: must be/);

    assert.deepEqual([...(await control.requests("check")), ...(await control.requests("debit"))], []);
  });
}

test("a binary number is no money, and neither is NaN", () => {
  assert.throws(() => decimal(0.3 as unknown as string));
  assert.throws(() => decimal("0.1").plus(0.2));
  assert.throws(() => decimal("NaN"));
});

test("403: the user has too little money, and nothing is charged", async () => {
  await control.fund("anna", "0.99");

  await assert.rejects(billing.debit(ONE_UNIT), InsufficientFundsError);

  assert.equal((await billing.balance("anna")).balance.toFixed(), "0.99");
  assert.deepEqual(await control.debits(), []);
  assert.deepEqual(await control.findings(), []);
});

test("409 at the first attempt: another payment has used the ref", async () => {
  await control.fund("anna", "10");
  await billing.debit(ONE_UNIT);

  await assert.rejects(billing.debit(ONE_UNIT), DuplicateTransactionError);

  assert.equal((await billing.balance("anna")).balance.toFixed(), "9");
});

test("401: the key is wrong", async () => {
  const stranger = new BillingClient(new Settings(mock.url, "wrong"));

  await assert.rejects(stranger.check("anna", decimal("1")), RequestRefusedError);
});

for (const status of [400, 404, 415, 422]) {
  test(`${status}: the request is refused and not sent again`, async () => {
    await control.fault({ kind: "status", status });

    await assert.rejects(billing.debit(ONE_UNIT), RequestRefusedError);

    assert.equal((await control.requests("debit")).length, 1);
  });
}

test("a check without a usable answer is no yes", async () => {
  await control.fault({ kind: "garble_body", operation: "check" });

  await assert.rejects(billing.check("test-user", decimal("1")), NoAnswerError);
});

test("settings without an address or a token name what is missing", () => {
  assert.throws(() => new Settings("", "secret"), /BILLING_SERVICE_URL/);
  assert.throws(() => new Settings(mock.url, ""), /BILLING_SERVICE_TOKEN/);
  assert.ok(!JSON.stringify(new Settings(mock.url, "secret")).includes("secret"));
});
