import type { ReactNode } from "react";
import { useSession } from "../../api/session";
import { Link } from "../../app/router";
import { Skeleton } from "../../design/Skeleton";

/** Shows what only members have, or the way to become one. */
export function SignedIn({ title, back, children }: { title: string; back: string; children: ReactNode }) {
  const { status } = useSession();
  if (status === "restoring") return <Skeleton shape="page" />;
  if (status === "member") return <>{children}</>;
  return (
    <section className="page narrow notice">
      <h1>{title}</h1>
      <p>Sign in and Atlas keeps track of what you have completed, on every device.</p>
      <div className="button-row">
        <Link className="button primary" href={`/sign-in?back=${encodeURIComponent(back)}`}>
          Sign in
        </Link>
        <Link className="button" href={`/register?back=${encodeURIComponent(back)}`}>
          Make an account
        </Link>
      </div>
    </section>
  );
}
