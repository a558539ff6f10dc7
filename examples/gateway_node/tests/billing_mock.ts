// A `billing-mock` in a process of its own, on a free port, with a key of its own.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A running mock: where it is, the secret of X-Internal-Key, and how to stop it. */
export interface BillingMock {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/**
 * Start `billing-mock`, which must be on the PATH, and return when it answers. `options` are added to its
 * command line. Throws an Error with what it wrote when it ends before that.
 */
export async function startBillingMock(...options: readonly string[]): Promise<BillingMock> {
  const token = randomUUID();
  const mock = spawn("billing-mock", ["--port", "0", ...options], {
    env: { ...process.env, BILLING_SERVICE_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => mock.kill();
  process.once("exit", kill); // a test run that breaks off leaves no mock behind
  const ended = once(mock, "close");
  const url = await Promise.race([readyUrl(mock), ended.then(() => undefined)]);
  if (url === undefined) throw new Error("billing-mock ended before it was ready");
  return {
    url,
    token,
    async stop() {
      process.off("exit", kill);
      mock.kill("SIGINT");
      await ended;
    },
  };
}

/** Return the URL of the ready line. This is the one place that knows what the mock prints. */
async function readyUrl(mock: ChildProcessByStdio<null, Readable, Readable>): Promise<string | undefined> {
  mock.stderr.pipe(process.stderr);
  for await (const line of createInterface({ input: mock.stdout })) {
    const url = /^billing-mock .* keeps contract .* at (http:\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    mock.stdout.resume(); // a full pipe would block the mock
    return url;
  }
  return undefined;
}
