import { randomFrom } from "./random.mjs";

/**
 * The pieces that the fuzz does not look at closely: places in the stack, what undo does and leaves, and when a page takes
 * a new name.
 */
export function parts(code) {
  return [places(code), undoing(code), renewing(code)];
}

function places({ placeBetween }) {
  const random = randomFrom(5);
  const line = [placeBetween(null, null, random.next)];
  for (let count = 0; count < 1_000; count += 1) {
    const at = random.below(line.length + 1);
    line.splice(at, 0, placeBetween(line[at - 1] ?? null, line[at] ?? null, random.next));
  }
  for (let count = 0; count < 1_000; count += 1) line.push(placeBetween(line[line.length - 1], null, random.next));
  const isInOrder = line.every((place, index) => index === 0 || line[index - 1] < place);
  const isValid = line.every((place) => /^[0-9A-Za-z]{0,63}[1-9A-Za-z]$/.test(place));
  const longest = Math.max(...line.map((place) => place.length));
  return { text: `2,001 places in the stack are in order, the longest has ${longest} digits`, isMet: isInOrder && isValid };
}

/** Two users on one board, whose changes reach each other at once. */
function undoing({ BoardClient }) {
  const clients = [];
  let seq = 0;
  const log = [];
  for (const name of ["ann", "bob"]) {
    const client = new BoardClient({ saveQueue: (_, done) => done(), saveBase: () => undefined }, { newID: () => name });
    client.connect({
      hello: (_, done) => done({ ok: true, welcome: { epoch: "e", seq: 0, ackN: 0, full: { authors: [], tables: [] } } }),
      push: (push) => log.push(push),
      later: () => undefined,
    });
    clients.push(client);
  }
  const settle = () => {
    for (const push of log.splice(0)) {
      seq += 1;
      for (const client of clients) client.receive({ seq, ...push });
    }
  };
  const act = (client, ...edit) => {
    client.edit(...edit);
    settle();
  };
  const [ann, bob] = clients;
  const note = { type: "note", text: "old", pos: [0, 0], size: [9, 9], z: "V" };
  const failures = [];
  const expect = (isSo, what) => isSo || failures.push(what);
  const undo = (client) => {
    const isDone = client.undo();
    settle();
    return isDone;
  };
  act(ann, [["put", "n", note]]);
  for (const x of [1, 2, 3]) act(ann, [["set", "n", { pos: [x, 0] }]], "drag");
  act(bob, [["set", "n", { text: "bob's" }]]);
  expect(undo(ann) && bob.view.get("n").pos[0] === 0, "a drag is one step");
  expect(bob.view.get("n").text === "bob's", "what somebody else changed stays");
  expect(!undo(ann) && bob.view.has("n"), "a note that somebody else has changed is not taken away");
  expect(undo(bob) && ann.view.get("n").text === "old", "everybody takes back their own");
  act(ann, [["set", "n", { pos: [5, 5], colour: "red" }]]);
  act(bob, [["set", "n", { pos: [7, 7] }]]);
  expect(undo(ann) && ann.view.get("n").pos[0] === 7 && ann.view.get("n").colour === undefined, "of two fields only the untouched one goes back");
  ann.redo();
  settle();
  expect(ann.view.get("n").colour === "red" && ann.view.get("n").pos[0] === 7, "redo does what undo did, backwards");
  act(ann, [["put", "s", { type: "freehand", pos: [0, 0], z: "W", pts: [] }]], "stroke");
  for (const offset of [0, 1, 2]) act(ann, [["app", "s", offset, [offset, offset, 9]]], "stroke");
  expect(bob.view.get("s").pts.length === 9, "a stroke arrives while it is drawn");
  expect(undo(ann) && !bob.view.has("s"), "a stroke is one step");
  ann.redo();
  settle();
  expect(bob.view.get("s")?.pts.length === 9, "a stroke comes back whole");
  act(bob, [["del", "s"]]);
  expect(undo(bob) && ann.view.get("s")?.pts.length === 9, "a deletion can be taken back");
  return { text: failures.length === 0 ? "undo takes back what is one's own" : `undo: ${failures.join("; ")}`, isMet: failures.length === 0 };
}

/** A page whose name the server has forgotten, or will not take, goes on under a new one and loses nothing. */
function renewing({ BoardClient }) {
  const failures = [];
  const expect = (isSo, what) => isSo || failures.push(what);
  const empty = { authors: [], tables: [] };
  const welcome = (ackN) => ({ ok: true, welcome: { epoch: "e", seq: 7, ackN, full: empty } });
  const put = (id) => ["put", id, { type: "note", text: id, pos: [0, 0], size: [9, 9], z: "V" }];
  const opened = (queue) => {
    const [hellos, pushes, refusals] = [[], [], []];
    let names = 0;
    const store = { saveQueue: (_, done) => done(), saveBase: () => undefined };
    const options = { newID: () => `new${(names += 1)}`, onRefusal: (refusal) => refusals.push(refusal) };
    const client = new BoardClient(store, options, queue);
    const transport = { hello: (hello, done) => hellos.push({ hello, done }), push: (push, done) => pushes.push({ push, done }), later: (_, run) => run() };
    client.connect(transport);
    return { client, hellos, pushes, refusals };
  };
  const queue = { c: "old", n: 6, pending: [{ n: 5, ops: [put("a")] }, { n: 6, ops: [put("b")] }] };
  const numbers = ({ pushes }) => pushes.map(({ push }) => `${push.c} ${push.n}`).join();

  const known = opened(queue);
  known.hellos[0].done(welcome(5));
  expect(numbers(known) === "old 6", "what the board has is not sent again");

  const forgotten = opened(queue);
  forgotten.hellos[0].done(welcome(3));
  expect(numbers(forgotten) === "new1 1,new1 2" && forgotten.client.view.size === 2, "a forgotten page sends everything under a new name");

  const refused = opened(queue);
  refused.hellos[0].done(welcome(4));
  refused.pushes[0].done({ error: { code: "INVALID", message: "no" } });
  expect(refused.refusals.length === 1 && refused.client.pending.length === 1, "a push that is refused without using up its number is dropped");
  refused.pushes[1].done({ error: { code: "CONFLICT_GAP", message: "gap", expected: 5 } });
  expect(numbers(refused) === "old 5,old 6,new1 1" && !refused.client.view.has("a"), "and the rest goes on under a new name");

  const late = opened(queue);
  late.hellos[0].done(welcome(4));
  late.pushes[0].done({ error: { code: "RATE_LIMITED", message: "later", retryAfterMs: 9 } });
  expect(late.hellos.length === 2, "a page that is told to wait says hello again");
  late.pushes[1].done({ error: { code: "FORBIDDEN", message: "gone" } });
  expect(late.client.status === "joining", "answers of an earlier conversation are not listened to");
  late.hellos[1].done({ error: { code: "NOT_MEMBER", message: "no" } });
  expect(late.client.status === "refused" && late.client.pending.length === 2, "whoever is not let in keeps what is not confirmed");
  return { text: failures.length === 0 ? "a page takes a new name when it must" : `names: ${failures.join("; ")}`, isMet: failures.length === 0 };
}
