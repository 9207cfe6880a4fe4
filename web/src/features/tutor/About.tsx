import { useEffect, useState } from "react";
import { request } from "../../api/client";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { useAction } from "../groups/useAction";
import { SetTutorSharing, TutorStateNow } from "./queries.generated";
import type { TutorStateNowResult } from "./queries.generated";
import { budgetWords, writerWords } from "./words";

type State = TutorStateNowResult["tutorState"];

/** What writes the answers, what is left of the budget, and what of the learner is sent along. */
export function About({ settled }: { settled: number }) {
  const { data, error, retry } = useQuery(TutorStateNow, {});
  useEffect(() => {
    if (settled > 0) retry();
  }, [settled, retry]);
  const state = data?.tutorState;
  return (
    <details className="about-tutor">
      <summary>
        {!state ? "What writes the answers" : state.tokensLeft !== null ? `${state.writer} · ${state.tokensLeft.toLocaleString("en")} tokens left` : state.writer === "built-in" ? "From the catalogue, without a model" : state.writer}
      </summary>
      {!state && error && (
        <p className="turn-note">
          {error.message}{" "}
          <button type="button" className="text-link" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {state && <Details state={state} onChange={retry} />}
    </details>
  );
}

function Details({ state, onChange }: { state: State; onChange: () => void }) {
  const isBuiltIn = state.writer === "built-in";
  return (
    <>
      <p>{writerWords(state.writer)}</p>
      {state.tokensLeft !== null && <p>{budgetWords(state.tokensLeft, state.resetsAt)}</p>}
      {state.notes.map((each) => (
        <p key={each}>{each}</p>
      ))}
      <p>
        {state.records > 0
          ? `${state.records.toLocaleString("en")} records of the catalogue can be cited; they are found with ${state.embedder}.`
          : "The index of the catalogue is not built yet; until then little can be cited."}
      </p>
      <Sharing shares={state.sharesProfile} isBuiltIn={isBuiltIn} onChange={onChange} />
      <p>
        Conversations are yours: they are part of <Link href="/account">your data</Link>, and <Link href="/tutor">each can be deleted</Link>.
      </p>
    </>
  );
}

function Sharing({ shares, isBuiltIn, onChange }: { shares: boolean; isBuiltIn: boolean; onChange: () => void }) {
  const [isOn, setOn] = useState(shares);
  const { busy, problem, run } = useAction();
  useEffect(() => setOn(shares), [shares]);
  const change = async (next: boolean) => {
    setOn(next);
    const isDone = await run("share", async () => setOn((await request(SetTutorSharing, { shares: next })).setTutorSharing.sharesProfile));
    if (isDone) onChange();
    else setOn(!next);
  };
  return (
    <>
      <label className="sharing">
        <input type="checkbox" role="switch" checked={isOn} disabled={busy !== ""} onChange={(event) => void change(event.target.checked)} />
        <span>
          Let a model know how well I know a subject and what my labs' last checks saw
          <small>{isBuiltIn ? "No model is in use, so nothing of it leaves this server either way." : "Off: the model gets your question and records of the catalogue, nothing about you."}</small>
        </span>
      </label>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
