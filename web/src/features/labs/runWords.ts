import type { LabRunResult } from "./queries.generated";

export type Run = NonNullable<LabRunResult["labRun"]>;

export const tierWords: Readonly<Record<string, string>> = {
  "0": "Shell and Python",
  R: "Redis",
  P: "PostgreSQL",
  N: "nginx",
};

/** Whether the run has, or soon has, a place to work in. */
export function isUnderWay(run: Run | null | undefined): boolean {
  return !!run && ["QUEUED", "STARTING", "RUNNING", "STOPPING"].includes(run.status);
}

/** What stands above the button that starts the lab, or goes on with it. */
export function startHeading(run: Pick<Run, "status" | "startedAt"> | null): string {
  if (!run) return "Ready when you are";
  if (run.status !== "FAILED") return "Go on where you left";
  return run.startedAt ? "The lab has broken off" : "The lab did not start";
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** The time of day of an ISO moment. */
export function clockWords(iso: string): string {
  return clock.format(new Date(iso));
}

/** Seconds until an ISO moment, at least 0. */
export function secondsUntil(iso: string, now: number): number {
  return Math.max(0, Math.round((Date.parse(iso) - now) / 1000));
}

/** `3725` as "1:02:05", `65` as "1:05". */
export function timerWords(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${Math.floor(seconds / 60) % 60}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest.padStart(5, "0")}` : rest;
}

/** About how long: "less than a minute", "about 3 minutes". */
export function aboutWords(seconds: number): string {
  if (seconds < 50) return seconds <= 5 ? "a few seconds" : `about ${Math.ceil(seconds / 10) * 10} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes <= 1 ? "about a minute" : `about ${minutes} minutes`;
}

/** `2` as "2nd". */
export function ordinal(place: number): string {
  const lastTwo = place % 100;
  const ending = lastTwo > 10 && lastTwo < 14 ? "th" : ["th", "st", "nd", "rd"][place % 10] ?? "th";
  return `${place}${ending}`;
}

/** A share from 0 to 1 as "63 %"; all of it only if it is all of it. */
export function percentWords(share: number): string {
  const percent = share >= 1 ? 100 : Math.min(99, Math.round(share * 100));
  return `${percent} %`;
}
