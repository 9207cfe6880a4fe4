import { tokensOf } from "./tokens";
import type { Token } from "./tokens";

const widthLimit = 80;

/** A document with one field a line, two blanks a level; `null` if it has characters that no document has. */
export function prettified(source: string): string | null {
  const tokens = tokensOf(source);
  if (tokens.length === 0 || tokens.some((token) => token.kind === "bad")) return null;
  const printer = new Printer();
  tokens.forEach((token, index) => printer.add(token, tokens[index - 1], tokens[index - 2]));
  return printer.text();
}

class Printer {
  private readonly lines: string[] = [];
  private line = "";
  /** Whether the line began inside parentheses, because a comment had ended the one before. */
  private isContinued = false;
  private level = 0;
  /** How many parentheses and brackets are open around the next token; everything in them is on one line. */
  private depth = 0;
  /** Where the outermost of them began and where its items are divided. */
  private open = 0;
  private cuts: number[] = [];

  text(): string {
    this.end();
    return `${this.lines.join("\n").trimEnd()}\n`;
  }

  add(token: Token, last: Token | undefined, beforeLast: Token | undefined): void {
    if (token.kind === "comment") return this.comment(token);
    if (this.depth > 0 || token.text === "(" || token.text === "[") return this.inline(token, last);
    switch (token.text) {
      case "{":
        this.line += this.line === "" ? "{" : " {";
        this.end();
        this.level += 1;
        return;
      case "}":
        this.end();
        this.level = Math.max(0, this.level - 1);
        this.line = "}";
        this.end();
        if (this.level === 0) this.lines.push("");
        return;
      case ":":
        this.line += ":";
        return;
      default:
        this.word(token, last, beforeLast);
    }
  }

  /** A name, a spread or a directive outside of parentheses. */
  private word(token: Token, last: Token | undefined, beforeLast: Token | undefined): void {
    const continues =
      this.level === 0 ||
      token.kind === "directive" ||
      last?.text === ":" ||
      (last?.text === "..." && token.kind === "name") ||
      (last?.text === "on" && beforeLast?.text === "...");
    if (!continues) this.end();
    const joins = this.line === "" || (last?.text === "..." && token.kind === "name" && token.text !== "on");
    this.line += joins ? token.text : ` ${token.text}`;
  }

  private inline({ text, kind }: Token, last: Token | undefined): void {
    const closes = kind === "mark" && ")]}".includes(text);
    const opens = kind === "mark" && "([{".includes(text);
    const glued = this.line === "" || closes || text === "(" || ["(", "[", "{"].includes(last?.text ?? "") || [":", "!"].includes(text);
    if (!glued && kind !== "directive" && text !== "=" && ![":", "="].includes(last?.text ?? "")) {
      if (this.depth === 1) this.cuts.push(this.line.length);
      this.line += ", ";
    } else if (!glued) {
      this.line += " ";
    }
    if (opens && this.depth === 0) {
      this.open = this.line.length;
      this.cuts = [];
    }
    if (opens) this.depth += 1;
    this.line += text;
    if (!closes) return;
    this.depth -= 1;
    if (this.depth === 0 && text === ")") this.breakLong();
  }

  /** One item a line, if they do not fit on one. */
  private breakLong(): void {
    const whole = this.line;
    if (this.cuts.length === 0 || whole.length + this.level * 2 <= widthLimit || whole.includes("\n")) return;
    const starts = [this.open + 1, ...this.cuts.map((cut) => cut + 2)];
    const ends = [...this.cuts, whole.length - 1];
    this.line = whole.slice(0, this.open + 1);
    this.end();
    this.level += 1;
    starts.forEach((start, index) => {
      this.line = whole.slice(start, ends[index]);
      this.end();
    });
    this.level -= 1;
    this.line = ")";
  }

  private comment(token: Token): void {
    if (this.depth === 0) this.end();
    this.line += this.line === "" ? token.text : ` ${token.text}`;
    this.end();
    this.cuts = [];
  }

  private end(): void {
    const indent = "  ".repeat(this.level + (this.isContinued ? 1 : 0));
    if (this.line !== "") this.lines.push(indent + this.line);
    this.line = "";
    this.isContinued = this.depth > 0;
  }
}
