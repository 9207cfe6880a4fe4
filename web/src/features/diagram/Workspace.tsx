import { useCallback, useEffect, useRef, useState } from "react";
import type { KeyboardEvent as ReactKeyboardEvent, ReactNode } from "react";
import { Icon } from "../../design/Icon";
import { Explanation } from "./Explanation";
import { nodeLabel } from "./graph";
import type { Graph, Part } from "./graph";
import { ShortcutsDialog } from "./ShortcutsDialog";
import type { Look } from "./Stage";
import { useSelection } from "./useSelection";
import { Viewer } from "./Viewer";

/** What stands beside the picture when no part is being explained. */
export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
  /** For a tab in which choosing a part does something else than explain it. */
  readonly choosing?: Choosing;
}

export interface Choosing {
  /** What the picture points at. */
  readonly pointed: Part | null;
  readonly pressed: readonly string[];
  readonly onPick: (part: Part | null) => void;
}

interface Props {
  readonly svg: string;
  readonly graph: Graph;
  /** The Mermaid kind. */
  readonly kind: string;
  readonly name: string;
  readonly looks: ReadonlyMap<string, Look>;
  readonly attention: readonly string[];
  readonly tabs: readonly Tab[];
  readonly tab: string;
  readonly onTab: (id: string) => void;
  /** What follows the explanation of a part. */
  readonly beside?: (part: Part) => ReactNode;
}

/** Kinds whose edges are calls and messages. */
const talking: readonly string[] = ["flowchart", "sequence"];
export const explainTab = "explain";
const stacked = "(max-width: 860px)";

/** Picture and side panel: the place where a diagram is taken apart. */
export function Workspace({ svg, graph, kind, name, looks, attention, tabs, tab, onTab, beside }: Props) {
  const [selected, select] = useSelection(graph);
  const [helping, setHelping] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const open = useCallback(
    (part: Part | null, focus: boolean) => {
      select(part);
      if (part) onTab(explainTab);
      if (focus) requestAnimationFrame(() => panel.current?.focus({ preventScroll: true }));
      // Where the panel lies under the picture, both together must be in sight.
      if (part && matchMedia(stacked).matches) frame.current?.scrollIntoView({ block: "start" });
    },
    [select, onTab],
  );
  const all: Tab[] = [
    {
      id: explainTab,
      label: "Explain",
      content: selected ? (
        <>
          <Explanation graph={graph} part={selected} talks={talking.includes(kind)} onSelect={(part) => open(part, true)} />
          {beside?.(selected)}
        </>
      ) : (
        <PartList graph={graph} onSelect={(part) => open(part, true)} />
      ),
    },
    ...tabs,
  ];
  const shown = all.find((each) => each.id === tab) ?? all[0];
  const choosing = shown?.choosing;
  const isChoosing = choosing !== undefined;
  useEffect(() => {
    if (isChoosing) select(null);
  }, [isChoosing, select]);
  const pick = (part: Part | null) => {
    choosing?.onPick(part);
    const box = frame.current?.getBoundingClientRect();
    // As in `open`, but who has scrolled down in the panel stays there.
    if (part && box && box.top > 0 && matchMedia(stacked).matches) frame.current?.scrollIntoView({ block: "start" });
  };

  const close = useCallback(() => {
    const inPanel = panel.current?.contains(document.activeElement);
    select(null);
    if (inPanel) frame.current?.querySelector<SVGElement>('.picture [tabindex="0"]')?.focus();
  }, [select]);
  useEffect(() => {
    if (!selected) return;
    const escape = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
      if (event.key === "Escape" && !typing && !document.querySelector("dialog[open]")) close();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, [selected, close]);

  return (
    <div className="workspace" ref={frame} data-open={selected !== null && tab === explainTab}>
      <Viewer
        svg={svg}
        graph={graph}
        name={name}
        selected={choosing ? choosing.pointed : selected}
        onSelect={choosing ? pick : open}
        pressed={choosing?.pressed}
        looks={looks}
        attention={attention}
        onHelp={() => setHelping(true)}
      />
      <aside className="side" aria-label="About the picture">
        <div className="tabs">
          <div role="tablist" aria-label="About the picture" onKeyDown={walkTabs}>
            {all.map((each) => (
              <button
                key={each.id}
                type="button"
                role="tab"
                id={`tab-${each.id}`}
                aria-selected={each === shown}
                aria-controls="side-panel"
                tabIndex={each === shown ? 0 : -1}
                onClick={() => onTab(each.id)}
              >
                {each.label}
              </button>
            ))}
          </div>
          {selected && tab === explainTab && (
            <button type="button" className="icon-button side-close" onClick={close} aria-label="Close the explanation" title="Close (Esc)">
              <Icon name="close" />
            </button>
          )}
        </div>
        <div id="side-panel" className="side-panel" role="tabpanel" aria-labelledby={`tab-${shown?.id ?? ""}`} tabIndex={0} ref={panel}>
          {shown?.content}
        </div>
      </aside>
      {helping && <ShortcutsDialog onClose={() => setHelping(false)} />}
    </div>
  );
}

function walkTabs(event: ReactKeyboardEvent<HTMLDivElement>): void {
  const offset = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (offset === 0) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const next = tabs[(tabs.indexOf(document.activeElement as HTMLElement) + offset + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

function PartList({ graph, onSelect }: { graph: Graph; onSelect: (part: Part) => void }) {
  const isSequence = graph.edges.some((edge) => edge.step !== null);
  return (
    <div className="part-list">
      <p className="hint">Choose a part of the picture, by pointer or with Tab and the arrow keys, and Atlas says what it is there for and what is lost with it.</p>
      <h2>{isSequence ? "Participants" : "Parts"}</h2>
      <ul>
        {graph.nodes.map((node) => (
          <li key={node.id}>
            <button type="button" onClick={() => onSelect({ type: "node", id: node.id })}>
              <span className={`kind-dot kind-${node.kind}`} aria-hidden="true" />
              {node.label}
            </button>
          </li>
        ))}
      </ul>
      {isSequence && (
        <>
          <h2>Messages</h2>
          <ol>
            {graph.edges.map((edge) => (
              <li key={edge.id}>
                <button type="button" onClick={() => onSelect({ type: "edge", id: edge.id })}>
                  <span className="step-number">{edge.step}</span>
                  <span>
                    {edge.label}
                    <small>
                      {nodeLabel(graph, edge.from)} to {nodeLabel(graph, edge.to)}
                    </small>
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
