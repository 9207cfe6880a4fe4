import { accessToken, refresh } from "./session";
import { ApiError } from "./transport";

/**
 * Fetches a file that only who is signed in may have, and hands it to the browser's downloads. The browser itself cannot ask
 * for it: the access token is in no cookie.
 */
export async function download(path: string, name: string): Promise<void> {
  const token = await accessToken();
  let answer = await fetched(path, token);
  if (answer.status === 401 && token !== null) {
    await refresh(token).catch(() => undefined);
    answer = await fetched(path, await accessToken());
  }
  if (!answer.ok) {
    const said = (await answer.text()).trim();
    throw new ApiError("BAD_ANSWER", said !== "" && said.length < 300 && !said.startsWith("<") ? said : `The server answered with status ${answer.status}.`);
  }
  save(await answer.blob(), name);
}

async function fetched(path: string, token: string | null): Promise<Response> {
  try {
    return await fetch(path, { headers: token === null ? {} : { authorization: `Bearer ${token}` }, credentials: "same-origin" });
  } catch {
    throw new ApiError("OFFLINE", "Atlas cannot be reached. Check the connection and try again.");
  }
}

/** Offers bytes as a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the bytes after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
