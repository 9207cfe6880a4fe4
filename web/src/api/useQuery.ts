import { useCallback, useSyncExternalStore } from "react";
import { request } from "./client";
import type { Document } from "./generated";
import { answerTo, askAgain, watch } from "./store";

export interface Query<Result> {
  readonly data: Result | undefined;
  readonly error: Error | null;
  /** True while there is nothing to show yet. */
  readonly loading: boolean;
  /** True while a request is under way, also behind an older answer. */
  readonly fetching: boolean;
  readonly retry: () => void;
}

/** Asks a question and keeps its answer; `skip` asks nothing. */
export function useQuery<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  skip = false,
): Query<Result> {
  const key = skip ? "" : document + JSON.stringify(variables);
  const subscribe = useCallback(
    (watcher: () => void) => {
      if (key === "") return () => undefined;
      return watch(key, (signal) => request(document, variables, signal), watcher);
    },
    // The key holds both the document and its variables.
    [key],
  );
  const answer = useSyncExternalStore(subscribe, () => answerTo(key));
  const retry = useCallback(() => askAgain(key), [key]);
  return {
    data: answer.data as Result | undefined,
    error: answer.error,
    loading: key !== "" && answer.data === undefined && answer.error === null,
    fetching: answer.fetching,
    retry,
  };
}
