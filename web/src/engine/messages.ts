import type { EngineError, Question } from "./instance";

/** From the page to the engine's thread; `request` is JSON. */
export interface Asked {
  readonly id: number;
  readonly question: Question;
  readonly request: string;
}

/** From the engine's thread to the page; `answer` is JSON. */
export type Answered =
  | { readonly type: "ready" }
  | { readonly type: "unavailable" }
  | { readonly type: "started"; readonly id: number }
  | { readonly type: "answer"; readonly id: number; readonly answer: string }
  | { readonly type: "error"; readonly id: number; readonly code: EngineError["code"]; readonly message: string };
