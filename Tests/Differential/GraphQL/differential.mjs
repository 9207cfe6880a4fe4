#!/usr/bin/env node
// Asks graphql-js and Atlas's engine the same questions and fails on any difference that differences.mjs does not list,
// and on a listed one that is none any more.
//
//   differential.mjs --tool .build/debug/graphql-tool [--seed 1] [--rounds 120] [--show 5]
//
// A round makes one schema and some fifty cases on it: texts to read, documents to validate, operations to execute with
// variables and data, valid ones and broken ones. A seed makes the same cases on every machine.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { inventor } from "./data.mjs";
import { differences } from "./differences.mjs";
import { makeDocument, makeVariables } from "./documents.mjs";
import { breakText, makeTokens } from "./mutations.mjs";
import { Random } from "./random.mjs";
import { answer, graphql } from "./reference.mjs";
import { makeSchema } from "./schemas.mjs";

const { values: options } = parseArgs({
  options: {
    tool: { type: "string", default: ".build/debug/graphql-tool" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "120" },
    show: { type: "string", default: "5" },
  },
});

/** Cases and what graphql-js makes of them. */
class Cases {
  constructor() {
    this.sources = {};
    this.schemas = new Map();
    this.requests = [];
    this.expected = [];
    this.crashes = new Map();
  }

  addSchema(name, sdl) {
    this.sources[name] = sdl;
    this.schemas.set(name, graphql.buildSchema(sdl));
  }

  /** Adds a case and returns what graphql-js makes of it, or undefined for one that graphql-js itself stumbles over. */
  add(request) {
    let expected;
    try {
      expected = answer(request, this.schemas);
    } catch (error) {
      this.crashes.set(error.message.slice(0, 40), request);
      return undefined;
    }
    this.requests.push({ id: this.requests.length, ...request });
    this.expected.push(expected);
    return expected;
  }

  /** What Atlas's engine makes of them. */
  answers(tool) {
    const lines = [{ kind: "schemas", schemas: this.sources }, ...this.requests]
      .map((line) => JSON.stringify(line));
    const run = spawnSync(tool, { input: lines.join("\n") + "\n", maxBuffer: 2 ** 30, encoding: "utf8" });
    if (run.error || run.status !== 0) throw new Error(`${tool}: ${run.error ?? run.stderr}`);
    return run.stdout.trimEnd().split("\n").map((line) => {
      const { id, ...rest } = JSON.parse(line);
      return rest;
    });
  }
}

/** Adds the cases of one round. */
function addRound(cases, random, round) {
  const sdl = makeSchema(random);
  const isValid = cases.add({ kind: "sdl", sdl })?.valid;
  for (let count = 0; count < 8; count++) cases.add({ kind: "sdl", sdl: breakText(random, sdl) });
  for (let count = 0; count < 6; count++) cases.add({ kind: "lex", text: makeTokens(random) });
  cases.add({ kind: "parse", text: breakText(random, sdl) });
  if (!isValid) return;
  cases.add({ kind: "schema", sdl });
  cases.add({ kind: "sdl", sdl: breakText(random, "extend type Query { added(input: Input0): Int }\n"
    + "extend input Input0 { added: String }\nextend enum Enum0 { MORE }\ntype Extra { any: Enum0 }"), extend: sdl });
  const name = `schema${round}`;
  cases.addSchema(name, sdl);
  for (let count = 0; count < 10; count++) addDocument(cases, random, name);
}

function addDocument(cases, random, name) {
  const schema = cases.schemas.get(name);
  const document = makeDocument(random, schema);
  cases.add({ kind: "parse", text: document });
  const isValid = cases.add({ kind: "validate", schema: name, document })?.errors.length === 0;
  const broken = breakText(random, document);
  cases.add({ kind: "parse", text: broken });
  cases.add({ kind: "validate", schema: name, document: broken });
  if (random.chance(0.1)) cases.add({ kind: "validate", schema: name, document: broken + broken, maxErrors: 3 });
  if (random.chance(0.2)) addAmongDefinitions(cases, random, name, random.chance(0.3) ? document : broken);
  if (!isValid) return;
  const operations = graphql.parse(document).definitions.filter((node) => node.kind === "OperationDefinition");
  for (const mistakes of [0, 0.06, 0.2]) {
    const operation = random.pick(operations);
    const request = { kind: "execute", schema: name, document, root: {}, invent: inventor(random, schema, mistakes) };
    request.variables = makeVariables(random, schema, operation, random.chance(0.5) ? mistakes * 2 : 0);
    if (operations.length > 1 || random.chance(0.05)) request.operationName = operation.name?.value ?? "Missing";
    cases.add(request);
  }
}

/** Adds a document that stands where definitions are expected. */
function addAmongDefinitions(cases, random, name, document) {
  const sdl = cases.sources[name];
  if (random.chance(0.4)) return cases.add({ kind: "sdl", sdl: document, extend: sdl });
  return cases.add({ kind: "sdl", sdl: random.chance(0.5) ? sdl + document : `${document}\n${sdl}` });
}

/** An answer as it is compared: the order of keys counts, the style of quotes in messages does not. */
function comparable(value) {
  return JSON.stringify(value, (key, inner) => key === "message" ? inner.replaceAll("'", '"') : inner);
}

/** Whether two answers are equal once the listed differences are taken away; `used` gathers those that were met. */
function agree({ schemas }, request, ours, theirs, listed, used) {
  if (comparable(ours) === comparable(theirs)) return true;
  const asked = { ...request, schemaObject: schemas.get(request.schema) };
  let pair = { ours: structuredClone(ours), theirs: structuredClone(theirs) };
  const met = [];
  for (const difference of listed) {
    if (comparable(pair.ours) === comparable(pair.theirs)) break;
    const before = comparable(pair.ours) + comparable(pair.theirs);
    pair = difference.settle(asked, pair.ours, pair.theirs) ?? pair;
    if (comparable(pair.ours) + comparable(pair.theirs) !== before) met.push(difference.name);
  }
  if (comparable(pair.ours) !== comparable(pair.theirs)) return false;
  for (const name of met) used.set(name, (used.get(name) ?? 0) + 1);
  return true;
}

/** Shows a case and the first place at which its answers differ. */
function show(request, ours, theirs) {
  const { document, text, sdl, ...rest } = request;
  console.log(`\n--- ${JSON.stringify(rest).slice(0, 1500)}\n${[document, text, sdl].filter(Boolean).join("\n")}`);
  let [left, right, place] = [ours, theirs, "answer"];
  while (left && right && typeof left === "object" && typeof right === "object") {
    const key = [...Object.keys(right), ...Object.keys(left)].find((key) => comparable(left[key]) !== comparable(right[key]));
    if (key === undefined) {
      console.log(`the order of keys differs at ${place}: ${Object.keys(left)} and ${Object.keys(right)}`);
      return;
    }
    [left, right, place] = [left[key], right[key], `${place}.${key}`];
  }
  if (typeof left === "string" && typeof right === "string") {
    const start = Math.max(0, [...left].findIndex((unit, index) => unit !== [...right][index]) - 60);
    [left, right] = [left.slice(start, start + 200), right.slice(start, start + 200)];
  }
  console.log(`${place}\n  graphql-js: ${JSON.stringify(right)}\n  Atlas:      ${JSON.stringify(left)}`);
}

/** The listed differences that their examples do not show any more. */
function staleDifferences() {
  const cases = new Cases();
  const owners = [];
  for (const difference of differences) {
    const { schema, ...example } = difference.example;
    if (schema) cases.addSchema(difference.name, schema);
    cases.add(schema ? { ...example, schema: difference.name } : example);
    owners.push(difference);
  }
  if (!owners.length) return [];
  const answers = cases.answers(options.tool);
  return owners.filter((difference, index) => {
    const [request, ours, theirs] = [cases.requests[index], answers[index], cases.expected[index]];
    if (comparable(ours) === comparable(theirs)) return true;
    if (agree(cases, request, ours, theirs, [difference], new Map())) return false;
    show(request, ours, theirs);
    return true;
  }).map((difference) => difference.name);
}

function main() {
  const cases = new Cases();
  for (let round = 0; round < Number(options.rounds); round++) {
    addRound(cases, new Random(Number(options.seed) * 1_000_003 + round), round);
  }
  const answers = cases.answers(options.tool);
  const used = new Map();
  const tally = {};
  let failures = 0;
  for (const [index, request] of cases.requests.entries()) {
    const [ours, theirs] = [answers[index], cases.expected[index]];
    const accepted = theirs.ok ?? theirs.valid ?? !(theirs.errors ?? theirs.result?.errors ?? []).length;
    const row = (tally[request.kind] ??= { cases: 0, accepted: 0 });
    row.cases += 1;
    row.accepted += accepted ? 1 : 0;
    if (agree(cases, request, ours ?? null, theirs, differences, used)) continue;
    failures += 1;
    if (failures <= Number(options.show)) show(request, ours, theirs);
  }
  for (const [kind, row] of Object.entries(tally)) {
    console.log(`${kind.padEnd(9)} ${row.cases} cases, ${row.accepted} of them right for graphql-js`);
  }
  for (const [name, count] of used) console.log(`listed    ${count} × ${name}`);
  for (const [message] of cases.crashes) console.log(`left out, for graphql-js fails on it: ${message}`);
  const stale = staleDifferences();
  for (const name of stale) console.log(`no longer as listed: ${name}`);
  console.log(`${cases.requests.length} cases, seed ${options.seed}: ${failures} differ beyond the list`);
  process.exitCode = failures || stale.length ? 1 : 0;
}

main();
