import { useEffect, useMemo, useRef, useState } from "react";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useRoom } from "../../realtime/useRoom";
import { Stage } from "../diagram/Stage";
import { historyOf } from "../groups/history";
import { namesWords } from "../groups/groupWords";
import { GroupsToShare } from "./queries.generated";
import { SharedView } from "./sharedView";

interface Props {
  readonly diagramId: string;
  readonly onClose: () => void;
}

/** A diagram looked at with one's group: where the others point, and following one of them. */
export default function Together({ diagramId, onClose }: Props) {
  const page = useQuery(GroupsToShare, {});
  const groups = page.data?.studyGroups.filter((each) => !each.archived) ?? [];
  const [chosen, setChosen] = useState("");
  const groupId = chosen || groups[0]?.id;
  return (
    <section className="together" aria-label="View together">
      <div className="together-head">
        <h2>View together</h2>
        {groups.length > 1 && (
          <select className="select" aria-label="Group" value={groupId} onChange={(event) => setChosen(event.target.value)}>
            {groups.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        )}
        <button type="button" className="button quiet" onClick={onClose}>
          Leave
        </button>
      </div>
      {page.error && !page.data && <Failure title="Your groups did not load" message={page.error.message} onRetry={page.retry} />}
      {page.loading && <Skeleton shape="lines" count={1} />}
      {page.data && groups.length === 0 && (
        <p>
          You are in no group yet. <Link href="/groups">Make one or join one</Link>, and look at this diagram with others.
        </p>
      )}
      {groupId && <With key={groupId} groupId={groupId} name={groups.find((each) => each.id === groupId)?.name ?? ""} diagramId={diagramId} />}
    </section>
  );
}

function With({ groupId, name, diagramId }: { groupId: string; name: string; diagramId: string }) {
  const user = useSession().user;
  const me = useMemo(() => ({ id: user?.id ?? "", name: user?.displayName ?? "" }), [user?.id, user?.displayName]);
  const history = useMemo(() => historyOf(groupId), [groupId]);
  const [room, state] = useRoom(groupId, me, history);
  const [, draw] = useState(0);
  const [following, setFollowing] = useState("");
  const view = useRef<SharedView | null>(null);
  useEffect(() => {
    const picture = document.querySelector<HTMLElement>(".workspace .picture");
    if (!picture) return;
    const made = new SharedView(room, diagramId, picture, () => draw((before) => before + 1));
    made.onHand = () => setFollowing("");
    view.current = made;
    draw((before) => before + 1);
    return () => {
      view.current = null;
      made.close();
    };
  }, [room, diagramId]);
  const presenter = [...(view.current?.presenters.values() ?? [])][0];
  const viewport = view.current?.presenters.get(following)?.viewport;
  useEffect(() => {
    const picture = document.querySelector(".workspace .picture");
    if (viewport && picture) Stage.in(picture)?.look(viewport);
  }, [viewport]);
  const others = view.current?.names ?? [];
  const isPresenting = view.current?.isPresenting ?? false;
  return (
    <div className="together-state">
      <p role="status">
        {state.ending !== ""
          ? state.ending
          : !state.isIn
            ? `Connecting to ${name}…`
            : others.length === 0
              ? `Nobody of ${name} has pointed at anything here yet.`
              : `${namesWords(others)} ${others.length === 1 ? "looks" : "look"} at this with you.`}
      </p>
      {presenter && (
        <button type="button" className="button" aria-pressed={following !== ""} onClick={() => setFollowing(following === "" ? presenter.userId : "")}>
          {following === "" ? `Follow ${presenter.name}` : "Stop following"}
        </button>
      )}
      <button type="button" className="button" aria-pressed={isPresenting} disabled={!state.isIn} onClick={() => view.current?.present(!isPresenting)}>
        {isPresenting ? "Stop presenting" : "Present"}
      </button>
      <Link href={`/groups/${groupId}`}>Chat of {name}</Link>
    </div>
  );
}
