import { useId, useState } from "react";
import type { FormEvent } from "react";
import { ApiError } from "../../api/transport";
import type { GroupVisibility, StudyGroupInput } from "../../api/generated";
import { limits, visibilityWords } from "./groupWords";

interface Props {
  readonly begun: Required<StudyGroupInput>;
  /** Only owners decide who finds the group and how many it takes. */
  readonly mayDecide: boolean;
  readonly action: string;
  readonly onSubmit: (input: StudyGroupInput) => Promise<unknown>;
}

/** The settings of a group, new or old. */
export function GroupForm({ begun, mayDecide, action, onSubmit }: Props) {
  const id = useId();
  const [name, setName] = useState(begun.name);
  const [description, setDescription] = useState(begun.description ?? "");
  const [topics, setTopics] = useState((begun.topics ?? []).join(", "));
  const [visibility, setVisibility] = useState<GroupVisibility>(begun.visibility ?? "OPEN");
  const [memberLimit, setMemberLimit] = useState(String(begun.memberLimit ?? 50));
  const [problem, setProblem] = useState<{ readonly field: string; readonly text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const list = topics.split(",").map((each) => each.trim()).filter((each) => each !== "");
    const limit = Number(memberLimit);
    if (name.trim() === "") return setProblem({ field: "name", text: "A group needs a name." });
    if (list.length > limits.topics) return setProblem({ field: "topics", text: `A group names at most ${limits.topics} topics.` });
    if (!Number.isInteger(limit) || limit < 2 || limit > limits.members) {
      return setProblem({ field: "memberLimit", text: `Between 2 and ${limits.members} members.` });
    }
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit({ name: name.trim(), description: description.trim(), topics: [...new Set(list)], visibility, memberLimit: limit });
    } catch (error) {
      const field = error instanceof ApiError ? error.field?.split(".").pop() ?? "" : "";
      setProblem({ field, text: error instanceof Error ? error.message : "That did not work." });
    } finally {
      setBusy(false);
    }
  };
  const told = (field: string) => (problem?.field === field ? { "aria-invalid": true, "aria-describedby": `${id}-problem` } : {});
  const known = ["name", "description", "topics", "memberLimit"];
  const says = (field: string) =>
    problem?.field === field && (
      <p id={`${id}-problem`} className="field-problem">
        {problem.text}
      </p>
    );
  return (
    <form className="group-form" noValidate onSubmit={(event) => void submit(event)}>
      {problem && !known.includes(problem.field) && <p className="form-problem" role="alert">{problem.text}</p>}
      <div className="field">
        <label htmlFor={`${id}-name`}>Name</label>
        <input id={`${id}-name`} value={name} maxLength={limits.name} required onChange={(event) => setName(event.target.value)} {...told("name")} />
        {says("name")}
      </div>
      <div className="field">
        <label htmlFor={`${id}-description`}>What it is about</label>
        <textarea id={`${id}-description`} rows={3} value={description} maxLength={limits.description} onChange={(event) => setDescription(event.target.value)} {...told("description")} />
        {says("description")}
      </div>
      <div className="field">
        <label htmlFor={`${id}-topics`}>Topics, with commas between</label>
        <input id={`${id}-topics`} value={topics} maxLength={limits.topics * (limits.topic + 2)} placeholder="caching, replication" onChange={(event) => setTopics(event.target.value)} {...told("topics")} />
        {says("topics")}
      </div>
      {mayDecide && (
        <>
          <fieldset className="choices">
            <legend>Who can join</legend>
            {(Object.keys(visibilityWords) as GroupVisibility[]).map((each) => (
              <label key={each} className="choice">
                <input type="radio" name={`${id}-visibility`} checked={visibility === each} onChange={() => setVisibility(each)} />
                <span>
                  <strong>{visibilityWords[each].name}</strong>
                  <small>{visibilityWords[each].about}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <div className="field short">
            <label htmlFor={`${id}-limit`}>Members at most</label>
            <input id={`${id}-limit`} type="number" min={2} max={limits.members} value={memberLimit} onChange={(event) => setMemberLimit(event.target.value)} {...told("memberLimit")} />
            {says("memberLimit")}
          </div>
        </>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? "One moment…" : action}
      </button>
    </form>
  );
}
