// What brings an answer of the tutor to the page, without a browser: the stream on a bad network, what a turn is after each
// event, and the sentences that a voice is given:
//
//     node web/tests/tutor.mjs [--seeds 200]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const seeds = Number(process.argv[process.argv.indexOf("--seeds") + 1] || 200) || 200;

// What the modules ask of a browser.
const browser = new EventTarget();
let isOnline = true;
delete globalThis.BroadcastChannel; // An open channel would keep this process alive.
const listen = { addEventListener: browser.addEventListener.bind(browser), removeEventListener: browser.removeEventListener.bind(browser) };
const later = globalThis.setTimeout;
const never = globalThis.clearTimeout;
/** What would happen after a time that no test waits for. */
const late = new Set();
Object.assign(globalThis, { window: globalThis, document: { cookie: "" }, ...listen, setTimeout: (work, ms) => (ms > 10_000 ? (late.add(work), work) : later(work, Math.min(ms ?? 0, 2))), clearTimeout: (timer) => late.delete(timer) || never(timer) });
Object.defineProperty(globalThis, "navigator", { value: { get onLine() { return isOnline; } }, configurable: true });

async function load(path) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-tutor-"));
  const out = join(folder, "part.mjs");
  const run = spawnSync("esbuild", [join(root, "web/src/features/tutor", path), "--bundle", "--format=esm", `--outfile=${out}`, "--log-level=warning", "--platform=node"], { stdio: "inherit" });
  assert.equal(run.status, 0);
  const module = await import(pathToFileURL(out));
  rmSync(folder, { recursive: true });
  return module;
}

const { EventReader } = await load("events.ts");
const { sentencesFrom, spoken } = await load("sentences.ts");
const { applied, begun, failed, kept, retryOf } = await load("turns.ts");
const { readAnswer } = await load("stream.ts");
const { Chat } = await load("chat.ts");

/** Small, fast and the same everywhere. */
function randomFrom(seed) {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A text in pieces of any length. */
function cut(text, random) {
  const pieces = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + random(9);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

let count = 0;
async function check(name, body) {
  await body();
  count += 1;
  console.log(`ok    ${name}`);
}

// ── Events and sentences ────────────────────────────────────────────────────

await check(`events are the same however their bytes come, over ${seeds} seeds`, () => {
  const text = 'event: next\ndata: {"a":1}\n\n:\n\nevent: next\ndata: {"b":"x y"}\n\nevent: complete\ndata: \n\n';
  const whole = new EventReader().take(text);
  assert.deepEqual(whole, [{ name: "next", data: '{"a":1}' }, { name: "next", data: '{"b":"x y"}' }, { name: "complete", data: "" }]);
  for (let seed = 1; seed <= seeds; seed += 1) {
    const reader = new EventReader();
    assert.deepEqual(cut(text, randomFrom(seed)).flatMap((piece) => reader.take(piece)), whole);
  }
});

await check(`events are the same with any ends of lines, over ${seeds} seeds`, () => {
  const events = ["event: next\ndata: {\"a\":\ndata: 1}\n\n", ": still here\n\n", "event: next\ndata: \"\u2028 é 𝄞\"\n\n", "data\n\n", "event: complete\ndata: \n\n"];
  const whole = [{ name: "next", data: '{"a":\n1}' }, { name: "next", data: '"\u2028 é 𝄞"' }, { name: "message", data: "" }, { name: "complete", data: "" }];
  for (const end of ["\n", "\r\n", "\r"]) {
    // A carriage return alone at the very end may be half of two.
    const text = events.join("").replaceAll("\n", end) + (end === "\r" ? ":" : "");
    for (let seed = 1; seed <= seeds; seed += 1) {
      const reader = new EventReader();
      assert.deepEqual(cut(text, randomFrom(seed)).flatMap((piece) => reader.take(piece)), whole, JSON.stringify(end));
    }
  }
});

const said = "A cache holds copies [1]. It is lost e.g. when the node fails! Then:\n\n- every read goes to the **database** [2]\n- the `TTL` is 1.5 s, not more\n\nSo the database needs room. [3] Does it have it?";

await check(`each sentence is said once and whole, over ${seeds} seeds`, () => {
  const whole = sentencesFrom(said, 0, true).said;
  assert.ok(whole.length >= 5, whole.join(" | "));
  for (let seed = 1; seed <= seeds; seed += 1) {
    const heard = [];
    let [text, at] = ["", 0];
    for (const piece of cut(said, randomFrom(seed))) {
      text += piece;
      const { said: next, to } = sentencesFrom(text, at, false);
      heard.push(...next);
      at = to;
    }
    heard.push(...sentencesFrom(text, at, true).said);
    const letters = (lines) => lines.join("").replace(/[^a-z]/gi, "");
    assert.equal(letters(heard), letters(whole), `seed ${seed}: ${heard.join(" | ")}`);
    for (const each of heard) assert.ok(!/\[\d\]|\*|`/.test(each), each);
  }
});

await check("a voice is given no signs and no numbers of citations", () => {
  assert.equal(spoken("## The **cache** holds `copies` [1][2]."), "The cache holds copies.");
  assert.equal(spoken("2 \\* 3 \\[sic\\]"), "2 * 3 [sic]");
  assert.deepEqual(sentencesFrom("1. First thing to look at", 0, false), { said: [], to: 0 });
  assert.deepEqual(sentencesFrom("", 0, true), { said: [], to: 0 });
});

// ── Turns ───────────────────────────────────────────────────────────────────

const answer = (more = {}) => ({ id: "a", clientId: "q", conversationId: "c", text: "", html: "", status: "WRITING", move: "ANSWER", hintLevel: 5, citations: [], unsupported: 0, note: null, helpful: null, ...more });
const event = (kind, more = {}) => ({ kind, answer: null, text: null, citation: null, note: null, ...more });
const cited = (number) => ({ number, record: "r", title: "t", quote: "q" });

await check("a turn is what its events say, and what is replaced is forgotten", () => {
  let turn = begun("q", "Why?", { intent: "EXPLAIN" });
  assert.equal(turn.intent, "EXPLAIN");
  for (const each of [
    event("ANSWER", { answer: answer() }),
    event("TEXT", { text: "From the model [2]" }),
    event("CITATION", { citation: cited(2) }),
    event("CITATION", { citation: cited(1) }),
    event("CITATION", { citation: cited(2) }),
  ]) turn = applied(turn, each);
  assert.equal(turn.text, "From the model [2]");
  assert.deepEqual(turn.citations.map((each) => each.number), [1, 2]);
  turn = applied(turn, event("NOTE", { note: "The model did not answer." }));
  turn = applied(turn, event("ANSWER", { answer: answer() }));
  assert.deepEqual([turn.text, turn.citations, turn.note], ["", [], "The model did not answer."]);
  turn = applied(turn, event("TEXT", { text: "From the catalogue." }));
  turn = applied(turn, event("FINISHED", { answer: answer({ text: "From the catalogue.", status: "COMPLETE", note: "The model did not answer." }) }));
  assert.ok(turn.isOver && turn.problem === null);
  assert.equal(retryOf(turn), null);
});

await check("what can be asked again, and how", () => {
  const turn = begun("q", "Why?", {});
  assert.equal(retryOf(turn), null);
  assert.equal(retryOf(failed(turn, { code: "OFFLINE" })), "same");
  assert.equal(retryOf(failed(turn, { code: "TOO_MANY" })), "same");
  assert.equal(retryOf(failed(turn, { code: "INVALID" })), null);
  const stopped = kept({ question: "Why?", intent: "ASK", answer: answer({ status: "STOPPED" }) });
  assert.equal(retryOf(stopped), "new");
  assert.equal(retryOf({ ...stopped, answer: answer({ status: "WRITING" }) }), "same", "what is not at its end may still come");
  assert.ok(!kept({ question: "Why?", intent: "ASK", answer: answer({ text: "So far" }) }).isOver);
});

// ── The stream ──────────────────────────────────────────────────────────────

const encoder = new TextEncoder();
const next = (data) => `event: next\ndata: ${JSON.stringify(data)}\n\n`;
const told = (kind, more) => next({ data: { answerStream: event(kind, more) } });

/** A server that answers each request with what `script` says: pieces of a stream, an error, or a status. */
function serve(script) {
  const requests = [];
  globalThis.fetch = async (_, { body, signal }) => {
    requests.push(JSON.parse(body).variables);
    const turn = script[Math.min(requests.length, script.length) - 1];
    if (turn === "down") throw new TypeError("fetch failed");
    if (typeof turn === "number") return new Response("<html>", { status: turn });
    return new Response(
      new ReadableStream({
        start(controller) {
          for (const piece of turn) if (piece !== "open") controller.enqueue(encoder.encode(piece));
          if (turn.includes("open")) signal.addEventListener("abort", () => controller.error(new Error("aborted")));
          else controller.close();
        },
      }),
    );
  };
  return requests;
}

/** Follows an answer and tells what was heard; ends with the answer, or when `until` is met. */
function follow(until = () => false) {
  const heard = { events: [], lost: [], ended: undefined };
  let leave = () => undefined;
  const over = new Promise((resolve) => {
    const look = () => (heard.ended !== undefined || until(heard)) && resolve(heard);
    leave = readAnswer({ question: "Why?", context: {}, clientId: "q" }, {
      told: (each) => (heard.events.push(each), look()),
      lost: (isLost) => (heard.lost.at(-1) !== isLost && heard.lost.push(isLost), look()),
      ended: (error) => ((heard.ended = error), look()),
    });
  });
  return { over, leave: () => leave() };
}

await check("an answer is told to its end", async () => {
  const requests = serve([[told("ANSWER", { answer: answer() }), told("TEXT", { text: "So " }), told("FINISHED", { answer: answer({ status: "COMPLETE" }) }), "event: complete\ndata: \n\n"]]);
  const heard = await follow().over;
  assert.equal(heard.ended, null);
  assert.deepEqual(heard.events.map((each) => each.kind), ["ANSWER", "TEXT", "FINISHED"]);
  assert.equal(requests.length, 1);
});

await check("a connection that is lost is opened again for the same question", async () => {
  const requests = serve([[told("ANSWER", { answer: answer() }), told("TEXT", { text: "So " })], "down", 502, [told("ANSWER", { answer: answer({ text: "So it is." }) }), told("FINISHED", { answer: answer({ status: "COMPLETE" }) })]]);
  const heard = await follow().over;
  assert.equal(heard.ended, null);
  assert.equal(requests.length, 4);
  assert.ok(requests.every((each) => each.clientId === "q"));
  assert.deepEqual(heard.lost, [false, true, false]);
});

await check("what is refused is not asked again", async () => {
  const requests = serve([[next({ errors: [{ message: "Wait for one of your answers.", extensions: { code: "TOO_MANY", retryAfterSeconds: 5 } }] }), "event: complete\ndata: \n\n"]]);
  const { ended } = await follow().over;
  assert.deepEqual([ended.code, ended.retryAfterSeconds, requests.length], ["TOO_MANY", 5, 1]);
});

await check("a server that stays away is given up, and the learner is told", async () => {
  const requests = serve(["down"]);
  const { ended } = await follow().over;
  assert.equal(ended.code, "OFFLINE");
  assert.ok(requests.length > 2 && requests.length < 10, `${requests.length} requests`);
});

await check("without a connection the question waits, and goes out when there is one", async () => {
  isOnline = false;
  const requests = serve(["down", [told("FINISHED", { answer: answer({ status: "COMPLETE" }) })]]);
  const waiting = follow((heard) => heard.lost.includes(true));
  await waiting.over;
  await new Promise((resolve) => later(resolve, 20));
  assert.equal(requests.length, 1, "nothing is asked while the browser is offline");
  isOnline = true;
  browser.dispatchEvent(new Event("online"));
  while (requests.length < 2) await new Promise((resolve) => later(resolve, 1));
  waiting.leave();
});

await check("the browser's word that it is offline cuts a stream that seems open", async () => {
  const requests = serve([[told("ANSWER", { answer: answer() }), "open"], [told("FINISHED", { answer: answer({ status: "COMPLETE" }) })]]);
  const following = follow();
  while (requests.length < 1) await new Promise((resolve) => later(resolve, 1));
  await new Promise((resolve) => later(resolve, 5));
  browser.dispatchEvent(new Event("offline"));
  assert.equal((await following.over).ended, null);
  assert.equal(requests.length, 2);
});

await check("a connection that says nothing for long is opened again", async () => {
  const requests = serve([[told("ANSWER", { answer: answer() }), ":\n\n", "open"], [told("FINISHED", { answer: answer({ status: "COMPLETE" }) })]]);
  const following = follow();
  while (requests.length < 1) await new Promise((resolve) => later(resolve, 1));
  await new Promise((resolve) => later(resolve, 5));
  assert.equal(late.size, 1, "one clock runs");
  for (const work of late) work();
  assert.equal((await following.over).ended, null);
  assert.equal(requests.length, 2);
  assert.equal(late.size, 0, "and none when all is told");
});

await check("whoever leaves is told nothing more and asks nothing more", async () => {
  const requests = serve([[told("ANSWER", { answer: answer() }), "open"]]);
  const following = follow((heard) => heard.events.length > 0);
  const heard = await following.over;
  following.leave();
  await new Promise((resolve) => later(resolve, 20));
  assert.equal(heard.ended, undefined);
  assert.equal(requests.length, 1);
});

// ── A conversation ──────────────────────────────────────────────────────────

/** A server that begins every answer and ends none; `stop` says what stopping one comes to. */
function converse(stop) {
  const stopped = [];
  globalThis.fetch = async (_, { body, signal }) => {
    const { query, variables } = JSON.parse(body);
    if (query.includes("stopAnswer")) {
      stopped.push(variables.id);
      return stop(variables.id);
    }
    const id = `answer of ${variables.question}`;
    return new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(encoder.encode(told("ANSWER", { answer: answer({ id, clientId: variables.clientId }) }) + told("TEXT", { text: "So " })));
          signal.addEventListener("abort", () => controller.error(new Error("aborted")));
        },
      }),
    );
  };
  return stopped;
}

const until = async (holds) => {
  for (let round = 0; round < 2_000 && !holds(); round += 1) await new Promise((resolve) => later(resolve, 1));
  assert.ok(holds());
};
const turnsOf = (chat) => chat.snapshot().turns;
const stoppedAnswer = (id) => new Response(JSON.stringify({ data: { stopAnswer: answer({ id, text: "So ", status: "STOPPED" }) } }), { headers: { "content-type": "application/json" } });

await check("who asks on ends the answer before, and Stop is for the one that is written", async () => {
  let end = () => undefined;
  const stopped = converse((id) => (id.includes("first") ? new Promise((resolve) => (end = () => resolve(stoppedAnswer(id)))) : stoppedAnswer(id)));
  const chat = new Chat();
  chat.ask("first", {});
  await until(() => turnsOf(chat)[0].text === "So ");
  chat.ask("second", {});
  await until(() => turnsOf(chat)[1].text === "So ");
  await chat.stop();
  assert.deepEqual(stopped, ["answer of first", "answer of second"]);
  assert.deepEqual(turnsOf(chat).map((each) => each.isOver), [false, true]);
  end();
  await until(() => turnsOf(chat).every((each) => each.answer.status === "STOPPED"));
  chat.forget();
});

await check("an answer that could not be stopped is not waited for once another is asked for", async () => {
  const stopped = converse((id) => (id.includes("first") ? new Response("", { status: 500 }) : stoppedAnswer(id)));
  const chat = new Chat();
  chat.ask("first", {});
  await until(() => turnsOf(chat)[0].text === "So ");
  await chat.stop();
  assert.ok(!turnsOf(chat)[0].isOver && turnsOf(chat)[0].note.includes("could not be stopped"));
  chat.ask("second", {});
  await until(() => turnsOf(chat)[0].isOver && turnsOf(chat)[1].text === "So ");
  assert.equal(turnsOf(chat)[0].text, "So ", "what was said stays");
  await chat.stop();
  assert.deepEqual(stopped, ["answer of first", "answer of first", "answer of second"]);
  assert.equal(turnsOf(chat)[1].answer.status, "STOPPED");
  chat.forget();
});

const json = (data) => new Response(JSON.stringify(data), { headers: { "content-type": "application/json" } });
const keptTurn = (clientId, more = {}) => ({ question: `${clientId}?`, intent: "ASK", nodeIds: [], itemId: null, answer: answer({ id: `answer of ${clientId}`, clientId, text: "So.", status: "COMPLETE", ...more }) });
const keptConversation = (...turns) => json({ data: { conversation: { id: "c", title: "c", diagramId: "d", labId: null, incidentId: null, subject: "D", updatedAt: 0, turns } } });

await check("what was asked or deleted in another tab is taken over on return, and only then", async () => {
  let reply = () => keptConversation(keptTurn("one"));
  let asked = 0;
  globalThis.fetch = async () => ((asked += 1), reply());
  const chat = new Chat();
  await chat.open("c");
  const [first] = turnsOf(chat);
  reply = () => keptConversation(keptTurn("one"), keptTurn("two"));
  await chat.catchUp();
  assert.deepEqual(turnsOf(chat).map((each) => each.clientId), ["one", "two"]);
  assert.equal(turnsOf(chat)[0], first, "what is known is not drawn anew");
  reply = () => new Response("", { status: 500 });
  await chat.catchUp();
  assert.equal(turnsOf(chat).length, 2);
  assert.equal(chat.snapshot().problem, null);
  reply = () => json({ errors: [{ message: "There is no such conversation.", extensions: { code: "NOT_FOUND" } }] });
  await chat.catchUp();
  assert.deepEqual([turnsOf(chat).length, chat.snapshot().problem.code], [0, "NOT_FOUND"]);
  chat.forget();
  asked = 0;
  await chat.catchUp();
  assert.equal(asked, 0, "a conversation that has not begun is nowhere else");
});

await check("on return, what is being answered here goes on", async () => {
  globalThis.fetch = async () => keptConversation(keptTurn("one"));
  const chat = new Chat();
  await chat.open("c");
  converse((id) => stoppedAnswer(id));
  chat.ask("second", {});
  await until(() => turnsOf(chat).at(-1).text === "So ");
  const before = turnsOf(chat);
  await chat.catchUp();
  assert.equal(turnsOf(chat), before);
  chat.forget();
});

await check("a kept question is asked again about what was selected then", async () => {
  globalThis.fetch = async () => keptConversation({ ...keptTurn("one", { status: "STOPPED" }), intent: "EXPLAIN", nodeIds: ["db"], itemId: "item" });
  const chat = new Chat();
  await chat.open("c");
  const requests = serve([[told("FINISHED", { answer: answer({ status: "COMPLETE" }) })]]);
  chat.retry(turnsOf(chat)[0]);
  await until(() => requests.length === 1);
  const { clientId: _, ...rest } = requests[0];
  assert.deepEqual(rest, { question: "one?", context: { diagramId: "d", labId: null, incidentId: null, intent: "EXPLAIN", nodeIds: ["db"], itemId: "item", conversationId: "c" } });
  chat.forget();
});

console.log(`${count} passed`);
