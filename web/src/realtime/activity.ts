// Whether the person at this page is here: told to the gateway when it changes.
import { call, onArrival } from "./connection";

const awayAfterMs = 5 * 60_000;
const signs = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Watches until the returned function is called. */
export function watchActivity(): () => void {
  let told: "active" | "away" = "active";
  let timer = 0;
  const tell = (state: "active" | "away") => {
    if (state === told) return;
    told = state;
    call("presence", { state }).catch(() => undefined);
  };
  const sign = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    tell("active");
    timer = window.setTimeout(() => tell("away"), awayAfterMs);
  };
  const turned = () => {
    clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(() => tell("away"), awayAfterMs);
    else sign();
  };
  for (const name of signs) addEventListener(name, sign, { passive: true });
  document.addEventListener("visibilitychange", turned);
  const ended = onArrival(() => told === "away" && call("presence", { state: "away" }).catch(() => undefined));
  sign();
  return () => {
    clearTimeout(timer);
    ended();
    for (const name of signs) removeEventListener(name, sign);
    document.removeEventListener("visibilitychange", turned);
  };
}
