/** One event of a stream. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Takes server-sent events out of the pieces in which they come; what is not whole yet waits for the next piece.
 *
 * Source: HTML Living Standard, "Server-sent events", as far as our server uses it: comments, `event` and `data`, lines
 * that end with a line feed.
 */
export class EventReader {
  private rest = "";

  take(piece: string): readonly ServerEvent[] {
    const blocks = (this.rest + piece).split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      let name = "message";
      const data: string[] = [];
      for (const line of block.split("\n")) {
        const [, field, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
        if (field === "event") name = value ?? "";
        else if (field === "data") data.push(value ?? "");
      }
      return data.length === 0 && name === "message" ? [] : [{ name, data: data.join("\n") }];
    });
  }
}
