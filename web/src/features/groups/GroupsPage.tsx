import { useEffect, useState } from "react";
import type { FormEvent } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { useQuery } from "../../api/useQuery";
import { useSession } from "../../api/session";
import { Link, navigate } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, momentWords } from "../../design/words";
import { hear, holdConnection, onArrival } from "../../realtime/connection";
import { SignedIn } from "../auth/SignedIn";
import { CreateGroup } from "./CreateGroup";
import { visibilityWords } from "./groupWords";
import { Peers } from "./Peers";
import { DiscoverGroups, JoinGroup, LeaveGroup, MyGroups, ReadNotifications } from "./queries.generated";
import type { MyGroupsResult } from "./queries.generated";
import { useAction } from "./useAction";

type Card = MyGroupsResult["studyGroups"][number];

export default function GroupsPage() {
  useTitle("Study groups");
  return (
    <SignedIn title="Study groups" back="/groups">
      <Content />
    </SignedIn>
  );
}

/** One's own groups, groups to join, and people to learn with. */
function Content() {
  const user = useSession().user?.id ?? "";
  const mine = useQuery(MyGroups, {});
  const [creating, setCreating] = useState(false);
  const { retry } = mine;
  useEffect(() => {
    const ends = [holdConnection(user), hear("notification", retry), onArrival(retry)];
    return () => ends.forEach((end) => end());
  }, [user, retry]);
  if (mine.error && !mine.data) return <Failure title="Your groups did not load" message={mine.error.message} onRetry={mine.retry} />;
  if (!mine.data) return <Skeleton shape="page" />;
  const { studyGroups } = mine.data;
  return (
    <div className="page groups-page">
      <div className="page-head groups-head">
        <div>
          <h1>Study groups</h1>
          <p className="lead">Talk about a diagram where it is drawn, and draw together on one board.</p>
        </div>
        <button type="button" className="button primary" onClick={() => setCreating(true)}>
          New group
        </button>
      </div>
      <Notices data={mine.data} />
      <section aria-labelledby="my-groups">
        <h2 id="my-groups">Your groups</h2>
        {studyGroups.length === 0 ? (
          <div className="notice">
            <p>You are in no group yet. Make one and invite people by a link, join one below, or find somebody to learn with.</p>
          </div>
        ) : (
          <ul className="group-list">
            {studyGroups.map((each) => (
              <li key={each.id}>
                <Link className="group-row" href={`/groups/${each.id}`}>
                  <span className="group-name">{each.name}</span>
                  <span className="group-facts">
                    {counted(each.memberCount, "member")}
                    {each.archived && <span className="pill">Archived</span>}
                  </span>
                  {each.unread > 0 && (
                    <span className="unread">
                      {each.unread >= mostCounted ? `${mostCounted}+` : each.unread}
                      <span className="visually-hidden"> unread messages</span>
                    </span>
                  )}
                  <span className="group-about">{each.description || "No description."}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </section>
      <Discover />
      <Peers />
      {creating && <CreateGroup onClose={() => setCreating(false)} onMade={(id) => navigate(`/groups/${id}`)} />}
    </div>
  );
}

/** The server counts no further. */
const mostCounted = 100;

/** What has happened to this person, until it is marked as read. */
function Notices({ data }: { data: MyGroupsResult }) {
  const { busy, problem, run } = useAction();
  const unread = data.notifications;
  if (unread.length === 0) return null;
  const read = (ids: readonly string[]) => void run("read", () => request(ReadNotifications, { ids })).then((done) => done && refreshAnswers());
  return (
    <section className="panel notices" aria-labelledby="notices">
      <div className="panel-head">
        <h2 id="notices">New for you</h2>
        <button type="button" className="button quiet" disabled={busy !== ""} onClick={() => read(unread.map((each) => each.id))}>
          Mark all as read
        </button>
      </div>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      <ul>
        {unread.map((each) => (
          <li key={each.id}>
            {each.groupId ? (
              <Link href={`/groups/${each.groupId}`} onClick={() => read([each.id])}>
                {each.text}
              </Link>
            ) : (
              <span>{each.text}</span>
            )}
            <time dateTime={each.at}>{momentWords(each.at)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Discover() {
  const [draft, setDraft] = useState("");
  const [topic, setTopic] = useState("");
  const found = useQuery(DiscoverGroups, { topic: topic === "" ? null : topic });
  const groups = found.data?.discoverStudyGroups;
  const search = (event: FormEvent) => {
    event.preventDefault();
    setTopic(draft.trim());
  };
  return (
    <section aria-labelledby="discover">
      <h2 id="discover">Groups to join</h2>
      <form className="topic-search" role="search" onSubmit={search}>
        <label htmlFor="topic">Topic</label>
        <input id="topic" type="search" value={draft} maxLength={60} placeholder="caching" onChange={(event) => setDraft(event.target.value)} />
        <button type="submit" className="button">
          Find
        </button>
      </form>
      {found.error && !groups && <Failure title="The groups did not load" message={found.error.message} onRetry={found.retry} />}
      {found.loading && <Skeleton shape="lines" count={2} />}
      {groups?.length === 0 && (
        <p className="hint">{topic === "" ? "No group is listed that you are not in." : `No listed group names the topic “${topic}”.`}</p>
      )}
      <ul className="group-cards">
        {groups?.map((each) => (
          <GroupToJoin key={each.id} group={each} onTopic={(name) => { setDraft(name); setTopic(name); }} />
        ))}
      </ul>
    </section>
  );
}

function GroupToJoin({ group, onTopic }: { group: Card; onTopic: (topic: string) => void }) {
  const { busy, problem, run } = useAction();
  const isFull = group.memberCount >= group.memberLimit;
  const join = async () => {
    let isIn = false;
    const done = await run("join", async () => {
      isIn = (await request(JoinGroup, { id: group.id })).joinStudyGroup.role !== null;
    });
    if (done) refreshAnswers();
    if (isIn) navigate(`/groups/${group.id}`);
  };
  const withdraw = async () => (await run("withdraw", () => request(LeaveGroup, { id: group.id }))) && refreshAnswers();
  return (
    <li className="group-card">
      <h3>{group.name}</h3>
      <p className="group-about">{group.description || "No description."}</p>
      {group.topics.length > 0 && (
        <div className="chips">
          {group.topics.map((each) => (
            <button key={each} type="button" className="chip" onClick={() => onTopic(each)}>
              {each}
            </button>
          ))}
        </div>
      )}
      <p className="hint">
        {group.memberCount} of {counted(group.memberLimit, "member")} · {visibilityWords[group.visibility].name}
      </p>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      {group.requested ? (
        <p className="asked">
          <span>You have asked to join. A moderator decides.</span>
          <button type="button" className="button quiet" disabled={busy !== ""} onClick={() => void withdraw()}>
            Withdraw
          </button>
        </p>
      ) : (
        <button type="button" className="button" disabled={busy !== "" || isFull} onClick={() => void join()} aria-label={`${joinWord(group, isFull)}: ${group.name}`}>
          {joinWord(group, isFull)}
        </button>
      )}
    </li>
  );
}

function joinWord(group: Card, isFull: boolean): string {
  return isFull ? "Full" : group.visibility === "REQUEST" ? "Ask to join" : "Join";
}
