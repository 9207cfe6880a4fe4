/**
 * Every difference that is meant, and no other.
 *
 * Each has a reason, an example that shows it, and `settle`, which gives both answers with the difference taken away, or
 * nothing where it does not apply. What remains must be equal.
 */
import { graphql } from "./reference.mjs";

const QUERY = "type Query { any: Int }";

/** Both answers without the errors that a test picks. */
function without(ours, theirs, isMeant) {
  const rest = ({ valid, errors = [], ...answer }) => {
    const remaining = errors.filter((error) => !isMeant(error.message));
    return { ...answer, errors: remaining, valid: valid === undefined ? undefined : remaining.length === 0 };
  };
  return { ours: rest(ours), theirs: rest(theirs) };
}

/** Takes away a rule for schemas that graphql-js does not have. */
const newRule = (pattern) => (request, ours, theirs) =>
  request.kind === "sdl" && ours.errors?.some((error) => pattern.test(error.message))
    ? without(ours, theirs, (message) => pattern.test(message))
    : undefined;

const equal = { ours: null, theirs: null };

export const differences = [
  {
    name: "introspection of @oneOf and texts of built-in definitions",
    reason: "September 2025 adds `isOneOf` and the directive and makes the reason of @deprecated non-null; built-in "
      + "descriptions are in our own words.",
    example: { kind: "schema", sdl: QUERY },
    settle(request, ours, theirs) {
      if (request.kind !== "schema" && !/__(schema|type)\b/.test(request.document)) return undefined;
      const standard = new Set([...graphql.specifiedScalarTypes, ...graphql.introspectionTypes,
        ...graphql.specifiedDirectives].map(({ name }) => name));
      const plain = (value, isStandard) => {
        if (Array.isArray(value)) {
          return value.filter((item) => !(item?.name === "oneOf" && item.locations) && item?.name !== "isOneOf")
            .map((item) => plain(item, isStandard));
        }
        if (value === null || typeof value !== "object") return value;
        if (value.name === "deprecated" && value.locations) return { ...value, description: null, args: null };
        const inside = isStandard || standard.has(value.name);
        return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "isOneOf")
          .map(([key, inner]) => [key, inside && key === "description" ? null : plain(inner, inside)]));
      };
      return { ours: plain(ours, false), theirs: plain(theirs, false) };
    },
  },
  {
    name: "deprecated implementations",
    reason: "September 2025, 3.6: a field may not be deprecated where the interface's field is not.",
    example: {
      kind: "sdl",
      sdl: `${QUERY} interface Node { id: ID } type Object implements Node { id: ID @deprecated }`,
    },
    settle: newRule(/^Interface field \S+ is not deprecated, so implementation field/),
  },
  {
    name: "distinct root types",
    reason: "September 2025, 3.3.1: the root types of operations must differ.",
    example: { kind: "sdl", sdl: `${QUERY} schema { query: Query mutation: Query }` },
    settle: newRule(/^All root types must be different/),
  },
  {
    name: "conditions on subscriptions",
    reason: "September 2025, 5.2.4.1: the one field of a subscription may not be skipped or included on a condition.",
    example: {
      kind: "validate",
      schema: `${QUERY} type Subscription { any: Int }`,
      document: "subscription { any @skip(if: true) }",
    },
    settle(request, ours, theirs) {
      const isNew = (message) => /must not use `@skip` or `@include` directives in the top level/.test(message);
      // Fields that are skipped for certain do not count for graphql-js.
      const isCount = (message) => isNew(message) || /must select only one top level field/.test(message);
      if (request.kind !== "validate" || !ours.errors.some(({ message }) => isNew(message))) return undefined;
      // With a low limit of errors, one error more hides another.
      return request.maxErrors ? equal : without(ours, theirs, isCount);
    },
  },
  {
    name: "escapes before characters of two UTF-16 units",
    reason: "graphql-js shows half of the character in its message.",
    example: { kind: "lex", text: '"\\😀"' },
    settle(_, ours, theirs) {
      const plain = ({ error, ...answer }) => ({ ...answer, error: { ...error,
        message: error.message.replace(/(escape sequence: "\\).*/u, "$1") } });
      return ours.error && theirs.error ? { ours: plain(ours), theirs: plain(theirs) } : undefined;
    },
  },
  {
    name: "descriptions in executable documents",
    reason: "September 2025, 2.4, 2.8 and 2.11: operations, fragments and variables may be described.",
    example: { kind: "parse", text: 'query ("of a variable" $a: Int) { any }' },
    settle(request, ours, theirs) {
      const error = theirs.error ?? theirs.errors?.[0];
      return /^Syntax Error: (Expected "\$", found|Unexpected) (Block)?String|^Syntax Error: Unexpected description/
        .test(error?.message) ? equal : undefined;
    },
  },
  {
    name: "lists given for input objects",
    reason: "graphql-js takes a list for an object, for it is one in JavaScript.",
    example: {
      kind: "execute",
      schema: "type Query { any(input: Input): Int } input Input { a: Int }",
      document: "query ($input: Input) { any(input: $input) }",
      variables: { input: [] },
    },
    settle: (_, ours) => ours.result?.errors?.some(({ message }) =>
      /got invalid value \[.*; Expected type "\w+" to be an object\.$/.test(message)) ? equal : undefined,
  },
  {
    name: "conditions that are null",
    reason: "A variable may be null where `if` of @skip or @include must not be. Plans are made before anything is "
      + "executed, so the operation is refused whole; graphql-js fails at the field that holds the selection.",
    example: {
      kind: "execute",
      schema: "type Query { any: Query }",
      document: "query ($if: Boolean = true) { any { any @skip(if: $if) { __typename } } }",
      variables: { if: null },
      root: { any: { value: { $type: "Query", fields: {} } } },
    },
    settle: (_, ours) => ours.result && !("data" in ours.result) && ours.result.errors.every(({ message }) =>
      message === 'Argument "if" of non-null type "Boolean!" must not be null.') ? equal : undefined,
  },
  {
    name: "numbers with blanks around them",
    reason: "graphql-js takes \" 7 \" of a resolver for the number 7.",
    example: { kind: "execute", schema: QUERY, document: "{ any }", root: { any: { value: " 7 " } } },
    settle: (request, ours) => ours.result && JSON.stringify(request.root).includes('" 7 "') ? equal : undefined,
  },
  {
    name: "descriptions of extended schemas",
    reason: "graphql-js forgets the description of a schema that it extends.",
    example: { kind: "sdl", sdl: "extend type Query { more: Int }", extend: `"What it is for." schema { query: Query } ${QUERY}` },
    settle(request, ours, theirs) {
      if (request.extend === undefined || !ours.printedSchema || !theirs.printedSchema) return undefined;
      const plain = (answer) => ({ ...answer, printedSchema: answer.printedSchema.replace(/^("""[^]*?)?schema \{[^}]*\}\n\n/, "") });
      return { ours: plain(ours), theirs: plain(theirs) };
    },
  },
  {
    name: "names as defaults of custom scalars",
    reason: "A default is printed as it was written; graphql-js makes a string of a name.",
    example: { kind: "sdl", sdl: "type Query { any(of: Custom = NAME): Int } scalar Custom" },
    settle(request, ours, theirs) {
      const plain = ({ printedSchema, ...answer }) => ({ ...answer,
        printedSchema: printedSchema?.replaceAll(/([=:[,] ?)"([A-Za-z_]\w*)"/g, "$1$2") });
      return request.kind === "sdl" && "printedSchema" in ours ? { ours: plain(ours), theirs: plain(theirs) } : undefined;
    },
  },
  {
    name: "conflicts of fields in fragments",
    reason: "graphql-js 16.6 remembers pairs of fragments where it should remember a fragment and the fields beside it "
      + "(mended in 16.8), so that it misses some conflicts and repeats others. Whether there are any is asked of it "
      + "with every spread replaced by an inline fragment.",
    example: {
      kind: "validate",
      schema: "type Query { any: Query, id(of: Int): ID }",
      document: "{ any { id ...on Query { any { id } any { ...A } } } } fragment A on Query { id(of: 1) }",
    },
    settle(request, ours, theirs) {
      if (request.kind !== "validate" || !/\.\.\.\s*(?!on\b)\w/.test(request.document)) return undefined;
      const isConflict = (message) => /^Fields ".*" conflict because/.test(message);
      if (![...ours.errors, ...theirs.errors].some(({ message }) => isConflict(message))) return undefined;
      const expected = conflictsWhenInlined(request);
      if (expected !== undefined && expected !== ours.errors.some(({ message }) => isConflict(message))) return undefined;
      return request.maxErrors ? equal : without(ours, theirs, isConflict);
    },
  },
];

/** Whether graphql-js finds conflicts when no fragments are left; undefined where they have no end. */
function conflictsWhenInlined({ document, schemaObject }) {
  const parsed = graphql.parse(document);
  const fragments = new Map(parsed.definitions.filter(({ kind }) => kind === "FragmentDefinition")
    .map((node) => [node.name.value, node]));
  let budget = 5_000;
  const inline = (set) => {
    if (--budget < 0) throw new RangeError("no end");
    return { ...set, selections: set.selections.flatMap((node) => {
      if (node.kind === "FragmentSpread") {
        const fragment = fragments.get(node.name.value);
        return fragment ? [{ kind: "InlineFragment", typeCondition: fragment.typeCondition,
          selectionSet: inline(fragment.selectionSet) }] : [];
      }
      return [node.selectionSet ? { ...node, selectionSet: inline(node.selectionSet) } : node];
    }) };
  };
  try {
    const definitions = parsed.definitions.filter((node) => node.selectionSet)
      .map((node) => ({ ...node, selectionSet: inline(node.selectionSet) }));
    return graphql.validate(schemaObject, { ...parsed, definitions },
      [graphql.OverlappingFieldsCanBeMergedRule]).length > 0;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
