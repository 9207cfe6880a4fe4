import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import type { Part } from "../diagram/graph";
import { threadAddress } from "../groups/threadAddress";
import { GroupsToShare } from "./queries.generated";

interface Props {
  readonly diagramId: string;
  readonly part: Part;
  readonly name: string;
  readonly onClose: () => void;
}

/** In which group a part of a diagram is to be talked about. */
export default function DiscussDialog({ diagramId, part, name, onClose }: Props) {
  const page = useQuery(GroupsToShare, {});
  const groups = page.data?.studyGroups;
  const anchor = { diagramId, ...(part.type === "node" ? { nodeId: part.id } : { edgeId: part.id }) };
  return (
    <Dialog title={`Discuss “${name}”`} onClose={onClose}>
      {page.error && !groups && <Failure title="Your groups did not load" message={page.error.message} onRetry={page.retry} />}
      {page.loading && <Skeleton shape="lines" count={2} />}
      <ul className="plain-links">
        {groups?.map((each) => (
          <li key={each.id}>
            <Link href={threadAddress(each.id, anchor)}>{each.name}</Link>
          </li>
        ))}
      </ul>
      {groups?.length === 0 && (
        <p>
          You are in no group yet. <Link href="/groups">Make one or join one.</Link>
        </p>
      )}
    </Dialog>
  );
}
