import { useState } from "react";
import { request } from "../../api/client";
import { useQuery } from "../../api/useQuery";
import { counted, momentWords } from "../../design/words";
import type { Group } from "./groupFrom";
import { CreateInvitation, GroupPeople, RevokeInvitation } from "./queries.generated";
import { useAction } from "./useAction";

const lives: readonly (readonly [string, number])[] = [["1 day", 24], ["1 week", 168], ["4 weeks", 672]];
const uses: readonly number[] = [1, 5, 25];

/** Links that let people in. A link is shown once: the server keeps only what it needs to recognise it. */
export function Invitations({ group }: { group: Group }) {
  const page = useQuery(GroupPeople, { id: group.id });
  const { busy, problem, run } = useAction();
  const [hours, setHours] = useState(168);
  const [count, setCount] = useState(5);
  const [link, setLink] = useState("");
  const [copied, setCopied] = useState(false);
  const make = async () => {
    const done = await run("make", async () => {
      const made = (await request(CreateInvitation, { id: group.id, hours, uses: count })).createInvitation;
      setLink(`${location.origin}/invite/${made.code ?? ""}`);
    });
    setCopied(false);
    if (done) page.retry();
  };
  const revoke = async (invitation: string) => (await run(invitation, () => request(RevokeInvitation, { id: group.id, invitation }))) && page.retry();
  const copy = () => void run("copy", () => navigator.clipboard.writeText(link)).then(setCopied);
  const open = page.data?.studyGroup.invitations ?? [];
  return (
    <section className="invitations" aria-labelledby="invitations">
      <h2 id="invitations">Invite</h2>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      <div className="invite-form">
        <label>
          Valid for
          <select className="select" value={hours} onChange={(event) => setHours(Number(event.target.value))}>
            {lives.map(([words, value]) => (
              <option key={value} value={value}>{words}</option>
            ))}
          </select>
        </label>
        <label>
          Uses
          <select className="select" value={count} onChange={(event) => setCount(Number(event.target.value))}>
            {uses.map((each) => (
              <option key={each} value={each}>{each}</option>
            ))}
          </select>
        </label>
        <button type="button" className="button" disabled={busy !== ""} onClick={() => void make()}>Make a link</button>
      </div>
      {link !== "" && (
        <div className="invite-link">
          <label htmlFor="invite-link">The link, shown this once</label>
          <input id="invite-link" readOnly value={link} onFocus={(event) => event.target.select()} />
          <button type="button" className="button" onClick={copy}>{copied ? "Copied" : "Copy"}</button>
        </div>
      )}
      <ul className="invitation-list">
        {open.map((each) => (
          <li key={each.id}>
            <span>
              {counted(each.maxUses - each.uses, "use")} left
              <small>until {momentWords(each.expiresAt)}</small>
            </span>
            <button type="button" className="button quiet" disabled={busy !== ""} onClick={() => void revoke(each.id)} aria-label={`Revoke the link made ${momentWords(each.createdAt)}`}>Revoke</button>
          </li>
        ))}
      </ul>
    </section>
  );
}
