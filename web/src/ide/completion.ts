import { fieldsOf, isComposite, nameOf, written } from "./schema";
import type { FieldPart, InputPart, Schema, TypePart, TypeUse } from "./schema";
import { tokensOf } from "./tokens";
import type { Token } from "./tokens";

export interface Suggestion {
  readonly label: string;
  /** What is written in its place. */
  readonly text: string;
  /** A type, or a word for what it is. */
  readonly detail: string;
  readonly note: string | null;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

const limit = 40;

/** Where the caret is, in terms of the schema. */
type Place =
  | { readonly in: "document"; root: TypePart | null; after: "nothing" | "operation" | "fragment" | "on" }
  | { readonly in: "selection"; readonly type: TypePart | null; field: FieldPart | null; after: "field" | "spread" | "on"; inner: TypePart | null }
  | { readonly in: "inputs"; readonly inputs: readonly InputPart[]; readonly given: string[]; current: InputPart | null; wantsValue: boolean }
  | { readonly in: "list"; readonly use: TypeUse | null }
  | { readonly in: "variables"; wantsType: boolean };

/** What may be written at a place of a document; `null` where nothing can be said. */
export function complete(source: string, caret: number, schema: Schema): Completion | null {
  const tokens = tokensOf(source);
  const touched = tokens.find((token) => token.start < caret && caret <= token.end);
  const isWord = touched?.kind === "name" || touched?.kind === "variable" || touched?.kind === "directive";
  if (touched && !isWord && (touched.kind !== "mark" || caret < touched.end)) return null;
  const from = touched && isWord ? touched.start : caret;
  const prefix = source.slice(from, caret);
  const before = tokens.filter((token) => token.end <= from && token.kind !== "comment");
  const place = walk(before, schema);
  const all = prefix.startsWith("@") ? directives(place, schema) : candidates(place, before, tokens, schema);
  const suggestions = ranked(all, prefix);
  return suggestions.length > 0 ? { from, to: touched && isWord ? touched.end : caret, suggestions } : null;
}

function ranked(all: readonly Suggestion[], prefix: string): readonly Suggestion[] {
  const wanted = prefix.toLowerCase();
  const starts = all.filter((each) => each.label.toLowerCase().startsWith(wanted));
  const contains = all.filter((each) => !starts.includes(each) && each.label.toLowerCase().includes(wanted.replace(/^[$@]/, "") || wanted));
  return [...starts, ...(wanted === "" ? [] : contains)].slice(0, limit);
}

// ── Reading what stands before the caret ────────────────────────────────────

function walk(tokens: readonly Token[], schema: Schema): Place {
  const places: Place[] = [{ in: "document", root: null, after: "nothing" }];
  tokens.forEach((token, index) => {
    const place = places[places.length - 1];
    if (!place) return;
    const last = tokens[index - 1];
    if (token.kind === "mark" && "{([".includes(token.text)) {
      places.push(inside(place, token.text, last, schema));
    } else if (token.kind === "mark" && "})]".includes(token.text)) {
      if (places.length > 1) places.pop();
      leave(places[places.length - 1], token.text);
    } else {
      step(place, token, last, schema);
    }
  });
  return places[places.length - 1] ?? { in: "document", root: null, after: "nothing" };
}

function inside(place: Place, bracket: string, last: Token | undefined, schema: Schema): Place {
  if (bracket === "(") {
    if (last?.kind === "directive") return inputs(schema.directives.find((each) => `@${each.name}` === last.text)?.args);
    if (place.in === "selection") return inputs(place.field?.args);
    return { in: "variables", wantsType: false };
  }
  if (bracket === "[") {
    const use = place.in === "inputs" ? place.current?.type : place.in === "list" ? place.use : undefined;
    return place.in === "variables" ? { in: "variables", wantsType: place.wantsType } : { in: "list", use: use ?? null };
  }
  switch (place.in) {
    case "document":
      return selection(place.after === "nothing" ? schema.roots.query : place.root);
    case "selection":
      if (place.after !== "field") return selection(place.inner ?? place.type);
      return selection(place.field ? schema.types.get(nameOf(place.field.type)) ?? null : null);
    case "inputs":
      return inputs(place.current ? schema.types.get(nameOf(place.current.type))?.inputFields : null);
    case "list":
      return inputs(place.use ? schema.types.get(nameOf(place.use))?.inputFields : null);
    case "variables":
      return inputs(null);
  }
}

const selection = (type: TypePart | null): Place => ({ in: "selection", type, field: null, after: "field", inner: null });
const inputs = (parts: readonly InputPart[] | null | undefined): Place => ({
  in: "inputs",
  inputs: parts ?? [],
  given: [],
  current: null,
  wantsValue: false,
});

function leave(place: Place | undefined, bracket: string): void {
  if (place?.in === "inputs") place.wantsValue = false;
  if (bracket !== "}") return;
  if (place?.in === "document") {
    place.after = "nothing";
    place.root = null;
  }
  if (place?.in === "selection") {
    place.after = "field";
    place.field = null;
    place.inner = null;
  }
}

function step(place: Place, { kind, text }: Token, last: Token | undefined, schema: Schema): void {
  switch (place.in) {
    case "document":
      if (kind !== "name") return;
      if (place.after === "on") place.root = schema.types.get(text) ?? null;
      else if (place.after === "fragment" && text === "on" && last?.text !== "fragment") place.after = "on";
      else if (place.after === "nothing") {
        place.after = text === "fragment" ? "fragment" : "operation";
        place.root = text === "query" || text === "mutation" || text === "subscription" ? schema.roots[text] : null;
      }
      return;
    case "selection":
      if (text === "...") {
        place.after = "spread";
        place.inner = null;
      } else if (kind === "name" && place.after === "spread" && last?.text === "...") place.after = text === "on" ? "on" : "field";
      else if (kind === "name" && place.after === "on") {
        place.inner = schema.types.get(text) ?? null;
        place.after = "spread";
      } else if (kind === "name") {
        place.after = "field";
        place.field = place.type ? fieldsOf(place.type).find((each) => each.name === text) ?? null : null;
      }
      return;
    case "inputs":
      if (kind === "name" && !place.wantsValue) {
        place.current = place.inputs.find((each) => each.name === text) ?? null;
        place.given.push(text);
      } else if (text === ":") place.wantsValue = true;
      else place.wantsValue = false;
      return;
    case "variables":
      if (text === ":") place.wantsType = true;
      else if (kind === "name") place.wantsType = false;
      return;
    case "list":
      return;
  }
}

// ── What may stand there ────────────────────────────────────────────────────

function candidates(place: Place, before: readonly Token[], all: readonly Token[], schema: Schema): readonly Suggestion[] {
  const last = before[before.length - 1];
  switch (place.in) {
    case "document":
      if (place.after === "on") return place.root ? [] : composites(schema);
      if (place.after === "fragment") return last?.text === "fragment" ? [] : [word("on")];
      return place.after === "nothing" ? ["query", "mutation", "subscription", "fragment"].map(word) : [];
    case "selection":
      if (place.after === "on") return composites(schema, place.type);
      if (last?.text === "...") return [word("on"), ...fragments(all)];
      return place.type ? fieldsOf(place.type).map((field) => ({ label: field.name, text: field.name, detail: written(field.type), note: noteOf(field) })) : [];
    case "inputs":
      if (place.wantsValue) return values(place.current?.type ?? null, all, schema);
      return place.inputs
        .filter((each) => !place.given.includes(each.name))
        .map((each) => ({ label: each.name, text: `${each.name}: `, detail: written(each.type), note: noteOf(each) }));
    case "list":
      return values(place.use, all, schema);
    case "variables":
      return place.wantsType ? inputTypes(schema) : [];
  }
}

function values(use: TypeUse | null, all: readonly Token[], schema: Schema): readonly Suggestion[] {
  const type = use ? schema.types.get(nameOf(use)) : undefined;
  const own = type?.name === "Boolean" ? ["true", "false"].map((each) => ({ ...word(each), detail: "Boolean" })) : [];
  const constants = (type?.enumValues ?? []).map((each) => ({ label: each.name, text: each.name, detail: type?.name ?? "", note: noteOf(each) }));
  return [...own, ...constants, ...variables(all)];
}

function variables(all: readonly Token[]): readonly Suggestion[] {
  const defined = all.filter((token, index) => token.kind === "variable" && token.text.length > 1 && all[index + 1]?.text === ":");
  return [...new Set(defined.map((token) => token.text))].map((text) => ({ label: text, text, detail: "variable", note: null }));
}

function fragments(all: readonly Token[]): readonly Suggestion[] {
  return all.flatMap((token, index) => {
    const name = token.text === "fragment" ? all[index + 1] : undefined;
    const on = all[index + 3];
    return name?.kind === "name" && on ? [{ label: name.text, text: name.text, detail: `on ${on.text}`, note: null }] : [];
  });
}

function composites(schema: Schema, within: TypePart | null = null): readonly Suggestion[] {
  const possible = within ? new Set([within.name, ...[...(within.possibleTypes ?? []), ...(within.interfaces ?? [])].map(nameOf)]) : null;
  return typesWhere(schema, (type) => isComposite(type) && (possible?.has(type.name) ?? true));
}

function inputTypes(schema: Schema): readonly Suggestion[] {
  return typesWhere(schema, (type) => ["SCALAR", "ENUM", "INPUT_OBJECT"].includes(type.kind));
}

function typesWhere(schema: Schema, isWanted: (type: TypePart) => boolean): readonly Suggestion[] {
  return [...schema.types.values()]
    .filter((type) => !type.name.startsWith("__") && isWanted(type))
    .map((type) => ({ label: type.name, text: type.name, detail: kindWord(type.kind), note: type.description }));
}

const locations: Record<Place["in"], readonly string[]> = {
  document: ["QUERY", "MUTATION", "SUBSCRIPTION", "FRAGMENT_DEFINITION"],
  selection: ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"],
  variables: ["VARIABLE_DEFINITION"],
  inputs: [],
  list: [],
};

function directives(place: Place, schema: Schema): readonly Suggestion[] {
  return schema.directives
    .filter((each) => each.locations.some((location) => locations[place.in].includes(location)))
    .map((each) => ({ label: `@${each.name}`, text: `@${each.name}`, detail: "directive", note: each.description }));
}

const word = (text: string): Suggestion => ({ label: text, text, detail: "keyword", note: null });

/** A kind of type in a reader's words. */
export function kindWord(kind: string): string {
  return kind.toLowerCase().replace("_", " ");
}

function noteOf(part: { readonly description: string | null; readonly deprecationReason: string | null }): string | null {
  return part.deprecationReason === null ? part.description : `Deprecated: ${part.deprecationReason}`;
}
