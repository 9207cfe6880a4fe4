import { useCallback, useEffect, useMemo, useState } from "react";
import { useSession } from "../../api/session";
import { refreshAnswers } from "../../api/store";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import { Link, navigate, useAddress } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { watchActivity } from "../../realtime/activity";
import type { Anchor } from "../../realtime/events";
import { useRoom } from "../../realtime/useRoom";
import { SignedIn } from "../auth/SignedIn";
import { useMedia } from "../editor/useMedia";
import { Chat } from "./Chat";
import { ConnectionBar } from "./ConnectionBar";
import { groupFrom } from "./groupFrom";
import type { Group } from "./groupFrom";
import { historyOf } from "./history";
import { NotAMember } from "./NotAMember";
import { People } from "./People";
import { GroupPage as Document } from "./queries.generated";
import { SearchPanel } from "./SearchPanel";
import { Settings } from "./Settings";
import { anchorFrom, threadAddress } from "./threadAddress";
import { ThreadPanel } from "./ThreadPanel";

const panels = ["people", "search", "settings"] as const;
type Panel = typeof panels[number];
const panelWords: Readonly<Record<Panel, string>> = { people: "People", search: "Search", settings: "Settings" };

export default function GroupPage({ id }: PageProps) {
  return (
    <SignedIn title="Study group" back={location.pathname + location.search}>
      <Content id={id} />
    </SignedIn>
  );
}

function Content({ id }: PageProps) {
  const page = useQuery(Document, { id });
  useTitle(page.data?.studyGroup.name);
  const group = useMemo(() => page.data && groupFrom(page.data), [page.data]);
  if (group) {
    return group.role === null ? <NotAMember group={group} onJoined={page.retry} /> : <Inside group={group} onChange={page.retry} />;
  }
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The group did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Inside({ group, onChange }: { group: Group; onChange: () => void }) {
  const user = useSession().user;
  const me = useMemo(() => ({ id: user?.id ?? "", name: user?.displayName ?? "" }), [user?.id, user?.displayName]);
  const history = useMemo(() => historyOf(group.id), [group.id]);
  const [room, state] = useRoom(group.id, me, history);
  const address = useAddress();
  const anchor = useMemo(() => anchorFrom(address), [address]);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [target, setTarget] = useState("");
  useEffect(() => watchActivity(), []);
  useEffect(() => {
    room.onUpdated = refreshAnswers;
    return () => {
      room.onUpdated = () => undefined;
    };
  }, [room]);
  // What has been read here is no longer unread in the list of groups.
  useEffect(() => () => refreshAnswers(false), []);
  const openThread = useCallback((to: Anchor) => navigate(threadAddress(group.id, to)), [group.id]);
  const closeThread = useCallback(() => navigate(`/groups/${group.id}`), [group.id]);
  const goTo = useCallback((id: string) => {
    setTarget(id);
    setPanel(null);
  }, []);
  const role = state.isIn ? (state.role.toUpperCase() as NonNullable<Group["role"]>) : group.role ?? "MEMBER";
  const isNarrow = useMedia("(max-width: 860px)");
  const shown = panel ?? "people";
  const names = useMemo(() => new Map(group.members.map((each) => [each.user.id, each.user.displayName])), [group.members]);
  const online = [...state.present.values()].filter((each) => each.state !== "offline").length;
  return (
    <div className="group-page" data-panel={anchor ? "thread" : panel ?? "chat"}>
      <div className="group-top">
        <div className="group-title">
          <Link className="icon-button" href="/groups" aria-label="All study groups">
            <Icon name="left" />
          </Link>
          <div>
            <h1>{group.name}</h1>
            <p className="hint">
              {counted(group.memberCount, "member")}
              {state.isIn && ` · ${online} here`}
              {group.archived && " · archived, read only"}
            </p>
          </div>
        </div>
        <div className="group-tools">
          <Link className="button" href={`/groups/${group.id}/board`}>
            <Icon name="diagram" /> Board
          </Link>
        </div>
        <div className="group-views" role="group" aria-label="Beside the chat">
          <button type="button" className="only-narrow" aria-pressed={panel === null && !anchor} onClick={() => { setPanel(null); if (anchor) closeThread(); }}>
            Chat
          </button>
          {panels.map((each) => (
            <button key={each} type="button" aria-pressed={!anchor && (isNarrow ? panel : shown) === each} onClick={() => { setPanel(panel === each ? null : each); if (anchor) closeThread(); }}>
              {panelWords[each]}
            </button>
          ))}
        </div>
      </div>
      <ConnectionBar kept="What you write is kept on this device and sent when it is back." waiting={state.outgoing.filter((each) => each.state !== "failed").length} />
      {state.ending !== "" && <p className="connection-bar bad" role="alert">{state.ending}</p>}
      <div className="group-body">
        <Chat room={room} state={state} group={group} names={names} role={role} target={target} onTarget={setTarget} onThread={openThread} />
        <aside className="group-side" aria-label={anchor ? "Thread" : panelWords[shown]}>
          {anchor ? (
            <ThreadPanel key={JSON.stringify(anchor)} room={room} state={state} group={group} anchor={anchor} names={names} onClose={closeThread} />
          ) : shown === "people" ? (
            <People group={group} present={state.present} role={role} me={me.id} onChange={onChange} />
          ) : shown === "search" ? (
            <SearchPanel group={group} onOpen={goTo} />
          ) : (
            <Settings group={group} role={role} onChange={onChange} />
          )}
        </aside>
      </div>
    </div>
  );
}
