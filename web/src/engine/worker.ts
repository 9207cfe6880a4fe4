// The engine's own thread, so that a large source does not hold up the page.
import { EngineError, EngineInstance, partsFor, type Part } from "./instance";
import type { Answered, Asked } from "./messages";

declare const __ENGINE_PARTS__: Readonly<Record<Part, string>>;

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage: (message: Answered) => void;
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const modules = new Map<Part, WebAssembly.Module>();
const loading = new Map<Part, Promise<void>>();
const engine = new EngineInstance(modules);
/** Questions are answered one after the other. */
let last: Promise<void> = Promise.resolve();

/** Has a part once; where that fails the next question tries again. */
function load(part: Part): Promise<void> {
  const found =
    loading.get(part) ??
    WebAssembly.compileStreaming(fetch(__ENGINE_PARTS__[part])).then(
      (module) => void modules.set(part, module),
      () => {
        loading.delete(part);
        throw new EngineError("UNAVAILABLE", "The diagram engine could not be loaded. Check the connection and try again.");
      },
    );
  loading.set(part, found);
  return found;
}

async function answer({ id, question, request }: Asked): Promise<void> {
  try {
    await Promise.all(partsFor[question].map(load));
    scope.postMessage({ type: "started", id });
    scope.postMessage({ type: "answer", id, answer: decoder.decode(engine.ask(question, encoder.encode(request))) });
  } catch (error) {
    const code = error instanceof EngineError ? error.code : "GAVE_UP";
    scope.postMessage({ type: "error", id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

scope.onmessage = (event) => {
  last = last.then(() => answer(event.data));
};

load("read").then(
  () => scope.postMessage({ type: "ready" }),
  () => scope.postMessage({ type: "unavailable" }),
);
