import { useCallback, useEffect, useRef } from "react";
import type { RefObject } from "react";
import { useQuery } from "../../api/useQuery";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { mostTaken } from "./breakage";
import type { Action } from "./breakage";
import { BreakAnswer } from "./BreakAnswer";
import { nodeLabel, partLabel, partWithID } from "./graph";
import type { Graph } from "./graph";
import { Sure } from "./Scores";
import { WeakParts } from "./queries.generated";
import { Spread } from "./Spread";
import { fateWords } from "./useBreakage";
import type { Breaking } from "./useBreakage";

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** Take parts away, say what follows, and see what the structure says. */
export function BreakIt({ breaking }: { breaking: Breaking }) {
  const { graph, state, phase, fates, onPoint } = breaking;
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const keepingFocus = useKeptFocus(section, heading);
  const send = breaking.dispatch;
  const dispatch = useCallback((action: Action) => keepingFocus(() => send(action)), [keepingFocus, send]);
  useBreakKeys(state.taken.length > 0, dispatch);
  const point = (id: string) => onPoint(partWithID(graph, id));
  const names = list.format(state.taken.map((id) => partLabel(graph, id)));
  return (
    <section className="break-it" ref={section} aria-labelledby="break-heading">
      <div className="break-tools">
        <label className="check">
          <input type="checkbox" checked={breaking.predictFirst} onChange={(event) => breaking.onPredictFirst(event.target.checked)} />
          Predict first
        </label>
        <button
          type="button"
          className="button quiet"
          aria-keyshortcuts="u"
          title="Undo (u)"
          disabled={state.before.length === 0}
          onClick={() => dispatch({ type: "undo" })}
        >
          Undo
        </button>
      </div>
      <h2 id="break-heading" ref={heading} tabIndex={-1}>
        {phase === "choose" ? "Take something away" : `Without ${names}`}
      </h2>
      <p className="break-summary" role="status">
        {phase === "choose" && "Choose a part of the picture, by pointer or with Tab, the arrow keys and Enter."}
        {phase === "predict" && "What follows? Mark the parts, in the picture or here, then say how sure you are."}
        {phase === "answer" && fates.nodes && summary(fates.nodes, graph)}
      </p>
      <p className="visually-hidden" role="status">
        {state.marked !== null && `${nodeLabel(graph, state.marked)}: ${fateWords[state.guesses.get(state.marked) ?? "works"]}`}
        {state.taken.length >= mostTaken && `No more than ${mostTaken} parts can be taken away.`}
      </p>
      {phase !== "choose" && <TakenAway breaking={breaking} dispatch={dispatch} onPoint={point} />}
      {phase === "choose" && <Choice graph={graph} onTake={(id) => dispatch({ type: "take", id })} />}
      {phase === "predict" && <Predicting breaking={breaking} dispatch={dispatch} />}
      {phase === "answer" && fates.nodes && <Spread breaking={breaking} />}
      {phase === "answer" && fates.nodes && <BreakAnswer nodes={fates.nodes} graph={graph} prediction={breaking.prediction} onPoint={point} />}
      {phase === "answer" && !fates.nodes && !fates.error && <Skeleton shape="lines" count={2} />}
      {phase === "answer" && fates.error && <Failure title="The answer did not come" message={fates.error.message} onRetry={() => keepingFocus(fates.retry)} />}
      {state.seen.size > 0 && <WeakPoints diagram={breaking.diagram} graph={graph} onPoint={point} />}
    </section>
  );
}

/** Which parts fail and which work worse, in one sentence. */
function summary(nodes: NonNullable<Breaking["fates"]["nodes"]>, graph: Graph): string {
  const clause = (fate: string, one: string, many: string) => {
    const labels = nodes.filter((node) => !node.isCause && node.state === fate).map((node) => nodeLabel(graph, node.id));
    return labels.length === 0 ? [] : [`${list.format(labels)} ${labels.length === 1 ? one : many}`];
  };
  const clauses = [...clause("fails", "fails", "fail"), ...clause("degraded", "works worse", "work worse")];
  return clauses.length === 0 ? "Everything else works as before." : `${clauses.join("; ")}.`;
}

/** The parts as a list, for those who would rather not use the picture. */
function Choice({ graph, onTake }: { graph: Graph; onTake: (id: string) => void }) {
  const isSequence = graph.edges.some((edge) => edge.step !== null);
  return (
    <div className="part-list">
      <h3>{isSequence ? "Participants" : "Parts"}</h3>
      <ul>
        {graph.nodes.map((node) => (
          <li key={node.id}>
            <button type="button" onClick={() => onTake(node.id)}>
              <span className={`kind-dot kind-${node.kind}`} aria-hidden="true" />
              {node.label}
            </button>
          </li>
        ))}
      </ul>
      <details>
        <summary>{isSequence ? "Messages" : "Connections"}</summary>
        <ul>
          {graph.edges.map((edge) => (
            <li key={edge.id}>
              <button type="button" onClick={() => onTake(edge.id)}>
                {edge.step !== null && <span className="step-number">{edge.step}</span>}
                <span>
                  {edge.label || "edge"}
                  <small>
                    {nodeLabel(graph, edge.from)} to {nodeLabel(graph, edge.to)}
                  </small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

interface PartProps {
  readonly breaking: Breaking;
  readonly dispatch: (action: Action) => void;
}

function Predicting({ breaking, dispatch }: PartProps) {
  const { graph, state } = breaking;
  const others = graph.nodes.filter((node) => !state.taken.includes(node.id));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        dispatch({ type: "show" });
      }}
    >
      <ul className="guesses">
        {others.map((node) => {
          const guess = state.guesses.get(node.id) ?? "works";
          return (
            <li key={node.id}>
              <button type="button" className="guess" onClick={() => dispatch({ type: "mark", id: node.id })}>
                <span>{node.label}</span>
                <span className="fate-tag" data-fate={guess}>
                  {fateWords[guess]}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <Sure id="break-sure" confidence={state.confidence} onChange={(confidence) => dispatch({ type: "sure", confidence })} />
      <button type="submit" className="button primary">
        Show me
      </button>
    </form>
  );
}

function TakenAway({ breaking, dispatch, onPoint }: PartProps & { readonly onPoint: (id: string) => void }) {
  const { graph, state } = breaking;
  return (
    <div className="taken">
      <div className="taken-head">
        <h3>
          <span className="impact-key killed" aria-hidden="true" /> Taken away
        </h3>
        <button type="button" className="text-link" aria-keyshortcuts="Escape" title="Put everything back (Esc)" onClick={() => dispatch({ type: "putAllBack" })}>
          Put everything back
        </button>
      </div>
      <ul className="taken-list">
        {state.taken.map((id) => (
          <li key={id}>
            <button type="button" className="part-link node-link" onClick={() => onPoint(id)}>
              {partLabel(graph, id)}
            </button>
            <button type="button" className="icon-button" aria-label={`Put back ${partLabel(graph, id)}`} title="Put back" onClick={() => dispatch({ type: "take", id })}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function WeakPoints({ diagram, graph, onPoint }: { diagram: string; graph: Graph; onPoint: (id: string) => void }) {
  const weak = useQuery(WeakParts, { id: diagram }).data?.diagram.singlePointsOfFailure;
  if (!weak) return null;
  return (
    <p className="hint weak-points">
      {weak.length === 0 ? "There is no single part that nobody can do without." : "Parts nobody can do without: "}
      {weak.map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <button type="button" className="text-link" onClick={() => onPoint(id)}>
            {nodeLabel(graph, id)}
          </button>
        </span>
      ))}
      {weak.length > 0 && "."}
    </p>
  );
}

/** If what is done removes what had the focus, the heading takes it. */
function useKeptFocus(section: RefObject<HTMLElement>, heading: RefObject<HTMLElement>) {
  return useCallback(
    (act: () => void) => {
      const inside = section.current?.contains(document.activeElement);
      act();
      if (!inside) return;
      requestAnimationFrame(() => {
        if (section.current?.contains(document.activeElement)) return;
        heading.current?.focus({ preventScroll: true });
        heading.current?.scrollIntoView({ block: "nearest" });
      });
    },
    [section, heading],
  );
}

function useBreakKeys(broken: boolean, dispatch: (action: Action) => void): void {
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.key === "Escape" && broken) dispatch({ type: "putAllBack" });
      else if (event.key === "u") dispatch({ type: "undo" });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, [broken, dispatch]);
}
