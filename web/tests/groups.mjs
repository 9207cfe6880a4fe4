// A group's room and its board in the page, on a connection of this test's own, without a browser:
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
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });

/** The server at the other end: what it was asked and has not answered, and how it tells something. */
const server = { asked: [], tell: () => undefined, refuse: () => undefined };

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
    disconnect() {
      this.connected = false;
      return made;
    },
    timeout: () => ({ emit: (event, payload, done) => server.asked.push({ event, payload, answer: (answer) => done(null, { ok: true, ...answer }) }) }),
    volatile: { emit: () => undefined },
  };
  server.refuse = (code, message) => {
    Object.assign(made, { connected: false, active: false });
    listeners.get("connect_error")(Object.assign(new Error(message), { data: { code } }));
  };
  return made;
}
globalThis.makeSocket = socket;

/** Several modules as one, for they share the connection. */
async function load(...paths) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-groups-"));
  const client = pathToFileURL(join(folder, "client.mjs")).href;
  writeFileSync(new URL(client), "export default { io: () => globalThis.makeSocket() };");
  const out = join(folder, "part.mjs");
  const options = ["--bundle", "--format=esm", `--outfile=${out}`, "--log-level=warning", `--define:__SOCKET_IO__="${client}"`, `--external:${client}`, "--platform=node"];
  const input = paths.map((path) => `export * from "./${path}";`).join("\n");
  const run = spawnSync("esbuild", ["--loader=ts", ...options], { input, cwd: join(root, "web/src"), stdio: ["pipe", "inherit", "inherit"] });
  assert.equal(run.status, 0);
  const module = await import(pathToFileURL(out));
  // The client is loaded when the first room asks for it.
  process.on("exit", () => rmSync(folder, { recursive: true }));
  return module;
}

const { GroupRoom, BoardSession, queueNames, connectionState, holdConnection } = await load(
  "realtime/room",
  "realtime/connection",
  "features/board/session",
  "features/board/queueNames",
);
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
async function entered(groupId, from, head, who = me) {
  const room = new GroupRoom(groupId, who, from);
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

const asks = (wanted) => server.asked.filter(({ event }) => event === wanted);

await check("a room of the account before neither joins nor sends nor leaves on the connection of the next", async () => {
  const old = await entered("shared", history(3), 3);
  await old.send("from Ada", null, null);
  asks("send-message")[0].answer({ ok: false, error: { code: "UNAVAILABLE", message: "Later." } });
  await settled();
  server.asked = [];
  const next = new GroupRoom("shared", { id: "bea", name: "Bea" }, history(3));
  await settled();
  await settled();
  assert.equal(asks("join-study-group").length, 1, "one of the two asks to be let in");
  asks("join-study-group")[0].answer({ group: { id: "shared", name: "G", role: "member", archived: false }, members: [], head: 3 });
  await settled();
  assert.deepEqual([old.snapshot().isIn, next.snapshot().isIn], [false, true]);
  await old.send("from Ada, too", null, null);
  server.tell("group-message", entry("shared", 4));
  assert.deepEqual([old.snapshot().log.seq, next.snapshot().log.seq], [3, 4]);
  old.close();
  await settled();
  assert.deepEqual([...asks("send-message"), ...asks("leave-study-group")], []);
  next.close();
  assert.equal(asks("leave-study-group").length, 1);
});

await check("a room that is closed while it asks to be let in leaves as soon as it is in", async () => {
  server.asked = [];
  const room = new GroupRoom("brief", me, history(3));
  await settled();
  const [joining] = asks("join-study-group");
  room.close();
  assert.equal(asks("leave-study-group").length, 0);
  joining.answer({ group: { id: "brief", name: "G", role: "member", archived: false }, members: [], head: 3 });
  await settled();
  assert.equal(asks("leave-study-group").length, 1);
  server.asked = [];
});

await check("of two rooms of one group, the last one leaves it", async () => {
  const [first, second] = [await entered("twice", history(3), 3), await entered("twice", history(3), 3)];
  first.close();
  assert.equal(asks("leave-study-group").length, 0);
  second.close();
  assert.equal(asks("leave-study-group").length, 1);
});

await check("who was refused and signs in anew has a connection again", async () => {
  const release = holdConnection("ada");
  await settled();
  server.refuse("FORBIDDEN", "This account is closed.");
  assert.equal(connectionState().status, "refused");
  const releaseToo = holdConnection("ada");
  await settled();
  assert.equal(connectionState().status, "online");
  release();
  releaseToo();
});

await check("a board that leaves the archive is drawn on again, and what was refused meanwhile is sent", async () => {
  const room = await entered("archive", history(3), 3);
  const board = new BoardSession(room);
  await settled();
  const welcome = () => {
    const [hello] = asks("board-hello");
    server.asked = [];
    hello.answer({ welcome: { epoch: "e", seq: 0, ackN: 0 } });
    return settled();
  };
  await welcome();
  assert.deepEqual([board.status, board.mayDraw], ["live", true]);
  board.edit([["put", "a", { type: "note", text: "drawn", pos: [0, 0], size: [80, 80], z: "a" }]]);
  await settled();
  const [push] = asks("whiteboard-update");
  server.tell("group-message", { ...entry("archive", 4), kind: "membership", content: "archived" });
  assert.equal(board.mayDraw, false);
  push.answer({ ok: false, error: { code: "FORBIDDEN", message: "The group is archived." } });
  await settled();
  assert.deepEqual([board.status, board.refusal.code], ["refused", "FORBIDDEN"]);
  server.tell("group-message", { ...entry("archive", 5), kind: "membership", content: "restored" });
  await welcome();
  await settled();
  assert.deepEqual([board.status, board.mayDraw, board.refusal], ["live", true, null]);
  assert.deepEqual(asks("whiteboard-update").map(({ payload }) => payload.drawing.n), [1]);
  board.close();
  room.close();
});

/** Channels of one browser's pages. */
function channels() {
  const open = new Set();
  return class {
    constructor() {
      open.add(this);
    }
    postMessage(data) {
      for (const each of open) if (each !== this) queueMicrotask(() => open.has(each) && each.onmessage({ data }));
    }
    close() {
      open.delete(this);
    }
  };
}

await check("without locks, of the pages that ask for a queue one gets it, and keeps it until it is gone", async () => {
  globalThis.BroadcastChannel = channels();
  for (let round = 0; round < 5; round += 1) {
    const pages = [queueNames("board"), queueNames("board"), queueNames("board")];
    const late = new Promise((resolve) => setTimeout(() => resolve(pages[2].take("queue")), 20));
    const got = await Promise.all([pages[0].take("queue"), pages[1].take("queue"), late]);
    assert.equal(got.filter(Boolean).length, 1, String(got));
    const owner = pages[got.indexOf(true)];
    owner.hold("renamed");
    const other = queueNames("board");
    assert.deepEqual([await other.take("queue"), await other.take("renamed")], [false, false]);
    if (round === 0) {
      owner.free();
      assert.equal(await other.take("queue"), true, "a reload goes on with what the page had");
    }
    for (const page of [...pages, other]) page.free();
  }
  delete globalThis.BroadcastChannel;
});

await check("without a way to ask, a tab goes on with its own queue alone", async () => {
  const tab = new Map();
  globalThis.sessionStorage = { getItem: (key) => tab.get(key) ?? null, setItem: (key, value) => void tab.set(key, value) };
  assert.equal(await queueNames("board").take("queue"), false);
  queueNames("board").hold("queue");
  assert.deepEqual([await queueNames("board").take("queue"), await queueNames("another").take("queue")], [true, false]);
  delete globalThis.sessionStorage;
});

console.log(`${count} passed`);
process.exit(0);
