import { lazy, Suspense, useState } from "react";
import { useSession } from "../../api/session";

const Together = lazy(() => import("./Together"));

/** Opens the diagram to one's group; what that needs is loaded then. */
export function TogetherButton({ diagramId }: { diagramId: string }) {
  const { status } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (status !== "member") return null;
  if (!isOpen) {
    return (
      <button type="button" className="button together-opener" onClick={() => setOpen(true)}>
        View together
      </button>
    );
  }
  return (
    <Suspense fallback={<p className="hint">Loading…</p>}>
      <Together diagramId={diagramId} onClose={() => setOpen(false)} />
    </Suspense>
  );
}
