import { spawn } from "node:child_process";

/** The server's algorithm in a process of its own: a line asks, a line answers. */
export class Tool {
  constructor(path) {
    this.process = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = [];
    this.parts = [];
    this.process.stdout.on("data", (chunk) => this.#receive(chunk));
    this.process.on("error", (error) => this.#fail(error));
    this.process.on("exit", (code, signal) => this.#fail(new Error(`the tool ended (${signal ?? code})`)));
  }

  /** The answer to a request; the length of its line is in `bytes`. */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  close() {
    this.process.removeAllListeners("exit");
    this.process.stdin.end();
  }

  #receive(chunk) {
    for (let start = 0; ; ) {
      const end = chunk.indexOf(10, start);
      if (end < 0) return void this.parts.push(chunk.subarray(start));
      const line = Buffer.concat([...this.parts, chunk.subarray(start, end)]);
      this.parts = [];
      start = end + 1;
      const answer = JSON.parse(line.toString("utf8"));
      const { resolve, reject } = this.waiting.shift();
      if (answer.failure) reject(new Error(answer.failure));
      else resolve(answer);
    }
  }

  #fail(error) {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
