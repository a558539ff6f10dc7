// The rule for `info.version`: which part of it a change of the contract moves.
//
//   major  something that a client relied on went
//   minor  something was added; or a provisional operation changed in any way
//   patch  words
//
// api-smart-diff finds the changes and classes their effect on a client. Where it is milder than
// the rule, or does not know our extensions, OWN_RULES decide.
import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";
import { load } from "js-yaml";

export const LEVELS = ["none", "patch", "minor", "major"];

const LEVEL_OF_TYPE = {
  breaking: "major",
  unclassified: "major",
  "non-breaking": "minor",
  deprecated: "minor",
  annotation: "patch",
};

// The first that returns a level decides.
const OWN_RULES = [
  ({ path }) => (path[0] === "tags" || path.includes("examples")) && "patch",
  ({ path, after }) => path.at(-1) === "x-provisional" && (after ? "major" : "minor"),
  ({ path }) => path.at(-1) === "operationId" && "major",
  ({ path, action }) =>
    action === "remove" && path.includes("responses") && path.at(-2) === "properties" && "major",
  ({ path, action }) =>
    action === "add" && isRequest(path) && path.at(-2) === "enum" && path.at(-1) === 0 && "major",
  ({ path, after }) =>
    isRequest(path) && path.at(-1) === "additionalProperties" && after === false && "major",
];

/** Return every change of the contract: its level, its place, and a description. */
export function changesOf(before, after) {
  const { diffs } = apiCompare(comparable(before), comparable(after));
  return [
    ...diffs.map((diff) => ({
      level: levelOf(diff, before),
      place: diff.path.join(" "),
      words: diff.description || diff.action,
    })),
    ...listed("x-clauses", before, after, levelOfClause),
    ...listed("x-open-choices", before, after, levelOfChoice),
  ];
}

/** Return the largest level of some changes. */
export function needed(changes) {
  return LEVELS[Math.max(0, ...changes.map(({ level }) => LEVELS.indexOf(level)))];
}

/** Return why a version breaks the rule after changes of this level; null when it keeps it. */
export function complaint(from, to, level) {
  if (LEVELS.indexOf(step(from, to)) >= LEVELS.indexOf(level)) return null;
  return `info.version goes from ${from} to ${to}, and the changes need ${level === "none" ? "no" : `a ${level}`} step`;
}

/** Read a contract from its file. */
export function read(file) {
  return load(readFileSync(file, "utf8"));
}

/** Return the part of the version that moved: major, minor, patch, none, or back for a lower version. */
export function step(from, to) {
  const [before, after] = [from, to].map((version) => version.split(".").map(Number));
  const moved = before.findIndex((number, place) => number !== after[place]);
  if (moved === -1) return "none";
  return after[moved] > before[moved] ? ["major", "minor", "patch"][moved] : "back";
}

function comparable(document) {
  const { "x-clauses": _, "x-open-choices": __, ...rest } = document;
  return { ...rest, info: { ...rest.info, version: "" } };
}

function levelOf(diff, before) {
  const [section, name, inner] = diff.path;
  if (section === "components" && name !== "securitySchemes") {
    const whole = diff.path.length === 3;
    if (whole && diff.action !== "add") return documented(before).has(inner) ? "major" : "minor";
    return whole ? "minor" : "patch";
  }
  const own = OWN_RULES.map((rule) => rule(diff)).find(Boolean);
  const level = own ?? LEVEL_OF_TYPE[diff.type];
  const provisional = section === "paths" && isProvisional(before.paths[name], inner);
  return provisional && level === "major" ? "minor" : level;
}

function isProvisional(item = {}, method) {
  const operations = method ? [item[method]] : Object.values(item);
  return operations.length > 0 && operations.every((each) => each?.["x-provisional"]);
}

function isRequest(path) {
  return path.includes("requestBody") || path.includes("parameters");
}

/** Return the names of the components that the documented operations use. */
function documented(document) {
  const found = new Set();
  const visit = (part) => {
    for (const [key, value] of Object.entries(part ?? {})) {
      if (key === "$ref" && !found.has(value)) {
        found.add(value);
        const [, , section, name] = value.split("/");
        visit(document.components[section][name]);
      } else if (typeof value === "object" && !value?.["x-provisional"]) visit(value);
    }
  };
  visit(document.paths);
  return new Set([...found].map((reference) => reference.split("/").at(-1)));
}

/** Return the changes of a list whose entries have ids; `levelOf` gives the level of a removed or changed entry. */
function listed(name, before, after, levelOf) {
  const [old, now] = [before, after].map(
    (document) => new Map(document[name].map((entry) => [entry.id, entry])),
  );
  const changed = (id) => JSON.stringify(old.get(id)) !== JSON.stringify(now.get(id));
  return [...new Set([...old.keys(), ...now.keys()])].filter(changed).map((id) => ({
    level: old.has(id) ? levelOf(old.get(id), now.get(id)) : "minor",
    place: `${name} ${id}`,
    words: old.has(id) ? (now.has(id) ? "changed" : "removed") : "added",
  }));
}

function levelOfClause(was, is) {
  if (was.provisional) return "minor";
  if (!is || is.provisional || (was.level === "must" && is.level !== "must")) return "major";
  return was.level === is.level ? "patch" : "minor";
}

function levelOfChoice(was, is) {
  const options = (choice) => choice?.options.map(({ id }) => id).join();
  return options(was) === options(is) ? "patch" : "minor";
}
