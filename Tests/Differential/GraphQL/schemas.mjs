/** Makes schemas as SDL. Nearly all are valid; the reference implementation says which. */

const LEAVES = ["Int", "Float", "String", "Boolean", "ID"];
const FIELD_NAMES = ["id", "name", "title", "label", "node", "nodes", "size", "score", "kind", "owner", "parent", "next"];
const TEXTS = ["short", "two\nlines", "a \"quote\"", "  indented\n    more", "ends in a \\", "Grüße 😀", "three \"\"\" quotes"];

/** SDL of a random schema. */
export function makeSchema(random) {
  return new SchemaMaker(random).make();
}

class SchemaMaker {
  constructor(random) {
    this.random = random;
    this.parts = [];
    this.inputs = [];
    this.interfaces = [];
  }

  make() {
    const { random } = this;
    this.enums = random.times(1, 2, (index) => `Enum${index}`);
    this.scalars = random.times(0, 1, (index) => `Scalar${index}`);
    this.directives = [];
    this.leaves = [...LEAVES, ...this.enums, ...this.scalars];
    const objectNames = random.times(2, 4, (index) => `Object${index}`);
    const interfaceNames = random.times(0, 2, (index) => `Interface${index}`);
    const unionNames = random.times(0, 2, (index) => `Union${index}`);
    this.outputs = [...objectNames, ...interfaceNames, ...unionNames];
    for (const name of this.enums) this.enumeration(name);
    for (const name of this.scalars) this.scalar(name);
    random.times(0, 2, (index) => this.directive(`mark${index}`));
    random.times(1, 3, (index) => this.input(`Input${index}`));
    for (const name of interfaceNames) this.interfaces.push(this.interface(name));
    for (const name of objectNames) this.object(name);
    for (const name of unionNames) {
      this.parts.push(`${this.description()}union ${name} = ${random.some(objectNames, 0.6, 1).join(" | ")}`);
    }
    this.roots(objectNames);
    return this.parts.join("\n\n") + "\n";
  }

  description(indent = "") {
    const { random } = this;
    if (!random.chance(0.2)) return "";
    const text = random.pick(TEXTS);
    if (random.chance(0.4)) return `${indent}${JSON.stringify(text)}\n`;
    return `${indent}"""${random.chance(0.5) ? "\n" + indent : ""}${text.replaceAll('"""', '\\"""')}\n${indent}"""\n`;
  }

  deprecation(probability = 0.1) {
    if (!this.random.chance(probability)) return "";
    return this.random.chance(0.5) ? " @deprecated" : ` @deprecated(reason: "use ${this.random.pick(FIELD_NAMES)}")`;
  }

  /** A type reference around one of some names. */
  wrap(name, nonNull = 0.3) {
    const { random } = this;
    let type = name + (random.chance(nonNull) ? "!" : "");
    while (random.chance(0.22)) type = `[${type}]${random.chance(nonNull) ? "!" : ""}`;
    return type;
  }

  enumeration(name) {
    const values = this.random.times(1, 4, (index) => `${this.description("  ")}  VALUE_${index}${this.deprecation()}`);
    this.parts.push(`${this.description()}enum ${name} {\n${values.join("\n")}\n}`);
  }

  scalar(name) {
    const specified = this.random.chance(0.4) ? ' @specifiedBy(url: "https://example.org/scalar")' : "";
    this.parts.push(`${this.description()}scalar ${name}${specified}`);
  }

  /** The literal of a constant for a type reference. */
  constant(type, depth = 0) {
    const { random } = this;
    if (!type.endsWith("!") && random.chance(0.15)) return "null";
    const nullable = type.replace(/!$/, "");
    if (nullable.startsWith("[")) {
      const item = nullable.slice(1, -1);
      if (random.chance(0.2)) return this.constant(item + (item.endsWith("!") ? "" : "!"), depth + 1);
      return `[${random.times(0, 2, () => this.constant(item, depth + 1)).join(", ")}]`;
    }
    const input = this.inputs.find((candidate) => candidate.name === nullable);
    if (input) {
      const members = input.fields.filter((field) => field.isRequired || (depth < 2 && random.chance(0.4)));
      return `{${members.map((field) => `${field.name}: ${this.constant(field.type, depth + 1)}`).join(", ")}}`;
    }
    switch (nullable) {
      case "Int": return random.pick(["0", "7", "-3", "2147483647"]);
      case "Float": return random.pick(["0.5", "-1e10", "3", "1.0"]);
      case "String": return random.pick(['"text"', '"a\\u0041\\n"', '"""block "text" """', '""']);
      case "Boolean": return random.pick(["true", "false"]);
      case "ID": return random.pick(['"one"', "12", '"3"']);
      default: return nullable.startsWith("Enum") ? "VALUE_0" : random.pick(["1", '"x"', "1.5", "true"]);
    }
  }

  /** Arguments or input fields: their SDL, and what is known of them. */
  inputValues(names, types, location) {
    const { random } = this;
    return names.map((name) => {
      const type = this.wrap(random.pick(types));
      const value = random.chance(0.3) ? this.constant(type) : undefined;
      const isRequired = type.endsWith("!") && value === undefined;
      const suffix = (value === undefined ? "" : ` = ${value}`) + (isRequired ? "" : this.deprecation());
      return { name, type, isRequired, sdl: `${name}: ${type}${suffix}${this.mark(location, 0.1)}` };
    });
  }

  input(name) {
    const { random } = this;
    const fields = this.inputValues(random.some(FIELD_NAMES, 0.35, 1), [
      ...this.leaves,
      ...this.inputs.map((input) => input.name),
    ], "INPUT_FIELD_DEFINITION");
    if (random.chance(0.4)) {
      fields.push({ name: "self", type: name, isRequired: false, sdl: `self: ${random.pick([name, `[${name}!]`])}` });
    }
    this.inputs.push({ name, fields });
    const lines = fields.map((field) => `${this.description("  ")}  ${field.sdl}`);
    this.parts.push(`${this.description()}input ${name} {\n${lines.join("\n")}\n}`);
  }

  directive(name) {
    const { random } = this;
    const values = this.inputValues(random.some(["level", "note"], 0.5), this.leaves, "ARGUMENT_DEFINITION");
    const locations = random.some(
      ["QUERY", "FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION", "FRAGMENT_DEFINITION",
        "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "ENUM"], 0.6, 1);
    const repeatable = random.chance(0.3) ? " repeatable" : "";
    const list = values.length ? `(${values.map((value) => value.sdl).join(", ")})` : "";
    this.directives.push({ name, locations, isBare: values.every((value) => !value.isRequired) });
    this.parts.push(`${this.description()}directive @${name}${list}${repeatable} on ${locations.join(" | ")}`);
  }

  /** A use of a directive that may stand at a place. */
  mark(location, probability) {
    const usable = this.directives.filter(({ locations, isBare }) => isBare && locations.includes(location));
    return usable.length && this.random.chance(probability) ? ` @${this.random.pick(usable).name}` : "";
  }

  field(name) {
    const { random } = this;
    const type = this.wrap(random.pick(random.chance(0.55) ? this.leaves : this.outputs));
    const values = random.chance(0.3)
      ? this.inputValues(random.some(["first", "filter", "by"], 0.5, 1), [
        ...this.leaves,
        ...this.inputs.map((input) => input.name),
      ], "ARGUMENT_DEFINITION")
      : [];
    return { name, type, values };
  }

  fieldSDL(field) {
    const list = field.values.length ? `(${field.values.map((value) => value.sdl).join(", ")})` : "";
    const end = this.deprecation(field.isInherited ? 0.01 : 0.1) + this.mark("FIELD_DEFINITION", 0.1);
    return `${this.description("  ")}  ${field.name}${list}: ${field.type}${end}`;
  }

  /** The interfaces that a type implements, and the fields they ask for. */
  inheritance() {
    const chosen = new Map();
    const fields = new Map();
    for (const type of this.random.some(this.interfaces, 0.6)) {
      // Interfaces that ask for the same field in different ways cannot both be kept.
      if (type.fields.some((field) => fields.has(field.name)) && this.random.chance(0.95)) continue;
      for (const parent of [type, ...type.parents]) chosen.set(parent.name, parent);
      for (const field of type.fields) fields.set(field.name, { ...field, isInherited: true });
    }
    return { parents: [...chosen.values()], fields };
  }

  composite(keyword, name) {
    const { random } = this;
    const { parents, fields } = this.inheritance();
    for (const fieldName of random.some(FIELD_NAMES, 0.3, 1)) {
      if (!fields.has(fieldName)) fields.set(fieldName, this.field(fieldName));
    }
    const list = [...fields.values()].map((field) =>
      !field.type.endsWith("!") && random.chance(0.1) ? { ...field, type: field.type + "!" } : field);
    const suffix = parents.length ? ` implements ${parents.map((parent) => parent.name).join(" & ")}` : "";
    const split = random.chance(0.15) && list.length > 1 ? random.between(1, list.length - 1) : list.length;
    const block = (some) => `{\n${some.map((field) => this.fieldSDL(field)).join("\n")}\n}`;
    const head = `${this.description()}${keyword} ${name}${suffix}${this.mark(keyword === "type" ? "OBJECT" : "INTERFACE", 0.2)}`;
    this.parts.push(`${head} ${block(list.slice(0, split))}`);
    if (split < list.length) this.parts.push(`extend ${keyword} ${name} ${block(list.slice(split))}`);
    return { name, fields: list, parents };
  }

  interface(name) {
    return this.composite("interface", name);
  }

  object(name) {
    return this.composite("type", name);
  }

  roots(objectNames) {
    const { random } = this;
    const isNamed = random.chance(0.25);
    const kinds = ["query", ...random.some(["mutation", "subscription"], 0.5)];
    const names = kinds.map((kind) => (isNamed ? "Root" : "") + kind[0].toUpperCase() + kind.slice(1));
    for (const [index, name] of names.entries()) {
      const used = [...random.some(FIELD_NAMES, 0.35, 1)];
      const fields = used.map((field) => this.field(field));
      fields.push({ name: "any", type: this.wrap(random.pick(index ? objectNames : this.outputs)), values: [] });
      this.parts.push(`type ${name} {\n${fields.map((field) => this.fieldSDL(field)).join("\n")}\n}`);
    }
    if (!isNamed) return;
    const lines = kinds.map((kind, index) => `  ${kind}: ${names[index]}`);
    this.parts.unshift(`${this.description()}schema {\n${lines.join("\n")}\n}`);
  }
}
