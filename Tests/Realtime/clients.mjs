#!/usr/bin/env node
// Plays with the official JavaScript client (socket.io-client 4.8.1) against a server, over both transports, with lost
// connections, restarts and recovery. One line for each case, 1 on failure.
//
//     Tests/Realtime/clients.mjs --server .build/debug/atlas-socketio-echo
//
// The client is the bundle for browsers, in node: XMLHttpRequest and FileReader are jsdom's (of another origin, so CORS is played too),
// WebSocket is that of node-ws. scripts/setup-realtime-tests.sh fetches the bundle.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire, Module } from "node:module";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// Where Debian keeps the modules; a node of another origin does not look there by itself.
process.env.NODE_PATH = "/usr/share/nodejs";
Module._initPaths();
const require = createRequire(import.meta.url);
const { JSDOM, VirtualConsole } = require("jsdom");
// A virtual console that nobody listens to: jsdom would print each request that a cut line ends.
const page = new JSDOM("", { url: "https://learn.example/", virtualConsole: new VirtualConsole() });
for (const name of ["XMLHttpRequest", "Blob", "FileReader"]) globalThis[name] = page.window[name];
globalThis.WebSocket = require("ws").WebSocket;
const root = fileURLToPath(new URL("../../", import.meta.url));
const { io } = require(root + "build/realtime/socket.io.min.js");

const { values: options } = parseArgs({
  options: { server: { type: "string" }, only: { type: "string", default: "" }, reference: { type: "boolean", default: false } },
});
const patienceMilliseconds = 15_000;
/** Of a whole case, which waits for one thing after the other; only to end what hangs. */
const caseMilliseconds = 4 * patienceMilliseconds;

class Server {
  static async start(port = 0, ...more) {
    const server = new Server();
    const [command, ...given] = options.server.split(" ");
    server.process = spawn(command, [...given, "--port", String(port), ...more], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await once(server.process.stdout, "data");
    server.port = Number(/listening on http:\/\/[^:]+:(\d+)/.exec(String(line))[1]);
    server.url = `http://127.0.0.1:${server.port}`;
    return server;
  }

  async stop(signal = "SIGTERM") {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }
}

/** A TCP proxy whose connections can be cut, as a lost network does. */
class Proxy {
  static async start(port) {
    const proxy = new Proxy();
    proxy.pairs = new Set();
    proxy.open = true;
    proxy.listener = net.createServer((client) => {
      if (!proxy.open) return void client.resetAndDestroy();
      const server = net.connect(port, "127.0.0.1");
      const pair = [client, server];
      proxy.pairs.add(pair);
      for (const [from, to] of [pair, [server, client]]) {
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => (proxy.pairs.delete(pair), to.destroy()));
      }
    });
    proxy.listener.listen(0, "127.0.0.1");
    await once(proxy.listener, "listening");
    proxy.url = `http://127.0.0.1:${proxy.listener.address().port}`;
    return proxy;
  }

  cut() {
    this.open = false;
    for (const [client, server] of this.pairs) client.resetAndDestroy(), server.resetAndDestroy();
  }

  mend() {
    this.open = true;
  }

  stop() {
    this.cut();
    this.listener.close();
  }
}

/** Opened in one case; closed after it. */
let opened = [];

function connect(url, more = {}) {
  const { namespace = "", ...rest } = more;
  const socket = io(url + namespace, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...rest });
  opened.push(() => socket.close());
  return socket;
}

async function connected(url, more) {
  const socket = connect(url, more);
  await heard(socket, "connect");
  return socket;
}

function within(promise, what, milliseconds = patienceMilliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next event of that name. */
function heard(socket, name) {
  return within(new Promise((resolve) => socket.once(name, (...values) => resolve(values))), `event ${name}`);
}

const call = (socket, ...event) => within(socket.emitWithAck(...event), `acknowledgement of ${event[0]}`);

/** Collects the first argument of each event; `until(n)` waits for n of them. */
function collect(socket, name) {
  const values = [];
  const waiting = [];
  socket.on(name, (value) => {
    values.push(value);
    for (const one of waiting) if (values.length >= one.count) one.resolve();
  });
  const until = (count) => within(new Promise((resolve) => {
    if (values.length >= count) resolve();
    else waiting.push({ count, resolve });
  }), `${count} times ${name} (${values.length} so far)`);
  return { values, until };
}

const bytes = (value) => Buffer.from(value instanceof ArrayBuffer ? value : value.buffer ?? value);
const numbers = (count) => Array.from({ length: count }, (_, number) => number);

const cases = [];
const test = (title, body, more = {}) => cases.push({ title, body, ...more });
const transports = { polling: ["polling"], websocket: ["websocket"], "both, upgraded": ["polling", "websocket"] };

for (const [name, list] of Object.entries(transports)) {
  const over = `${name}: `;
  test(over + "events and acknowledgements go both ways", async ({ server }) => {
    const socket = await connected(server.url, { transports: list, auth: { token: "abc" } });
    const back = heard(socket, "message-back");
    socket.emit("message", 1, "zwei 🦉", { three: [null, true] });
    assert.deepEqual(await back, [1, "zwei 🦉", { three: [null, true] }]);
    assert.deepEqual(await call(socket, "message-with-ack", { a: 1 }), { a: 1 });
    socket.once("question", (number, answer) => answer(`answer ${number}`));
    assert.equal(await call(socket, "ask-me", 7), "answer 7");
  });

  test(over + "the handler sees the authentication", async ({ server }) => {
    const socket = connect(server.url, { transports: list, auth: { token: "abc" } });
    assert.deepEqual(await heard(socket, "auth"), [{ token: "abc" }]);
  });

  test(over + "binary goes both ways, alone and inside", async ({ server }) => {
    const socket = await connected(server.url, { transports: list });
    const large = Buffer.alloc(200_000, 7);
    const back = heard(socket, "message-back");
    socket.emit("message", Buffer.from([1, 2, 3]), { inside: [Uint8Array.from([4]).buffer, "text"] }, large);
    const [first, second, third] = await back;
    assert.deepEqual(bytes(first), Buffer.from([1, 2, 3]));
    assert.deepEqual(bytes(second.inside[0]), Buffer.from([4]));
    assert.equal(second.inside[1], "text");
    assert.ok(bytes(third).equals(large));
    assert.deepEqual(bytes(await call(socket, "message-with-ack", Buffer.from([9]))), Buffer.from([9]));
    socket.once("question", (_, answer) => answer(Buffer.from([8])));
    assert.deepEqual(bytes(await call(socket, "ask-me", 1)), Buffer.from([8]));
  }, { differs: list.includes("polling") && "aiohttp gives parts of large bodies" });

  test(over + "three clients in a room, and a stranger", async ({ server }) => {
    const clients = await Promise.all(numbers(4).map(() => connected(server.url, { transports: list })));
    const room = `room ${name}`;
    for (const member of clients.slice(0, 3)) assert.equal(await call(member, "join", room), "ok");
    const collected = clients.map((client) => collect(client, "msg"));
    clients[0].emit("pub-except", room, "first");
    clients[0].emit("pub", room, "second");
    clients[3].emit("pub", room, "third");
    await Promise.all([collected[0].until(2), collected[1].until(3), collected[2].until(3)]);
    assert.deepEqual(collected[0].values.toSorted(), ["second", "third"]);
    assert.deepEqual(collected[1].values.filter((value) => value !== "third"), ["first", "second"]);
    assert.deepEqual(collected[1].values, collected[2].values);
    assert.equal(await call(clients[2], "leave", room), "ok");
    assert.deepEqual(await call(clients[2], "rooms"), []);
    clients[0].emit("pub", room, "fourth");
    await collected[1].until(4);
    await call(clients[2], "message-with-ack");
    assert.equal(collected[2].values.length, 3);
    assert.equal(collected[3].values.length, 0);
  });

  test(over + "namespaces share a connection; a refusal has message and data", async ({ server }) => {
    const main = await connected(server.url, { transports: list });
    const shared = (namespace, more) => {
      const socket = main.io.socket(namespace, more);
      opened.push(() => socket.close());
      return socket;
    };
    const custom = shared("/custom", {});
    await heard(custom, "connect");
    assert.notEqual(custom.id, main.id);
    const back = heard(custom, "message-back");
    custom.emit("message", "custom");
    assert.deepEqual(await back, ["custom"]);
    const bad = shared("/auth", { auth: { token: "bad" } });
    const [error] = await heard(bad, "connect_error");
    assert.deepEqual([error.message, error.data], ["not authorized", { code: "E_AUTH" }]);
    bad.auth = { token: "good" };
    bad.connect();
    await heard(bad, "connect");
    const none = shared("/none", {});
    const [unknown] = await heard(none, "connect_error");
    if (!options.reference) assert.equal(unknown.message, "Invalid namespace");
    assert.equal(await call(main, "message-with-ack", "still here"), "still here");
  });

  test(over + "who is thrown out of a namespace stays out", async ({ server }) => {
    const socket = await connected(server.url, { transports: list });
    const gone = heard(socket, "disconnect");
    socket.emit("kick", false);
    assert.equal((await gone)[0], "io server disconnect");
    assert.equal(socket.active, false);
  });

  test(over + "who loses the transport comes back", async ({ server }) => {
    const socket = await connected(server.url, { transports: list });
    const gone = heard(socket, "disconnect");
    socket.emit("drop-transport");
    const reason = (await gone)[0];
    assert.ok(["transport close", "transport error", "io server disconnect"].includes(reason), reason);
    if (reason !== "io server disconnect") await heard(socket, "connect");
  }, { differs: list.includes("websocket") && "leaves the websocket open" });

  test(over + "a cut line: the client comes back by itself and what it kept is sent", async ({ server }) => {
    const proxy = await Proxy.start(server.port);
    opened.push(() => proxy.stop());
    const socket = await connected(proxy.url, { transports: list });
    const back = collect(socket, "message-back");
    socket.emit("message", 0);
    await back.until(1);
    const first = socket.id;
    const gone = heard(socket, "disconnect");
    proxy.cut();
    await gone;
    for (const number of [1, 2, 3]) socket.emit("message", number);
    const again = heard(socket, "connect");
    proxy.mend();
    await again;
    assert.notEqual(socket.id, first);
    await back.until(4);
    assert.equal(await call(socket, "message-with-ack", "end"), "end");
    assert.deepEqual(back.values, [0, 1, 2, 3]);
  });

  test(over + "the server restarts: all clients come back", async () => {
    const first = await Server.start();
    opened.push(() => first.stop("SIGKILL"));
    const clients = await Promise.all(numbers(3).map(() => connected(first.url, { transports: list })));
    const gone = clients.map((client) => heard(client, "disconnect"));
    await first.stop();
    await Promise.all(gone);
    const again = clients.map((client) => heard(client, "connect"));
    const second = await Server.start(first.port);
    opened.push(() => second.stop("SIGKILL"));
    await Promise.all(again);
    for (const [number, client] of clients.entries()) assert.equal(await call(client, "message-with-ack", number), number);
  });
}

test("upgrade under load: nothing is lost, doubled or reordered", async ({ server }) => {
  for (let round = 0; round < 5; round++) {
    const socket = connect(server.url);
    const back = collect(socket, "message-back");
    const burst = collect(socket, "b");
    let sent = 0;
    const upgraded = new Promise((resolve) => socket.io.once("open", () => socket.io.engine.once("upgrade", resolve)));
    let over = false;
    const sending = (async () => {
      while (!over) {
        for (let turn = 0; turn < 10; turn++) socket.emit("message", sent++);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    await heard(socket, "connect");
    socket.emit("burst", 300);
    await within(upgraded, "the upgrade");
    over = true;
    await sending;
    for (let turn = 0; turn < 100; turn++) socket.emit("message", sent++);
    await Promise.all([back.until(sent), burst.until(300)]);
    assert.equal(socket.io.engine.transport.name, "websocket");
    assert.deepEqual(back.values, numbers(sent));
    assert.deepEqual(burst.values, numbers(300));
    socket.close();
  }
}, { differs: "payloads of more than 16 packets" });

test("heartbeats keep an idle client alive", async () => {
  const server = await Server.start(0, "--ping-interval", "200", "--ping-timeout", "1000");
  opened.push(() => server.stop("SIGKILL"));
  const sockets = await Promise.all(Object.values(transports).map((list) => connected(server.url, { transports: list })));
  let pings = 0;
  let lost = 0;
  for (const socket of sockets) {
    socket.on("disconnect", () => lost++);
    socket.io.on("ping", () => pings++);
  }
  await within(new Promise((resolve) => {
    const look = setInterval(() => pings >= 15 && (clearInterval(look), resolve()), 50);
  }), "15 pings");
  for (const socket of sockets) assert.equal(await call(socket, "message-with-ack", 1), 1);
  assert.equal(lost, 0);
}, { differs: "whole seconds" });

test("a server that falls silent is noticed and left", async () => {
  const server = await Server.start(0, "--ping-interval", "300", "--ping-timeout", "300");
  opened.push(() => server.stop("SIGKILL"));
  const socket = await connected(server.url, { transports: ["websocket"] });
  const gone = heard(socket, "disconnect");
  server.process.kill("SIGSTOP");
  assert.equal((await gone)[0], "ping timeout");
  const again = heard(socket, "connect");
  server.process.kill("SIGCONT");
  await again;
}, { differs: "whole seconds" });

test("an acknowledgement that never comes is a timeout at the client", async ({ server }) => {
  const socket = await connected(server.url);
  await assert.rejects(socket.timeout(100).emitWithAck("nobody-listens"), /timed out/);
});

test("retries with acknowledgements arrive in order through cuts", async ({ server }) => {
  const proxy = await Proxy.start(server.port);
  opened.push(() => proxy.stop());
  const socket = await connected(proxy.url, { transports: ["websocket"], retries: 10, ackTimeout: 500 });
  const answers = [];
  const all = numbers(40).map((number) => socket.emitWithAck("message-with-ack", number).then((value) => answers.push(value)));
  for (const place of [5, 15]) {
    await within(new Promise((resolve) => {
      const look = setInterval(() => answers.length >= place && (clearInterval(look), resolve()), 1);
    }), `${place} answers`);
    proxy.cut();
    proxy.mend();
  }
  await within(Promise.all(all), "all answers");
  assert.deepEqual(answers, numbers(40));
});

for (const [name, list] of Object.entries(transports)) {
  test(`recovery, ${name}: what was missed comes once and in order, through five cuts`, async ({ recovering }) => {
    const proxy = await Proxy.start(recovering.port);
    opened.push(() => proxy.stop());
    const room = `recovery ${name} ${process.pid}`;
    const socket = await connected(proxy.url, { transports: list });
    const sender = await connected(recovering.url, { transports: ["websocket"] });
    await call(socket, "join", room);
    const received = collect(socket, "msg");
    let sent = 0;
    const publish = async (count) => {
      for (let turn = 0; turn < count; turn++) sender.emit("pub", room, sent++);
      await call(sender, "message-with-ack");
    };
    const id = socket.id;
    for (let round = 0; round < 5; round++) {
      await publish(round);
      await received.until(sent);
      const gone = heard(socket, "disconnect");
      // Some are on their way when the line breaks.
      sender.emit("pub", room, sent++);
      proxy.cut();
      await gone;
      await publish(20);
      const again = heard(socket, "connect");
      proxy.mend();
      await again;
      assert.ok(socket.recovered, `recovered in round ${round}`);
      assert.equal(socket.id, id);
      await received.until(sent);
    }
    assert.deepEqual(await call(socket, "rooms"), [room]);
    await publish(3);
    await received.until(sent);
    assert.deepEqual(received.values, numbers(sent));
  }, { differs: "no recovery" });
}

test("recovery: binary that was missed comes back", async ({ recovering }) => {
  const proxy = await Proxy.start(recovering.port);
  opened.push(() => proxy.stop());
  const socket = await connected(proxy.url, { transports: ["websocket"] });
  const sender = await connected(recovering.url);
  await call(socket, "join", "binary");
  const received = collect(socket, "msg");
  const gone = heard(socket, "disconnect");
  proxy.cut();
  await gone;
  sender.emit("pub", "binary", Buffer.from([1, 2, 3]));
  await call(sender, "message-with-ack");
  proxy.mend();
  await received.until(1);
  assert.ok(socket.recovered);
  assert.deepEqual(bytes(received.values[0]), Buffer.from([1, 2, 3]));
}, { differs: "no recovery" });

test("recovery: after goodbye the client is someone else", async ({ recovering }) => {
  const socket = await connected(recovering.url, { transports: ["websocket"] });
  await call(socket, "join", "goodbye");
  const id = socket.id;
  socket.disconnect();
  socket.connect();
  await heard(socket, "connect");
  assert.equal(socket.recovered, false);
  assert.notEqual(socket.id, id);
  assert.deepEqual(await call(socket, "rooms"), []);
}, { differs: "no recovery" });

test("recovery: after a restart of the server clients come back as others", async () => {
  const first = await Server.start(0, "--recovery");
  opened.push(() => first.stop("SIGKILL"));
  const socket = await connected(first.url, { transports: ["websocket"] });
  await call(socket, "join", "a");
  socket.emit("pub", "a", 1);
  await heard(socket, "msg");
  const gone = heard(socket, "disconnect");
  await first.stop("SIGKILL");
  await gone;
  const again = heard(socket, "connect");
  const second = await Server.start(first.port, "--recovery");
  opened.push(() => second.stop("SIGKILL"));
  await again;
  assert.equal(socket.recovered, false);
  assert.equal(await call(socket, "message-with-ack", 5), 5);
}, { differs: "no recovery" });

async function main() {
  const servers = { server: await Server.start() };
  if (!options.reference) servers.recovering = await Server.start(0, "--recovery");
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  try {
    for (const { title, body, differs } of cases.filter(({ title }) => title.match(options.only))) {
      if (options.reference && differs) {
        skipped++;
        continue;
      }
      let problem;
      const began = performance.now();
      try {
        await within(body(servers), "the end of the case", caseMilliseconds);
      } catch (error) {
        problem = error;
      }
      for (const close of opened.splice(0).reverse()) await close();
      const seconds = (performance.now() - began) / 1000;
      console.log(`${problem ? "FAIL" : "ok  "} ${title}${seconds > 2 ? ` (${seconds.toFixed(1)} s)` : ""}`);
      if (problem) console.log(String(problem.stack ?? problem).replace(/^/gm, "     "));
      problem ? failed++ : passed++;
    }
  } finally {
    for (const server of Object.values(servers)) await server.stop("SIGKILL");
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed ? 1 : 0);
}

process.on("unhandledRejection", (error) => {
  // An acknowledgement of a closed client is rejected, which no case waits for.
  if (!/disconnected|timed out/.test(String(error))) throw error;
});
await main();
