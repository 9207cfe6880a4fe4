// A group's room in the page, on a connection of this test's own, without a browser:
//
//     node web/tests/groups.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
// What the modules ask of a browser when they are loaded.
delete globalThis.BroadcastChannel; // An open channel would keep this process alive.
Object.assign(globalThis, { window: globalThis, addEventListener: () => undefined, document: { cookie: "" } });

/** The server at the other end: what it was asked and has not answered, and how it tells something. */
const server = { asked: [], tell: () => undefined };

function socket() {
  const listeners = new Map();
  const made = {
    connected: false,
    active: true,
    on: (name, listener) => listeners.set(name, listener),
    onAny: (listener) => (server.tell = listener),
    connect() {
      this.connected = true;
      listeners.get("connect")();
    },
    disconnect: () => made,
    timeout: () => ({ emit: (event, payload, done) => server.asked.push({ event, payload, answer: (answer) => done(null, { ok: true, ...answer }) }) }),
    volatile: { emit: () => undefined },
  };
  return made;
}
globalThis.makeSocket = socket;

async function load(path) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-groups-"));
  const client = pathToFileURL(join(folder, "client.mjs")).href;
  writeFileSync(new URL(client), "export default { io: () => globalThis.makeSocket() };");
  const out = join(folder, "part.mjs");
  const options = ["--bundle", "--format=esm", `--outfile=${out}`, "--log-level=warning", `--define:__SOCKET_IO__="${client}"`, `--external:${client}`, "--platform=node"];
  assert.equal(spawnSync("esbuild", [join(root, "web/src", path), ...options], { stdio: "inherit" }).status, 0);
  const module = await import(pathToFileURL(out));
  // The client is loaded when the first room asks for it.
  process.on("exit", () => rmSync(folder, { recursive: true }));
  return module;
}

const { GroupRoom } = await load("realtime/room.ts");
const me = { id: "ada", name: "Ada" };
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

let count = 0;
async function check(name, body) {
  await body();
  count += 1;
  console.log(`ok    ${name}`);
}

const message = (seq) => ({
  id: `m${seq}`, seq, cid: `c${seq}`, userId: "bob", name: "Bob", at: seq, content: `message ${seq}`, isEdited: false, isDeleted: false,
  replyTo: null, anchor: null, mentions: [], reactions: [], asOf: seq,
});
const entry = (groupId, seq) => ({ groupId, seq, kind: "message", id: `m${seq}`, cid: `c${seq}`, userId: "bob", name: "Bob", at: seq, content: `message ${seq}` });
const pageLength = 3;
const page = (last) => {
  const first = Math.max(1, last - pageLength + 1);
  return { messages: Array.from({ length: last - first + 1 }, (_, index) => message(first + index)), head: last, hasOlder: first > 1 };
};

/** A log of so many messages; each older page comes a moment after it was asked for. */
function history(head) {
  const asked = [];
  return {
    asked,
    newest: async () => page(head),
    before: async (seq) => {
      asked.push(seq);
      await settled();
      return page(seq - 1);
    },
  };
}

/** A room that the server has let in. */
async function entered(groupId, from, head) {
  const room = new GroupRoom(groupId, me, from);
  await settled();
  await settled();
  const joining = server.asked.find(({ event, payload }) => event === "join-study-group" && payload.groupId === groupId);
  assert.ok(joining, "the room asks to be let in");
  server.asked = server.asked.filter((each) => each !== joining);
  joining.answer({ group: { id: groupId, name: "G", role: "member", archived: false }, members: [], head });
  await settled();
  server.asked = [];
  return room;
}

/** As the chat does to show a message that is far back. */
async function walkBack(room, id) {
  for (let turns = 0; !room.snapshot().log.messages.has(id) && room.snapshot().log.hasOlder; turns += 1) {
    assert.ok(turns < 50, "asked again and again without waiting for what is under way");
    await room.loadOlder();
  }
}

await check("who looks for an old message while older ones are on their way waits for them", async () => {
  const from = history(12);
  const room = await entered("far", from, 12);
  void room.loadOlder();
  await walkBack(room, "m2");
  assert.deepEqual(from.asked, [10, 7, 4]);
  assert.deepEqual([...room.snapshot().log.messages.values()].map((each) => each.seq), Array.from({ length: 12 }, (_, index) => index + 1));
  room.close();
});

await check("who leaves on the way back asks for nothing more", async () => {
  const from = history(30);
  const room = await entered("left", from, 30);
  const walk = walkBack(room, "m1");
  room.close();
  await assert.rejects(walk, /left/);
  assert.deepEqual(from.asked, [28]);
});

await check("older messages that do not come are told, and asked for again", async () => {
  const from = history(6);
  const { before } = from;
  from.before = () => Promise.reject(new Error("No network."));
  const room = await entered("broken", from, 6);
  await assert.rejects(room.loadOlder(), /No network/);
  assert.equal(room.snapshot().olderProblem, "No network.");
  assert.equal(room.snapshot().isLoadingOlder, false);
  from.before = before;
  await room.loadOlder();
  assert.equal(room.snapshot().olderProblem, "");
  assert.equal(room.snapshot().log.messages.size, 6);
  room.close();
});

await check("an older page is not put beside a log that has begun anew", async () => {
  let head = 6;
  const from = { ...history(6), newest: async () => page(head) };
  const room = await entered("anew", from, 6);
  const older = room.loadOlder();
  head = 60;
  await room.load();
  await older;
  assert.deepEqual([...room.snapshot().log.messages.values()].map((each) => each.seq), [58, 59, 60]);
  assert.ok(room.snapshot().log.hasOlder);
  room.close();
});

await check("a message that came before the one that it follows is shown as soon as that one has come", async () => {
  const room = await entered("order", history(3), 3);
  server.tell("group-message", entry("order", 5));
  const [asking] = server.asked.splice(0);
  assert.deepEqual([asking.event, asking.payload.after], ["sync", 3]);
  // The server that answers does not have them yet.
  asking.answer({ entries: [], head: 3, reset: false });
  await settled();
  server.tell("group-message", entry("order", 4));
  assert.deepEqual([...room.snapshot().log.messages.values()].map((each) => each.seq), [1, 2, 3, 4, 5]);
  assert.equal(room.snapshot().log.seq, 5);
  room.close();
});

console.log(`${count} passed`);
process.exit(0);
