import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { Link } from "../../app/router";
import { counted } from "../../design/words";
import type { Group } from "./groupFrom";
import { JoinGroup } from "./queries.generated";
import { useAction } from "./useAction";

/** A listed group, seen from outside. */
export function NotAMember({ group, onJoined }: { group: Group; onJoined: () => void }) {
  const { busy, problem, run } = useAction();
  const join = async () => {
    if (!(await run("join", () => request(JoinGroup, { id: group.id })))) return;
    refreshAnswers(false);
    onJoined();
  };
  return (
    <section className="page narrow notice">
      <h1>{group.name}</h1>
      {group.description !== "" && <p>{group.description}</p>}
      <p className="hint">
        {group.memberCount} of {counted(group.memberLimit, "member")}
      </p>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      {group.requested ? (
        <p>You have asked to join. A moderator decides, and you will see it on the page of your groups.</p>
      ) : group.visibility === "INVITATION" ? (
        <p>People join this group by an invitation only.</p>
      ) : (
        <button type="button" className="button primary" disabled={busy !== ""} onClick={() => void join()}>
          {group.visibility === "REQUEST" ? "Ask to join" : "Join the group"}
        </button>
      )}
      <Link href="/groups">All study groups</Link>
    </section>
  );
}
