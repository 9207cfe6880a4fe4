import { useSession } from "../../api/session";
import { Link } from "../../app/router";

/** To the cards that are made of an item, for who can keep what comes of it. */
export function PractiseLink({ id, what }: { id: string; what: string }) {
  if (useSession().status !== "member") return null;
  return (
    <Link className="button practise" href={`/review?item=${encodeURIComponent(id)}`}>
      Practise this {what}
    </Link>
  );
}
