import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { useQuery } from "../../api/useQuery";
import { Link, navigate } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { InvitedGroup, JoinByInvitation } from "./queries.generated";
import { useAction } from "./useAction";

export default function InvitePage({ id }: PageProps) {
  useTitle("Invitation");
  return (
    <SignedIn title="You are invited to a study group" back={location.pathname}>
      <Content code={id} />
    </SignedIn>
  );
}

/** A link that somebody was given; the invitation is used only when a person says so. */
function Content({ code }: { code: string }) {
  const { busy, problem, run } = useAction();
  const page = useQuery(InvitedGroup, { code });
  const group = page.data?.invitedGroup;
  const join = async () => {
    let joined = "";
    await run("join", async () => {
      joined = (await request(JoinByInvitation, { code })).joinByInvitation.id;
    });
    if (joined === "") return;
    refreshAnswers(false);
    navigate(`/groups/${joined}`, true);
  };
  if (page.error) return <Failure title="This invitation cannot be used" message={page.error.message} onRetry={page.retry} />;
  if (problem) return <Failure title="You could not join" message={problem} onRetry={() => void join()} />;
  return (
    <section className="page narrow notice">
      <h1>You are invited to a study group</h1>
      {group && <h2>{group.name}</h2>}
      {group && group.description !== "" && <p>{group.description}</p>}
      {group && (
        <p className="hint">
          {group.memberCount} of {counted(group.memberLimit, "member")}
        </p>
      )}
      <p>Members see your name, what you write and what you draw in the group.</p>
      <div className="button-row">
        <button type="button" className="button primary" disabled={busy !== ""} onClick={() => void join()}>
          {busy === "" ? "Join the group" : "Joining…"}
        </button>
        <Link className="button" href="/groups">
          Not now
        </Link>
      </div>
    </section>
  );
}
