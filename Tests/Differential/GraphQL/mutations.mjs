/** Breaks texts in ways that often still parse. */
import { graphql } from "./reference.mjs";

const STRANGE = ["{", "}", "(", ")", "[", "]", "!", "$", "@", "...", "on", "&", "|", "=", ":", "null", "1", "1.5", "-", '"x"',
  '"""y"""', "true", "type", "extend", "fragment", "query", "input", "$v0", "@skip(if: true)", "@include(if: $v0)", "__typename",
  "{ x }", "1e999", '"\\u{1F600}"', '"\\uD83D"', "#c\n", "é", "name: 1", "Int", "[Int!]!", "...Fragment0", "... on Query"];

/** A text with one to three changes. */
export function breakText(random, text) {
  let broken = text;
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--) broken = change(random, broken);
  return broken;
}

function change(random, text) {
  const tokens = tokensOf(text);
  if (tokens.length < 2) return text + random.pick(STRANGE);
  const token = random.pick(tokens);
  const cut = (start, end, insert) => text.slice(0, start) + insert + text.slice(end);
  const names = tokens.filter((other) => other.kind === "Name");
  const way = random.next();
  if (way < 0.45 && names.length > 1) {
    // Another name of the same text: most changes of this kind leave the syntax alone.
    const name = random.pick(names);
    return cut(name.start, name.end, random.pick(names).value);
  }
  if (way < 0.55 && names.length) {
    const name = random.pick(names);
    return cut(name.start, name.end, name.value + random.pick(["s", "X", "_", "2"]));
  }
  if (way < 0.68) return cut(token.start, token.end, "");
  if (way < 0.76) return cut(token.end, token.end, " " + text.slice(token.start, token.end) + " ");
  if (way < 0.88) return cut(token.start, token.start, " " + random.pick(STRANGE) + " ");
  if (way < 0.94) return cut(token.start, token.end, random.pick(STRANGE));
  const other = random.pick(tokens);
  const [start, end] = token.start < other.start ? [token.start, other.end] : [other.start, token.end];
  return end - start > 300 ? cut(token.start, token.end, "") : cut(end, end, "\n" + text.slice(start, end) + "\n");
}

function tokensOf(text) {
  const tokens = [];
  try {
    const lexer = new graphql.Lexer(new graphql.Source(text));
    for (let token = lexer.advance(); token.kind !== "<EOF>"; token = lexer.advance()) tokens.push(token);
  } catch {
    // The tokens before the mistake serve as well.
  }
  return tokens;
}

const PIECES = ['"', '""', '"""', "\\", '\\"""', "\\u", "\\u{", "}", "00e9", "D83D", "DE00", "110000", "\\n", "\n", "\r", "\r\n",
  "\t", " ", ",", "#", "a", "_b9", "0", "00", "-1", "1.", "1.5e", "1e+3", "2e-1x", ".5", "...", "..", "$", "&", "|", "@", "?", "é",
  "😀", "\u0000", "\u0007", "\ufeff", "\u2028", "'", "~", "name", "null"];

/** A text of pieces that lexers stumble over. */
export function makeTokens(random) {
  return random.times(1, 12, () => random.pick(PIECES)).join("");
}
