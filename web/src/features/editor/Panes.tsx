import { useRef } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import type { Drawing } from "./drawing";
import { useMedia } from "./useMedia";

export type PaneName = "source" | "picture" | "records" | "words";

interface Props {
  readonly pane: PaneName;
  readonly onPane: (pane: PaneName) => void;
  readonly problemCount: number;
  readonly source: ReactNode;
  readonly picture: ReactNode;
  readonly records: ReactNode;
  readonly words: ReactNode;
}

const names: readonly (readonly [PaneName, string])[] = [
  ["source", "Source"],
  ["picture", "Picture"],
  ["records", "Records"],
  ["words", "In words"],
];

/** Side by side on a wide screen; on a narrow one, one at a time behind tabs. */
export function Panes({ pane, onPane, problemCount, source, picture, records, words }: Props) {
  const isNarrow = useMedia("(max-width: 860px)");
  const lower = useRef<PaneName>("records");
  if (pane === "records" || pane === "words") lower.current = pane;
  const shown = isNarrow ? pane : lower.current;
  const tabs = names.filter(([name]) => isNarrow || name === "records" || name === "words");
  const list = (
    <div className="tabs desk-tabs">
      <div role="tablist" aria-label="Views" onKeyDown={walk}>
        {tabs.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`desk-tab-${name}`}
            aria-selected={name === shown}
            aria-controls={isNarrow ? `desk-${name}` : "desk-panel"}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => onPane(name)}
          >
            {label}
            {name === "source" && problemCount > 0 && <span className="tab-count">{problemCount}</span>}
          </button>
        ))}
      </div>
    </div>
  );
  const role = (name: PaneName) => (isNarrow ? { id: `desk-${name}`, role: "tabpanel", "aria-labelledby": `desk-tab-${name}`, hidden: pane !== name } : {});
  const panel = shown === "words" ? words : records;
  return (
    <div className="desk" data-narrow={isNarrow}>
      {isNarrow && list}
      <section className="desk-source" aria-label="Source" {...role("source")}>
        {source}
      </section>
      <section className="desk-picture" aria-label="Picture" {...role("picture")}>
        {picture}
      </section>
      {isNarrow ? (
        <>
          <section className="desk-panel" {...role("records")} tabIndex={-1}>
            {records}
          </section>
          <section className="desk-panel" {...role("words")}>
            {words}
          </section>
        </>
      ) : (
        <div className="desk-lower">
          {list}
          <section id="desk-panel" className="desk-panel" role="tabpanel" aria-labelledby={`desk-tab-${shown}`} tabIndex={0}>
            {panel}
          </section>
        </div>
      )}
    </div>
  );
}

function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const offset = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (offset === 0) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const next = tabs[(tabs.indexOf(document.activeElement as HTMLElement) + offset + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

/** The picture for those who do not see it, and for whoever wants to check what it says. */
export function wordsPane(drawing: Drawing | null): ReactNode {
  if (!drawing) return <p className="hint">There are no words while there is no picture.</p>;
  return (
    <>
      <p>{drawing.alternativeText}</p>
      <ul className="outline">
        {drawing.outline.map((entry, index) => (
          <li key={index} data-depth={entry.depth}>
            {entry.text}
          </li>
        ))}
      </ul>
    </>
  );
}
