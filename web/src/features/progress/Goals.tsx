import { useState } from "react";
import type { FormEvent } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { useQuery } from "../../api/useQuery";
import { Dialog } from "../../design/Dialog";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { counted, dayWords } from "../../design/words";
import { useAction } from "../groups/useAction";
import { Goals as Document, RemoveGoal, SetGoal } from "./queries.generated";
import type { GoalsResult } from "./queries.generated";

/** What the learner wants to reach, and how far it is. */
export function Goals({ user }: { user: string }) {
  const { data, error, retry } = useQuery(Document, { user });
  const [isMaking, setMaking] = useState(false);
  const { busy, problem, run } = useAction();
  if (error && !data) return <Failure title="Your goals did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={1} />;
  const remove = (id: string) => void run(id, () => request(RemoveGoal, { id })).then((done) => done && refreshAnswers());
  return (
    <>
      {data.goals.length === 0 && <p className="hint">No goal yet. A goal is a few categories to master, perhaps by a day: Atlas then says how far it is, and what helps most.</p>}
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <ul className="goals">
        {data.goals.map((each) => (
          <li key={each.id}>
            <span className="goal-title">
              {each.reachedAt && <Icon name="check" />} {each.title}
              <small>{each.reachedAt ? ` reached on ${dayWords(each.reachedAt)}` : each.byDate ? ` by ${dayWords(each.byDate)}` : ""}</small>
            </span>
            <meter min={0} max={Math.max(each.topics, 1)} value={each.mastered} aria-label={`${each.title}: ${each.mastered} of ${each.topics} topics mastered`} />
            <span className="hint">
              {each.mastered} of {counted(each.topics, "topic")} mastered
            </span>
            <button type="button" className="button quiet" disabled={busy !== ""} onClick={() => remove(each.id)} aria-label={`Give up the goal ${each.title}`}>
              Give up
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="button" onClick={() => setMaking(true)}>
        <Icon name="plus" /> New goal
      </button>
      {isMaking && <NewGoal categories={data.categories} onClose={() => setMaking(false)} />}
    </>
  );
}

function NewGoal({ categories, onClose }: { categories: GoalsResult["categories"]; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [day, setDay] = useState("");
  const { busy, problem, run } = useAction();
  const isReady = title.trim() !== "" && chosen.size > 0;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || busy !== "") return;
    const byDate = day === "" ? {} : { byDate: new Date(`${day}T23:59:59`).toISOString() };
    const done = await run("save", () => request(SetGoal, { input: { title: title.trim(), categories: [...chosen], ...byDate } }));
    if (!done) return;
    refreshAnswers();
    onClose();
  };
  return (
    <Dialog title="New goal" onClose={onClose}>
      <form className="goal-form" onSubmit={(event) => void save(event)}>
        <label className="field">
          <span>What to call it</span>
          <input value={title} maxLength={80} required autoFocus onChange={(event) => setTitle(event.target.value)} />
        </label>
        <fieldset>
          <legend>Categories to master</legend>
          <div className="goal-categories">
            {categories.map((each) => (
              <label key={each.id}>
                <input type="checkbox" checked={chosen.has(each.id)} onChange={() => toggle(each.id)} />
                <span>{each.title}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label className="field">
          <span>By when (may stay empty)</span>
          <input type="date" value={day} min={new Date().toISOString().slice(0, 10)} onChange={(event) => setDay(event.target.value)} />
        </label>
        {problem && (
          <p className="form-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" className="button primary" disabled={!isReady || busy !== ""}>
          Set the goal
        </button>
      </form>
    </Dialog>
  );
}
