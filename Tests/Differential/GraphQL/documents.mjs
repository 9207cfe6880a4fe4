/** Makes executable documents and the variables that go with them. Nearly all are valid. */
import { graphql } from "./reference.mjs";

const { getNamedType, getNullableType, isAbstractType, isEnumType, isInputObjectType, isListType, isNonNullType,
  isCompositeType, isLeafType, isRequiredArgument, isRequiredInputField } = graphql;

/** A random document by a schema. */
export function makeDocument(random, schema) {
  return new DocumentMaker(random, schema).make();
}

/** A JSON value for an input type, fitting unless `mistakes` says otherwise. */
export function makeInput(random, type, mistakes = 0, depth = 0) {
  if (random.chance(mistakes)) {
    return random.pick([null, true, 1, 1.5, -2147483649, "x", "VALUE_0", "", [], [null], {}, { a: 1 }, 1e100, [[1]]]);
  }
  if (isNonNullType(type)) return makeInput(random, type.ofType, mistakes, depth) ?? fallback(random, type.ofType, depth);
  if (random.chance(0.1)) return null;
  return fallback(random, type, depth, mistakes);
}

function fallback(random, type, depth, mistakes = 0) {
  if (isListType(type)) {
    if (random.chance(0.2) && !isListType(getNullableType(type.ofType))) {
      return makeInput(random, type.ofType, mistakes, depth + 1);
    }
    return random.times(0, 2, () => makeInput(random, type.ofType, mistakes, depth + 1));
  }
  if (isInputObjectType(type)) {
    const members = {};
    for (const field of Object.values(type.getFields())) {
      if (!isRequiredInputField(field) && (depth > 2 || random.chance(0.6))) continue;
      if (random.chance(mistakes / 2)) continue;
      members[field.name] = makeInput(random, field.type, mistakes, depth + 1);
    }
    if (random.chance(mistakes / 2)) members[random.pick(["nam", "x", "sizes"])] = 1;
    return members;
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  switch (type.name) {
    case "Int": return random.pick([0, 1, -7, 2147483647]);
    case "Float": return random.pick([0.5, 3, -1e20]);
    case "String": return random.pick(["text", "", "é😀", "line\nbreak"]);
    case "Boolean": return random.chance(0.5);
    case "ID": return random.pick(["one", 12, "3"]);
    default: return random.pick([1, "x", true, { a: [1, null] }]);
  }
}

/** Variables for an operation of a parsed document. */
export function makeVariables(random, schema, operation, mistakes) {
  const variables = {};
  for (const definition of operation.variableDefinitions ?? []) {
    const type = graphql.typeFromAST(schema, definition.type);
    const isOptional = definition.defaultValue || definition.type.kind !== "NonNullType";
    if (!type || !graphql.isInputType(type) || random.chance(isOptional ? 0.3 : mistakes / 2)) continue;
    variables[definition.variable.name.value] = makeInput(random, type, mistakes);
  }
  if (random.chance(0.05)) variables.unknown = 1;
  return variables;
}

class DocumentMaker {
  constructor(random, schema) {
    this.random = random;
    this.schema = schema;
    this.fragments = [];
    this.possible = schema.getDirectives().filter((directive) => !["deprecated", "specifiedBy"].includes(directive.name));
  }

  make() {
    const { random, schema } = this;
    const kinds = ["query", "query", "query", "mutation", "subscription"].filter((kind) => this.root(kind));
    const count = random.chance(0.12) ? 2 : 1;
    const operations = [];
    for (let index = 0; index < count; index++) operations.push(this.operation(random.pick(kinds), index, count));
    const fragments = [];
    // Selections of a fragment may ask for further fragments.
    for (let index = 0; index < this.fragments.length; index++) fragments.push(this.fragments[index].text);
    const parts = random.chance(0.3) ? [...fragments, ...operations] : [...operations, ...fragments];
    return parts.join("\n\n") + (random.chance(0.5) ? "\n" : "");
  }

  root(kind) {
    return { query: this.schema.getQueryType(), mutation: this.schema.getMutationType(),
      subscription: this.schema.getSubscriptionType() }[kind];
  }

  operation(kind, index, count) {
    const { random } = this;
    this.variables = new Map();
    this.budget = 24;
    // Fragments with variables belong to the operation that defines those.
    this.reusable = [];
    const set = this.selectionSet(this.root(kind), 0, kind === "subscription");
    const directives = this.directives("QUERY", kind === "query" ? 0.05 : 0);
    const definitions = [...this.variables].map(([name, { type, value }]) =>
      `$${name}: ${type}${value === undefined ? "" : ` = ${value}`}${this.directives("VARIABLE_DEFINITION", 0.03, true)}`);
    const list = definitions.length ? `(${definitions.join(", ")})` : "";
    if (kind === "query" && count === 1 && !list && !directives && random.chance(0.5)) return set;
    const name = count > 1 || random.chance(0.5) ? ` Operation${index}` : "";
    return `${kind}${name}${list}${directives} ${set}`;
  }

  selectionSet(type, depth, isSingle = false) {
    const { random } = this;
    const indent = "  ".repeat(depth + 1);
    const count = isSingle ? 1 : random.between(1, Math.max(1, Math.min(5, this.budget)));
    const lines = [];
    for (let index = 0; index < count; index++) lines.push(indent + this.selection(type, depth, isSingle));
    return `{\n${lines.join(random.chance(0.1) ? ",\n" : "\n")}\n${"  ".repeat(depth)}}`;
  }

  selection(type, depth, isSingle) {
    const { random } = this;
    this.budget -= 1;
    if (!isSingle && depth < 5 && random.chance(0.12)) return this.inlineFragment(type, depth);
    if (!isSingle && depth < 5 && random.chance(0.12)) return this.spread(type);
    return this.field(type, depth, isSingle);
  }

  /** A type whose objects may also be of the given type. */
  overlapping(type) {
    const { random, schema } = this;
    const own = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const options = Object.values(schema.getTypeMap()).filter((other) => isCompositeType(other)
      && !other.name.startsWith("__")
      && (isAbstractType(other) ? schema.getPossibleTypes(other) : [other]).some((object) => own.includes(object)));
    return options.length ? random.pick(options) : type;
  }

  inlineFragment(type, depth) {
    const { random } = this;
    const target = random.chance(0.2) ? undefined : this.overlapping(type);
    const condition = target ? ` on ${target.name}` : "";
    return `...${condition}${this.directives("INLINE_FRAGMENT", 0.15)} ${this.selectionSet(target ?? type, depth + 1)}`;
  }

  spread(type) {
    const { random } = this;
    const known = this.reusable.filter((fragment) => fragment.type === type);
    if (known.length && random.chance(0.5)) return `...${random.pick(known).name}`;
    const target = this.overlapping(type);
    const fragment = { name: `Fragment${this.fragments.length}`, type: target, text: "" };
    this.fragments.push(fragment);
    const set = this.selectionSet(target, 0);
    fragment.text = `fragment ${fragment.name} on ${target.name} ${set}`;
    this.reusable.push(fragment);
    return `...${fragment.name}${this.directives("FRAGMENT_SPREAD", 0.15)}`;
  }

  field(type, depth, isSingle) {
    const { random, schema } = this;
    const fields = "getFields" in type ? Object.values(type.getFields()) : [];
    const usable = depth >= 5 || this.budget <= 0 ? fields.filter((field) => isLeafType(getNamedType(field.type))) : fields;
    if (!usable.length || (!isSingle && random.chance(0.08))) {
      const alias = random.chance(0.2) ? "type: " : "";
      return depth === 0 && type === schema.getQueryType() && random.chance(0.2)
        ? `__type(name: "${random.pick(Object.keys(schema.getTypeMap()))}") { kind name fields { name isDeprecated } }`
        : `${alias}__typename`;
    }
    const field = random.pick(usable);
    const alias = random.chance(0.3) ? `${random.pick(["a", "b", "c", field.name])}${random.between(0, 9)}: ` : "";
    const given = field.args.filter((argument) => isRequiredArgument(argument) || random.chance(0.5));
    const list = given.map((argument) => `${argument.name}: ${this.value(argument.type, argument.defaultValue !== undefined)}`);
    // Equal keys with unequal arguments would conflict; most fields with arguments get an alias of their own.
    const unique = list.length && random.chance(0.85) ? `${field.name}_${(this.serial = (this.serial ?? 0) + 1)}: ` : alias;
    const named = getNamedType(field.type);
    const set = isCompositeType(named) ? ` ${this.selectionSet(named, depth + 1)}` : "";
    const text = list.length ? `(${list.join(random.chance(0.5) ? ", " : " ")})` : "";
    return `${unique}${field.name}${text}${this.directives("FIELD", isSingle ? 0 : 0.12)}${set}`;
  }

  directives(location, probability, isConstant = false) {
    const { random } = this;
    if (!random.chance(probability)) return "";
    const options = this.possible.filter((directive) => directive.locations.includes(location));
    if (!options.length) return "";
    const directive = random.pick(options);
    const given = directive.args.filter((argument) => isRequiredArgument(argument) || random.chance(0.4));
    const list = given.map((argument) => `${argument.name}: ${
      isConstant ? this.literal(argument.type, 9) : this.value(argument.type, argument.defaultValue !== undefined)}`);
    return ` @${directive.name}${list.length ? `(${list.join(", ")})` : ""}`;
  }

  /** A literal or a variable for an input type. */
  value(type, hasDefault, depth = 0) {
    const { random } = this;
    if (random.chance(depth ? 0.12 : 0.35)) return this.variable(type, hasDefault);
    return this.literal(type, depth);
  }

  variable(type, hasDefault) {
    const { random } = this;
    const known = [...this.variables].filter(([, variable]) => variable.place === String(type));
    if (known.length && random.chance(0.6)) return `$${random.pick(known)[0]}`;
    const name = `v${this.variables.size}`;
    let text = String(type);
    let value;
    if (isNonNullType(type) && random.chance(0.3)) {
      text = String(type.ofType);
      value = this.literal(type, 9);
    } else if (!isNonNullType(type) && random.chance(0.25)) {
      text = `${type}!`;
    } else if (random.chance(0.25)) {
      value = this.literal(type, 9);
    }
    this.variables.set(name, { type: text, place: String(type), value });
    return `$${name}`;
  }

  /** A literal; from depth 9 on a constant. */
  literal(type, depth) {
    const { random } = this;
    if (isNonNullType(type)) return this.literal(type.ofType, depth + 0.001);
    if (depth === Math.floor(depth) && random.chance(0.1)) return "null";
    const next = Math.floor(depth) + 1;
    const inner = (of, hasDefault) => depth >= 9 ? this.literal(of, next) : this.value(of, hasDefault, next);
    if (isListType(type)) {
      if (random.chance(0.2) && !isListType(getNullableType(type.ofType))) return this.literal(getNullableType(type.ofType), next + 0.001);
      return `[${random.times(0, 2, () => inner(type.ofType, false)).join(", ")}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields())
        .filter((field) => isRequiredInputField(field) || (depth % 9 < 2 && random.chance(0.4)));
      return `{${fields.map((field) => `${field.name}: ${inner(field.type, field.defaultValue !== undefined)}`).join(", ")}}`;
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    switch (type.name) {
      case "Int": return random.pick(["0", "1", "-5", "2147483647"]);
      case "Float": return random.pick(["0.5", "2", "-1.5e3", "1e-2"]);
      case "String": return random.pick(['"text"', '""', '"\\u00e9\\n"', '"""block\n  text"""', '"😀"']);
      case "Boolean": return random.pick(["true", "false"]);
      case "ID": return random.pick(['"one"', "12", '"3"']);
      default: return random.pick(["1", '"x"', "true", "{a: [1, B, 1.5]}"]);
    }
  }
}
