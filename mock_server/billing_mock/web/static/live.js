// The live page: fetches the state of the mock from the control plane about once a second and shows it.
// Whatever a gateway has sent may be hostile: it is put into the page as text, never as HTML.

const SHOWN = { requests: 200, accounts: 200, findings: 50, faults: 50, letters: 200, bodyLetters: 4000 };
const PAUSE_MS = 1000;
const FINDINGS_PAUSE_MS = 5000;
const TIMEOUT_MS = 10000;

const QUICK_FAULTS = [
  ["debit", (what) => `Lose the next ${what} response`, "Carried out; the client sees nothing.", { kind: "lose_response", times: 1 }],
  ["debit", (what) => `Drop the next ${what} request`, "Not carried out; the client sees nothing.", { kind: "drop_request", times: 1 }],
  ["debit", (what) => `500 to the next ${what} request`, "Not carried out; the client sees 500.", { kind: "status", status: 500, times: 1 }],
  ["debit", (what) => `Cut the next ${what} answer`, "Carried out; the client sees half of the body.", { kind: "truncate_body", times: 1 }],
  ["debit", (what) => `Garble the next ${what} answer`, "Carried out; the body is no JSON.", { kind: "garble_body", times: 1 }],
  ["", (what) => `Down: 503 to every ${what} request`, "For 30 seconds; nothing is carried out.", { kind: "status", status: 503, for_seconds: 30 }],
  ["", (what) => `Slow: every ${what} answer 2 s late`, "Until it is removed; all is carried out.", { kind: "delay", seconds: 2 }],
];
const SIGNS = { accepted: "✓", refused: "–", invalid: "!", fault: "↯", failed: "×" };
const VERDICTS = { accepted: "accepted", refused: "refused", invalid: "outside the contract", fault: "kept back by a fault", failed: "failed" };
const EFFECTS = { debit: "charged", credit: "credited", plan: "applied" };
// Findings about a request's form are many and matter less than those about money.
const OF_FORM = new Set(["outside-contract", "undocumented-field"]);
const PARTLY = { nothing: "The client was sent nothing.", part: "The client was sent half of the answer." };

const byId = (id) => document.getElementById(id);
const state = { key: "", epoch: null, lastId: 0, dropped: 0, requests: [], findings: [], faults: [], accounts: [], titles: new Map() };

// ---- the control plane

async function call(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (state.key) headers["X-Internal-Key"] = state.key;
  const response = await fetch(`/_mock/${path}`, {
    method, headers, cache: "no-store", body: body && JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text, exactly) : null;
  if (!response.ok) throw Object.assign(new Error(answer?.detail ?? `status ${response.status}`), { status: response.status });
  return answer;
}

// Money is shown digit by digit as the mock sends it, where the browser gives access to the digits.
function exactly(name, value, context) {
  return ["balance", "new_balance", "units"].includes(name) && typeof value === "number" ? context?.source ?? String(value) : value;
}

// ---- making elements

function make(tag, properties, ...content) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...content);
  return node;
}

// Characters that cannot be seen are written out: two refs that look alike may differ in them.
function visible(text, most = SHOWN.letters) {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) =>
    most === SHOWN.bodyLetters && one === "\n" ? one : `\\u{${one.codePointAt(0).toString(16)}}`);
}

const quoted = (text) => make("bdi", { className: "mono" }, visible(text));
const line = (className, ...content) => make("p", { className }, ...content);

// Brings the children of an element in step with data. Elements that stay are kept, and focus with them.
function list(parent, identify, build, update = () => {}) {
  const nodes = new Map();
  return (items) => {
    const wanted = new Set(items.map(identify));
    for (const [id, node] of nodes) {
      if (!wanted.has(id)) {
        node.remove();
        nodes.delete(id);
      }
    }
    items.forEach((item, index) => {
      const id = identify(item);
      if (!nodes.has(id)) nodes.set(id, build(item));
      const node = nodes.get(id);
      update(node, item);
      if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
    });
  };
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const clock = (date) => date.toLocaleTimeString("en-GB");

// ---- requests

function requestRow(request) {
  const date = new Date(request.at * 1000);
  const flags = make("div", { className: "flag" });
  return make("tr", { id: `request-${request.id}`, tabIndex: -1 },
    make("th", { scope: "row" }, `#${request.id}`, make("time", { dateTime: date.toISOString() }, clock(date))),
    make("td", {}, line("facts", ...requestFacts(request))),
    make("td", { className: request.verdict }, ...answerCells(request)),
    make("td", {}, ...effectLines(request), flags, details(request)));
}

function requestFacts(request) {
  const facts = [make("span", {}, make("b", {}, request.operation ?? `${request.method} ${visible(request.path)}`))];
  if (request.units !== null) facts.push(make("span", {}, visible(request.units)));
  if (request.user_id !== null) facts.push(make("span", {}, make("i", {}, "user "), quoted(request.user_id)));
  if (request.ref !== null) facts.push(make("span", {}, make("i", {}, "ref "), quoted(request.ref)));
  return facts;
}

function answerCells(request) {
  const status = request.status === null ? "no answer" : String(request.status);
  return [
    make("b", {}, status), make("br", {}),
    make("span", { className: "verdict" }, `${SIGNS[request.verdict]} ${VERDICTS[request.verdict]}`),
  ];
}

function effectLines(request) {
  const lines = [];
  const effect = EFFECTS[request.operation];
  if (effect) lines.push(line("effect", request.has_effect ? make("b", {}, effect) : `not ${effect}`));
  lines.push(line("note", outcome(request)));
  if (request.why) lines.push(line("why", visible(request.why)));
  const others = request.violations.filter((each) => !request.why?.includes(each));
  lines.push(...others.map((each) => line("violation", visible(each))));
  lines.push(...request.answer_violations.map((each) => line("violation", `in the answer: ${visible(each)}`)));
  if (request.faults.length) {
    const names = request.faults.map((each) => `${each.kind} (fault ${each.id})`).join(", ");
    const late = request.seconds >= 0.1 ? ` The answer took ${request.seconds.toFixed(1)} s.` : "";
    lines.push(line("by-fault", `${names} acted. ${PARTLY[request.sent] ?? ""}${late}`));
  }
  return lines;
}

// The balance in the answer, and whether a check was allowed; empty for any other answer.
function outcome(request) {
  const { allowed, balance, new_balance: newBalance } = answerOf(request);
  const parts = [];
  if (typeof allowed === "boolean") parts.push(allowed ? "allowed" : "not allowed");
  if (balance ?? newBalance) parts.push(`balance ${balance ?? newBalance}`);
  return visible(parts.join(", "));
}

function answerOf(request) {
  try {
    return JSON.parse(request.answer, exactly) ?? {};
  } catch {
    return {};
  }
}

function details(request) {
  const sent = request.query ? `?${request.query}` : request.body;
  return make("details", {}, make("summary", {}, "sent and answered"),
    make("pre", {}, `${request.method} ${visible(request.path)}\n${visible(sent, SHOWN.bodyLetters)}`),
    make("pre", {}, visible(request.answer, SHOWN.bodyLetters)));
}

function flagRow(row, request) {
  const flags = row.querySelector(".flag");
  setText(flags, (state.titles.get(request.id) ?? []).map((title) => `⚑ ${title}`).join("\n"));
}

// ---- findings

// A finding that grows stays the same finding, and two about one request are two.
function keyed(findings) {
  const alike = new Map();
  return findings.map((finding) => {
    const about = JSON.stringify([finding.rule, finding.user_id, finding.requests[0]]);
    alike.set(about, (alike.get(about) ?? 0) + 1);
    return { ...finding, key: `${about} ${alike.get(about)}` };
  });
}

function findingCard(finding) {
  return make("li", { className: "finding" }, make("h3", {}, finding.title), line("explanation"),
    line("", make("b", {}, "Fix: "), finding.fix), line("shown-by", "Requests: "));
}

function updateFinding(card, finding) {
  setText(card.querySelector(".explanation"), visible(finding.explanation, 1000));
  const links = card.querySelector(".shown-by");
  links.append(...finding.requests.slice(links.children.length).map(requestLink));
}

function requestLink(id) {
  const link = make("a", { href: `#request-${id}` }, `#${id}`);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(link);
  });
  return link;
}

function goTo(link) {
  const rowOf = (each) => byId(each.hash.slice(1));
  if (!rowOf(link) && byId("filter").value) {
    byId("filter").value = "";
    show();
  }
  document.querySelectorAll(".marked").forEach((row) => row.classList.remove("marked"));
  [...link.parentNode.children].forEach((each) => rowOf(each)?.classList.add("marked"));
  const row = rowOf(link);
  if (row) {
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  } else {
    announce(`Request ${link.textContent} is no longer among the last ${SHOWN.requests}, which are all that this page shows.`);
  }
}

function titlesByRequest(findings) {
  const titles = new Map();
  for (const { title, requests } of findings) requests.forEach((id) => titles.set(id, [...(titles.get(id) ?? []), title]));
  return titles;
}

// ---- accounts and faults

function accountRow(account) {
  const plan = account.plan;
  const user = make("th", { scope: "row" }, quoted(account.user_id));
  if (plan) user.append(line("note", visible(`${plan.plan_code}, ${plan.status}${plan.expires_at ? `, until ${plan.expires_at}` : ""}`)));
  return make("tr", {}, user, make("td", { className: "number" }));
}

function updateAccount(row, account) {
  const cell = row.lastChild;
  if (cell.textContent === account.balance) return;
  if (cell.textContent) {
    cell.classList.remove("changed");
    void cell.offsetWidth; // so that the animation begins anew
    cell.classList.add("changed");
  }
  cell.textContent = account.balance;
}

const NOT_SHOWN = new Set(["id", "kind", "state", "matched", "fired", "seed", "content_type"]);

function faultItem(fault) {
  const settings = Object.entries(fault)
    .filter(([name, value]) => !NOT_SHOWN.has(name) && value && value !== 1 || name === "times" && value)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${visible(String(value))}`);
  const remove = make("button", { type: "button", ariaLabel: `Remove fault ${fault.id}` }, "Remove");
  remove.addEventListener("click", () => act(() => call("DELETE", `faults/${fault.id}`), `Fault ${fault.id} is removed.`, afterRemoval));
  return make("li", {}, make("div", {}, make("b", {}, fault.kind), ` (fault ${fault.id})`,
    line("note", settings.join(" · ")), line("fired")), remove);
}

function updateFault(item, fault) {
  item.className = fault.state === "active" ? "" : "over";
  setText(item.querySelector(".fired"), `${fault.state}, fired ${fault.fired === 1 ? "once" : `${fault.fired} times`}`);
}

function afterRemoval() {
  (byId("faults").querySelector("button") ?? byId("faults-heading")).focus();
}

function quickButton([usual, name, effect, fault]) {
  const label = make("b", {});
  const button = make("button", { type: "button" }, label, make("small", {}, effect));
  const operation = () => (byId("operation").value === "usual" ? usual : byId("operation").value);
  const showLabel = () => setText(label, name(operation()).replace("  ", " "));
  byId("operation").addEventListener("change", showLabel);
  showLabel();
  button.addEventListener("click", () => {
    const scope = { operation: operation() || null, user_id: byId("user").value || null };
    act(() => call("POST", "faults", { ...fault, ...scope }), `Set: ${label.textContent}.`);
  });
  return button;
}

// ---- the page

const showRequests = list(byId("request-rows"), (each) => each.id, requestRow, flagRow);
const showFindings = list(byId("findings"), (each) => each.key, findingCard, updateFinding);
const showFaults = list(byId("faults"), (each) => each.id, faultItem, updateFault);
const showAccounts = list(byId("accounts"), (each) => JSON.stringify([each.user_id, each.plan]), accountRow, updateAccount);

function show() {
  const part = byId("filter").value;
  const chosen = (items) => items.filter((each) => !part || each.user_id?.includes(part));
  const requests = chosen(state.requests), findings = chosen(state.findings), accounts = chosen(state.accounts);
  showFindings([...findings].sort((one, other) => OF_FORM.has(other.rule) - OF_FORM.has(one.rule)).slice(-SHOWN.findings).reverse());
  showRequests(requests.toReversed());
  showAccounts(accounts.slice(0, SHOWN.accounts));
  showFaults(state.faults.slice(-SHOWN.faults).reverse());
  const active = state.faults.filter((each) => each.state === "active").length;
  const among = (some, all) => (some === all ? String(all) : `${some} of ${all}`);
  setText(byId("findings-count"), among(findings.length, state.findings.length));
  setText(byId("requests-count"), among(requests.length, state.requests.length));
  setText(byId("accounts-count"), among(accounts.length, state.accounts.length));
  setText(byId("faults-count"), `${active} active`);
  setText(byId("findings-note"), findings.length ? bound("findings", findings) : "None. Nothing in what the gateway sent is wrong so far.");
  setText(byId("requests-note"), requestsNote(requests));
  setText(byId("accounts-note"), bound("accounts", accounts));
  setText(byId("faults-note"), bound("faults", state.faults));
  document.title = state.findings.length ? `(${counted(state.findings.length, "finding")}) Billing mock` : "Billing mock";
}

function bound(what, all) {
  const which = what === "accounts" ? "first" : "last";
  return all.length > SHOWN[what] ? `Only the ${which} ${SHOWN[what]} are shown.` : "";
}

function requestsNote(requests) {
  const dropped = state.dropped
    ? ` The journal had to drop ${counted(state.dropped, "older request")}; findings see only what it holds.` : "";
  const held = requests.length ? "" : "No request so far. ";
  return `${held}Newest first; at most the last ${SHOWN.requests} are shown.${dropped}`;
}

function announce(text) {
  setText(byId("message"), text);
}

function setState(className, text) {
  byId("state").className = className;
  setText(byId("state"), text);
  byId("data").classList.toggle("stale", className === "lost");
}

async function look() {
  const epoch = state.epoch;
  const since = () => call("GET", `requests?since=${state.lastId}&limit=${SHOWN.requests}`);
  let [news, { faults }, { accounts }] = await Promise.all([since(), call("GET", "faults"), call("GET", "accounts")]);
  if (news.epoch !== state.epoch) {
    state.requests = [];
    state.lastId = 0;
    news = await since();
    state.epoch = news.epoch;
    findingsLook = { took: 0, ended: -Infinity, isFresh: false };
    await showVersions();
  }
  if (news.requests.length) findingsLook.isFresh = false;
  const findings = await lookAtFindings();
  const known = new Set(state.findings.map((each) => each.key));
  const fresh = findings.filter((each) => !known.has(each.key));
  if (fresh.length && state.epoch === epoch) announce(`New: ${counted(fresh.length, "finding")}. ${fresh.at(-1).title}.`);
  state.requests = [...state.requests, ...news.requests].slice(-SHOWN.requests);
  state.lastId = news.requests.at(-1)?.id ?? state.lastId;
  Object.assign(state, { findings, faults, accounts, dropped: news.dropped, titles: titlesByRequest(findings) });
  show();
}

// Over a full journal the mock needs a third of a second for its findings. So they are fetched when there
// are requests that they do not cover yet, else now and then, and for at most a tenth of the time.
let findingsLook = { took: 0, ended: -Infinity, isFresh: false };

async function lookAtFindings() {
  const began = performance.now();
  const pause = Math.max(findingsLook.isFresh ? FINDINGS_PAUSE_MS : 0, 9 * findingsLook.took);
  if (began - findingsLook.ended < pause) return state.findings;
  const { findings } = await call("GET", "findings");
  const ended = performance.now();
  findingsLook = { took: ended - began, ended, isFresh: true };
  return keyed(findings);
}

async function showVersions() {
  const settings = await call("GET", "settings");
  setText(byId("versions"), `${settings.version}, contract ${settings.contract}${settings.upstream ? `, in front of ${settings.upstream}` : ""}`);
  const deviations = Object.entries(settings.deviations).map(([name, sentence]) => {
    const item = document.createElement("li");
    item.textContent = `${name}: ${sentence}`;
    return item;
  });
  byId("deviations").replaceChildren(...deviations);
  byId("deviating").hidden = deviations.length === 0;
}

// ---- when to look

let timer = 0;
let turn = Promise.resolve();

// One look at a time, and after a slow one a pause twice as long.
function lookSoon() {
  turn = turn.then(async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const began = performance.now();
    const goesOn = await look().then(showConnected, showTrouble);
    if (goesOn) timer = setTimeout(lookSoon, Math.max(PAUSE_MS, 2 * (performance.now() - began)));
  });
  return turn;
}

function showConnected() {
  setState("live", "Live");
  showKeyForm(false);
  return true;
}

function showKeyForm(shown) {
  byId("key-form").hidden = !shown;
  byId("data").hidden = byId("tools").hidden = shown;
}

function showTrouble(error) {
  if (error.status === 401) {
    setState(state.key ? "lost" : "", state.key ? "The mock refuses this key" : "The mock asks for its key");
    state.key = "";
    showKeyForm(true);
    byId("key").focus();
    return false;
  }
  if (!byId("state").classList.contains("lost")) {
    const why = error.status ? `The mock answers: ${error.message}` : `No connection to the mock since ${clock(new Date())}`;
    setState("lost", `${why}. Trying again …`);
  }
  return true;
}

async function act(change, done, after = () => {}) {
  try {
    await change();
    announce(done);
  } catch (error) {
    announce(`That did not work: ${error.message}`);
  }
  await lookSoon();
  after();
}

byId("quick").append(...QUICK_FAULTS.map(quickButton));
byId("filter").addEventListener("input", show);
byId("reset").addEventListener("click", () =>
  act(() => call("POST", "reset", {}), "Reset: accounts and faults are as at the start, the journal is empty."));
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.key = byId("key").value.trim();
  byId("key").value = "";
  if (/^[!-~]+$/.test(state.key)) {
    lookSoon();
  } else {
    announce("A key is made of visible ASCII characters, without spaces.");
  }
});
document.addEventListener("visibilitychange", lookSoon);
lookSoon();
