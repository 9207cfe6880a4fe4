/** As browsers have it; older type libraries do not know it. */
interface Packer {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
declare const CompressionStream: new (format: "deflate-raw") => Packer;
declare const DecompressionStream: new (format: "deflate-raw") => Packer;

/** Letters of a link's fragment: what browsers, mail programs and chats carry without cutting it. */
export const maxShareLetters = 16_000;
/** Bytes that a link may unpack to, so that a small link cannot fill the memory. */
const maxUnpackedBytes = 256 * 1024;
const prefix = "#source=";

/** The text as a fragment, or null if it is too long for a link. */
export async function fragmentOf(text: string): Promise<string | null> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const fragment = prefix + btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return fragment.length > maxShareLetters ? null : fragment;
}

/** What a fragment carries; null if it carries nothing, `undefined` if it cannot be read. */
export async function textOf(fragment: string): Promise<string | null | undefined> {
  if (!fragment.startsWith(prefix)) return null;
  try {
    const binary = atob(fragment.slice(prefix.length).replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > maxUnpackedBytes) return undefined;
      text += decoder.decode(part.value, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}
