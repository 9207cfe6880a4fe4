// The diagram engine in the page: the server's own code as WebAssembly, loaded when it is first asked for, in a thread
// of its own.
import type { Failing, FailingRequest, Refusal, Rendering, RenderOptions } from "./answers";
import { EngineError, type Question } from "./instance";
import type { ScenarioRefusal, SimulateRequest, Simulation } from "./load";
import type { Answered, Asked } from "./messages";

export * from "./answers";
export * from "./load";
export { EngineError } from "./instance";

/**
 * Questions are answered in the order in which they are asked. A rejected promise holds an EngineError whose message
 * can be shown; the engine can be asked again after it.
 */
export interface Engine {
  /** Reads a Mermaid source and draws it. */
  render(source: string, options?: RenderOptions): Promise<Rendering | Refusal>;
  /** What breaks when parts are lost. */
  failing(request: FailingRequest): Promise<Failing | Refusal>;
  /** Plays requests through the diagram; the same seed gives the same report as on the server. */
  simulate(request: SimulateRequest): Promise<Simulation | ScenarioRefusal | Refusal>;
}

declare const __ENGINE_WORKER__: string;

/** How long one answer may take, once all that it needs is there, before the thread is replaced. */
const patienceMilliseconds: Readonly<Record<Question, number>> = { render: 10_000, failing: 10_000, simulate: 60_000 };
/** How long a part of the engine may take to arrive. */
const loadingMilliseconds = 60_000;

let loading: Promise<Engine> | undefined;

/** The engine, loaded once; after a failure the next call tries again. */
export function loadEngine(): Promise<Engine> {
  loading ??= EngineThread.start()
    .then((thread) => engineOn(thread))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

function engineOn(first: EngineThread): Engine {
  let thread: Promise<EngineThread> = Promise.resolve(first);
  const living = async (): Promise<EngineThread> => {
    const last = thread;
    const found = await last.catch(() => undefined);
    if (thread === last && (!found || found.isOver)) thread = EngineThread.start();
    return thread;
  };
  const ask = async <Answer>(question: Question, request: object): Promise<Answer> =>
    JSON.parse(await (await living()).ask(question, JSON.stringify(request))) as Answer;
  return {
    render: (source, options = {}) => ask("render", { source, ...options }),
    failing: (request) => ask("failing", request),
    simulate: (request) => ask("simulate", request),
  };
}

interface Waiting {
  readonly question: Question;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: EngineError) => void;
}

class EngineThread {
  isOver = false;
  private nextID = 1;
  private readonly waiting = new Map<number, Waiting>();
  private timer: number | undefined;

  /** A thread whose module is there. */
  static start(): Promise<EngineThread> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        worker.terminate();
        reject(new EngineError("UNAVAILABLE", "The diagram engine could not be loaded. Check the connection and try again."));
      };
      const worker = new Worker(__ENGINE_WORKER__);
      const timer = window.setTimeout(fail, loadingMilliseconds);
      worker.onerror = fail;
      worker.onmessage = (event: MessageEvent<Answered>) => {
        window.clearTimeout(timer);
        if (event.data.type === "ready") resolve(new EngineThread(worker));
        else fail();
      };
    });
  }

  private constructor(private readonly worker: Worker) {
    worker.onmessage = (event: MessageEvent<Answered>) => this.receive(event.data);
    worker.onerror = () => this.end();
  }

  ask(question: Question, request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked: Asked = { id: this.nextID++, question, request };
      this.waiting.set(asked.id, { question, resolve, reject });
      this.worker.postMessage(asked);
      if (this.waiting.size === 1) this.watch(loadingMilliseconds);
    });
  }

  private receive(message: Answered): void {
    if (message.type === "started") {
      const question = this.waiting.get(message.id)?.question;
      return question && this.watch(patienceMilliseconds[question]);
    }
    if (message.type !== "answer" && message.type !== "error") return;
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    this.watch(loadingMilliseconds);
    if (message.type === "answer") waiting?.resolve(message.answer);
    else waiting?.reject(new EngineError(message.code, message.message));
  }

  /** Starts the clock for the question whose turn it is. */
  private watch(milliseconds: number): void {
    window.clearTimeout(this.timer);
    if (this.waiting.size > 0) this.timer = window.setTimeout(() => this.end(), milliseconds);
  }

  private end(): void {
    this.isOver = true;
    this.worker.terminate();
    window.clearTimeout(this.timer);
    for (const { reject } of this.waiting.values()) {
      reject(new EngineError("GAVE_UP", "The diagram engine took too long and was stopped."));
    }
    this.waiting.clear();
  }
}
