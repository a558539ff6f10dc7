// The document's two scenarios, when all is well and when it is not.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import {
  BillingClient,
  decimal,
  InsufficientFundsError,
  Outbox,
  PaidWork,
  Settings,
} from "../billing/index.js";
import { Gateway, type Work } from "../scenarios.js";
import { startBillingMock } from "./billing_mock.js";
import { Control } from "./control.js";

const mock = await startBillingMock();
const control = new Control(mock);
let folder: string;
let outbox: Outbox;
let inPause: () => Promise<void>;

after(() => mock.stop());
beforeEach(async () => {
  inPause = async () => {};
  folder = await mkdtemp(join(tmpdir(), "outbox-"));
  outbox = await Outbox.open(folder);
  await control.reset();
  await control.fund("anna", "10");
});
afterEach(() => rm(folder, { recursive: true }));

test("a message and a template are paid for", async () => {
  const gateway = new Gateway(paidWork(), work());

  assert.equal(await gateway.sendChatMessage("anna", "hello"), "reply to hello");
  assert.equal(await gateway.generateTemplate("anna", "letter"), "a letter");

  await assertPaid({ debits: 2, left: "7.5" });
});

test("a user with exactly the price can pay it", async () => {
  await control.fund("anna", "0.30");

  await new Gateway(paidWork(), work()).sendChatMessage("anna", "hey");

  await assertPaid({ debits: 1, left: "0" });
});

test("without money there is no work", async () => {
  const never: Work = {
    processChatMessage: () => assert.fail("worked"),
    processTemplateGeneration: () => assert.fail("worked"),
  };

  await assert.rejects(
    new Gateway(paidWork(), never).generateTemplate("anna", "contract"),
    InsufficientFundsError,
  );

  await assertPaid({ debits: 0, left: "10" });
});

test("a lost response is not taken for a failure", async () => {
  await control.fault({ kind: "lose_response", operation: "debit", times: 1 });

  await new Gateway(paidWork(), work()).sendChatMessage("anna", "hello");

  await assertPaid({ debits: 1, left: "9.5" });
});

test("work that fails is not charged", async () => {
  const broken = {
    ...work(),
    processChatMessage: () => Promise.reject(new Error("the model is down")),
  };

  await assert.rejects(new Gateway(paidWork(), broken).sendChatMessage("anna", "hello"), /model/);

  await assertPaid({ debits: 0, left: "10" });
});

test("money that is gone between check and debit leaves a note", async () => {
  const slow: Work = {
    ...work(),
    async processChatMessage() {
      await control.fund("anna", "0.4");
      return "too late";
    },
  };

  await assert.rejects(
    new Gateway(paidWork(), slow).sendChatMessage("anna", "hello"),
    InsufficientFundsError,
  );

  const [refusal] = (await outbox.refused()).values();
  assert.match(refusal ?? "", /billing answered 403/);
  await assertPaid({ debits: 0, left: "0.4", refused: 1 });
});

for (const kind of ["drop_request", "lose_response"] as const) {
  test(`the next process charges what this one left unknown: ${kind}`, async () => {
    await control.fault({ kind, operation: "debit", times: 3 });
    await new Gateway(paidWork(), work()).sendChatMessage("anna", "hello");
    assert.equal((await outbox.owed()).length, 1);

    outbox = await Outbox.open(folder);
    await paidWork().recover();

    await assertPaid({ debits: 1, left: "9.5" });
  });
}

test("a debt that is refused at the recovery is kept for people", async () => {
  await control.fault({ kind: "drop_request", operation: "debit", times: 3 });
  await new Gateway(paidWork(), work()).sendChatMessage("anna", "hello");
  await control.fund("anna", "0");

  await paidWork().recover();
  await control.fund("anna", "10");
  await paidWork().recover();

  await assertPaid({ debits: 0, left: "10", refused: 1 });
});

test("a recovery leaves alone what is under way", async () => {
  const paid = paidWork();
  inPause = () => paid.recover();
  await control.fault({ kind: "lose_response", operation: "debit", times: 1 });

  await new Gateway(paid, work()).sendChatMessage("anna", "hello");

  assert.equal((await control.requests("debit")).length, 2);
  await assertPaid({ debits: 1, left: "9.5" });
});

test("parallel messages of one user never overdraw", async () => {
  await control.fund("anna", "1.5");
  let working = 0;
  let release = () => {};
  const allAreChecked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const busy: Work = {
    ...work(),
    async processChatMessage() {
      working += 1;
      if (working === 5) release();
      await allAreChecked;
      return "done";
    },
  };
  const gateway = new Gateway(paidWork(), busy);

  const answers = await Promise.allSettled(
    Array.from({ length: 5 }, () => gateway.sendChatMessage("anna", "hello")),
  );

  assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 3);
  await assertPaid({ debits: 3, left: "0", refused: 2 });
});

test("the outbox keeps every digit", async () => {
  const debit = { userId: "anna", units: decimal("1234567890123456789.01"), ref: "a/b", reason: "chat" };

  await outbox.add(debit);

  assert.deepEqual(await (await Outbox.open(folder)).owed(), [debit]);
});

/** Return work that answers at once. */
function work(): Work {
  return {
    processChatMessage: async (_userId, message) => `reply to ${message}`,
    processTemplateGeneration: async (_userId, templateType) => `a ${templateType}`,
  };
}

/** Return a gateway's payments as a process of its own has them, sharing the outbox on the disk. */
function paidWork(): PaidWork {
  const retry = { pausesSeconds: [0.1, 0.5], pause: () => inPause() };
  const billing = new BillingClient(new Settings(mock.url, mock.token, 10), retry);
  return new PaidWork(billing, outbox, () => {});
}

/** Fail unless anna has paid as expected, nothing is owed, and the mock has no finding. */
async function assertPaid(expected: { debits: number; left: string; refused?: number }) {
  const { balance } = await new BillingClient(new Settings(mock.url, mock.token)).balance("anna");
  assert.equal((await control.debits()).length, expected.debits);
  assert.equal(balance.toFixed(), expected.left);
  assert.deepEqual(await outbox.owed(), []);
  assert.equal((await outbox.refused()).size, expected.refused ?? 0);
  assert.deepEqual(await control.findings(), []);
}
