/** One event of a stream. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Takes server-sent events out of the pieces in which they come; what is not whole yet waits for the next piece.
 *
 * Source: HTML Living Standard, "Server-sent events", as far as our server uses it: comments, `event` and `data`. Lines may
 * end in any way, since a proxy may change that.
 */
export class EventReader {
  private rest = "";

  take(piece: string): readonly ServerEvent[] {
    const text = this.rest + piece;
    // A line feed that belongs to a carriage return may come with the next piece.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const blocks = text.slice(0, end).replace(/\r\n?/g, "\n").split("\n\n");
    this.rest = (blocks.pop() ?? "") + text.slice(end);
    return blocks.flatMap((block) => {
      let name = "message";
      const data: string[] = [];
      for (const line of block.split("\n")) {
        // Any letter: a dot would leave out those that Unicode calls ends of lines.
        const [, field, value] = /^(event|data)(?:: ?([^]*))?$/.exec(line) ?? [];
        if (field === "event") name = value ?? "";
        else if (field === "data") data.push(value ?? "");
      }
      return data.length === 0 && name === "message" ? [] : [{ name, data: data.join("\n") }];
    });
  }
}
