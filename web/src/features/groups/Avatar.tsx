import type { Presence } from "../../realtime/events";
import { hueOf } from "./groupWords";

/** A person's initial in the person's colour; what it says stands beside it, so voices skip it. */
export function Avatar({ id, name, state }: { id: string; name: string; state?: Presence | undefined }) {
  return (
    <span className="avatar" data-hue={hueOf(id)} aria-hidden="true">
      {[...name.trim()][0]?.toUpperCase() ?? "?"}
      {state && <i className="presence-dot" data-state={state} />}
    </span>
  );
}
