// Holds the diagram engine of the browser to the bytes of the server: every source of the catalogue, drawn, with each
// node taken away in turn, and under load.
//
//   node web/tests/engine.mjs ATLAS     ATLAS is the server's binary; build/wasm must be there
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const atlas = resolve(process.argv[2] ?? join(root, ".build/debug/atlas"));
const longestAnswers = 1_073_741_824;

function fail(message) {
  console.error(`engine: ${message}`);
  process.exit(1);
}

/** The page's own code, as the page's build makes it. */
const bundle = spawnSync("esbuild", ["--bundle", "--format=esm", "--log-level=warning", join(root, "web/src/engine/instance.ts")]);
if (bundle.status !== 0) fail(bundle.stderr);
const { EngineInstance, EngineError } = await import(`data:text/javascript;base64,${bundle.stdout.toString("base64")}`);

const modules = new Map();
for (const part of ["read", "draw", "tell"]) modules.set(part, new WebAssembly.Module(readFileSync(join(root, `build/wasm/${part}.wasm`))));
const engine = new EngineInstance(modules);

/** The server's answers, one a line. */
function onServer(question, requests) {
  const run = spawnSync(atlas, ["diagram", "answer", question], {
    input: requests.map((request) => `${request}\n`).join(""),
    maxBuffer: longestAnswers,
  });
  if (run.status !== 0) fail(`atlas diagram answer ${question}: ${run.stderr}`);
  const lines = run.stdout.toString("utf8").split("\n");
  lines.pop();
  return lines.map((line) => Buffer.from(line));
}

/** Every Mermaid source under a folder: files of their own and fences in Markdown. */
function sourcesUnder(folder) {
  const sources = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sources.push(...sourcesUnder(path));
    else if (entry.name.endsWith(".mmd")) sources.push(readFileSync(path, "utf8"));
    else if (entry.name.endsWith(".md")) {
      for (const [, source] of readFileSync(path, "utf8").matchAll(/```mermaid\n([\s\S]*?)```/g)) sources.push(source);
    }
  }
  return sources;
}

function compare(question, requests) {
  const expected = onServer(question, requests);
  if (expected.length !== requests.length) fail(`${requests.length} requests, ${expected.length} answers of the server`);
  requests.forEach((request, index) => {
    const answer = Buffer.from(engine.ask(question, Buffer.from(request)));
    if (answer.equals(expected[index])) return;
    const place = [...answer].findIndex((byte, at) => byte !== expected[index][at]);
    const around = (bytes) => bytes.subarray(Math.max(0, place - 60), place + 60).toString();
    fail(`${question} ${request.slice(0, 200)}\ndiffers at byte ${place}\nserver:  ${around(expected[index])}\nbrowser: ${around(answer)}`);
  });
  console.log(`engine: ${requests.length} answers of ${question} are the same bytes, ${expected.reduce((sum, each) => sum + each.length, 0)} in all`);
  return expected.map((answer) => JSON.parse(answer.toString("utf8")));
}

const sources = sourcesUnder(join(root, "catalogue"));
if (sources.length === 0) fail("there is no source in the catalogue");
const wrong = ["", "flowchart", "flowchart LR\n a[", "sequenceDiagram\n A->>B", "gantt\n x", "flowchart LR\n ä[é] --> 名[\"e\u0301 \u{1F600}\"]", "\u0000"];
const requests = [...sources, ...wrong].flatMap((source) => [
  JSON.stringify({ source }),
  JSON.stringify({ source, idPrefix: "p-", interactive: true, embedStylesheet: true, nodes: [{ id: "nowhere", kind: "cache", replicas: 3 }] }),
]);
const pictures = compare("render", [...requests, "", "{", '{"source":1}', '{"source":"flowchart LR\\n a\\ud800b"}']);

const questions = sources.flatMap((source, index) => {
  const { graph } = pictures[index * 2];
  const nodes = graph.nodes.map(({ id, kind }, place) => ({ id, kind, replicas: 1 + (place % 3), quorum: 1 + (place % 2) }));
  const edges = graph.edges.map(({ from, to, step }, place) => ({ from, to, step, required: place % 4 !== 0, fallback: "old data" }));
  return graph.nodes.flatMap(({ id }) => [
    JSON.stringify({ source, kill: [id] }),
    JSON.stringify({ source, nodes, edges, kill: [`${id}:1`], slow: [graph.nodes[0].id] }),
  ]);
});
compare("failing", questions);

const scenario = { seed: 7, seconds: 10, load: [{ at: 0, rate: 150 }, { at: 4, rate: 600 }], everyEdge: { retries: 3, breaker: true } };
const runs = sources.flatMap((source, index) => {
  const { graph } = pictures[index * 2];
  const target = graph.nodes[graph.nodes.length - 1].id;
  const events = [{ at: 3, kill: target }, { at: 6, restore: target }, { at: 7, slow: target, factor: 5 }];
  return [
    JSON.stringify({ source, scenario: { seed: 3, seconds: 5 } }),
    JSON.stringify({ source, scenario: { ...scenario, events }, nodes: [{ id: target, kind: "cache", numbers: [{ name: "hit ratio", value: "60 %" }] }] }),
    JSON.stringify({ source, scenario: { seed: 1.5, nodes: { nowhere: {} } } }),
  ];
});
const reports = compare("simulate", runs).filter(({ ok }) => ok);
if (reports.length === 0) fail("nothing was simulated");
console.log(`engine: ${reports.length} simulations, ${reports.reduce((sum, { report }) => sum + report.total.events, 0)} events`);

function expectError(asked, request, code) {
  try {
    asked.ask("render", Buffer.from(request));
  } catch (error) {
    if (error instanceof EngineError && error.code === code) return;
    throw error;
  }
  fail(`${code} was expected`);
}

expectError(engine, "x".repeat(1_048_577), "TOO_LARGE");

/** A module that stops at `unreachable`: memory, atlas_request(i32) -> i32, atlas_answer and atlas_render() -> i32. */
const name = (text) => [text.length, ...Buffer.from(text)];
const exported = (text, kind, index) => [...name(text), kind, index];
const section = (id, bytes) => [id, bytes.length, ...bytes];
const trapping = new WebAssembly.Module(
  new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 1, 0x7f]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 17]),
    ...section(7, [4, ...exported("memory", 2, 0), ...exported("atlas_request", 0, 0), ...exported("atlas_answer", 0, 1), ...exported("atlas_render", 0, 1)]),
    ...section(10, [2, 4, 0, 0x41, 0, 0x0b, 3, 0, 0x00, 0x0b]),
  ]),
);
const parts = new Map(modules).set("read", trapping);
const patient = new EngineInstance(parts);
const request = JSON.stringify({ source: sources[0] });
expectError(patient, request, "GAVE_UP");
parts.set("read", modules.get("read"));
if (!Buffer.from(patient.ask("render", Buffer.from(request))).equals(Buffer.from(engine.ask("render", Buffer.from(request))))) {
  fail("the engine does not answer as before after a trap");
}

/** Sources cut, doubled and mixed at random, from a fixed seed. */
let state = 20_261;
const random = (below) => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % below;
const mutated = Array.from({ length: 400 }, () => {
  const bytes = [...Buffer.from(sources[random(sources.length)])];
  for (let change = random(6); change >= 0; change--) {
    const at = random(bytes.length);
    const other = Buffer.from(sources[random(sources.length)]);
    const from = random(other.length);
    if (random(2)) bytes.splice(at, random(40));
    else bytes.splice(at, random(8), ...other.subarray(from, from + random(60)));
  }
  return JSON.stringify({ source: Buffer.from(bytes).toString("utf8") });
});
compare("render", mutated);
