// The parts of the GraphQL page that read documents, against graphql-js:
//
//     node web/tests/ide.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const { buildSchema, introspectionFromSchema, parse, print } = createRequire(import.meta.url)("../node_modules/graphql");

async function load(name) {
  const folder = mkdtempSync(join(tmpdir(), "atlas-ide-"));
  const out = join(folder, `${name}.mjs`);
  const run = spawnSync("esbuild", [join(root, `web/src/ide/${name}.ts`), "--bundle", "--format=esm", `--outfile=${out}`, "--log-level=warning"], { stdio: "inherit" });
  assert.equal(run.status, 0);
  const module = await import(pathToFileURL(out));
  rmSync(folder, { recursive: true });
  return module;
}

const { prettified } = await load("prettify");
const { complete } = await load("completion");
const { schemaOf } = await load("schema");
const { operationAt, tokensOf } = await load("tokens");
let count = 0;
const check = (name, body) => {
  body();
  count += 1;
  console.log(`ok    ${name}`);
};

const documents = [
  "{a}",
  "query Q($id: ID!, $size: [Int!]! = [1, 2], $in: In = {a: 1, b: [{c: \"x\"}]}) @d(x: 1) { a: b(id: $id, size: $size) @include(if: true) @skip(if: $no) { c, ...F @x, ... on T { d } ... @y { e } ... { f(x: null y: ENUM z: -1.5e3) } } }",
  "fragment F on T @d { a b } mutation M { go(text: \"\"\"\n  block \"\"\\\"\"\"\n    indented\n\"\"\", more: true) { ok } } subscription { s }",
  "{ long(argument: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", other: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", third: {x: [1, 2, 3]}) { a } }",
  "query on { on(on: on) { on ... on on { query fragment } } }",
  "query A { query mutation: fragment { subscription } } { shorthand }",
  readFileSync(join(root, "web/src/api/session.graphql"), "utf8"),
  readFileSync(join(root, "web/src/landing/queries.graphql"), "utf8"),
];

check("a tidied document means the same and is tidy already", () => {
  for (const document of documents) {
    const tidy = prettified(document);
    assert.equal(print(parse(tidy)), print(parse(document)));
    assert.equal(prettified(tidy), tidy);
  }
});

check("a tidied document looks as graphql-js prints it", () => {
  for (const index of [0, 1, 3, 4, 5]) assert.equal(prettified(documents[index]).trim(), print(parse(documents[index])).trim());
});

check("comments stay, and what is no document is left alone", () => {
  assert.equal(prettified("# one\nquery { # two\na(x: 1 # three\ny: 2) }\n# four"), "# one\nquery {\n  # two\n  a(x: 1 # three\n    y: 2)\n}\n\n# four\n");
  for (const text of ['{ a(b: "open }', "{ a ? b }", "", "   "]) assert.equal(prettified(text), null);
});

const schema = schemaOf(
  introspectionFromSchema(
    buildSchema(`
      type Query { cat(id: ID!, size: Size, filter: Filter, tags: [Size!]): Cat pets: [Pet!]! }
      type Mutation { feed(id: ID!): Boolean }
      interface Named { name: String }
      type Cat implements Named { name: String lives(from: Int = 1): [Int!]! friend: Cat }
      type Dog implements Named { name: String barks: Boolean }
      union Pet = Cat | Dog
      enum Size { SMALL LARGE }
      input Filter { loud: Boolean size: Size not: Filter }
    `),
  ),
);
/** The labels that are suggested where `|` stands. */
const at = (text) => complete(text.replace("|", ""), text.indexOf("|"), schema)?.suggestions.map((each) => each.label) ?? [];

check("what may stand at a place is suggested", () => {
  const cat = ["name", "lives", "friend", "__typename"];
  const cases = {
    "|": ["query", "mutation", "subscription", "fragment"],
    "mut|": ["mutation"],
    "{ | }": ["cat", "pets", "__typename"],
    "query Q { | }": ["cat", "pets", "__typename"],
    "mutation { | }": ["feed", "__typename"],
    "{ cat(id: 1) { | } }": cat,
    "{ cat(id: 1) { friend { li| } } }": ["lives"],
    "{ mine: cat(id: 1) { friend { name } | } }": cat,
    "{ cat(|) }": ["id", "size", "filter", "tags"],
    "{ cat(id: 1, |) }": ["size", "filter", "tags"],
    "{ cat(size: |) }": ["SMALL", "LARGE"],
    "{ cat(tags: [|]) }": ["SMALL", "LARGE"],
    "{ cat(filter: {|}) }": ["loud", "size", "not"],
    "{ cat(filter: {not: {loud: |}}) }": ["true", "false"],
    "{ cat(filter: {not: {loud: true}, |}) }": ["loud", "size"],
    "query($a: ID!) { cat(id: $|) }": ["$a"],
    "query($a: F|) { cat }": ["Filter"],
    "{ pets { | } }": ["__typename"],
    "{ pets { ... on | } }": ["Cat", "Dog", "Pet"],
    "{ pets { ... on Dog { | } } }": ["name", "barks", "__typename"],
    "{ pets { ...| } } fragment Fur on Cat { name }": ["on", "Fur"],
    "fragment Fur on Cat { | }": cat,
    "fragment Fur on D|": ["Dog", "Named"],
    "{ pets @in| }": ["@include"],
    "{ pets @include(|) }": ["if"],
    "{ pets @include(if: |) }": ["true", "false"],
    "query { pets } mutation { f| }": ["feed"],
    '{ cat(id: "|") }': [],
    "{ pets # |\n }": [],
  };
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(at(text), expected, text);
});

check("the operation at the caret is the one that runs", () => {
  const text = "query A { a } fragment F on T { query } mutation B { query } { c }";
  assert.deepEqual(["query A", "query }", "mutation", "{ c"].map((each) => operationAt(text, text.indexOf(each) + 1)?.name), ["A", "A", "B", null]);
});

check("no text makes it stumble", () => {
  let seed = 1;
  const random = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  const pieces = ["{", "}", "(", ")", "[", "]", ":", "...", "on", "query", "cat", "$a", "@include", '"', '"""', "#", "\n", " ", "é", "1", "=", "!", ",", "fragment", "filter"];
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: random(24) }, () => pieces[random(pieces.length)]).join(random(2) ? " " : "");
    assert.ok(tokensOf(text).every((token, index, all) => token.end > token.start && (index === 0 || token.start >= all[index - 1].end)));
    complete(text, random(text.length + 1), schema);
    operationAt(text, random(text.length + 1));
    const tidy = prettified(text);
    if (tidy !== null) assert.deepEqual(tokensOf(tidy).map((each) => each.text.trimEnd()), tokensOf(text).map((each) => each.text.trimEnd()), text);
  }
});
console.log(`${count} passed`);
