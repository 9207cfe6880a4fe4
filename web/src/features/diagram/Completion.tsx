import { useState } from "react";
import { request } from "../../api/client";
import { useSession } from "../../api/session";
import { refreshAnswers } from "../../api/store";
import { Link } from "../../app/router";
import { DiagramCard } from "../../design/DiagramCard";
import { Icon } from "../../design/Icon";
import { PractiseLink } from "../review/PractiseLink";
import { CompleteDiagram } from "./queries.generated";
import type { CompleteDiagramResult, DiagramPageResult } from "./queries.generated";

type Outcome = CompleteDiagramResult["completeDiagram"];

/** "Mark complete", and the way on. */
export function Completion({ diagram }: { diagram: DiagramPageResult["diagram"] }) {
  const { status } = useSession();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const done = outcome !== null || diagram.completed === true;
  const complete = async () => {
    setBusy(true);
    setProblem("");
    try {
      setOutcome((await request(CompleteDiagram, { id: diagram.id })).completeDiagram);
      refreshAnswers();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
    } finally {
      setBusy(false);
    }
  };
  const next = outcome?.next ?? diagram.next.find((each) => !each.completed) ?? diagram.next[0];
  return (
    <section className="completion" aria-labelledby="completion">
      <h2 id="completion">{done ? "Completed" : "Done with this one?"}</h2>
      <div role="status">
        {outcome && (
          <p>
            {outcome.completedCount} of {outcome.totalDiagrams} diagrams completed.{" "}
            <Link href="/progress">See your progress</Link>
          </p>
        )}
      </div>
      {!done && status === "member" && (
        <>
          <p>Mark it when you can say what each part is there for, and what is lost with it.</p>
          <button type="button" className="button primary" disabled={busy} onClick={() => void complete()}>
            <Icon name="check" /> {busy ? "Saving…" : "Mark complete"}
          </button>
        </>
      )}
      {!done && status === "visitor" && (
        <p>
          <Link href={`/sign-in?back=${encodeURIComponent(location.pathname)}`}>Sign in</Link> or{" "}
          <Link href={`/register?back=${encodeURIComponent(location.pathname)}`}>make an account</Link> to keep track of what you have completed.
        </p>
      )}
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <PractiseLink id={diagram.id} what="diagram" />
      {next && <DiagramCard diagram={next} label="Where to go next" />}
    </section>
  );
}
