/** What went wrong, with the server's closed code or one of ours: `OFFLINE`, `BAD_ANSWER`. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface WireError {
  readonly message?: string;
  readonly extensions?: { readonly code?: string; readonly field?: string | null; readonly retryAfterSeconds?: number };
}

interface Wire<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly WireError[];
}

/** One POST to `/graphql`, as it is: no retry, no knowledge of sessions. */
export async function send<Result>(
  query: string,
  variables: unknown,
  token: string | null,
  signal?: AbortSignal,
): Promise<Result> {
  const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;
  let answer: Wire<Result>;
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers,
      body: JSON.stringify({ query, variables }),
      credentials: "same-origin",
      signal: signal ?? null,
    });
    answer = await read(response);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError("OFFLINE", "Atlas cannot be reached. Check the connection and try again.");
  }
  const first = answer.errors?.[0];
  if (first) {
    const { code, field, retryAfterSeconds } = first.extensions ?? {};
    throw new ApiError(code ?? "INTERNAL", first.message ?? "Something went wrong.", field ?? null, retryAfterSeconds ?? null);
  }
  if (!answer.data) throw new ApiError("BAD_ANSWER", "The server sent an answer without data.");
  return answer.data;
}

async function read<Result>(response: Response): Promise<Wire<Result>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Wire<Result>;
  } catch {
    const code = response.status === 429 ? "TOO_MANY" : "BAD_ANSWER";
    throw new ApiError(code, `The server answered with status ${response.status}. Try again in a moment.`);
  }
}
