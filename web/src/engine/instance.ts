// The WebAssembly modules of the diagram engine, connected: bytes in, bytes out. Knows nothing of threads or pages.

/** What can be asked. */
export type Question = "render" | "failing" | "simulate";

/** `read` has the language, `draw` the picture, `tell` the words and the models. */
export type Part = "read" | "draw" | "tell";

/** The parts that answer a question. */
export const partsFor: Readonly<Record<Question, readonly Part[]>> = {
  render: ["read", "draw", "tell"],
  failing: ["read", "tell"],
  simulate: ["read", "tell"],
};

/** Bytes of a request, as DiagramRequests.maxRequestBytes says. */
export const maxRequestBytes = 1_048_576;
/** Parts that have grown beyond this are started anew before the next question. */
const memoryToKeep = 64 * 1_048_576;
/** What `read` asks of the others, by the numbers of `Other` in web/wasm/Module.swift. */
const others: readonly (readonly [Part, string])[] = [
  ["draw", "atlas_draw"],
  ["tell", "atlas_tell"],
  ["tell", "atlas_failing"],
  ["tell", "atlas_simulate"],
];

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
  private readonly running = new Map<Part, Exports>();
  /** The answer of another part on its way to `read`. */
  private passed = new Uint8Array();

  /** The modules may arrive later, but before the first question that needs them. */
  constructor(private readonly modules: ReadonlyMap<Part, WebAssembly.Module>) {}

  /** Answers a request. After a trap the next question gets new instances. */
  ask(question: Question, request: Uint8Array): Uint8Array {
    if (request.length > maxRequestBytes) {
      throw new EngineError("TOO_LARGE", `The source is larger than ${maxRequestBytes} bytes.`);
    }
    try {
      const answer =
        question === "render"
          ? this.call("read", "atlas_render", request)
          : this.call("read", "atlas_pass", request, others.findIndex(([, name]) => name === `atlas_${question}`));
      if ([...this.running.values()].some((each) => each.memory.buffer.byteLength > memoryToKeep)) this.running.clear();
      return answer;
    } catch (error) {
      this.running.clear();
      if (error instanceof EngineError) throw error;
      throw new EngineError("GAVE_UP", "The diagram engine gave up on this source.");
    }
  }

  private call(part: Part, name: string, request: Uint8Array, argument?: number): Uint8Array {
    const exports = this.start(part);
    const answer = exports[name];
    if (typeof answer !== "function") throw new EngineError("UNAVAILABLE", "The diagram engine cannot answer this.");
    const start = exports.atlas_request(request.length);
    new Uint8Array(exports.memory.buffer, start, request.length).set(request);
    const count = answer(argument) as number;
    return new Uint8Array(exports.memory.buffer, exports.atlas_answer(), count).slice();
  }

  private start(part: Part): Exports {
    const running = this.running.get(part);
    if (running) return running;
    const module = this.modules.get(part);
    if (!module) throw new EngineError("UNAVAILABLE", "A part of the diagram engine is missing.");
    const exports = new WebAssembly.Instance(module, { atlas: this.imports }).exports as unknown as Exports;
    this.running.set(part, exports);
    return exports;
  }

  private readonly imports = {
    ask: (other: number, start: number, count: number): number => {
      const [part, name] = others[other] ?? ["read", ""];
      this.passed = this.call(part, name, new Uint8Array(this.start("read").memory.buffer, start, count).slice());
      return this.passed.length;
    },
    take: (start: number): void => {
      new Uint8Array(this.start("read").memory.buffer, start, this.passed.length).set(this.passed);
    },
  };
}
