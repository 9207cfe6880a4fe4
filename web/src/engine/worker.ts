// The engine's own thread, so that a large source does not hold up the page.
import { EngineError, EngineInstance } from "./instance";
import type { Answered, Asked } from "./messages";

declare const __ENGINE_MODULE__: string;

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage: (message: Answered) => void;
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const loading = load();
loading.then(
  () => scope.postMessage({ type: "ready" }),
  () => scope.postMessage({ type: "unavailable" }),
);

async function load(): Promise<EngineInstance> {
  return new EngineInstance(await WebAssembly.compileStreaming(fetch(__ENGINE_MODULE__)));
}

scope.onmessage = (event) => {
  const { id, question, request } = event.data;
  loading
    .then((instance) => decoder.decode(instance.ask(question, encoder.encode(request))))
    .then((answer) => scope.postMessage({ type: "answer", id, answer }))
    .catch((error: unknown) => {
      const code = error instanceof EngineError ? error.code : "UNAVAILABLE";
      scope.postMessage({ type: "error", id, code, message: error instanceof Error ? error.message : String(error) });
    });
};
