import type { Document } from "./generated";
import { accessToken, refresh, sessionRestored } from "./session";
import { ApiError, send } from "./transport";

/**
 * Asks the server and returns `data`.
 *
 * Waits until a session from an earlier visit has been restored. An expired access token is exchanged once, and the
 * request is then sent again. Throws `ApiError`, or the signal's own `AbortError`.
 */
export async function request<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  await sessionRestored();
  const options = { signal: signal ?? null };
  const token = await accessToken();
  try {
    return await send<Result>(document, variables, token, options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "UNAUTHENTICATED" || token === null) throw error;
    // If that fails, the session has ended: what a visitor may see is still shown.
    await refresh(token).catch(() => undefined);
    return send<Result>(document, variables, await accessToken(), options);
  }
}
