// The debits that this gateway owes, on disk, so that they outlast the process: one JSON file each.
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Debit } from "./debit.js";
import { readJson, writeJson } from "./money.js";

interface Entry extends Debit {
  /** Why the service refused the debit; absent while it is owed. */
  readonly refusal?: string;
}

/** A folder of debits. Each change is on the disk when its method returns. One process per folder. */
export class Outbox {
  private constructor(private readonly folder: string) {}

  /** Open the outbox in `folder`, which is made where it is missing. */
  static async open(folder: string): Promise<Outbox> {
    await mkdir(folder, { recursive: true });
    return new Outbox(folder);
  }

  /** Keep a debit, before it is sent. */
  async add(debit: Debit): Promise<void> {
    await this.write(debit);
  }

  /** Remove a debit that was charged. */
  async settle(ref: string): Promise<void> {
    await rm(this.path(ref), { force: true });
    await flush(this.folder);
  }

  /** Keep a debit that was refused, for people to look at; it is not sent again. */
  async refuse(debit: Debit, refusal: string): Promise<void> {
    await this.write({ ...debit, refusal });
  }

  /** Return the debits that are not known to be charged or refused. */
  async owed(): Promise<Debit[]> {
    return (await this.entries()).filter(({ refusal }) => refusal === undefined);
  }

  /** Return the refusals of work that nobody paid, by ref. */
  async refused(): Promise<Map<string, string>> {
    const entries = await this.entries();
    return new Map(
      entries.flatMap(({ ref, refusal }) => (refusal === undefined ? [] : [[ref, refusal]])),
    );
  }

  private async entries(): Promise<Entry[]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(".json")).sort();
    const texts = names.map((name) => readFile(join(this.folder, name), "utf8"));
    return (await Promise.all(texts)).map((text) => readJson(text) as Entry);
  }

  /** Write an entry beside its place and move it there, so that a crash leaves the old one or the new one. */
  private async write(entry: Entry): Promise<void> {
    const path = this.path(entry.ref);
    const file = await open(`${path}.new`, "w");
    try {
      await file.writeFile(writeJson({ ...entry }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await flush(this.folder);
  }

  private path(ref: string): string {
    // A ref may hold a slash or differ from another in case only; its digest is a safe file name.
    return join(this.folder, `${createHash("sha256").update(ref).digest("hex")}.json`);
  }
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
