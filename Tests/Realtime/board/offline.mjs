import { canonical } from "./run.mjs";
import { randomFrom } from "./random.mjs";

const editsEachSide = 500;
const mergeBytes = 200_000;
const loadedRecords = 10_000;
const loadBytes = 1_000_000;

/** A page on a network without delay; every byte is counted. */
class Page {
  bytes = 0;
  up = [];

  constructor(tool, code, name, others) {
    Object.assign(this, { tool, code, name, others });
    const store = { saveQueue: (_, done) => done(), saveBase: () => undefined };
    let names = 0;
    this.client = new code.BoardClient(store, { newID: () => `${name}${(names += 1)}` });
    this.others.push(this);
  }

  connect() {
    this.client.connect({
      hello: (hello, done) => this.up.push({ hello, done }),
      push: (push, done) => this.up.push({ push, done }),
      later: () => undefined,
    });
  }

  /** Carries messages until there are none. */
  async settle() {
    while (this.up.length > 0) {
      const { hello, push, done } = this.up.shift();
      if (hello) {
        const text = JSON.stringify(hello);
        const { welcome } = await this.tool.ask({ do: "hello", hello: text });
        this.bytes += text.length + Buffer.byteLength(welcome);
        done({ ok: true, welcome: JSON.parse(welcome) });
        continue;
      }
      const { bin, ...json } = push;
      const text = JSON.stringify(json);
      const item = { json: text, user: this.name, ...(bin ? { bin: Buffer.from(bin).toString("base64") } : {}) };
      const { replies } = await this.tool.ask({ do: "push", pushes: [item] });
      const [reply] = replies;
      this.bytes += Buffer.byteLength(text) + (bin?.length ?? 0);
      if (!reply.event) throw new Error(`a push of ${this.name} was not taken: ${JSON.stringify(reply)}`);
      done({ ok: true, seq: reply.seq, n: push.n });
      for (const page of this.others) {
        page.bytes += Buffer.byteLength(reply.event) + (reply.bin ? (reply.bin.length * 3) / 4 : 0);
        page.client.receive({ ...JSON.parse(reply.event), ...(reply.bin ? { bin: Buffer.from(reply.bin, "base64") } : {}) });
      }
    }
  }
}

const letters = "useandom26T198340PX75pxJACKVERYMINDBUSHWOLFGQZbfghjklqvwyzrict";

function newID(random) {
  return Array.from({ length: 12 }, () => letters[random.below(letters.length)]).join("");
}

function node(random, number) {
  const pos = [random.below(40_000) / 4, random.below(40_000) / 4];
  return { type: "node", kind: "service", label: `Service ${number}`, pos, size: [120, 56], z: `V${number.toString(36)}V` };
}

/** One edit: a move, a new label, or some points of a stroke. */
function edit(page, random, number) {
  const { client } = page;
  const ids = [...client.view].filter(([, record]) => record.type === "node").map(([id]) => id);
  const id = random.of(ids);
  if (number % 10 === 0) client.edit([["put", newID(random), { type: "freehand", pos: [0, 0], z: "z5", pts: curve(random, 40) }]]);
  else if (number % 3 === 0) client.edit([["set", id, { label: `${page.name} ${number}` }]]);
  else client.edit([["set", id, { pos: [random.below(40_000) / 4, random.below(40_000) / 4] }]]);
}

function curve(random, count) {
  const points = [];
  for (let [x, y] = [0, 0]; points.length < 3 * count; ) {
    x += random.below(40) - 10;
    y += random.below(30) - 15;
    points.push(x, y, 100 + random.below(50));
  }
  return points;
}

/** Half an hour without a connection, and a large board in a new page. */
export async function offline(tool, code, patienceMs) {
  return [await merging(tool, code, patienceMs), await loading(tool, code, patienceMs), streaming(code)];
}

async function merging(tool, code, patienceMs) {
  const random = randomFrom(41);
  await tool.ask({ do: "reset" });
  const pages = [];
  const [away, here] = ["away", "here"].map((name) => new Page(tool, code, name, pages));
  for (const page of [away, here]) {
    page.connect();
    await page.settle();
  }
  for (let number = 0; number < 100; number += 1) here.client.edit([["put", newID(random), node(random, number)]]);
  await here.settle();
  away.client.disconnect();
  pages.splice(pages.indexOf(away), 1);
  for (let number = 0; number < editsEachSide; number += 1) {
    edit(away, random, number);
    edit(here, random, number);
    await here.settle();
  }
  pages.push(away);
  [away.bytes, here.bytes] = [0, 0];
  const started = performance.now();
  away.connect();
  await away.settle();
  const milliseconds = Math.round(performance.now() - started);
  const bytes = away.bytes + here.bytes;
  const agrees = away.client.pending.length === 0 && canonical(away.client.view) === canonical(here.client.view);
  const text = `${editsEachSide} edits on both sides merge in ${milliseconds} ms and ${bytes.toLocaleString("en")} bytes`;
  return { text: agrees ? text : `${text}, but the pages differ`, isMet: agrees && milliseconds < patienceMs && bytes < mergeBytes };
}

async function loading(tool, code, patienceMs) {
  const random = randomFrom(42);
  await tool.ask({ do: "reset", epoch: "01hyg6m0s4c4q8v2k0a3b9d7ef" });
  const user = "01hyg6m0s4c4q8v2k0a3b9d7ef";
  for (let start = 0; start < loadedRecords; start += 200) {
    const ops = Array.from({ length: 200 }, (_, index) => ["put", newID(random), node(random, start + index)]);
    await tool.ask({ do: "push", pushes: [{ json: JSON.stringify({ c: "maker", n: start / 200 + 1, ops }), user }] });
  }
  await tool.ask({ do: "snapshot" });
  await tool.ask({ do: "restart" });
  const page = new Page(tool, code, "new", []);
  const started = performance.now();
  page.connect();
  await page.settle();
  const milliseconds = Math.round(performance.now() - started);
  const count = page.client.view.size;
  const text = `a board of ${count.toLocaleString("en")} records is loaded in ${milliseconds} ms and ${page.bytes.toLocaleString("en")} bytes`;
  return { text, isMet: count === loadedRecords && milliseconds < patienceMs && page.bytes < loadBytes };
}

/** What a stroke of 300 points costs. */
function streaming(code) {
  const bytes = code.packed(curve(randomFrom(43), 300)).length;
  return { text: `a stroke of 300 points takes ${bytes} bytes`, isMet: bytes <= 300 * 3.1 };
}
