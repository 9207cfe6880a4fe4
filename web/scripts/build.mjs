// Bundles the web client into build/web. scripts/build-web.sh prepares what this needs (packages, fonts, pictures) and
// decides whether it must run at all.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { withoutInlineStyles } from "./xterm.mjs";

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const root = resolve(web, "..");
const out = join(root, "build/web.new");
const finished = join(root, "build/web");
const firstLoadLimitBytes = 60_000;
const inputs = process.argv[2] ?? "";

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });

const common = ["--bundle", "--minify", "--target=es2020", "--preserve-symlinks", "--log-level=warning", "--entry-names=[name]-[hash]"];

/** For what lies outside web/ and for Debian's tools under a node from elsewhere. */
const nodeEnvironment = { ...process.env, NODE_PATH: join(web, "node_modules") };

function esbuild(meta, ...options) {
  const metafile = join(root, `build/${meta}.json`);
  const run = spawnSync("esbuild", [...common, `--outdir=${join(out, "assets")}`, `--metafile=${metafile}`, ...options], {
    cwd: web,
    env: nodeEnvironment,
    stdio: "inherit",
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
  return JSON.parse(readFileSync(metafile, "utf8")).outputs;
}

/** The diagram engine in its parts, and the thread that it runs in; all are loaded only when a page asks for them. */
const engineParts = {};
for (const part of ["read", "draw", "tell"]) {
  const bytes = readFileSync(join(root, `build/wasm/${part}.wasm`));
  const name = `${part}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.wasm`;
  writeFileSync(join(out, "assets", name), bytes);
  copyFileSync(join(root, `build/wasm/${part}.wasm.gz`), join(out, "assets", `${name}.gz`));
  engineParts[part] = `/assets/${name}`;
}
const engineThread = Object.keys(
  esbuild("meta-engine", "src/engine/worker.ts", "--format=iife", `--define:__ENGINE_PARTS__=${JSON.stringify(engineParts)}`),
)[0];

/** Socket.IO's own client, on its own: bundled with the pages, it would add what CommonJS needs to their first load. */
const socketIO = Object.keys(esbuild("meta-socket.io", "../build/vendor/socket.io.min.js", "--entry-names=socket.io-[hash]", "--format=esm"))[0];

/** The terminal, for the same reason, with its styles set as the pages' policy allows. */
const terminalSource = join(root, "build/vendor/xterm/xterm.js");
writeFileSync(terminalSource, withoutInlineStyles(readFileSync(join(root, "build/vendor/xterm/index.js"), "utf8")));
const terminal = Object.keys(esbuild("meta-xterm", terminalSource, "--entry-names=xterm-[hash]", "--format=esm"))[0];

/**
 * React DOM without what no page asks of it. Debian's file is CommonJS, so that a bundler keeps all its exports and what only
 * they need; with `createRoot` alone exported, terser finds the rest unused.
 */
const reactDOM = join(root, "build/react-dom-client.js");
const whole = readFileSync(join(web, "node_modules/react-dom/cjs/react-dom.production.min.js"), "utf8");
const trimmed = whole.replace(/^exports\.(\w+) = .*;$/gm, (line, name) => (name === "createRoot" ? line : ""));
if (trimmed === whole || !trimmed.includes("\nexports.createRoot = createRoot;")) throw new Error("react-dom does not list its exports as expected");
writeFileSync(reactDOM, trimmed);
const terser = (...given) => spawnSync("terser", given, { encoding: "utf8", env: nodeEnvironment, maxBuffer: 16 << 20 });
const terserVersion = terser("--version").stdout.trim();

const pages = esbuild(
  "meta-pages",
  "src/app/main.tsx",
  `--alias:react-dom/client=${reactDOM}`,
  // What terser makes of a file is not in the hash that names it, so its version is.
  `--banner:js=/* ${terserVersion} */`,
  "--splitting",
  "--format=esm",
  "--jsx=automatic",
  "--chunk-names=[name]-[hash]",
  '--define:process.env.NODE_ENV="production"',
  "--define:__REACT_DEVTOOLS_GLOBAL_HOOK__=undefined",
  `--define:__SOCKET_IO__="/assets/${basename(socketIO)}"`,
  `--define:__XTERM__="/assets/${basename(terminal)}"`,
  "--external:/assets/*",
  `--define:__ENGINE_WORKER__="/assets/${basename(engineThread)}"`,
);
// On its own, so that the pages' shared code is not cut into more pieces than they need.
const start = esbuild("meta-start", "src/landing/landing.ts", "--format=esm");
// For development, and so on its own too: no page of the client may grow by it.
const graphQL = esbuild(
  "meta-graphql",
  "src/ide/main.tsx",
  "--entry-names=graphql-[hash]",
  "--format=esm",
  "--jsx=automatic",
  '--define:process.env.NODE_ENV="production"',
  "--define:__REACT_DEVTOOLS_GLOBAL_HOOK__=undefined",
);
const theme = esbuild("meta-theme", "src/app/themeBoot.ts", "--format=iife");
const styles = esbuild(
  "meta-styles",
  "src/design/app.css",
  "src/design/landing.css",
  "src/ide/ide.css",
  "--loader:.woff2=file",
  "--asset-names=[name]-[hash]",
  "--public-path=/assets",
);

function outputOf(outputs, entry) {
  const found = Object.entries(outputs).find(([, each]) => each.entryPoint === entry);
  if (!found) throw new Error(`esbuild made nothing of ${entry}`);
  return found[0];
}

/** An output and everything that it loads before it runs. */
function closure(outputs, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const each of outputs[path].imports) if (each.kind === "import-statement") closure(outputs, each.path, found);
  return found;
}

const url = (path) => `/assets/${basename(path)}`;
const packed = (path) => gzipSync(readFileSync(join(out, "assets", basename(path))), { level: 9 });

const main = outputOf(pages, "src/app/main.tsx");
const landing = outputOf(start, "src/landing/landing.ts");
const themeBoot = outputOf(theme, "src/app/themeBoot.ts");
const first = [...closure(pages, main)];
// Everybody waits for these files, so they are made as small as can be; for all others esbuild is good enough.
for (const path of first) {
  const file = join(out, "assets", basename(path));
  const run = terser(file, "--module", "--compress", "passes=3,ecma=2020,keep_fargs=false", "--mangle", "--ecma", "2020");
  if (run.status !== 0) throw new Error(`terser: ${run.stderr}`);
  writeFileSync(file, run.stdout);
}
const fonts = readdirSync(join(out, "assets")).filter((name) => /^(Inter-Regular|Inter-SemiBold|InterDisplay-SemiBold)-.*\.woff2$/.test(name));

const values = {
  "theme.js": url(themeBoot),
  "main.js": url(main),
  "landing.js": url(landing),
  "app.css": url(outputOf(styles, "src/design/app.css")),
  "landing.css": url(outputOf(styles, "src/design/landing.css")),
  "graphql.js": url(outputOf(graphQL, "src/ide/main.tsx")),
  "graphql.css": url(outputOf(styles, "src/ide/ide.css")),
  fontPreloads: fonts.map((name) => `<link rel="preload" href="/assets/${name}" as="font" type="font/woff2" crossorigin>`).join("\n"),
  modulePreloads: first
    .filter((path) => path !== main)
    .map((path) => `<link rel="modulepreload" href="${url(path)}">`)
    .join("\n"),
};
const icons = JSON.parse(readFileSync(join(web, "src/design/icons.json"), "utf8"));

function fill(name) {
  const text = readFileSync(join(web, name), "utf8").replace(/\[\[(?:icon )?([\w.]+)\]\]/g, (whole, key) => {
    if (whole.startsWith("[[icon ")) return `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="${icons[key]}"/></svg>`;
    if (!(key in values)) throw new Error(`${name}: nothing to put in place of ${whole}`);
    return values[key];
  });
  writeFileSync(join(out, name), text);
}
["shell.html", "landing.html", "landing-card.html", "graphql.html"].forEach(fill);

for (const name of readdirSync(join(web, "static"))) copyFileSync(join(web, "static", name), join(out, name));
const pictures = join(root, "build/pictures");
for (const name of readdirSync(pictures)) copyFileSync(join(pictures, name), join(out, name));

const assets = readdirSync(join(out, "assets")).filter((name) => !name.endsWith(".gz"));
for (const name of assets.filter((name) => !name.endsWith(".wasm"))) writeFileSync(join(out, "assets", `${name}.gz`), packed(name));
for (const name of ["icon.svg", "manifest.webmanifest"]) {
  writeFileSync(join(out, `${name}.gz`), gzipSync(readFileSync(join(out, name)), { level: 9 }));
}

const firstLoad = [...first, themeBoot].reduce((sum, path) => sum + packed(path).length, 0);
const routes = {};
for (const [path, output] of Object.entries(pages)) {
  if (!output.entryPoint?.startsWith("src/features/")) continue;
  const own = [...closure(pages, path)].filter((each) => !first.includes(each));
  routes[basename(output.entryPoint, ".tsx")] = own.reduce((sum, each) => sum + packed(each).length, 0);
}
const landingBytes = [landing, themeBoot].reduce((sum, path) => sum + packed(path).length, 0);
const engineBytes = Object.fromEntries(
  Object.entries(engineParts).map(([part, url]) => [part, statSync(join(out, "assets", `${basename(url)}.gz`)).size]),
);
const report = { inputs, firstLoadLimitBytes, firstLoadBytes: firstLoad, landingBytes, engineBytes, routes, assets: assets.map((name) => `/assets/${name}`) };
writeFileSync(join(out, "build.json"), `${JSON.stringify(report, null, 2)}\n`);

console.log(`web: JavaScript before a route's own code ${firstLoad} bytes gzip, limit ${firstLoadLimitBytes}; start page ${landingBytes}`);
console.log(`web: diagram engine ${Object.entries(engineBytes).map((each) => each.join(" ")).join(", ")}`);
for (const [name, bytes] of Object.entries(routes)) console.log(`web:   ${name} +${bytes}`);
if (firstLoad > firstLoadLimitBytes) {
  console.error("web: the first load is over its limit");
  process.exit(1);
}

const old = join(root, "build/web.old");
rmSync(old, { recursive: true, force: true });
if (existsSync(finished)) renameSync(finished, old);
renameSync(out, finished);
rmSync(old, { recursive: true, force: true });
