import { loadEngine } from "../../engine/engine";
import type { LoadReport, LoadScenario } from "../../engine/load";
import type { LoadSource } from "./source";
import type { Settings, Weakest } from "./settings";

/** Settings and what came of them. */
export interface Run {
  readonly weakest: Weakest;
  readonly settings: Settings;
  readonly report: LoadReport | null;
}

const quietRate = 50;
const quietSeconds = 20;

/** Plays a scenario, in the engine's thread. */
export async function simulate(source: LoadSource, scenario: LoadScenario): Promise<LoadReport> {
  const answer = await (await loadEngine()).simulate({ ...source, scenario });
  if (answer.ok) return answer.report;
  throw new Error(answer.errors[0]?.message ?? "This diagram cannot be simulated.");
}

/** Which part is full first, from a run in which nothing goes wrong. */
export async function weakestOf(source: LoadSource): Promise<Weakest> {
  const report = await simulate(source, { seconds: quietSeconds, load: [{ at: 0, rate: quietRate }] });
  const busiest = [...report.nodes].filter((node) => node.kind !== "client").sort((a, b) => b.total.utilisation - a.total.utilisation)[0];
  const settings = busiest ? report.scenario.nodes?.[busiest.id] : undefined;
  const utilisation = busiest?.total.utilisation ?? 0;
  return {
    node: busiest?.id ?? report.nodes[0]?.id ?? "",
    capacity: utilisation > 0 ? quietRate / utilisation : quietRate,
    slots: settings?.servers ?? 1,
  };
}
