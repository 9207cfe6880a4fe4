import { nodeLabel } from "./graph";
import { Stepper } from "./Stepper";
import { fateWords } from "./useBreakage";
import type { Breaking } from "./useBreakage";
import { usePlayer } from "./usePlayer";
import { useStepKeys } from "./useStepKeys";

/** A failure on its way: first what was taken away, then whom it hits, wave by wave. */
export function Spread({ breaking }: { breaking: Breaking }) {
  const { spread, graph, onSpread, waves } = breaking;
  const last = waves.length;
  const isOn = spread !== null;
  const place = spread ?? last;
  const wave = place === 0 ? [] : waves[place - 1] ?? [];
  const letters = wave.reduce((sum, node) => sum + node.reason.length + 20, 0);
  const [playing, onPlay] = usePlayer({ active: isOn, place, last, letters, onPlace: onSpread });
  const go = (next: number) => {
    onPlay(false);
    onSpread(Math.min(Math.max(next, 0), last));
  };
  useStepKeys((to) => isOn && go(to === "first" ? 0 : to === "last" ? last : place + to));
  if (last < 2) return null;
  return (
    <section className="spread" aria-labelledby="spread-heading">
      <div className="steps-head">
        <h3 id="spread-heading">{isOn ? `How it spreads: step ${place + 1} of ${last + 1}` : "How it spreads"}</h3>
        {isOn && <Stepper place={place} last={last} onPlace={go} playing={playing} onPlay={onPlay} />}
      </div>
      <div role="status">
        {isOn && place === 0 && <p>Taken away. Nobody has noticed yet.</p>}
        {isOn &&
          wave.map((node) => (
            <p key={node.id}>
              <strong>{nodeLabel(graph, node.id)}</strong> {fateWords[node.state]}: {node.reason}
            </p>
          ))}
      </div>
      <button type="button" className="button" onClick={() => onSpread(isOn ? null : 0)}>
        {isOn ? "Show all at once" : "Step through it"}
      </button>
    </section>
  );
}
