// The little Markdown that a message may have, as React elements: nothing of it becomes markup by itself.
import type { ReactNode } from "react";
import { Link } from "../../app/router";

interface Style {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray, key: number, nested: (text: string) => ReactNode[]) => ReactNode;
}

/** Styles within styles, at most. */
const deepest = 4;

const styles: readonly Style[] = [
  { pattern: /`([^`\n]+)`/g, make: ([, code], key) => <code key={key}>{code}</code> },
  { pattern: /@\[([^\]\n]{1,100})\]\(user:([\w-]{1,64})\)/g, make: ([, name], key) => <span key={key} className="mention">@{name}</span> },
  { pattern: /\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]+|\/(?!\/)[^\s)]*)\)/g, make: ([, text, to], key) => link(to ?? "", text ?? "", key) },
  { pattern: /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g, make: ([to], key) => link(to ?? "", to ?? "", key) },
  { pattern: /\*\*(?=\S)([^\n]+?)\*\*/g, make: ([, text], key, nested) => <strong key={key}>{nested(text ?? "")}</strong> },
  { pattern: /\*(?=[^\s*])([^*\n]+)\*/g, make: ([, text], key, nested) => <em key={key}>{nested(text ?? "")}</em> },
  { pattern: /\b_(?=[^\s_])([^_\n]+)_\b/g, make: ([, text], key, nested) => <em key={key}>{nested(text ?? "")}</em> },
  { pattern: /~~(?=\S)([^\n]+?)~~/g, make: ([, text], key, nested) => <s key={key}>{nested(text ?? "")}</s> },
];

function link(to: string, text: string, key: number): ReactNode {
  const own = to.startsWith("/") ? to : to.startsWith(`${location.origin}/`) ? to.slice(location.origin.length) : null;
  return own !== null ? (
    <Link key={key} href={own}>
      {text}
    </Link>
  ) : (
    <a key={key} href={to} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}

interface Coming {
  readonly style: Style;
  match: RegExpExecArray | null;
}

function inline(text: string, depth = 0): ReactNode[] {
  if (depth > deepest) return [text];
  const parts: ReactNode[] = [];
  const coming: Coming[] = styles.map((style) => ({ style, match: found(style, text, 0) }));
  let at = 0;
  for (;;) {
    for (const each of coming) if (each.match && each.match.index < at) each.match = found(each.style, text, at);
    const first = coming.reduce<Coming | null>((best, each) => (each.match && each.match.index < (best?.match?.index ?? Infinity) ? each : best), null);
    if (!first?.match) break;
    const { match, style } = first;
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(style.make(match, parts.length, (inner) => inline(inner, depth + 1)));
    at = match.index + (match[0] ?? "").length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function found({ pattern }: Style, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/** A message's text: paragraphs, lists, quotes and code. */
export function RichText({ text }: { text: string }) {
  const blocks: ReactNode[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  const taken = (fits: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && fits(lines[at] ?? "")) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const key = blocks.length;
    if (line.startsWith("```")) {
      at += 1;
      const code = taken((each) => !each.startsWith("```"));
      at += 1;
      blocks.push(<pre key={key} tabIndex={0} role="group" aria-label="Code"><code>{code.join("\n")}</code></pre>);
    } else if (/^> ?/.test(line)) {
      blocks.push(<blockquote key={key}>{withBreaks(taken((each) => each.startsWith(">")).map((each) => each.replace(/^> ?/, "")))}</blockquote>);
    } else if (bullet.test(line)) {
      blocks.push(<ul key={key}>{items(taken((each) => bullet.test(each)), bullet)}</ul>);
    } else if (numbered.test(line)) {
      blocks.push(<ol key={key}>{items(taken((each) => numbered.test(each)), numbered)}</ol>);
    } else if (line.trim() === "") at += 1;
    else blocks.push(<p key={key}>{withBreaks(taken((each) => each.trim() !== "" && !startsBlock(each)))}</p>);
  }
  return <>{blocks}</>;
}

const bullet = /^[-*] +/;
const numbered = /^\d{1,3}[.)] +/;

function startsBlock(line: string): boolean {
  return line.startsWith("```") || line.startsWith(">") || bullet.test(line) || numbered.test(line);
}

function items(lines: readonly string[], mark: RegExp): ReactNode[] {
  return lines.map((line, index) => <li key={index}>{inline(line.replace(mark, ""))}</li>);
}

function withBreaks(lines: readonly string[]): ReactNode[] {
  return lines.flatMap((line, index) => (index === 0 ? [<span key={index}>{inline(line)}</span>] : [<br key={`b${index}`} />, <span key={index}>{inline(line)}</span>]));
}

/** The same without its signs, for a line of preview or a voice. */
export function plainText(text: string, longest = 140): string {
  const plain = text
    .replace(/@\[([^\]\n]+)\]\(user:[^)\s]+\)/g, "@$1")
    .replace(/\[([^\]\n]+)\]\([^)\s]+\)/g, "$1")
    .replace(/[`*~]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
