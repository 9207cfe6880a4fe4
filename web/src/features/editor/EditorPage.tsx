import { useState } from "react";
import { useSession } from "../../api/session";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import { Link } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { Desk } from "./Desk";
import { EditableDiagram } from "./queries.generated";
import { normalised } from "./useCatalogueFile";
import type { Version } from "./useCatalogueFile";

/** `/editor` for a sketch of anybody's, `/diagrams/ID/edit` for a file of the catalogue. */
export default function EditorPage({ id }: PageProps) {
  const { status, user } = useSession();
  const mayWrite = user !== null && user.role !== "LEARNER";
  useTitle(id === "" ? "Sketch" : `Edit ${id}`);
  if (status === "restoring") return <Skeleton shape="page" />;
  if (id === "") return <Desk begun={{ id: "", version: 0, source: "" }} mayWrite={mayWrite} isRemoved={false} />;
  return mayWrite ? <CatalogueDesk id={id} /> : <NotForYou id={id} />;
}

function CatalogueDesk({ id }: { id: string }) {
  const page = useQuery(EditableDiagram, { id });
  const newest = page.data?.contentHistory[0];
  if (newest) return <Begun id={id} newest={newest} />;
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The diagram did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

/** Goes on from the version that was newest when the page opened; a later one is a conflict. */
function Begun({ id, newest }: { id: string; newest: Version }) {
  const [begun] = useState(newest);
  return <Desk begun={{ id, version: begun.number, source: normalised(begun.source) }} mayWrite isRemoved={begun.removed} />;
}

function NotForYou({ id }: { id: string }) {
  return (
    <section className="page narrow notice">
      <h1>Only instructors change the catalogue</h1>
      <p>You can draw a sketch of your own, and share it as a link.</p>
      <div className="button-row">
        <Link className="button primary" href="/editor">
          Open a sketch
        </Link>
        <Link className="button" href={`/diagrams/${id}`}>
          Back to the diagram
        </Link>
      </div>
    </section>
  );
}
