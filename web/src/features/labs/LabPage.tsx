import { lazy, Suspense, useEffect } from "react";
import { useSession } from "../../api/session";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { LabPage as Document } from "./queries.generated";
import type { LabPageResult } from "./queries.generated";
import { Reading } from "./Reading";
import { isUnderWay } from "./runWords";
import { useLabRun } from "./useLabRun";

const Workspace = lazy(() => import("./Workspace"));

export type Lab = LabPageResult["lab"];

/** A lab to read, and, while the learner's run of it is under way, to work in. */
export default function LabPage({ id }: PageProps) {
  const page = useQuery(Document, { id });
  const session = useSession();
  useTitle(page.data?.lab.title);
  if (page.data && session.status !== "restoring") return <Page key={session.user?.id ?? ""} lab={page.data.lab} isMember={session.status === "member"} />;
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The lab did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ lab, isMember }: { lab: Lab; isMember: boolean }) {
  const labRun = useLabRun(lab.id, isMember);
  const { run } = labRun;
  // Between the old run and the new one the page stays what it is.
  const isWorking = isUnderWay(run) || ["reset", "restore"].includes(labRun.action.busy);
  useEffect(() => {
    scrollTo(0, 0);
  }, [isWorking]);
  if (isWorking && run) {
    return (
      <Suspense fallback={<Skeleton shape="page" />}>
        <Workspace lab={lab} run={run} labRun={labRun} />
      </Suspense>
    );
  }
  return <Reading lab={lab} labRun={labRun} isMember={isMember} />;
}
