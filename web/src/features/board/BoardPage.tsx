import { useEffect, useMemo, useState } from "react";
import { useSession } from "../../api/session";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { watchActivity } from "../../realtime/activity";
import { useRoom } from "../../realtime/useRoom";
import { SignedIn } from "../auth/SignedIn";
import { groupFrom } from "../groups/groupFrom";
import type { Group } from "../groups/groupFrom";
import { historyOf } from "../groups/history";
import { NotAMember } from "../groups/NotAMember";
import { GroupPage as Document } from "../groups/queries.generated";
import { BoardView } from "./BoardView";
import { BoardSession } from "./session";

export default function BoardPage({ id }: PageProps) {
  return (
    <SignedIn title="Board" back={location.pathname}>
      <Content id={id} />
    </SignedIn>
  );
}

function Content({ id }: PageProps) {
  const page = useQuery(Document, { id });
  useTitle(page.data ? `Board of ${page.data.studyGroup.name}` : "Board");
  const group = useMemo(() => page.data && groupFrom(page.data), [page.data]);
  if (group) {
    return group.role === null ? <NotAMember group={group} onJoined={page.retry} /> : <Inside group={group} />;
  }
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The board did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Inside({ group }: { group: Group }) {
  const user = useSession().user;
  const me = useMemo(() => ({ id: user?.id ?? "", name: user?.displayName ?? "" }), [user?.id, user?.displayName]);
  const history = useMemo(() => historyOf(group.id), [group.id]);
  const [room, state] = useRoom(group.id, me, history);
  const [session, setSession] = useState<BoardSession | null>(null);
  useEffect(() => watchActivity(), []);
  useEffect(() => {
    const made = new BoardSession(room);
    setSession(made);
    return () => made.close();
  }, [room]);
  return session ? <BoardView session={session} group={group} room={state} /> : <Skeleton shape="page" />;
}
