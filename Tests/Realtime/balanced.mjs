// The official JavaScript client as browsers have it, cookies included, through nginx; started by balanced.py.
//
// Prints `talked` when clients of all transports have heard each other, waits for a line, which says that a server was
// killed, and prints `afterwards` when they have heard each other again.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createRequire, Module } from "node:module";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

process.env.NODE_PATH = "/usr/share/nodejs";
Module._initPaths();
const require = createRequire(import.meta.url);
const { JSDOM, VirtualConsole } = require("jsdom");
const root = fileURLToPath(new URL("../../", import.meta.url));
const { url, group, tokens } = JSON.parse(process.argv[2]);
const transports = { polling: ["polling"], websocket: ["websocket"], upgraded: ["polling", "websocket"] };
const patienceMilliseconds = 60_000;

/** A browser of its own: the page's jar of cookies serves requests and WebSockets. */
function browser() {
  const page = new JSDOM("", { url: url + "/", runScripts: "outside-only", virtualConsole: new VirtualConsole() });
  page.window.eval(bundle);
  return page.window.io;
}

const bundle = await (await import("node:fs/promises")).readFile(root + "build/realtime/socket.io.min.js", "utf8");

function client(token, list) {
  const socket = browser()(url, { transports: list, auth: { token }, reconnectionDelay: 50, reconnectionDelayMax: 500 });
  socket.lines = [];
  socket.on("group-message", (line) => socket.lines.push(line));
  return socket;
}

async function until(condition, what) {
  const end = Date.now() + patienceMilliseconds;
  while (!condition()) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function good(socket, name, payload) {
  for (;;) {
    const answer = await socket.timeout(patienceMilliseconds).emitWithAck(name, payload);
    if (answer.ok) return answer;
    assert.equal(answer.error.code, "RATE_LIMITED", `${name}: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, answer.error.retryAfterMs));
  }
}

/** Each says something, and each hears it all, once. */
async function chat(sockets, word) {
  for (const socket of sockets) await good(socket, "join-study-group", { groupId: group });
  const said = sockets.map((_, number) => `${word} ${number}`);
  await Promise.all(sockets.map((socket, number) => good(socket, "send-message", { groupId: group, cid: randomUUID(), content: said[number] })));
  const heard = (socket) => socket.lines.filter((line) => line.content?.startsWith(word + " "));
  await until(() => sockets.every((socket) => heard(socket).length >= said.length), `not all heard ${word}`);
  for (const socket of sockets) assert.deepEqual(heard(socket).map((line) => line.content).sort(), said);
}

const kinds = Object.entries(transports).map(([name, list]) => [name, tokens.map((token) => client(token, list))]);
const all = kinds.flatMap(([, sockets]) => sockets);
await until(() => all.every((socket) => socket.connected), "not all are connected");
for (const [name, sockets] of kinds) await chat(sockets, `javascript ${name}`);
console.log("talked");
await once(process.stdin, "data");
// Whoever was at the killed server notices by itself, and is not connected for a moment; who was at the other stays.
for (const [name, sockets] of kinds) {
  for (let isDone = false; !isDone; ) {
    await until(() => sockets.every((socket) => socket.connected), "not all have come back");
    try {
      await chat(sockets, `javascript afterwards ${name} ${randomUUID()}`);
      isDone = true;
    } catch (error) {
      // Lost in the middle of it: begin again.
      if (sockets.every((socket) => socket.connected) && !/timed out|NOT_MEMBER/.test(error.message)) throw error;
    }
  }
}
console.log("afterwards");
process.exit(0);
