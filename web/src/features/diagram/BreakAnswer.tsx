import { scoreOf } from "./breakage";
import type { Prediction } from "./breakage";
import { ScoreCard, Verdict } from "./Scores";
import { nodeLabel, partLabel } from "./graph";
import type { Graph } from "./graph";
import { fateWords } from "./useBreakage";
import type { Fates } from "./useFates";

interface Props {
  readonly nodes: Fates;
  readonly graph: Graph;
  /** What the learner had said; null if nothing. */
  readonly prediction: Prediction | null;
  readonly onPoint: (id: string) => void;
}

const groups = [
  ["fails", "fails", "Fails"],
  ["degraded", "degrades", "Works worse"],
  ["works", "works", "Still works"],
] as const;

/** What became of every node, why, and how good the prediction was. */
export function BreakAnswer({ nodes, graph, prediction, onPoint }: Props) {
  const others = nodes.filter((node) => !node.isCause);
  const score = prediction && scoreOf(prediction, nodes);
  return (
    <>
      {prediction && score && <ScoreCard score={score} confidence={prediction.confidence} />}
      {groups.map(([fate, impact, title]) => {
        const those = others.filter((node) => node.state === fate);
        if (those.length === 0) return null;
        return (
          <section key={fate}>
            <h3>
              <span className={`impact-key ${impact}`} aria-hidden="true" /> {title}
            </h3>
            <ul className="fates">
              {those.map((node) => (
                <li key={node.id}>
                  <div className="fate-name">
                    <button type="button" className="part-link node-link" onClick={() => onPoint(node.id)}>
                      {nodeLabel(graph, node.id)}
                    </button>
                    {prediction && <Mark guess={prediction.guesses.get(node.id) ?? "works"} fate={fate} />}
                  </div>
                  <p>{node.reason}</p>
                  {node.chain.length > 1 && <Chain ids={node.chain} graph={graph} onPoint={onPoint} />}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Mark({ guess, fate }: { guess: string; fate: string }) {
  return <Verdict right={guess === fate} guess={fateWords[guess] ?? guess} />;
}

/** What led to it, the first cause first. */
function Chain({ ids, graph, onPoint }: { ids: readonly string[]; graph: Graph; onPoint: (id: string) => void }) {
  return (
    <ol className="chain" aria-label="What led to it">
      {ids.map((id, index) => (
        <li key={`${index}-${id}`}>
          {index > 0 && <span aria-hidden="true">→</span>}
          <button type="button" className="text-link" onClick={() => onPoint(id)}>
            {partLabel(graph, id)}
          </button>
        </li>
      ))}
    </ol>
  );
}
