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

/** A clock that is less wrong than this is taken as it is: an answer's time is in whole seconds, and it was on its way. */
const smallSkewMs = 60_000;
/** How far this device's clock is ahead of the server's; 0 until an answer has told. */
let skewMs = 0;

/** A moment that this device has noted, by the server's clock and never later than now; what is no moment stays as it is. */
export function serverTime(at: string): string {
  const noted = Date.parse(at);
  if (Number.isNaN(noted)) return at;
  return new Date(Math.min(noted, Date.now()) - (Math.abs(skewMs) > smallSkewMs ? skewMs : 0)).toISOString();
}

/** Whether two moments are one but for a clock that is a little wrong. */
export function isAbout(one: string, other: string): boolean {
  return one === other || Math.abs(Date.parse(one) - Date.parse(other)) <= smallSkewMs;
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
  options: Pick<RequestInit, "signal" | "keepalive"> = {},
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
      ...options,
    });
    noteClock(response);
    answer = await read(response);
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted) throw error;
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

function noteClock(response: Response): void {
  const skew = Date.now() - Date.parse(response.headers.get("date") ?? "");
  if (Number.isFinite(skew)) skewMs = skew;
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
