// A review session's rules, and what a page keeps of a learner until the server has it, on a bad network:
//
//     node web/tests/review.mjs [--seeds 200]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const seeds = Number(process.argv[process.argv.indexOf("--seeds") + 1] || 200) || 200;
const folder = mkdtempSync(join(tmpdir(), "atlas-review-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function bundle(name, source) {
  const out = join(folder, `${name}.mjs`);
  const run = spawnSync("esbuild", ["--bundle", "--format=esm", "--loader=ts", `--outfile=${out}`, "--log-level=warning"], {
    input: source,
    cwd: join(root, "web/src"),
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, NODE_PATH: join(root, "web/node_modules") },
  });
  assert.equal(run.status, 0);
  return pathToFileURL(out).href;
}

/** Small, fast and the same everywhere. */
function randomFrom(seed) {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let count = 0;
async function check(name, body) {
  await body();
  count += 1;
  console.log(`ok    ${name}`);
}

// ── Sessions ────────────────────────────────────────────────────────────────

const sessions = await import(bundle("session", 'export * from "./features/review/session"'));
const seconds = { AGAIN: 60, HARD: 360, GOOD: 600, EASY: 700_000 };
const ratings = Object.keys(seconds);
const card = (id) => ({ item: { id }, intervals: ratings.map((rating) => ({ rating, seconds: seconds[rating], label: "" })) });
const ids = (cards) => cards.map((each) => each.item.id);

/** Every card that is still to come, and where. */
const left = (session) => [...(session.current ? [session.current] : []), ...session.ahead, ...session.returning.map((each) => each.card)];

await check(`no card is lost, doubled or shown after its end, over ${seeds} sessions`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = randomFrom(seed);
    const all = Array.from({ length: 1 + random(12) }, (_, index) => card(`c${index}`));
    let session = sessions.begin(all);
    let now = 1_000_000;
    for (let step = 0; step < 200 && session.current; step += 1) {
      now += random(120_000);
      const before = session;
      const shown = session.current.item.id;
      const does = random(10);
      if (does === 0) session = sessions.suspend(session, now);
      else if (does === 1) session = sessions.putOff(session, now);
      else if (does === 2 && session.done.length > 0) {
        const last = session.done.at(-1);
        session = sessions.undo(session);
        assert.equal(session.current.item.id, last.card.item.id, "undo shows the card again");
        assert.equal(session.done.length, before.done.length - 1);
      } else {
        const rating = ratings[random(4)];
        session = sessions.rate(session, `${seed}.${step}`, rating, 1000, now);
        assert.equal(left(session).some((each) => each.item.id === shown), rating !== "EASY", `${rating} of ${shown}`);
      }
      assert.equal(session.turn, before.turn + 1);
      const open = ids(left(session));
      assert.equal(new Set(open).size, open.length, `${open} holds no card twice`);
      const settled = new Set([...ids(session.suspended), ...session.done.map((each) => each.card.item.id)]);
      for (const each of all) assert(open.includes(each.item.id) || settled.has(each.item.id), `${each.item.id} is nowhere`);
      const progress = sessions.progressOf(session);
      assert.equal(progress.of - progress.done, open.length);
    }
  }
});

await check("a card whose minutes are over goes first; before that, others do", () => {
  let session = sessions.begin([card("a"), card("b"), card("c")]);
  session = sessions.rate(session, "1", "AGAIN", 1000, 0);
  assert.equal(session.current.item.id, "b");
  session = sessions.rate(session, "2", "EASY", 1000, 61_000);
  assert.equal(session.current.item.id, "a");
  session = sessions.rate(session, "3", "EASY", 1000, 62_000);
  session = sessions.rate(session, "4", "GOOD", 1000, 63_000);
  assert.equal(session.current.item.id, "c", "with nothing else to do, a card comes some minutes early");
});

// ── The log ─────────────────────────────────────────────────────────────────

const stored = new Map();
globalThis.localStorage = {
  get length() {
    return stored.size;
  },
  key: (index) => [...stored.keys()][index] ?? null,
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => void stored.set(key, value),
  removeItem: (key) => void stored.delete(key),
};
globalThis.window = globalThis;
globalThis.document = { cookie: "atlas_signed_in=1" };
globalThis.addEventListener = () => undefined;
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
// This test has no other tabs, and a channel would keep it from ending.
delete globalThis.BroadcastChannel;
const hourMs = 3_600_000;
let server = { entries: new Map(), order: [], requests: 0, predictions: [] };
let network = () => "works";
/** How far this device's clock is ahead of the server's. */
let aheadMs = 0;
const json = (data) => {
  const date = new Date(Date.now() - aheadMs).toUTCString();
  return { status: 200, ok: true, text: async () => JSON.stringify(data), headers: { get: (name) => (name === "date" ? date : null) } };
};
let member = "u";
/** Whether each exchange of the session outlives its page. */
const exchanges = [];
globalThis.fetch = async (_, { body, keepalive }) => {
  const { query, variables } = JSON.parse(body);
  if (query.includes("RefreshSession")) {
    exchanges.push(keepalive);
    return json({ data: { refreshSession: { accessToken: member, expiresIn: 9_000, user: { id: member } } } });
  }
  if (query.includes("RecordPrediction")) {
    if (network() !== "works") throw new TypeError("fetch failed");
    server.predictions.push(variables.input.itemId);
    return json({ data: { recordPrediction: {} } });
  }
  const does = network();
  if (does === "unreachable") throw new TypeError("fetch failed");
  if (does === "busy") return json({ errors: [{ message: "Too many requests.", extensions: { code: "TOO_MANY" } }] });
  server.requests += 1;
  assert(variables.reviews.length <= 500, "no request is larger than the server allows");
  const taken = does === "partly" ? variables.reviews.slice(0, Math.ceil(variables.reviews.length / 2)) : variables.reviews;
  const problemOf = (at) =>
    does === "refuses"
      ? "That is no id of an item."
      : Date.parse(at) > Date.now() - aheadMs + 300_000
        ? "The device's clock is 60 minutes ahead of the server's. Set it right and try again."
        : null;
  for (const entry of taken) {
    if (server.entries.has(entry.id) || problemOf(entry.at) !== null) continue;
    server.entries.set(entry.id, entry);
    server.order.push(entry.id);
  }
  if (does === "answer lost") throw new TypeError("fetch failed");
  return json({ data: { recordReviews: taken.map((each) => ({ id: each.id, stored: problemOf(each.at) === null, problem: problemOf(each.at) })) } });
};

const log = await import(bundle("log", 'export * from "./api/reviewLog"; export { timeOrderedID } from "./realtime/ids"'));

await check(`everything arrives once and in order, over ${seeds} bad networks`, async () => {
  const troubles = ["works", "unreachable", "busy", "answer lost", "partly"];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = randomFrom(seed);
    server = { ...server, entries: new Map(), order: [], requests: 0 };
    network = () => troubles[random(troubles.length)];
    const made = [];
    for (let step = 0; step < 1 + random(25); step += 1) {
      const id = log.timeOrderedID(1_000_000 * seed + step);
      made.push(id);
      assert(log.logReview("u", { id, itemId: `i${step}`, rating: "GOOD", at: "2026-01-01T00:00:00Z", durationMs: 1, device: "d" }));
      if (random(3) === 0) await log.sendReviews();
    }
    await log.sendReviews();
    const waits = new Set(log.waitingReviews("u").map((each) => each.id));
    for (const id of made) assert(waits.has(id) || server.entries.has(id), `${id} is neither here nor there`);
    network = () => "works";
    await log.sendReviews();
    assert.deepEqual(server.order, made, "each once, in the order in which it was made");
    assert.equal(log.waitingReviews("u").length, 0, "nothing waits any more");
    const requests = server.requests;
    await log.sendReviews();
    assert.equal(server.requests, requests, "and nothing is sent again");
  }
});

await check("what was acknowledged is gone from the device, what belongs to another account stays", async () => {
  network = () => "unreachable";
  log.logReview("u", { id: log.timeOrderedID(), itemId: "mine", at: "2026-01-01T00:00:00Z", durationMs: 1, device: "d" });
  log.logReview("other", { id: log.timeOrderedID(), itemId: "theirs", at: "2026-01-01T00:00:00Z", durationMs: 1, device: "d" });
  await log.sendReviews();
  network = () => "works";
  await log.sendReviews();
  assert.equal(log.waitingReviews("u").length, 0);
  assert.deepEqual(log.waitingReviews("other").map((each) => each.itemId), ["theirs"]);
});

const review = (more = {}) => ({ id: log.timeOrderedID(), itemId: "i", rating: "GOOD", at: new Date().toISOString(), durationMs: 1, device: "d", ...more });
const sendAtFirst = async (entry) => {
  server.entries.clear();
  log.logReview("u", entry);
  await log.sendReviews();
  return server.entries.get(entry.id);
};

await check("what a device with a wrong clock has noted is sent by the server's clock", async () => {
  for (const ahead of [hourMs, -hourMs]) {
    aheadMs = ahead;
    await sendAtFirst(review()); // The first answer tells the time.
    const { at } = await sendAtFirst(review());
    assert(Math.abs(Date.parse(at) - (Date.now() - ahead)) < 5_000, `${at} with a clock ${ahead} ms ahead`);
    assert.equal(log.waitingReviews("u").length, 0);
  }
  aheadMs = 0;
  await sendAtFirst(review());
  // Noted before the clock was set right.
  const { at } = await sendAtFirst(review({ at: new Date(Date.now() + hourMs).toISOString() }));
  assert(Date.parse(at) <= Date.now(), `${at} is not later than now`);
  const early = await sendAtFirst(review({ at: "2020-01-01T00:00:00.000Z" }));
  assert.equal(early.at, "2020-01-01T00:00:00.000Z", "a clock that is right is believed");
});

await check("a review that is refused before the clock is known to be wrong is sent again, and one refused for good is not", async () => {
  await sendAtFirst(review());
  aheadMs = hourMs;
  const requests = server.requests;
  const { at } = await sendAtFirst(review());
  assert(Math.abs(Date.parse(at) - (Date.now() - hourMs)) < 5_000, `${at} by the server's clock`);
  assert.equal(server.requests, requests + 2);
  assert.equal(log.waitingReviews("u").length, 0);
  aheadMs = 0;
  await sendAtFirst(review());
  network = () => "refuses";
  await sendAtFirst(review());
  network = () => "works";
  assert.equal(log.waitingReviews("u").length, 0);
});

// ── Predictions, answers and the session ────────────────────────────────────

await check("a prediction that storage has no room for is kept by the page, said to wait, and sent", async () => {
  const { recordPrediction, sendWaiting } = await import(bundle("predictions", 'export * from "./api/predictions"'));
  const { setItem } = localStorage;
  const made = (item) => ({ item, kind: "diagram", confidence: 70, guesses: new Map(), taken: [] });
  localStorage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  network = () => "unreachable";
  assert.equal(await recordPrediction(made("first")), "waiting");
  assert.equal(await recordPrediction(made("second")), "waiting");
  localStorage.setItem = setItem;
  network = () => "works";
  assert.equal(await recordPrediction(made("third")), "kept");
  await sendWaiting();
  assert.deepEqual(server.predictions, ["first", "second", "third"]);
  assert.equal(stored.get("atlas-predictions"), "[]");
});

await check("what is asked for during a request is asked once more, unless nobody waits for it", async () => {
  const store = await import(bundle("store", 'export * from "./api/store"'));
  const asked = [];
  const fetch = () => new Promise((resolve) => asked.push(resolve));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const leave = store.watch("key", fetch, () => undefined);
  store.askAgain("key");
  store.refreshAnswers();
  assert.equal(asked.length, 1, "one request at a time");
  asked[0]("old");
  await settled();
  assert.deepEqual([asked.length, store.answerTo("key").data, store.answerTo("key").fetching], [2, "old", true]);
  asked[1]("new");
  await settled();
  assert.deepEqual([asked.length, store.answerTo("key").data, store.answerTo("key").fetching], [2, "new", false]);
  store.askAgain("key");
  store.refreshAnswers(false);
  const leaveToo = store.watch("key", fetch, () => undefined);
  asked[2]("newer");
  await settled();
  assert.equal(asked.length, 4, "who came meanwhile gets what is newest");
  store.askAgain("key");
  leave();
  leaveToo();
  asked[3]("newest");
  await settled();
  assert.equal(asked.length, 4);
  const leaveLast = store.watch("key", fetch, () => undefined);
  store.askAgain("key");
  store.forgetAnswers();
  asked[5]("another's");
  await settled();
  assert.equal(asked.length, 6, "another account begins with one question");
  leaveLast();
});

await check("a session's exchange outlives its page, and a tab goes on as whoever signs in in another", async () => {
  let say = () => undefined;
  globalThis.BroadcastChannel = class {
    addEventListener(_, listener) {
      say = (data) => listener({ data });
    }
    postMessage() {}
  };
  const session = await import(bundle("session-here", 'export * from "./api/session"'));
  delete globalThis.BroadcastChannel;
  assert.equal((await session.sessionRestored()).id, "u");
  exchanges.length = 0;
  member = "other";
  say("began");
  assert.equal(await session.accessToken(), "other", "a request does not go out for the account before");
  assert.equal((await session.sessionRestored()).id, "other");
  assert.deepEqual(exchanges, [true]);
  assert.equal(await session.accessToken(), "other");
  assert.equal(exchanges.length, 1, "once is enough");
});

console.log(`${count} passed, 0 failed`);
