import { useState } from "react";
import { request } from "../../api/client";
import type { GroupRole } from "../../api/generated";
import { useQuery } from "../../api/useQuery";
import { Dialog } from "../../design/Dialog";
import { momentWords } from "../../design/words";
import type { Present, Presence } from "../../realtime/events";
import { Avatar } from "./Avatar";
import type { Group } from "./groupFrom";
import { roleWords } from "./groupWords";
import { Invitations } from "./Invitations";
import { DecideRequest, GroupPeople, RemoveMember, SetRole } from "./queries.generated";
import { useAction } from "./useAction";

interface Props {
  readonly group: Group;
  readonly present: ReadonlyMap<string, Present>;
  readonly role: GroupRole;
  readonly me: string;
  readonly onChange: () => void;
}

type Member = Group["members"][number];

const stateWords: Readonly<Record<Presence, string>> = { active: "here", away: "away", offline: "not here" };
const order: readonly Presence[] = ["active", "away", "offline"];

/** Who belongs to the group, who is here, and who wants to come in. */
export function People({ group, present, role, me, onChange }: Props) {
  const stateOf = (member: Member): Presence => present.get(member.user.id)?.state ?? "offline";
  const members = [...group.members].sort((a, b) => order.indexOf(stateOf(a)) - order.indexOf(stateOf(b)));
  const mayModerate = role !== "MEMBER" && !group.archived;
  return (
    <div className="people">
      {mayModerate && <Requests group={group} onChange={onChange} />}
      <h2>People</h2>
      <ul className="member-list">
        {members.map((each) => (
          <MemberRow key={each.user.id} group={group} member={each} state={stateOf(each)} role={role} isMe={each.user.id === me} onChange={onChange} />
        ))}
      </ul>
      {mayModerate && <Invitations group={group} />}
    </div>
  );
}

interface RowProps {
  readonly group: Group;
  readonly member: Member;
  readonly state: Presence;
  readonly role: GroupRole;
  readonly isMe: boolean;
  readonly onChange: () => void;
}

function MemberRow({ group, member, state, role, isMe, onChange }: RowProps) {
  const [isRemoving, setRemoving] = useState(false);
  const { busy, problem, run } = useAction();
  const { id, displayName } = member.user;
  const setRole = async (next: GroupRole) => (await run("role", () => request(SetRole, { id: group.id, user: id, role: next }))) && onChange();
  const remove = async () => {
    if (!(await run("remove", () => request(RemoveMember, { id: group.id, user: id })))) return;
    setRemoving(false);
    onChange();
  };
  const mayRemove = !isMe && !group.archived && member.role !== "OWNER" && (role === "OWNER" || (role === "MODERATOR" && member.role === "MEMBER"));
  const mayPromote = !isMe && !group.archived && role === "OWNER";
  return (
    <li>
      <Avatar id={id} name={displayName} state={state} />
      <span className="member-name">
        {displayName}
        {isMe && " (you)"}
        <small>
          {roleWords[member.role]} · {stateWords[state]}
        </small>
      </span>
      {mayPromote && (
        <select className="select" aria-label={`Role of ${displayName}`} value={member.role} disabled={busy !== ""} onChange={(event) => void setRole(event.target.value as GroupRole)}>
          {(Object.keys(roleWords) as GroupRole[]).map((each) => (
            <option key={each} value={each}>
              {roleWords[each]}
            </option>
          ))}
        </select>
      )}
      {mayRemove && (
        <button type="button" className="button quiet" onClick={() => setRemoving(true)} aria-label={`Remove ${displayName}`}>
          Remove
        </button>
      )}
      {problem && !isRemoving && <p className="field-problem" role="alert">{problem}</p>}
      {isRemoving && (
        <Dialog title={`Remove ${displayName}?`} onClose={() => setRemoving(false)}>
          <p>{displayName} can no longer read or write here. What was written stays.</p>
          {problem && <p className="form-problem" role="alert">{problem}</p>}
          <div className="button-row">
            <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void remove()}>Remove</button>
            <button type="button" className="button" onClick={() => setRemoving(false)}>Cancel</button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Requests({ group, onChange }: { group: Group; onChange: () => void }) {
  const page = useQuery(GroupPeople, { id: group.id });
  const { busy, problem, run } = useAction();
  const requests = page.data?.studyGroup.requests ?? [];
  if (requests.length === 0) return null;
  const decide = async (user: string, accept: boolean) => {
    if (!(await run(user, () => request(DecideRequest, { id: group.id, user, accept })))) return;
    page.retry();
    onChange();
  };
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">Want to join</h2>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      <ul className="member-list">
        {requests.map(({ user, at }) => (
          <li key={user.id}>
            <Avatar id={user.id} name={user.displayName} />
            <span className="member-name">
              {user.displayName}
              <small>{momentWords(at)}</small>
            </span>
            <button type="button" className="button" disabled={busy !== ""} onClick={() => void decide(user.id, true)} aria-label={`Let ${user.displayName} in`}>Let in</button>
            <button type="button" className="button quiet" disabled={busy !== ""} onClick={() => void decide(user.id, false)} aria-label={`Decline ${user.displayName}`}>Decline</button>
          </li>
        ))}
      </ul>
    </section>
  );
}
