import { useState } from "react";
import type { FormEvent } from "react";
import { request } from "../../api/client";
import { save } from "../../api/download";
import { endSessionHere } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link, navigate } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { Failure } from "../../design/Failure";
import { counted } from "../../design/words";
import { useAction } from "../groups/useAction";
import { Field } from "./Field";
import { DeleteMyData, ExportMyData, WhoSeesWhat } from "./queries.generated";

/** Who sees what; a copy of everything; and the end of everything. */
export function MyData({ user }: { user: string }) {
  const { busy, problem, run } = useAction();
  const [isEnding, setEnding] = useState(false);
  const take = () =>
    void run("export", async () => {
      const { fileName, json } = (await request(ExportMyData, {})).exportMyData;
      save(new Blob([json], { type: "application/json" }), fileName);
    });
  return (
    <section className="panel" aria-labelledby="my-data">
      <h2 id="my-data">Your data</h2>
      <WhoSees user={user} />
      <p>
        Everything that Atlas holds about you is one JSON file: account, reviews, predictions, labs, messages, conversations with the tutor. <Link href="/settings">Learning settings</Link> and <Link href="/report">your report</Link> have pages of their own, and so have your <Link href="/tutor">conversations</Link>, which can be deleted one by one.
      </p>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button" disabled={busy !== ""} onClick={take}>
          {busy === "export" ? "Putting it together…" : "Download my data"}
        </button>
        <button type="button" className="button danger" onClick={() => setEnding(true)}>
          Delete my account
        </button>
      </div>
      {isEnding && <Deletion onClose={() => setEnding(false)} />}
    </section>
  );
}

function WhoSees({ user }: { user: string }) {
  const { data, error, retry } = useQuery(WhoSeesWhat, { user });
  if (error && !data) return <Failure title="Who sees what did not load" message={error.message} onRetry={retry} />;
  const views = data?.cohortViews ?? [];
  if (!data) return null;
  if (views.length === 0) return <p className="hint">No instructor sees how you are doing: you are in no group that one leads.</p>;
  return (
    <ul className="who-sees">
      {views.map(({ groupId, title, viewers, member }) => (
        <li key={groupId}>
          <strong>{viewers.map((each) => each.displayName).join(", ") || "Nobody"}</strong> {viewers.length === 1 ? "sees" : "see"} in {title}, for the last 30 days: {counted(member.activeDays, "active day")},{" "}
          {counted(member.attempts, "answer")}, {member.correct} right, {counted(member.diagrams, "diagram")} read, {counted(member.labs, "lab")} passed
          {member.help.length > 0 ? `; and that help may be welcome: ${member.help.join(" ")}` : "."}
        </li>
      ))}
    </ul>
  );
}

function Deletion({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useAction();
  const end = async (event: FormEvent) => {
    event.preventDefault();
    if (password === "" || busy !== "") return;
    if (!(await run("delete", () => request(DeleteMyData, { password })))) return;
    endSessionHere();
    navigate("/catalogue");
  };
  return (
    <Dialog title="Delete your account" onClose={onClose}>
      <form className="deletion" onSubmit={(event) => void end(event)}>
        <p>Your account goes for good, with your reviews, cards, predictions, labs, goals and conversations with the tutor. Nobody can bring it back. What you wrote in groups stays there without your name.</p>
        <Field label="Your password" name="password" type="password" autoComplete="current-password" value={password} onChange={setPassword} problem={problem} maxLength={128} />
        <div className="button-row">
          <button type="submit" className="button danger" disabled={password === "" || busy !== ""}>
            {busy === "" ? "Delete everything" : "Deleting…"}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Keep my account
          </button>
        </div>
      </form>
    </Dialog>
  );
}
