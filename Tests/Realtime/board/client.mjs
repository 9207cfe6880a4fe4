import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(dirname(fileURLToPath(import.meta.url)), "../../../web/src/features/board");

const load = (source) => import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);

/** The page's own client, as the page's build makes it, and a way to take something out of it. */
export async function bundledClient() {
  const bundle = spawnSync("esbuild", ["--bundle", "--format=esm", "--target=es2020", "--log-level=warning", `--sourcefile=entry.ts`, "--loader=ts"], {
    input: 'export * from "./sync"; export * from "./records";',
    cwd: folder,
  });
  if (bundle.status !== 0) throw new Error(`esbuild: ${bundle.stderr}`);
  const source = bundle.stdout.toString("utf8");
  return {
    code: await load(source),
    mutated: (changes) => {
      let changed = source;
      for (const [before, after] of changes) {
        if (changed.split(before).length !== 2) throw new Error(`the client does not hold once: ${before}`);
        changed = changed.replace(before, () => after);
      }
      return load(changed);
    },
  };
}
