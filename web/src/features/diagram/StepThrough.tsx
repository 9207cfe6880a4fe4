import { EdgeFacts } from "./Explanation";
import { nodeLabel } from "./graph";
import type { GraphEdge } from "./graph";
import { Stepper } from "./Stepper";
import { useStepKeys } from "./useStepKeys";
import type { Stepping } from "./useSteps";

/** A diagram one step at a time; the picture shows how far it has come. */
export function StepThrough({ stepping }: { stepping: Stepping }) {
  const { steps, place, step, kind, onPlace } = stepping;
  const isFree = kind === "state";
  useStepKeys((to) => onPlace(to === "first" ? 0 : to === "last" ? steps.length - 1 : place + to));
  if (!step) return null;
  return (
    <section className="steps" aria-labelledby="step-heading">
      <div className="steps-head">
        <h2 id="step-heading">{isFree ? (place === 0 ? "The beginning" : `Step ${place}`) : `Step ${place + 1} of ${steps.length}`}</h2>
        <Stepper
          place={place}
          last={steps.length - 1}
          onPlace={onPlace}
          {...(isFree ? {} : { playing: stepping.playing, onPlay: stepping.onPlay })}
        />
      </div>
      {!isFree && (
        <input
          className="steps-slider"
          type="range"
          min={1}
          max={steps.length}
          value={place + 1}
          aria-label="Step"
          aria-valuetext={`${place + 1} of ${steps.length}: ${step.says}`}
          onChange={(event) => onPlace(event.target.valueAsNumber - 1)}
        />
      )}
      <p className="visually-hidden" role="status">
        {isFree ? "" : `Step ${place + 1} of ${steps.length}. `}
        {[...step.within, step.says].join(". ")}
      </p>
      {step.within.length > 0 && <p className="step-within">{step.within.join(" › ")}</p>}
      {kind === "sequence" && <Message stepping={stepping} />}
      {kind === "timeline" && <Period stepping={stepping} />}
      {isFree && <State stepping={stepping} />}
    </section>
  );
}

function Message({ stepping }: { stepping: Stepping }) {
  const { graph, step } = stepping;
  const edge = graph.edges.find((each) => each.id === step?.subject.id);
  if (!edge) return null;
  return (
    <>
      <h3 className="edge-title step-title">
        <span>{nodeLabel(graph, edge.from)}</span> <em>{edge.label}</em> <span>{nodeLabel(graph, edge.to)}</span>
      </h3>
      {edge.carries && <p>{edge.carries}</p>}
      {step?.notes.map((note) => (
        <p key={note} className="step-note">
          {note}
        </p>
      ))}
      <EdgeFacts edge={edge} />
    </>
  );
}

function Period({ stepping }: { stepping: Stepping }) {
  const { graph, step } = stepping;
  const period = graph.nodes.find((each) => each.id === step?.subject.id);
  if (!period || !step) return null;
  const events = graph.nodes.filter((node) => node.id !== period.id && step.now.includes(node.id));
  return (
    <>
      <h3 className="step-title">{period.label}</h3>
      {period.purpose && <p>{period.purpose}</p>}
      <ul className="step-events">
        {events.map((event) => (
          <li key={event.id}>
            <strong>{event.label}</strong>
            {event.purpose && <span>{event.purpose}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

function State({ stepping }: { stepping: Stepping }) {
  const { graph, step, choices, onChoose } = stepping;
  const state = graph.nodes.find((each) => each.id === step?.subject.id);
  if (!state) return null;
  const target = (edge: GraphEdge) => nodeLabel(graph, edge.to);
  return (
    <>
      <h3 className="step-title">{state.label}</h3>
      {state.purpose && <p>{state.purpose}</p>}
      <h3>{choices.length === 0 ? "Nothing leads on from here." : "What happens next?"}</h3>
      <ul className="step-choices">
        {choices.map((edge) => (
          <li key={edge.id}>
            <button type="button" className="choice" onClick={() => onChoose(edge.id)}>
              <span>{edge.label || "goes on"}</span>
              <small>
                <span aria-hidden="true">→ </span>
                <span className="visually-hidden">leads to </span>
                {target(edge)}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
