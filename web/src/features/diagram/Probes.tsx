import { useMemo, useRef, useState } from "react";
import { Icon } from "../../design/Icon";
import { AskButton } from "../tutor/AskButton";
import { nodeLabel, partWithID } from "./graph";
import type { Graph } from "./graph";
import type { DiagramPageResult } from "./queries.generated";
import type { Look } from "./Stage";

export type Probe = DiagramPageResult["diagram"]["probes"][number];

interface Option {
  readonly text: string;
  /** Why it is wrong; null for the answer. */
  readonly why: string | null;
}

interface Props {
  readonly diagramId: string;
  readonly probes: readonly Probe[];
  readonly graph: Graph;
  readonly place: number;
  readonly onPlace: (place: number) => void;
  /** What has been answered so far, by probe id: the option's place. */
  readonly answers: ReadonlyMap<string, number>;
  readonly onAnswer: (probe: string, option: number) => void;
}

/** Predict, then see: one question at a time. The picture shows what is taken away, and after the answer what follows. */
export function Probes({ diagramId, probes, graph, place, onPlace, answers, onAnswer }: Props) {
  const section = useRef<HTMLElement>(null);
  const probe = probes[place];
  if (!probe) return null;
  // Whoever asks for another question reads it from its beginning; whoever has answered goes on with the verdict.
  const focus = (selector: string) => requestAnimationFrame(() => section.current?.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }));
  const turn = (to: number) => {
    onPlace(to);
    focus("#probe-question");
  };
  const answer = (option: number) => {
    onAnswer(probe.id, option);
    focus(".verdict");
  };
  return (
    <section className="probes" ref={section} aria-labelledby="probe-question">
      <p className="explanation-kind">
        Question {place + 1} of {probes.length}
      </p>
      <Question key={probe.id} diagramId={diagramId} probe={probe} graph={graph} answered={answers.get(probe.id)} onAnswer={answer} />
      {probes.length > 1 && (
        <div className="button-row">
          <button type="button" className="button" disabled={place === 0} onClick={() => turn(place - 1)}>
            <Icon name="left" /> Previous
          </button>
          <button type="button" className="button" disabled={place === probes.length - 1} onClick={() => turn(place + 1)}>
            Next <Icon name="right" />
          </button>
        </div>
      )}
    </section>
  );
}

interface QuestionProps {
  readonly diagramId: string;
  readonly probe: Probe;
  readonly graph: Graph;
  readonly answered: number | undefined;
  readonly onAnswer: (option: number) => void;
}

function Question({ diagramId, probe, graph, answered, onAnswer }: QuestionProps) {
  const options = useMemo(() => optionsOf(probe), [probe]);
  const [chosen, setChosen] = useState<number | null>(null);
  const revealed = answered !== undefined;
  const right = revealed && options[answered]?.why === null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== null) onAnswer(chosen);
      }}
    >
      <h2 id="probe-question" tabIndex={-1}>{probe.question}</h2>
      {probe.kill.length > 0 && (
        <p className="taken-away">
          <span className="impact-key killed" aria-hidden="true" />
          Taken away: {probe.kill.map((id) => nodeLabel(graph, id)).join(", ")}
        </p>
      )}
      <fieldset className="options" disabled={revealed}>
        <legend className="visually-hidden">Your prediction</legend>
        {options.map((option, index) => {
          const verdict = !revealed ? "" : option.why === null ? "right" : index === answered ? "wrong" : "passed";
          return (
            <label key={index} className={`option ${verdict}`}>
              <input
                type="radio"
                name={`probe-${probe.id}`}
                checked={(revealed ? answered : chosen) === index}
                onChange={() => setChosen(index)}
              />
              <span>
                <span>{option.text}</span>
                {revealed && option.why !== null && <span className="why">{option.why}</span>}
              </span>
              {verdict === "right" && <Icon name="check" />}
              {verdict === "wrong" && <Icon name="close" />}
            </label>
          );
        })}
      </fieldset>
      {!revealed && (
        <button type="submit" className="button primary" disabled={chosen === null}>
          Commit and see
        </button>
      )}
      <div role="status">
        {revealed && (
          <div className={`verdict ${right ? "right" : "wrong"}`} tabIndex={-1}>
            <strong>{right ? "Right." : "Not what happens."}</strong>{" "}
            {right ? "The picture shows what follows." : "The marked answer is the one; each other says why it is not."}
            <Impacts probe={probe} graph={graph} />
          </div>
        )}
      </div>
      {revealed && !right && (
        <AskButton
          label="Why was I wrong?"
          question={`Why was I wrong? The question was: ${probe.question} I said: ${options[answered]?.text ?? ""}`}
          context={{ diagramId, itemId: `diagram.${diagramId}.probe.${probe.id}`, nodeIds: probe.kill.filter((id) => partWithID(graph, id) !== null), intent: "WHY_WRONG" }}
        />
      )}
    </form>
  );
}

function Impacts({ probe, graph }: { probe: Probe; graph: Graph }) {
  const rows = [
    ["killed", "Taken away", probe.kill],
    ["fails", "Fails", probe.fails],
    ["degrades", "Works worse", probe.degrades],
  ] as const;
  if (probe.kill.length + probe.fails.length + probe.degrades.length === 0) return null;
  return (
    <ul className="impacts">
      {rows.map(([impact, word, ids]) =>
        ids.length === 0 ? null : (
          <li key={impact}>
            <span className={`impact-key ${impact}`} aria-hidden="true" />
            {word}: {ids.map((id) => nodeLabel(graph, id)).join(", ")}
          </li>
        ),
      )}
    </ul>
  );
}

/** How the picture looks while a question is open, and after its answer. */
export function looksOf(probe: Probe | undefined, revealed: boolean): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  if (!probe) return looks;
  for (const id of probe.kill) looks.set(id, { impact: "killed" });
  if (revealed) {
    for (const id of probe.degrades) looks.set(id, { impact: "degrades" });
    for (const id of probe.fails) looks.set(id, { impact: "fails" });
  }
  return looks;
}

/** Answer and distractors in an order that is the same for everyone and tells nothing. */
function optionsOf(probe: Probe): readonly Option[] {
  const options: Option[] = [{ text: probe.answer, why: null }, ...probe.distractors];
  const weight = (text: string) => {
    let hash = 2166136261;
    for (const letter of probe.id + text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
    return hash >>> 0;
  };
  return options.map((option) => ({ option, at: weight(option.text) })).sort((a, b) => a.at - b.at).map(({ option }) => option);
}
