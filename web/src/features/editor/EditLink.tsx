import { useSession } from "../../api/session";
import { Link } from "../../app/router";

/** Leads instructors from a diagram to its source. */
export function EditLink({ id }: { id: string }) {
  const { user } = useSession();
  if (!user || user.role === "LEARNER") return null;
  return (
    <Link className="button" href={`/diagrams/${id}/edit`}>
      Edit
    </Link>
  );
}
