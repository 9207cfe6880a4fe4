/** Makes what resolvers answer. */
import { graphql } from "./reference.mjs";

const { isAbstractType, isEnumType, isLeafType, isListType, isNonNullType } = graphql;

/** Makes the answer of a field when it is asked for: fitting mostly, else null, an error or a value of another kind. */
export function inventor(random, schema, mistakes) {
  return (type) => random.chance(mistakes)
    ? { error: random.pick(["out of order", "", "é \"quoted\""]) }
    : { value: makeValue(random, schema, type, mistakes) };
}

function makeValue(random, schema, type, mistakes, isItem = false) {
  if (isNonNullType(type)) {
    if (random.chance(mistakes / 2)) return null;
    return makeNullable(random, schema, type.ofType, mistakes, isItem);
  }
  if (random.chance(0.08)) return null;
  return makeNullable(random, schema, type, mistakes, isItem);
}

function makeNullable(random, schema, type, mistakes, isItem) {
  if (isItem && random.chance(mistakes)) return { $error: "this one fails" };
  if (isListType(type)) {
    if (random.chance(mistakes)) return random.pick([1, "text", true]);
    return random.times(0, 3, () => makeValue(random, schema, type.ofType, mistakes, true));
  }
  if (isLeafType(type)) return makeLeaf(random, type, mistakes);
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  if (isAbstractType(type) && random.chance(mistakes)) {
    const name = random.pick(["Missing", "Query", "String", "Object0", "Object1"]);
    return random.chance(0.2) ? { fields: {} } : { $type: name, fields: {} };
  }
  return objects.length ? { $type: random.pick(objects).name, fields: {} } : null;
}

function makeLeaf(random, type, mistakes) {
  if (random.chance(mistakes)) {
    return random.pick([true, 0, 1.5, 2147483648, -1e300, "12", "text", "", "VALUE_0", [1], { $leaf: { a: 1 } }, "1e2", " 7 "]);
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  switch (type.name) {
    case "Int": return random.pick([0, 1, -2147483648, 77]);
    case "Float": return random.pick([0.1, 1, -2.5e-7, 1e21, 123456789.125]);
    case "String": return random.pick(["text", "", "\u0000\u001f\"\\/", "é😀\u2028", "line\nbreak"]);
    case "Boolean": return random.chance(0.5);
    case "ID": return random.pick(["one", 12, ""]);
    default: return random.pick([1, "x", true, { $leaf: { b: 1, a: [null, 2.5] } }, [1, "two"]]);
  }
}
