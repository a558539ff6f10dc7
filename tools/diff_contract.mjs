// Compare openapi.yaml with the last released contract: node diff_contract.mjs [RELEASED] [CONTRACT]
// Exit status 1 when info.version does not keep the rule, 2 when the files cannot be compared.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { LEVELS, changesOf, complaint, needed, read, step } from "./version_rule.mjs";

const [folder = "../released", contract = "../openapi.yaml"] = process.argv.slice(2);

try {
  const released = join(folder, last(readdirSync(folder)));
  const [before, after] = [released, contract].map(read);
  const changes = changesOf(before, after);
  changes
    .toSorted((one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level))
    .forEach(({ level, place, words }) => console.log(`${level}  ${place}: ${words}`));
  const wrong = complaint(before.info.version, after.info.version, needed(changes));
  console.log(wrong ?? `${released}: ${changes.length} changes since, and info.version ${after.info.version} keeps the rule`);
  process.exitCode = wrong ? 1 : 0;
} catch (error) {
  console.error(`cannot compare: ${error.message}`);
  process.exitCode = 2;
}

function last(names) {
  const versions = names
    .map((name) => /^openapi-(\d+\.\d+\.\d+)\.yaml$/.exec(name)?.[1])
    .filter(Boolean)
    .sort((one, other) => (step(one, other) === "back" ? 1 : -1));
  if (versions.length === 0) throw new Error(`no openapi-VERSION.yaml in ${folder}`);
  return `openapi-${versions.at(-1)}.yaml`;
}
