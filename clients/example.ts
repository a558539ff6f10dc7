// A gateway's calls through the generated TypeScript types: each answer, each error body, typed.
//
// JSON numbers become JavaScript's, which keep up to 15 digits of an amount. Do the arithmetic of
// money in cents or in a decimal library.
import createClient from "openapi-fetch";
import type { components, paths } from "./billing.js";

type ErrorBody = components["schemas"]["ErrorBody"];
type Billing = ReturnType<typeof connect>;

function connect(key: string) {
  return createClient<paths>({
    baseUrl: fromEnvironment("BILLING_SERVICE_URL"),
    headers: { "X-Internal-Key": key },
  });
}

/** Return in words whether the user could pay `units`. */
async function check(billing: Billing, user_id: string, units: number): Promise<string> {
  const { data, error } = await billing.POST("/internal/billing/check", {
    body: { user_id, units },
  });
  if (error) return reason(error);
  return `${data.allowed ? "allowed" : "refused"}, balance ${data.balance}`;
}

/** Charge the user. Call it again with the same ref when no answer came: 409 then means that the first call charged. */
async function debit(billing: Billing, user_id: string, units: number, ref: string): Promise<string> {
  const { data, error, response } = await billing.POST("/internal/billing/debit", {
    body: { user_id, units, ref, reason: "chat_message" },
  });
  if (!error) return `charged, ${data.balance} left, tx_id ${data.tx_id}`;
  switch (response.status) {
    case 409:
      return `charged before: ${reason(error)}`;
    case 403:
      return `too little money: ${reason(error)}`;
    default:
      return `${response.status}: ${reason(error)}`;
  }
}

/** Return the balance and plan in words. A plan may be absent, null or a placeholder that is not active. */
async function balance(billing: Billing, user_id: string): Promise<string> {
  const { data, error } = await billing.GET("/internal/billing/balance", {
    params: { query: { user_id } },
  });
  if (error) return reason(error);
  const plan = data.plan?.status === "active" ? data.plan : null;
  return plan ? `${data.balance} on plan ${plan.plan_code}` : `${data.balance} without a plan`;
}

/** Return the text of an error, in whichever documented form it came. */
function reason({ detail }: ErrorBody): string {
  if (detail === undefined) return "no reason given";
  if (typeof detail === "string") return detail;
  if (Array.isArray(detail)) return detail.map(({ loc, msg }) => `${loc}: ${msg}`).join("; ");
  return JSON.stringify(detail);
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set the environment variable ${name}`);
  return value;
}

const billing = connect(fromEnvironment("BILLING_SERVICE_TOKEN"));
const user = "test-user";
const withPlan = "11111111-1111-1111-1111-111111111111";

console.log("check:", await check(billing, user, 2.5));
console.log("check too much:", await check(billing, user, 10_000));
console.log("debit:", await debit(billing, user, 2.5, "order-1"));
console.log("same ref:", await debit(billing, user, 2.5, "order-1"));
console.log("debit too much:", await debit(billing, user, 10_000, "order-2"));
console.log("debit of nothing:", await debit(billing, user, 0, "order-3"));
console.log("wrong key:", await debit(connect("wrong"), user, 2.5, "order-4"));
console.log("balance:", await balance(billing, user));
console.log("balance with plan:", await balance(billing, withPlan));
