// The gate bites: each planted change of the contract needs the step of info.version that it should.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { LEVELS, changesOf, complaint, needed, read } from "../../tools/version_rule.mjs";

const HERE = import.meta.dirname;
const FILE = join(HERE, "../../openapi.yaml");
const DIFF = join(HERE, "../../tools/diff_contract.mjs");
const CONTRACT = read(FILE);

const schemas = (document) => document.components.schemas;
const debit = (document) => document.paths["/internal/billing/debit"].post;
const balance = (document) => document.paths["/internal/billing/balance"].get;
const credit = (document) => document.paths["/internal/billing/credit"].post;
const clause = (document, id) => document["x-clauses"].find((each) => each.id === id);
const without = (list, gone) => list.splice(list.indexOf(gone), 1);
const text = { type: "string" };

const PLANTED = {
  major: {
    "an operation went": (d) => delete d.paths["/internal/billing/balance"],
    "a path was renamed": (d) => {
      d.paths["/internal/billing/check2"] = d.paths["/internal/billing/check"];
      delete d.paths["/internal/billing/check"];
    },
    "a status of an answer went": (d) => delete debit(d).responses["409"],
    "a content type of an answer went": (d) =>
      delete d.components.responses.DuplicateRef.content["application/json"],
    "a required field was added to a request": (d) => {
      schemas(d).DebitRequest.properties.action = text;
      schemas(d).DebitRequest.required.push("action");
    },
    "a query parameter is required": (d) =>
      balance(d).parameters.push({ name: "plan", in: "query", required: true, schema: text }),
    "a query parameter was renamed": (d) => (balance(d).parameters[0].name = "uid"),
    "units must be whole": (d) => (schemas(d).Units.type = "integer"),
    "units have a maximum": (d) => (schemas(d).Units.maximum = 10000),
    "a ref has a longest length": (d) => (schemas(d).Ref.maxLength = 64),
    "user ids are UUIDs": (d) => (schemas(d).UserId.format = "uuid"),
    "user ids have a pattern": (d) => (schemas(d).UserId.pattern = "^[0-9a-f-]+$"),
    "a reason is one of a list": (d) => (schemas(d).Reason.enum = ["chat_message"]),
    "other fields are refused": (d) => (schemas(d).CheckRequest.additionalProperties = false),
    "a balance is answered as text": (d) =>
      (schemas(d).CheckResult.properties.balance = text),
    "a shared type changed": (d) => (schemas(d).Balance = text),
    "an error's field has another type": (d) =>
      (schemas(d).ErrorBody.properties.code = { type: "integer" }),
    "a required field of an answer became optional": (d) =>
      without(schemas(d).DebitResult.required, "tx_id"),
    "a required field of an answer may be null": (d) =>
      (schemas(d).DebitResult.properties.tx_id = { anyOf: [text, { type: "null" }] }),
    "an optional field of an answer went": (d) => delete schemas(d).BalanceResult.properties.plan,
    "a balance may be negative": (d) => delete schemas(d).Balance.minimum,
    "the key has another header": (d) => (d.components.securitySchemes.InternalKey.name = "X-Key"),
    "a second secret is needed": (d) => {
      d.components.securitySchemes.Other = { type: "http", scheme: "bearer" };
      d.security[0].Other = [];
    },
    "a generated method has another name": (d) => (debit(d).operationId = "makeDebit"),
    "a generated type has another name": (d) =>
      Object.assign(d, JSON.parse(JSON.stringify(d).replaceAll(/(schemas\/|")Plan"/g, '$1Tariff"'))),
    "a clause went": (d) => without(d["x-clauses"], clause(d, "ref.duplicate")),
    "a must became a should": (d) => (clause(d, "ref.duplicate").level = "should"),
    "a documented operation became provisional": (d) => (debit(d)["x-provisional"] = true),
  },
  minor: {
    "an operation was added": (d) => {
      const added = structuredClone(balance(d));
      added.operationId = "getPlan";
      d.paths["/internal/billing/plan"] = { get: added };
    },
    "an optional field of a request was added": (d) =>
      (schemas(d).DebitRequest.properties.action = text),
    "an optional query parameter was added": (d) =>
      balance(d).parameters.push({ name: "plan", in: "query", schema: text }),
    "a field of an answer was added": (d) => {
      schemas(d).DebitResult.properties.currency = text;
      schemas(d).DebitResult.required.push("currency");
    },
    "a status was added": (d) =>
      (debit(d).responses["429"] = { $ref: "#/components/responses/ServerError" }),
    "a bound of a request was lifted": (d) => delete schemas(d).Ref.minLength,
    "a field of a request became optional": (d) => without(schemas(d).DebitRequest.required, "reason"),
    "a clause was added": (d) =>
      d["x-clauses"].push({ id: "new.one", level: "must", text: "New.", source: "none" }),
    "a should became a must": (d) => (clause(d, "debit.decimal").level = "must"),
    "an option was added": (d) => d["x-open-choices"][0].options.push({ id: "new", text: "New." }),
    "an open choice was added": (d) =>
      d["x-open-choices"].push({ ...d["x-open-choices"][0], id: "new-choice" }),
    "a provisional operation went": (d) => {
      delete d.paths["/internal/billing/credit"];
      delete schemas(d).CreditRequest;
    },
    "a provisional operation answers less": (d) => delete credit(d).responses["409"],
    "a provisional clause went": (d) => without(d["x-clauses"], clause(d, "credit.exact")),
    "a provisional operation became documented": (d) => delete credit(d)["x-provisional"],
  },
  patch: {
    "the description": (d) => (d.info.description = "Other words."),
    "a summary": (d) => (debit(d).summary = "Other words."),
    "the words of a field": (d) => (schemas(d).Ref.description = "Other words."),
    "an example of an answer": (d) =>
      (debit(d).responses["200"].content["application/json"].examples.documented.value.balance = 1),
    "an example of a schema": (d) => (schemas(d).Ref.examples = ["order-1"]),
    "the words of a clause": (d) => (clause(d, "ref.duplicate").text = "Other words."),
    "the words of an open choice": (d) => (d["x-open-choices"][0].why = "Other words."),
    "the words of a tag": (d) => (d.tags[0].description = "Other words."),
  },
};

for (const [level, planted] of Object.entries(PLANTED)) {
  describe(`needs a ${level} step:`, () => {
    for (const [name, change] of Object.entries(planted)) {
      test(name, () => {
        const after = structuredClone(CONTRACT);

        change(after);

        assert.equal(needed(changesOf(CONTRACT, after)), level);
      });
    }
  });
}

test("the same contract needs no step", () => {
  const changes = changesOf(CONTRACT, structuredClone(CONTRACT));

  assert.deepEqual(changes, []);
  assert.equal(needed(changes), "none");
});

test("a version may step as far as is needed, or farther, and never back", () => {
  const steps = { none: "1.2.3", patch: "1.2.4", minor: "1.3.0", major: "2.0.0" };
  for (const [place, level] of LEVELS.entries()) {
    for (const [stepped, version] of Object.entries(steps)) {
      const enough = LEVELS.indexOf(stepped) >= place;
      assert.equal(complaint("1.2.3", version, level) === null, enough, `${level}: ${version}`);
    }
    assert.match(complaint("1.2.3", "1.2.2", level), /from 1\.2\.3 to 1\.2\.2/);
  }
  for (const level of ["patch", "minor", "major"]) {
    assert.match(complaint("1.2.3", "0.9.9", level), new RegExp(`need a ${level} step`));
  }
});

describe("the command", () => {
  const run = (...given) => spawnSync("node", [DIFF, ...given], { encoding: "utf8" });
  const inFolder = (use) => {
    const folder = mkdtempSync(join(tmpdir(), "released-"));
    try {
      use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test("compares with the newest release, by number and not by letter", () =>
    inFolder((folder) => {
      const gone = readFileSync(FILE, "utf8").replaceAll("checkBalance", "check");
      writeFileSync(join(folder, "openapi-0.9.0.yaml"), gone);
      cpSync(FILE, join(folder, "openapi-0.10.0.yaml"));

      const ended = run(folder, FILE);

      assert.match(ended.stdout, /openapi-0\.10\.0\.yaml: 0 changes since/);
      assert.equal(ended.status, 0);
    }));

  test("tells every change and ends with 1 when the rule is broken", () =>
    inFolder((folder) => {
      const contract = join(folder, "changed.yaml");
      cpSync(FILE, join(folder, "openapi-1.0.0.yaml"));
      writeFileSync(contract, readFileSync(FILE, "utf8").replace("debitBalance", "makeDebit"));

      const ended = run(folder, contract);

      assert.match(ended.stdout, /major {2}paths \/internal\/billing\/debit post operationId/);
      assert.match(ended.stdout, /the changes need a major step/);
      assert.equal(ended.status, 1);
    }));

  test("says why it cannot judge, and ends with 2", () =>
    inFolder((folder) => {
      const ended = run(folder, FILE);

      assert.match(ended.stderr, /cannot compare: no openapi-VERSION\.yaml/);
      assert.equal(ended.status, 2);
    }));
});
