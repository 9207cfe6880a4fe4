// The parts of the lab page that keep what people see and write, without a browser:
//
//     node web/tests/labs.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
// What the connection's module asks of a browser when it is loaded.
delete globalThis.BroadcastChannel; // An open channel would keep this process alive.
Object.assign(globalThis, { window: globalThis, addEventListener: () => undefined, document: { cookie: "" } });

async function load(path) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-labs-"));
  const out = join(folder, "part.mjs");
  const options = ["--bundle", "--format=esm", `--outfile=${out}`, "--log-level=warning", '--define:__SOCKET_IO__="/none.js"', "--external:/none.js", "--platform=node"];
  const run = spawnSync("esbuild", [join(root, "web/src", path), ...options], { stdio: "inherit" });
  assert.equal(run.status, 0);
  const module = await import(pathToFileURL(out));
  rmSync(folder, { recursive: true });
  return module;
}

const { TerminalLink, bytesWords } = await load("features/labs/terminal/link.ts");
const { changedHome, emptyHome, isChanged, pathProblem } = await load("features/labs/files/home.ts");
const { framesOf, lengthOf, shownAt } = await load("features/labs/replay/player.ts");
const { startHeading } = await load("features/labs/runWords.ts");
let count = 0;
const check = async (name, body) => {
  await body();
  count += 1;
  console.log(`ok    ${name}`);
};
const settled = () => new Promise((resolve) => setImmediate(resolve));
const bytes = (text) => new TextEncoder().encode(text);

/** A server with one terminal, and a screen that shows what it is given at once or when it is told to. */
function stage() {
  const listeners = new Map();
  const arrivals = new Set();
  const server = { output: "", base: 0, run: "r1", calls: [], answers: [], isOnline: true };
  const wire = {
    hear: (event, listener) => (listeners.set(event, listener), () => listeners.delete(event)),
    onArrival: (arrived) => (arrivals.add(arrived), arrived(), () => arrivals.delete(arrived)),
    watchConnection: () => () => undefined,
    connectionState: () => ({ status: server.isOnline ? "online" : "offline" }),
    call: (event, payload) => {
      server.calls.push([event, payload]);
      if (event === "lab-attach") {
        const head = server.base + server.output.length;
        const offset = payload.from > head ? server.base : Math.max(payload.from, server.base);
        return Promise.resolve({ offset, missed: Math.max(0, offset - payload.from), head, run: server.run });
      }
      return new Promise((resolve, reject) => server.answers.push({ event, payload, resolve, reject }));
    },
  };
  const screen = { text: "", notes: [], cleared: 0, held: [] };
  screen.write = (data, shown) => {
    screen.text += new TextDecoder().decode(data);
    screen.held.push(shown);
  };
  screen.clear = () => {
    screen.text = "";
    screen.cleared += 1;
  };
  screen.note = (text) => screen.notes.push(text);
  const link = new TerminalLink("lab", screen, { cols: 80, rows: 24 }, wire);
  const send = (offset, text) => listeners.get("lab-output")({ labId: "lab", offset, data: bytes(text).buffer });
  const arrive = () => arrivals.forEach((arrived) => arrived());
  const shown = () => screen.held.splice(0).forEach((each) => each());
  const inputs = () => server.calls.filter(([event]) => event === "lab-input").map(([, { data }]) => new TextDecoder().decode(data));
  return { server, screen, link, send, arrive, shown, inputs, end: (run) => listeners.get("lab-ended")({ labId: "lab", run }) };
}

await check("output comes once and in order, whatever arrives twice, early or overlapping", async () => {
  const { screen, send, link } = stage();
  send(0, "ab");
  await settled();
  assert.equal(screen.text, "ab", "what comes before the answer is kept until it is there");
  send(0, "abcd");
  send(2, "cd");
  send(4, "e");
  assert.equal(screen.text, "abcde");
  assert.equal(link.snapshot().status, "attached");
});

await check("a gap is asked for again, and what is lost for good is said", async () => {
  const { server, screen, send, arrive } = stage();
  await settled();
  send(0, "abc");
  server.output = "defgh";
  server.base = 3;
  send(5, "f");
  await settled();
  assert.deepEqual(server.calls.at(-1), ["lab-attach", { labId: "lab", cols: 80, rows: 24, from: 3 }]);
  send(3, "defgh");
  assert.equal(screen.text, "abcdefgh");
  server.base = 100;
  arrive();
  await settled();
  assert.deepEqual(screen.notes, ["92 bytes of output are missing here."]);
});

await check("another box begins with an empty screen", async () => {
  const { server, screen, send, end } = stage();
  await settled();
  send(0, "old");
  server.run = "r2";
  server.output = "new";
  end("r1");
  await settled();
  send(0, "new");
  assert.equal(screen.cleared, 1);
  assert.equal(screen.text, "new");
});

await check("questions in old output are told from new ones by what the screen has dealt with", async () => {
  const { server, send, shown, link } = stage();
  server.output = "old output";
  await settled();
  assert.equal(link.isReplaying, false, "nothing was there when the page came");
  const late = stage();
  late.server.output = "old output";
  late.arrive();
  await settled();
  late.send(0, "old output");
  assert.equal(late.link.isReplaying, true);
  late.shown();
  assert.equal(late.link.isReplaying, false);
  send(0, "x");
  shown();
});

await check("input goes out in order, one piece at a time, in pieces that the server takes", async () => {
  const { server, inputs, link } = stage();
  await settled();
  link.type("a");
  link.type("b");
  link.type("c".repeat(5000));
  await settled();
  assert.deepEqual(inputs(), ["a"], "the next piece waits for the answer");
  server.answers.shift().resolve({});
  await settled();
  assert.equal(inputs()[1].length, 4096);
  server.answers.shift().resolve({});
  await settled();
  server.answers.shift().resolve({});
  await settled();
  assert.equal(inputs().join(""), `ab${"c".repeat(5000)}`);
});

await check("input that did not arrive is dropped and said, never sent later out of place", async () => {
  const { server, screen, inputs, link } = stage();
  await settled();
  link.type("rm -rf");
  link.type(" build");
  await settled();
  server.answers.shift().reject(Object.assign(new Error("lost"), { code: "NO_ANSWER" }));
  await settled();
  assert.equal(screen.notes.length, 1);
  link.type("ls");
  await settled();
  assert.deepEqual(inputs(), ["rm -rf", "ls"]);
  assert.equal(link.type("x".repeat(300_000)), false, "too much at once is refused as a whole");
});

await check("the server hears how far the screen has come, not how far the network has", async () => {
  const { server, send, shown } = stage();
  await settled();
  send(0, "x".repeat(100_000));
  const seen = () => server.calls.filter(([event]) => event === "lab-seen").map(([, { offset }]) => offset);
  assert.deepEqual(seen(), []);
  shown();
  assert.deepEqual(seen(), [100_000]);
});

const read = (path, content, version) => ({ type: "read", path, content, version });
const opened = (path, content, version) => ({ type: "opened", file: { path, content, version, truncated: false } });
const edited = (path, text) => ({ type: "draft", path, action: { type: "edit", text, group: "typing", at: 0 } });
const after = (...actions) => actions.reduce(changedHome, emptyHome);

await check("what changed in the lab is taken over where nothing was changed here, and compared where something was", () => {
  const clean = after(opened("a", "one", "1"), read("a", "two", "2")).docs.get("a");
  assert.deepEqual([clean.draft.text, clean.version, isChanged(clean), clean.theirs], ["two", "2", false, null]);
  const home = after(opened("a", "one", "1"), edited("a", "mine"), read("a", "theirs", "2"));
  const doc = home.docs.get("a");
  assert.deepEqual([doc.draft.text, doc.version, doc.theirs], ["mine", "1", { content: "theirs", version: "2" }]);
  const mine = changedHome(home, { type: "settled", path: "a", takes: "mine" }).docs.get("a");
  assert.deepEqual([mine.draft.text, mine.version, isChanged(mine)], ["mine", "2", true]);
  const taken = changedHome(home, { type: "settled", path: "a", takes: "theirs" });
  assert.equal(taken.docs.get("a").draft.text, "theirs");
  const back = changedHome(taken, { type: "draft", path: "a", action: { type: "undo" } });
  assert.equal(back.docs.get("a").draft.text, "mine", "undo leads back to one's own");
});

await check("a file that was deleted in the lab is not deleted here", () => {
  const home = after(opened("a", "one", "1"), read("a", null, null));
  assert.deepEqual(home.docs.get("a").theirs, { content: null, version: null });
  const kept = changedHome(home, { type: "settled", path: "a", takes: "mine" }).docs.get("a");
  assert.deepEqual([kept.draft.text, kept.version, isChanged(kept)], ["one", null, true]);
});

await check("what was typed while a file was being saved is still not saved", () => {
  const home = after(opened("a", "one", "1"), edited("a", "two"), edited("a", "two and more"), { type: "saved", path: "a", text: "two", version: "2" });
  const doc = home.docs.get("a");
  assert.deepEqual([isChanged(doc), doc.version, doc.saved], [true, "2", "two"]);
});

await check("names of new files stay inside the home", () => {
  const there = [{ path: "a.py", bytes: 1, version: "1", isText: true }];
  for (const path of ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "a\\b", "a\u0000", "a.py", "x".repeat(201)]) {
    assert.notEqual(pathProblem(path, there), "", `“${path}” is no name for a new file`);
  }
  for (const path of ["b.py", "src/main.py", ".profile", "ä/ö.txt"]) assert.equal(pathProblem(path, there), "");
});

await check("a recording is found at any moment, with its pauses or without", () => {
  const frames = [0.5, 1, 61, 61].map((at) => ({ at, data: btoa("x") }));
  const whole = framesOf({ frames }, false);
  assert.equal(lengthOf(whole), 61);
  assert.deepEqual([0, 0.5, 30, 61].map((at) => shownAt(whole, at)), [0, 1, 2, 4]);
  assert.equal(lengthOf(framesOf({ frames }, true)), 2.5);
  assert.equal(lengthOf(framesOf({ frames: [] }, true)), 0);
});

await check("sizes are said in words", () => {
  assert.deepEqual([1, 1023, 1536, 10 * 1024, 3 * 1024 ** 2].map(bytesWords), ["1 byte", "1023 bytes", "1.5 KB", "10 KB", "3.0 MB"]);
});

await check("a run that was there and broke is not said never to have started", () => {
  assert.equal(startHeading({ status: "FAILED", startedAt: null }), "The lab did not start");
  assert.equal(startHeading({ status: "FAILED", startedAt: "2026-01-01T00:00:00Z" }), "The lab has broken off");
  assert.equal(startHeading({ status: "STOPPED", startedAt: "2026-01-01T00:00:00Z" }), "Go on where you left");
  assert.equal(startHeading(null), "Ready when you are");
});

console.log(`${count} passed`);
