import { lazy, Suspense, useState } from "react";
import { useSession } from "../../api/session";
import type { Part } from "../diagram/graph";

const DiscussDialog = lazy(() => import("./DiscussDialog"));

export function DiscussButton({ diagramId, part, name }: { diagramId: string; part: Part; name: string }) {
  const { status } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (status !== "member") return null;
  return (
    <>
      <button type="button" className="button discuss" onClick={() => setOpen(true)}>
        Discuss in group
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <DiscussDialog diagramId={diagramId} part={part} name={name} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
