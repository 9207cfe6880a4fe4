import { Icon } from "../../design/Icon";
import { scoreOf } from "./breakage";
import type { Prediction } from "./breakage";
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
  return (
    <>
      {prediction && <Score nodes={nodes} prediction={prediction} />}
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
                    {prediction && <Verdict guess={prediction.guesses.get(node.id) ?? "works"} fate={fate} />}
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

function Verdict({ guess, fate }: { guess: string; fate: string }) {
  const right = guess === fate;
  return (
    <span className={`fate-verdict ${right ? "right" : "wrong"}`}>
      <Icon name={right ? "check" : "close"} />
      {right ? "right" : `you said: ${fateWords[guess]}`}
    </span>
  );
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

function Score({ nodes, prediction }: { nodes: Fates; prediction: Prediction }) {
  const score = scoreOf(prediction, nodes);
  if (!score) return null;
  return (
    <div className="verdict score">
      <p>
        <strong>
          {score.right} of {score.of} right
        </strong>{" "}
        at {prediction.confidence} % sure: a score of <strong>{score.loss.toFixed(2)}</strong>.
      </p>
      <p>Lower is better: being sure costs little when you are right and much when you are wrong.</p>
      <details>
        <summary>How it is computed</summary>
        <p>
          It is the log loss. Each part costs −ln p if its mark was right and −ln (1 − p) if it was not, where p is how sure you were; the score is the
          mean over the parts. Saying 50 % always gives 0.69.
        </p>
      </details>
    </div>
  );
}
