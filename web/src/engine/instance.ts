// One instance of the WebAssembly module: bytes in, bytes out. Knows nothing of workers or pages.

/** What can be asked; the names of the module's functions without `atlas_`. */
export type Question = "render" | "failing" | "simulate";

/** Bytes of a request, as DiagramRequests.maxRequestBytes says. */
export const maxRequestBytes = 1_048_576;
/** An instance that has grown beyond this is replaced before the next question. */
const memoryToKeep = 64 * 1_048_576;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly atlas_request: (count: number) => number;
  readonly atlas_answer: () => number;
  readonly [name: string]: unknown;
}

/** Why there is no answer. */
export class EngineError extends Error {
  constructor(
    /** `UNAVAILABLE`: it could not be loaded. `GAVE_UP`: it stopped or took too long. `TOO_LARGE`: over 1 MiB. */
    readonly code: "UNAVAILABLE" | "GAVE_UP" | "TOO_LARGE",
    message: string,
  ) {
    super(message);
    this.name = "EngineError";
  }
}

export class EngineInstance {
  private exports: Exports | undefined;

  constructor(private readonly module: WebAssembly.Module) {}

  /** Answers a request. After a trap the next question gets a new instance. */
  ask(question: Question, request: Uint8Array): Uint8Array {
    if (request.length > maxRequestBytes) {
      throw new EngineError("TOO_LARGE", `The source is larger than ${maxRequestBytes} bytes.`);
    }
    try {
      const exports = (this.exports ??= this.start());
      const answer = exports[`atlas_${question}`];
      if (typeof answer !== "function") throw new EngineError("UNAVAILABLE", `This engine cannot ${question}.`);
      new Uint8Array(exports.memory.buffer, exports.atlas_request(request.length), request.length).set(request);
      const count = answer() as number;
      const bytes = new Uint8Array(exports.memory.buffer, exports.atlas_answer(), count).slice();
      if (exports.memory.buffer.byteLength > memoryToKeep) this.exports = undefined;
      return bytes;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      this.exports = undefined;
      throw new EngineError("GAVE_UP", "The engine gave up on this source.");
    }
  }

  private start(): Exports {
    return new WebAssembly.Instance(this.module, {}).exports as unknown as Exports;
  }
}
