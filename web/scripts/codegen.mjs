// Turns schema.graphql and the documents beside each feature into TypeScript.
//
//   node web/scripts/codegen.mjs           writes what has changed
//   node web/scripts/codegen.mjs --check   writes nothing, fails if a file is out of date
//
// `src/**/queries.graphql` becomes `queries.generated.ts` next to it, so that a lazily loaded page carries only its own
// documents; enums and inputs go to `src/api/generated.ts`, which holds no code at all. `build/graphql-documents.json`
// lists them all by hash, for servers that answer no others.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import graphql from "../node_modules/graphql/index.js";

const { buildSchema, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isScalarType } = graphql;
const { Kind, parse, print, stripIgnoredCharacters, validate, typeFromAST } = graphql;

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const allowed = {};
const checkOnly = process.argv.includes("--check");
const schema = buildSchema(readFileSync(join(web, "../schema.graphql"), "utf8"));
const roots = { query: () => schema.getQueryType(), mutation: () => schema.getMutationType(), subscription: () => schema.getSubscriptionType() };
const note = "// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.\n";
const scalars = { ID: "string", String: "string", Int: "number", Float: "number", Boolean: "boolean", DateTime: "string" };

/** TypeScript for a type; `selected` says what stands for an object. */
function typeText(type, selected) {
  if (isNonNullType(type)) return bareText(type.ofType, selected);
  return `${bareText(type, selected)} | null`;
}

function bareText(type, selected) {
  if (isListType(type)) {
    const item = typeText(type.ofType, selected);
    return item.includes(" | null") ? `readonly (${item})[]` : `readonly ${item}[]`;
  }
  if (isScalarType(type)) return scalars[type.name] ?? "unknown";
  if (isObjectType(type)) return selected;
  return type.name;
}

function namesIn(type, used) {
  const named = getNamedType(type);
  if (isEnumType(named) || isInputObjectType(named)) used.add(named.name);
}

/** All fields of a selection, with fragments laid flat. */
function flatten(selectionSet, fragments, into = new Map()) {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const known = into.get(key);
      if (known && selection.selectionSet) known.sets.push(selection.selectionSet);
      else if (!known) into.set(key, { name: selection.name.value, sets: selection.selectionSet ? [selection.selectionSet] : [] });
    } else {
      const set = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value).selectionSet : selection.selectionSet;
      flatten(set, fragments, into);
    }
  }
  return into;
}

function objectText(type, sets, fragments, used, indent) {
  const fields = new Map();
  for (const set of sets) flatten(set, fragments, fields);
  const lines = [...fields].map(([key, field]) => {
    const definition = type.getFields()[field.name];
    namesIn(definition.type, used);
    const named = getNamedType(definition.type);
    const inner = isObjectType(named) ? objectText(named, field.sets, fragments, used, `${indent}  `) : "";
    return `${indent}  readonly ${key}: ${typeText(definition.type, inner)};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function variablesText(operation, used) {
  const lines = (operation.variableDefinitions ?? []).map((definition) => {
    const type = typeFromAST(schema, definition.type);
    namesIn(type, used);
    const optional = isNonNullType(type) && !definition.defaultValue ? "" : "?";
    return `  readonly ${definition.variable.name.value}${optional}: ${typeText(type, "")};`;
  });
  return lines.length > 0 ? `{\n${lines.join("\n")}\n}` : "Record<string, never>";
}

function spreadsOf(node, fragments, found = new Set()) {
  for (const [, name] of print(node).matchAll(/\.\.\.\s*([A-Za-z_]\w*)/g)) {
    if (name === "on" || found.has(name)) continue;
    found.add(name);
    spreadsOf(fragments.get(name), fragments, found);
  }
  return found;
}

function documentsIn(path) {
  const document = parse(readFileSync(path, "utf8"));
  const errors = validate(schema, document);
  if (errors.length > 0) {
    for (const error of errors) {
      const place = error.locations?.[0];
      console.error(`${relative(web, path)}:${place?.line ?? 0}:${place?.column ?? 0}: ${error.message}`);
    }
    process.exit(1);
  }
  const fragments = new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));
  const used = new Set();
  const parts = [];
  for (const operation of document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION)) {
    const root = roots[operation.operation]();
    const name = operation.name.value;
    const pieces = [operation, ...[...spreadsOf(operation, fragments)].map((each) => fragments.get(each))];
    const text = stripIgnoredCharacters(pieces.map(print).join("\n"));
    allowed[createHash("sha256").update(text).digest("hex")] = text;
    parts.push(
      `export interface ${name}Result ${objectText(root, [operation.selectionSet], fragments, used, "")}\n`,
      `export type ${name}Variables = ${variablesText(operation, used)};\n`,
      `export const ${name} = ${JSON.stringify(text)} as Document<${name}Result, ${name}Variables>;\n`,
    );
  }
  const names = ["Document", ...[...used].sort()].join(", ");
  const api = relative(dirname(path), join(web, "src/api/generated"));
  return `${note}import type { ${names} } from "${api.startsWith(".") ? api : `./${api}`}";\n\n${parts.join("\n")}`;
}

function sharedTypes() {
  const parts = [
    "/** The text of an operation, carrying the types of its answer and its variables. */",
    "export type Document<Result, Variables> = string & { readonly result?: Result; readonly variables?: Variables };\n",
  ];
  for (const type of Object.values(schema.getTypeMap()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (type.name.startsWith("__")) continue;
    if (isEnumType(type)) {
      parts.push(`export type ${type.name} = ${type.getValues().map((value) => `"${value.name}"`).join(" | ")};\n`);
    } else if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map(
        (field) => `  readonly ${field.name}${isNonNullType(field.type) ? "" : "?"}: ${typeText(field.type, "")};`,
      );
      parts.push(`export interface ${type.name} {\n${fields.join("\n")}\n}\n`);
    }
  }
  return `${note}\n${parts.join("\n")}`;
}

function documentFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return documentFiles(path);
      return entry.name.endsWith(".graphql") ? [path] : [];
    });
}

const outputs = [[join(web, "src/api/generated.ts"), sharedTypes()]];
for (const path of documentFiles(join(web, "src"))) outputs.push([path.replace(/\.graphql$/, ".generated.ts"), documentsIn(path)]);

let stale = 0;
for (const [path, text] of outputs) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale += 1;
  if (checkOnly) console.error(`${relative(web, path)} is out of date: run scripts/build-web.sh`);
  else writeFileSync(path, text);
}
if (checkOnly && stale > 0) process.exit(1);
console.log(`codegen: ${outputs.length} files, ${checkOnly ? "all current" : `${stale} written`}`);
if (!checkOnly) {
  mkdirSync(join(web, "../build"), { recursive: true });
  writeFileSync(join(web, "../build/graphql-documents.json"), `${JSON.stringify(allowed, null, 1)}\n`);
}
