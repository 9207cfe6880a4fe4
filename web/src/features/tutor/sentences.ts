/** Sentences shorter than this wait for the next one, so that “1.” and “e.g.” are not said alone. */
const shortest = 12;

/**
 * The whole sentences of a text that grows, from a place on, for a voice.
 *
 * @returns What is to be said, and the place where the next begins. The last sentence counts as whole when `isOver`.
 */
export function sentencesFrom(text: string, from: number, isOver: boolean): { readonly said: readonly string[]; readonly to: number } {
  const said: string[] = [];
  let to = Math.min(from, text.length);
  const ends = /[.!?][)"'”’\]]*(?:\s*\[\d+\])*(?=\s)|\n+/g;
  ends.lastIndex = to;
  for (let end = ends.exec(text); end; end = ends.exec(text)) {
    const next = end.index + (end[0] ?? "").length;
    if (spoken(text.slice(to, next)).length < shortest) continue;
    said.push(spoken(text.slice(to, next)));
    to = next;
  }
  if (isOver) {
    const rest = spoken(text.slice(to));
    if (rest !== "") said.push(rest);
    to = text.length;
  }
  return { said, to };
}

/** Markdown without its signs and without the numbers of citations. */
export function spoken(text: string): string {
  return text
    .replace(/\s*\[\d+\]/g, "")
    .replace(/^\s*(?:#{1,6}|[-*>]|\d{1,3}[.)])\s+/gm, "")
    .replace(/\\([\\`*_{}[\]()<>#+\-.!|~])|[`*~]+/g, (_, escaped: string | undefined) => escaped ?? "")
    .replace(/\s+/g, " ")
    .trim();
}
