// The mock's control plane, through a client whose types are generated from control.yaml.
import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../build/control.js";
import type { BillingMock } from "./billing_mock.js";

type Schemas = components["schemas"];
/** A fault as it is posted to the control plane. */
export type Fault = Schemas["Fault"];

/** Sets up and watches one mock. Its methods throw an AssertionError when the mock refuses. */
export class Control {
  private readonly client: Client<paths>;

  constructor(mock: BillingMock) {
    this.client = createClient<paths>({ baseUrl: mock.url });
  }

  /** Go back to the start: its accounts, no faults, an empty journal. */
  async reset(): Promise<void> {
    const { error } = await this.client.POST("/_mock/reset");
    assert.equal(error, undefined);
  }

  /** Open a user's account anew, with a balance in units, written as decimal text. */
  async fund(userId: string, balance: string): Promise<void> {
    const { error } = await this.client.PUT("/_mock/accounts/{user_id}", {
      params: { path: { user_id: userId } },
      body: { balance: 0 }, // typed as a binary number, hence replaced by the text
      bodySerializer: () => `{"balance": ${balance}}`,
    });
    assert.equal(error, undefined);
  }

  /** Set faults, which act in this order. */
  async fault(...faults: readonly Fault[]): Promise<void> {
    for (const body of faults) {
      const { error } = await this.client.POST("/_mock/faults", { body });
      assert.equal(error, undefined);
    }
  }

  /** Return the debits that were charged, oldest first. */
  async debits(): Promise<Schemas["Transaction"][]> {
    const { data, error } = await this.client.GET("/_mock/transactions");
    assert.ok(data, error?.detail);
    return data.transactions.filter(({ kind }) => kind === "debit");
  }

  /** Return the requests that came in for one operation, oldest answer first. */
  async requests(operation: Schemas["OperationName"]): Promise<Schemas["Request"][]> {
    const { data, error } = await this.client.GET("/_mock/requests", {
      params: { query: { operation } },
    });
    assert.ok(data, error?.detail);
    return data.requests;
  }

  /** Return the names of the rules that the gateway has broken, from the mock's findings. */
  async findings(): Promise<string[]> {
    const { data, error } = await this.client.GET("/_mock/findings");
    assert.ok(data, error?.detail);
    return data.findings.map(({ rule }) => rule);
  }
}
