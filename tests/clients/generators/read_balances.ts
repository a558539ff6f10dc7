// One call through each generated client: the balance of a user without a plan, whose plan is null.
//
// `no_plan` compiles only where the generated type lets the plan be null.
import { createClient } from "./generated/hey/client";
import { getBalance as getByHeyApi } from "./generated/hey";
import { getBalance as getByOrval } from "./generated/orval";
import { Api } from "./generated/swagger_typescript_api";
import { createApiClient } from "./generated/zod";

const url = process.env["BILLING_SERVICE_URL"]!;
const headers = { "X-Internal-Key": process.env["BILLING_SERVICE_TOKEN"]! };
const user_id = process.env["BILLING_USER"]!;

type Read = { balance: number; plan?: { plan_code: string; expires_at?: string | null } | null | undefined };

function show(generator: string, read: Read) {
  const { balance, plan } = read;
  console.log(`${generator}: ${balance} ${plan ? `on ${plan.plan_code} until ${plan.expires_at}` : `with the plan ${plan}`}`);
}

async function byHeyApi(): Promise<Read> {
  const client = createClient({ baseUrl: url, headers });
  const { data } = await getByHeyApi({ client, query: { user_id }, throwOnError: true });
  const no_plan: typeof data.plan = null;
  return { plan: no_plan, ...data };
}

async function byOrval(): Promise<Read> {
  const plain = globalThis.fetch;
  globalThis.fetch = (path, init) => plain(`${url}${path}`, init);
  const { data, status } = await getByOrval({ user_id }, { headers });
  globalThis.fetch = plain;
  if (status !== 200) throw new Error(`answered with ${status}`);
  const no_plan: typeof data.plan = null;
  return { plan: no_plan, ...data };
}

async function bySwaggerTypescriptApi(): Promise<Read> {
  const { data } = await new Api({ baseUrl: url }).internal.getBalance({ user_id }, { headers });
  const no_plan: typeof data.plan = null;
  return { plan: no_plan, ...data };
}

async function byZod(): Promise<Read> {
  const data = await createApiClient(url, { axiosConfig: { headers } }).getBalance({ queries: { user_id } });
  const no_plan: typeof data.plan = null;
  return { plan: no_plan, ...data };
}

async function main() {
  show("@hey-api/openapi-ts", await byHeyApi());
  show("orval", await byOrval());
  show("swagger-typescript-api", await bySwaggerTypescriptApi());
  show("openapi-zod-client", await byZod());
}

void main();
