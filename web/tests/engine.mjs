// Holds the diagram engine of the browser to the bytes of the server: every source of the catalogue, drawn, and with
// each node taken away in turn.
//
//   node web/tests/engine.mjs ATLAS     ATLAS is the server's binary; build/wasm/diagrams.wasm must be there
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const atlas = resolve(process.argv[2] ?? join(root, ".build/debug/atlas"));
const longestAnswers = 1_073_741_824;

const module = new WebAssembly.Module(readFileSync(join(root, "build/wasm/diagrams.wasm")));
if (WebAssembly.Module.imports(module).length > 0) fail("the module imports something");
const engine = new WebAssembly.Instance(module, {}).exports;

function fail(message) {
  console.error(`engine: ${message}`);
  process.exit(1);
}

/** The engine's answer, as bytes. */
function inBrowser(question, request) {
  const bytes = Buffer.from(request);
  const start = engine.atlas_request(bytes.length);
  new Uint8Array(engine.memory.buffer, start, bytes.length).set(bytes);
  const count = engine[`atlas_${question}`]();
  return Buffer.from(new Uint8Array(engine.memory.buffer, engine.atlas_answer(), count));
}

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
    const answer = inBrowser(question, request);
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
