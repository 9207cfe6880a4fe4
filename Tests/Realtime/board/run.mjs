import { Editor } from "./editor.mjs";

/** What must never be. */
export class Violation extends Error {}

const demand = (isSo, message) => {
  if (!isSo) throw new Violation(message());
};
const roundsToRest = 60;
/** At first the network still loses events, so that the last one may be among them. */
const lossyRounds = 5;

/** Text that equal values share, whatever the order of their members. */
function stable(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Text that equal sets of records share. */
export function canonical(records) {
  return stable([...records].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A connection: messages up and down are under way until a step delivers them. */
class Connection {
  up = [];
  down = [];
  isOpen = true;
  /** Whether the server tells it of events. */
  hasJoined = false;

  constructor(user) {
    this.user = user;
  }
}

/** A user's page, over all its reloads. */
class Page {
  connection = null;
  timers = [];
  writes = [];
  queue = undefined;
  base = undefined;
  /** Every operation of the user, in order. */
  done = [];
  keptDone = 0;
  /** Every value that the user gave a field. */
  written = new Set();

  constructor(run, index) {
    this.run = run;
    this.user = `user${index}`;
    this.editor = new Editor(run.random, run.code, this.user);
    this.open();
  }

  open() {
    const store = {
      saveQueue: (queue, done) => this.writes.push({ queue, done, count: this.done.length }),
      saveBase: (base) => (this.base = base),
    };
    const newID = () => `c${(this.run.names += 1)}`;
    this.client = new this.run.code.BoardClient(store, { newID, onRefusal: () => this.run.count("refusals") }, this.queue, this.base);
    const enqueue = this.client.enqueue;
    this.client.enqueue = (operations) => {
      for (const operation of operations) this.note(operation);
      enqueue.call(this.client, operations);
    };
  }

  note(operation) {
    this.done.push(JSON.stringify(operation));
    const [name, id, fields] = operation;
    const values = name === "app" ? { pts: this.client.view.get(id)?.pts } : name === "del" ? {} : fields;
    for (const [field, value] of Object.entries(values)) this.written.add(valueKey(id, field, value));
  }

  keep() {
    const write = this.writes.shift();
    if (!write) return;
    this.queue = write.queue;
    this.keptDone = write.count;
    write.done();
  }

  connect() {
    const connection = new Connection(this.user);
    this.connection = connection;
    this.run.connections.push(connection);
    this.client.connect({
      hello: (hello, done) => connection.up.push({ hello, done }),
      push: (push, done) => {
        this.run.noteSent(push);
        connection.up.push({ push, done });
      },
      later: (_, run) => this.timers.push(run),
    });
  }

  /** The connection breaks: of what is under way, a suffix is lost each way; the server may get the rest later. */
  drop() {
    const { connection, run } = this;
    if (!connection) return;
    for (let kept = run.random.below(connection.down.length + 1); kept > 0; kept -= 1) this.deliver();
    connection.up.length = run.random.below(connection.up.length + 1);
    connection.isOpen = false;
    this.late = connection.down.filter((message) => message.event);
    this.connection = null;
    this.client.disconnect();
    run.count("drops");
  }

  /** The page is loaded again: what the store has not kept is lost, and was never sent. */
  reload() {
    this.drop();
    this.writes.length = this.run.random.below(this.writes.length + 1);
    while (this.writes.length > 0) {
      const write = this.writes.shift();
      this.queue = write.queue;
      this.keptDone = write.count;
    }
    this.done.length = this.keptDone;
    this.timers = [];
    this.open();
    this.run.count("reloads");
  }

  /** The next message from the server. */
  deliver() {
    const message = this.connection?.down.shift();
    if (message?.event) this.client.receive(message.event);
    else if (message?.reply) message.done(message.reply);
    else if (message) this.client.head(message.head);
  }
}

const valueKey = (id, field, value) => `${id} ${field} ${stable(value ?? null)}`;

/** One board, its server and some pages, driven by random steps until all is at rest. */
export class Run {
  counts = {};
  connections = [];
  names = 0;
  /** Pushes that wait for a commit. */
  inbox = [];
  log = [];
  sent = new Map();
  seq = 0;

  constructor(tool, code, random, { loses, omit }) {
    Object.assign(this, { tool, code, random, loses, omit });
  }

  count(name) {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  async play() {
    const { random } = this;
    const tombstones = random.of([2, 5, 20, 3_000]);
    await this.tool.ask({ do: "reset", tombstones, omit: this.omit });
    this.pages = Array.from({ length: 2 + random.below(5) }, (_, index) => new Page(this, index));
    for (const page of this.pages) page.connect();
    for (let steps = 150 + random.below(251); steps > 0; steps -= 1) await this.step();
    await this.rest();
    await this.check();
  }

  /** Somebody may do something, and a few things happen in the network and the stores. */
  async step() {
    const { random } = this;
    if (random.chance(0.4)) this.edit(random.of(this.pages));
    for (let count = 1 + random.below(4); count > 0; count -= 1) await this.happen(random.of(this.pages), random.next());
    if (random.chance(0.1)) await this.mishap(random.of(this.pages));
  }

  async happen(page, dice) {
    const { random } = this;
    if (!page.connection) {
      if (dice < 0.4) page.connect();
    } else if (dice < 0.35) {
      for (let count = 1 + random.below(6); count > 0; count -= 1) page.deliver();
    }
    if (dice > 0.35 && dice < 0.6) await this.receive(random.of(this.connections), 1 + random.below(6));
    else if (dice > 0.6 && dice < 0.8) await this.commit(1 + random.below(6));
    else if (dice > 0.8 && dice < 0.95) page.keep();
    else if (dice > 0.95 && dice < 0.97) page.connection?.down.push({ head: this.seq });
    else if (dice > 0.97) page.timers.shift()?.();
    this.checkView(page);
  }

  async mishap(page) {
    const dice = this.random.next();
    if (dice < 0.35) page.drop();
    else if (dice < 0.42) page.reload();
    else if (dice < 0.57) for (const message of page.late?.splice(0) ?? []) page.client.receive(message.event);
    else if (dice < 0.62) await this.tool.ask({ do: "snapshot" });
    else if (dice < 0.68) await this.restart();
    else if (page.connection) this.repeat(page.connection);
    this.checkView(page);
  }

  edit(page) {
    const before = new Map(page.client.view);
    const written = new Set(page.written);
    const kind = page.editor.act(page.client);
    this.count(kind);
    this.checkView(page);
    if (kind === "undos" || kind === "redos") this.checkUndo(page, before, written);
  }

  /** Undo and redo touch only what the user had set. */
  checkUndo({ client, user }, before, written) {
    for (const [id, record] of before) {
      const after = client.view.get(id);
      for (const field of new Set([...Object.keys(record), ...Object.keys(after ?? {})])) {
        if (field === "author" || field === "type" || (after && stable(after[field]) === stable(record[field]))) continue;
        demand(written.has(valueKey(id, field, record[field])), () => `${user} took back ${field} of ${id}, which somebody else had set`);
      }
    }
  }

  /** A push under way that arrives twice. */
  repeat(connection) {
    const pushes = connection.up.filter((message) => message.push);
    if (pushes.length > 0) connection.up.push(this.random.of(pushes));
  }

  noteSent(push) {
    const content = JSON.stringify(this.code.readOperations(push.ops, push.bin));
    const key = `${push.c} ${push.n}`;
    const known = this.sent.get(key);
    demand(known === undefined || known === content, () => `push ${key} was sent as ${known} and as ${content}`);
    this.sent.set(key, content);
  }

  /** The server reads what has come by a connection, also by one that is broken already. */
  async receive(connection, count) {
    for (; connection && count > 0 && connection.up.length > 0; count -= 1) {
      const message = connection.up.shift();
      const answer = (reply) => connection.isOpen && connection.down.push({ reply, done: message.done });
      if (message.push) {
        if (this.loses && this.random.chance(0.01)) answer({ error: { code: "RATE_LIMITED", message: "later", retryAfterMs: 5 } });
        else this.inbox.push({ push: message.push, user: connection.user, answer });
      } else {
        const { welcome } = await this.tool.ask({ do: "hello", hello: JSON.stringify(message.hello) });
        const content = JSON.parse(welcome);
        if (this.omit?.includes("ackN")) content.ackN = Math.min(content.ackN, message.hello.seq > 0 ? content.ackN : 0);
        connection.hasJoined = true;
        this.count(content.full ? "full welcomes" : "resyncs");
        answer({ ok: true, welcome: content });
      }
    }
    if (connection && !connection.isOpen && connection.up.length === 0) this.connections = this.connections.filter((other) => other !== connection);
  }

  async commit(count) {
    const batch = this.inbox.splice(0, count);
    if (batch.length === 0) return;
    const fails = this.random.chance(0.02);
    const pushes = batch.map(({ push: { bin, ...json }, user }) => ({ json: JSON.stringify(json), user, ...(bin ? { bin: Buffer.from(bin).toString("base64") } : {}) }));
    const outcome = await this.tool.ask({ do: "push", pushes, fail: fails });
    if (fails) {
      this.count("failed commits");
      for (const { answer } of batch) answer({ error: { code: "UNAVAILABLE", message: "later", retryAfterMs: 5 } });
      return;
    }
    this.seq = outcome.seq;
    for (const [index, reply] of outcome.replies.entries()) this.settle(batch[index], reply, outcome.seq);
  }

  settle({ push, answer }, reply, head) {
    if (reply.event) this.publish(reply);
    if (reply.duplicate) this.count("duplicates absorbed");
    if (reply.expected !== undefined) answer({ error: { code: "CONFLICT_GAP", message: "gap", expected: reply.expected } });
    else if (reply.code) answer({ error: { code: reply.code, message: reply.message, seq: reply.seq } });
    else answer({ ok: true, seq: reply.seq ?? head, n: push.n });
  }

  publish(reply) {
    const event = { ...JSON.parse(reply.event), ...(reply.bin ? { bin: Buffer.from(reply.bin, "base64") } : {}) };
    demand(event.seq === this.log.length + 1, () => `event ${event.seq} follows on ${this.log.length}`);
    this.log.push(event);
    this.count("events");
    for (const connection of this.connections) {
      if (!connection.isOpen || !connection.hasJoined) continue;
      if (this.loses && this.random.chance(0.02)) this.count("lost events");
      else connection.down.push({ event });
      if (this.random.chance(0.02)) connection.down.push({ event });
    }
  }

  /** The server is killed: connections break, what was not committed is lost, the board comes back from the log. */
  async restart() {
    for (const page of this.pages) page.drop();
    this.connections = [];
    this.inbox = [];
    const { same } = await this.tool.ask({ do: "restart" });
    demand(same, () => "the log replays to another board");
    this.count("restarts");
  }

  async rest() {
    for (let round = 0; round < roundsToRest; round += 1) {
      this.loses &&= round < lossyRounds;
      for (const page of this.pages) {
        if (!page.connection) page.connect();
        while (page.writes.length > 0) page.keep();
        for (const timer of page.timers.splice(0)) timer();
      }
      for (const connection of [...this.connections]) await this.receive(connection, Infinity);
      while (this.inbox.length > 0) await this.commit(16);
      for (const page of this.pages) while (page.connection?.down.length > 0) page.deliver();
      for (const page of this.pages) page.client.head(this.seq);
      const isAtRest = ({ client, writes }) => client.status === "live" && client.pending.length === 0 && writes.length === 0 && client.base.seq === this.seq;
      if (this.pages.every(isAtRest)) return;
    }
    const states = this.pages.map(({ client }) => `${client.status} ${client.pending.length} pending, event ${client.base.seq}`);
    throw new Violation(`no rest at event ${this.seq}: ${states.join("; ")}`);
  }

  checkView({ client, user }) {
    const records = new Map(client.base.records);
    for (const push of client.pending) for (const operation of push.ops) this.code.applyTo(records, operation);
    const { view } = client;
    const isSame = ([id, record]) => view.get(id) === record || stable(view.get(id)) === stable(record);
    demand(view.size === records.size && [...records].every(isSame), () => `what ${user} sees is not what is confirmed with the rest on top`);
  }

  async check() {
    const model = this.replayed();
    const { state } = await this.tool.ask({ do: "state" });
    const server = canonical(this.code.readTables(JSON.parse(state).full));
    demand(server === canonical(model), () => "the server's board is not what the last writes of the log say");
    for (const page of this.pages) {
      this.checkView(page);
      demand(canonical(page.client.view) === server, () => `what ${page.user} sees is not what the server has`);
      demand(canonical(page.client.base.records) === server, () => `what ${page.user} holds for confirmed is not what the server has`);
      this.checkEdits(page);
    }
    demand((await this.tool.ask({ do: "restart" })).same, () => "the log replays to another board");
  }

  /** Every operation of a user is in the log once, in order, under the one name of its page. */
  checkEdits({ client, done, user }) {
    const events = this.log.filter((event) => event.c === client.c);
    demand(events.every((event, index) => event.n === index + 1), () => `the pushes of ${user} are not once and in order in the log`);
    const sent = events.flatMap((event) => JSON.parse(this.sent.get(`${event.c} ${event.n}`) ?? "[]")).map((operation) => JSON.stringify(operation));
    demand(sent.join("\n") === done.join("\n"), () => `${user} did ${done.length} things, of which ${sent.length} came to the server`);
    for (const event of events) {
      const rest = JSON.parse(this.sent.get(`${event.c} ${event.n}`) ?? "[]");
      for (const operation of this.code.readOperations(event.ops, event.bin)) {
        const place = rest.findIndex((other) => stable(other) === stable(withoutAuthor(operation)));
        demand(place >= 0, () => `the log holds ${JSON.stringify(operation)}, which ${user} did not do`);
        rest.splice(0, place + 1);
      }
    }
  }

  /** The board by the last write to each field, in a few lines that know nothing of the client's or the server's code. */
  replayed() {
    const board = new Map();
    const points = new Set();
    for (const { ops, bin, seq } of this.log) {
      for (const [name, id, third, fourth] of this.code.readOperations(ops, bin)) {
        const record = board.get(id);
        demand(name === "put" || record, () => `event ${seq} changes ${id}, which is not there`);
        if (name === "del") board.delete(id);
        if (name === "put") board.set(id, { ...third, author: third.author });
        if (name === "app") {
          demand(record.pts.length === third * 3, () => `event ${seq} adds points to ${id} at ${third}`);
          board.set(id, { ...record, pts: record.pts.concat(fourth) });
          demand(!points.has(`${id} ${fourth}`), () => `event ${seq} adds points to ${id} a second time`);
          points.add(`${id} ${fourth}`);
        }
        if (name !== "set") continue;
        const next = { ...record };
        for (const [field, value] of Object.entries(third)) {
          if (value === null) delete next[field];
          else next[field] = value;
        }
        board.set(id, next);
      }
    }
    return board;
  }
}

function withoutAuthor([name, id, fields, ...rest]) {
  if (name !== "put") return [name, id, ...(fields === undefined ? [] : [fields]), ...rest];
  const { author: _, ...others } = fields;
  return [name, id, others];
}
