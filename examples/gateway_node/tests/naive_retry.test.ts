// What the mock finds when a gateway retries a lost debit under a new ref: the user pays twice.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { BillingClient, decimal, OutcomeUnknownError, Settings } from "../billing/index.js";
import { startBillingMock } from "./billing_mock.js";
import { Control } from "./control.js";

const mock = await startBillingMock();

after(() => mock.stop());

test("a retry under a new ref pays twice and earns a finding", async () => {
  const control = new Control(mock);
  const billing = new BillingClient(new Settings(mock.url, mock.token), {
    pausesSeconds: [],
    pause: async () => {},
  });
  const debitWithNewRef = () =>
    billing.debit({
      userId: "anna",
      units: decimal("0.5"),
      ref: `chat-${randomUUID()}`,
      reason: "chat_message",
    });
  await control.fund("anna", "10");
  await control.fault({ kind: "lose_response", operation: "debit", times: 1 });

  await assert.rejects(debitWithNewRef(), OutcomeUnknownError);
  await debitWithNewRef();

  assert.equal((await billing.balance("anna")).balance.toFixed(), "9");
  assert.deepEqual(await control.findings(), ["new-ref-after-lost-response"]);
});
