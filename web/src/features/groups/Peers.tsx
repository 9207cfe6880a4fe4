import { useState } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { useQuery } from "../../api/useQuery";
import { navigate } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { Avatar } from "./Avatar";
import { PeerProfileDialog } from "./PeerProfileDialog";
import { AnswerPeer, Peers as Document, PeerSuggestions, ProposePeer } from "./queries.generated";
import type { PeersResult } from "./queries.generated";
import { useAction } from "./useAction";

/** People whose hours and goals fit: both must agree before they see each other in a group. */
export function Peers() {
  const page = useQuery(Document, {});
  const [editing, setEditing] = useState(false);
  const { busy, problem, run } = useAction();
  const data = page.data;
  if (page.error && !data) return <Failure title="People to learn with did not load" message={page.error.message} onRetry={page.retry} />;
  if (!data) return <Skeleton shape="lines" count={2} />;
  const isIn = data.peerProfile?.optedIn === true;
  const answer = async (user: string, accept: boolean) => {
    let group: string | null = null;
    const done = await run(user, async () => {
      group = (await request(AnswerPeer, { user, accept })).answerPeer?.id ?? null;
    });
    if (done) refreshAnswers();
    if (group !== null) navigate(`/groups/${group}`);
  };
  const propose = async (user: string) => (await run(user, () => request(ProposePeer, { user }))) && refreshAnswers();
  return (
    <section aria-labelledby="peers" className="peers">
      <div className="section-head">
        <h2 id="peers">Somebody to learn with</h2>
        <button type="button" className="button" onClick={() => setEditing(true)}>
          {isIn ? "Change hours and goals" : "Say when and what"}
        </button>
      </div>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      <Asked data={data} busy={busy} onAnswer={(user, accept) => void answer(user, accept)} />
      {!isIn && (
        <p className="hint">
          Say when you can learn and what, and Atlas suggests people whose hours overlap with yours. Nobody is told of you before you say so, and you can take it back.
        </p>
      )}
      {isIn && <Suggestions busy={busy} onPropose={(user) => void propose(user)} />}
      {editing && <PeerProfileDialog profile={data.peerProfile} onClose={() => setEditing(false)} />}
    </section>
  );
}

interface SuggestionsProps {
  readonly busy: string;
  readonly onPropose: (user: string) => void;
}

function Suggestions({ busy, onPropose }: SuggestionsProps) {
  const page = useQuery(PeerSuggestions, {});
  const people = page.data?.peerSuggestions;
  return (
    <>
      {page.error && !people && <Failure title="Suggestions did not load" message={page.error.message} onRetry={page.retry} />}
      {page.loading && <Skeleton shape="lines" count={1} />}
      {people?.length === 0 && <p className="hint">Nobody fits yet. Suggestions appear here as others say when they can.</p>}
      <ul className="peer-list">
        {people?.map(({ user, reasons }) => (
          <li key={user.id}>
            <Avatar id={user.id} name={user.displayName} />
            <div>
              <h3>{user.displayName}</h3>
              <ul className="reasons">
                {reasons.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </div>
            <button type="button" className="button" disabled={busy !== ""} onClick={() => onPropose(user.id)} aria-label={`Ask ${user.displayName} to learn together`}>
              Ask
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface AskedProps {
  readonly data: PeersResult;
  readonly busy: string;
  readonly onAnswer: (user: string, accept: boolean) => void;
}

function Asked({ data, busy, onAnswer }: AskedProps) {
  return (
    <ul className="peer-list">
      {data.peerProposals.filter((each) => !each.mine && each.groupId === null).map(({ user }) => (
        <li key={user.id}>
          <Avatar id={user.id} name={user.displayName} />
          <p>
            <strong>{user.displayName}</strong> would like to learn with you. If you agree, the two of you get a group.
          </p>
          <span className="button-pair">
            <button type="button" className="button primary" disabled={busy !== ""} onClick={() => onAnswer(user.id, true)} aria-label={`Learn with ${user.displayName}`}>
              Agree
            </button>
            <button type="button" className="button" disabled={busy !== ""} onClick={() => onAnswer(user.id, false)} aria-label={`Decline the offer of ${user.displayName}`}>
              Decline
            </button>
          </span>
        </li>
      ))}
      {data.peerProposals.filter((each) => each.mine && each.groupId === null).map(({ user }) => (
        <li key={user.id}>
          <Avatar id={user.id} name={user.displayName} />
          <p>
            You have asked <strong>{user.displayName}</strong> to learn together. Nothing more happens unless they agree.
          </p>
          <span className="pill">Asked</span>
        </li>
      ))}
    </ul>
  );
}
