import type { ReactNode } from "react";

interface Props {
  readonly text: string;
  readonly onCite: (number: number) => void;
}

const bullet = /^[-*] +/;
const numbered = /^\d{1,3}[.)] +/;
const marks = /\\([\\`*_{}[\]()<>#+\-.!|~])|`([^`\n]+)`|\*\*(?=\S)([^\n]+?)\*\*|\*(?=[^\s*])([^*\n]+)\*|\[(\d{1,3})\]/g;

/** An answer while it is written: its Markdown as React elements, until the server's checked HTML takes its place. */
export function Draft({ text, onCite }: Props) {
  const blocks: ReactNode[] = [];
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    const key = blocks.length;
    const [first = ""] = lines;
    if (lines.length === 0) continue;
    if (lines.every((line) => bullet.test(line))) blocks.push(<ul key={key}>{items(lines, bullet, onCite)}</ul>);
    else if (lines.every((line) => numbered.test(line))) blocks.push(<ol key={key}>{items(lines, numbered, onCite)}</ol>);
    else if (/^#{1,6} /.test(first) && lines.length === 1) blocks.push(<p key={key}><strong>{inline(first.replace(/^#+ /, ""), onCite)}</strong></p>);
    else blocks.push(<p key={key}>{inline(lines.join(" "), onCite)}</p>);
  }
  return <>{blocks}</>;
}

function items(lines: readonly string[], mark: RegExp, onCite: (number: number) => void): ReactNode[] {
  return lines.map((line, index) => <li key={index}>{inline(line.replace(mark, ""), onCite)}</li>);
}

function inline(text: string, onCite: (number: number) => void): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    const [whole = "", escaped, code, strong, weak, number] = match;
    const key = parts.length;
    if (match.index !== undefined && match.index > at) parts.push(text.slice(at, match.index));
    at = (match.index ?? 0) + whole.length;
    if (escaped !== undefined) parts.push(escaped);
    else if (code !== undefined) parts.push(<code key={key}>{code}</code>);
    else if (strong !== undefined) parts.push(<strong key={key}>{strong}</strong>);
    else if (weak !== undefined) parts.push(<em key={key}>{weak}</em>);
    else {
      parts.push(
        <button key={key} type="button" className="citation" aria-label={`Citation ${number}`} onClick={() => onCite(Number(number))}>
          {number}
        </button>,
      );
    }
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}
