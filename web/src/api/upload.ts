import { accessToken, refresh } from "./session";
import { ApiError } from "./transport";

/**
 * Sends a file for whoever is signed in and resolves to the JSON of the answer. `progress` is told the share that is sent, 0 to 1;
 * `fetch` could not tell it.
 */
export async function upload<Result>(path: string, file: Blob, progress: (share: number) => void, signal?: AbortSignal): Promise<Result> {
  const token = await accessToken();
  let answer = await sent(path, file, token, progress, signal);
  if (answer.status === 401 && token !== null) {
    await refresh(token).catch(() => undefined);
    answer = await sent(path, file, await accessToken(), progress, signal);
  }
  if (answer.status === 200) return JSON.parse(answer.text) as Result;
  const said = answer.text.trim();
  throw new ApiError("BAD_ANSWER", said !== "" && said.length < 300 && !said.startsWith("<") ? said : `The server answered with status ${answer.status}.`);
}

function sent(path: string, file: Blob, token: string | null, progress: (share: number) => void, signal?: AbortSignal): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    if (token !== null) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
    };
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(new ApiError("OFFLINE", "Atlas cannot be reached. Check the connection and try again."));
    request.onabort = () => reject(new DOMException("Ended.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
