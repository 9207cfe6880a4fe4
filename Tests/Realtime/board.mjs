#!/usr/bin/env node
// Shows that all copies of a whiteboard come to agree: the page's own client (web/src/features/board/sync.ts) against the
// server's own algorithm (whiteboard-tool), on a network that loses, repeats and delays.
//
//   board.mjs --tool .build/debug/whiteboard-tool [--seeds 200] [--first 1] [--mutations 30] [--patience 1000]
//             [--only parts|fuzz|mutations|offline]
//
// A seed makes the same run on every machine. With --mutations N, rules are taken out of the client or the server one at a
// time, and a run of N seeds must notice each. --patience is how many milliseconds merging after
// half an hour offline and loading a large board may take; a tool that was built for debugging needs more.
import { parseArgs } from "node:util";
import { bundledClient } from "./board/client.mjs";
import { mutations } from "./board/mutations.mjs";
import { offline } from "./board/offline.mjs";
import { parts } from "./board/parts.mjs";
import { randomFrom } from "./board/random.mjs";
import { Run, Violation } from "./board/run.mjs";
import { Tool } from "./board/tool.mjs";

const { values: options } = parseArgs({
  options: {
    tool: { type: "string", default: ".build/debug/whiteboard-tool" },
    seeds: { type: "string", default: "200" },
    first: { type: "string", default: "1" },
    mutations: { type: "string", default: "30" },
    patience: { type: "string", default: "1000" },
    only: { type: "string", default: "" },
  },
});
const isWanted = (part) => options.only === "" || options.only === part;
const tool = new Tool(options.tool);
const client = await bundledClient();
let failed = false;

function report(findings) {
  for (const { text, isMet } of findings) {
    (isMet ? console.log : console.error)(`board: ${text}`);
    failed ||= !isMet;
  }
}

/** Runs seeds until one fails; what was counted, and the failure. */
async function fuzz(code, first, count, { omit, loses } = {}) {
  const totals = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const run = new Run(tool, code, randomFrom(seed), { loses: loses ?? seed % 3 === 0, omit });
    try {
      await run.play();
    } catch (error) {
      return { totals, failure: { seed, message: error instanceof Violation ? error.message : error.stack } };
    }
    for (const [name, amount] of Object.entries(run.counts)) totals[name] = (totals[name] ?? 0) + amount;
  }
  return { totals, failure: null };
}

if (isWanted("parts")) report(parts(client.code));
if (isWanted("fuzz")) {
  const started = performance.now();
  const { totals, failure } = await fuzz(client.code, Number(options.first), Number(options.seeds));
  if (failure) {
    console.error(`board: seed ${failure.seed}: ${failure.message}`);
    failed = true;
  } else {
    const words = Object.entries(totals).map(([name, amount]) => `${amount.toLocaleString("en")} ${name}`).join(", ");
    console.log(`board: ${options.seeds} seeds agree in ${Math.round((performance.now() - started) / 1000)} s: ${words}`);
  }
}
if (isWanted("mutations")) {
  for (const mutation of mutations) {
    const code = await client.mutated(mutation.changes ?? []);
    const seeds = Number(options.mutations) * (mutation.seeds ?? 1);
    const { failure } = await fuzz(code, 1, seeds, mutation);
    if (failure) console.log(`board: without ${mutation.name}: noticed by seed ${failure.seed} (${failure.message})`);
    else {
      console.error(`board: without ${mutation.name}: ${seeds} seeds notice nothing`);
      failed = true;
    }
  }
}
if (isWanted("offline")) report(await offline(tool, client.code, Number(options.patience)));
tool.close();
process.exit(failed ? 1 : 0);
