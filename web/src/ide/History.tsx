import { operationsOf } from "./tokens";
import type { Asked } from "./storage";

interface Props {
  readonly entries: readonly Asked[];
  readonly choose: (entry: Asked) => void;
  readonly forget: () => void;
}

/** What was asked in this browser, the latest first. */
export function History({ entries, choose, forget }: Props) {
  if (entries.length === 0) return <p className="documentation hint">What you ask is listed here, in this browser only.</p>;
  return (
    <div className="documentation">
      <ul className="history">
        {entries.map((entry) => (
          <li key={entry.at}>
            <button type="button" className="text-button" onClick={() => choose(entry)}>{titleOf(entry.query)}</button>
            <small> {new Date(entry.at).toLocaleString()}</small>
          </li>
        ))}
      </ul>
      <button type="button" className="button" onClick={forget}>Forget all</button>
    </div>
  );
}

function titleOf(query: string): string {
  const named = operationsOf(query).filter((each) => each.name !== null).map((each) => `${each.kind} ${each.name}`);
  return named.length > 0 ? named.join(", ") : query.replace(/#.*/g, "").replace(/\s+/g, " ").trim().slice(0, 60) || "empty document";
}
