import { useState } from "react";
import { request } from "../../api/client";
import { endSessionHere } from "../../api/session";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { navigate } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { dayWords, momentWords } from "../../design/words";
import { AccountPage as Document, EndSession, Logout } from "./queries.generated";
import type { AccountPageResult } from "./queries.generated";
import { SignedIn } from "./SignedIn";
import { deviceWords } from "./deviceWords";
import { MyData } from "./MyData";

export default function AccountPage() {
  useTitle("Account");
  return (
    <SignedIn title="Your account" back="/account">
      <Content />
    </SignedIn>
  );
}

function Content() {
  const page = useQuery(Document, {});
  if (page.data) return <Page data={page.data} onChange={page.retry} />;
  if (page.error) return <Failure title="Your account did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ data, onChange }: { data: AccountPageResult; onChange: () => void }) {
  const { currentUser: user, sessions } = data;
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const attempt = async (name: string, work: () => Promise<unknown>, done: () => void) => {
    setBusy(name);
    setProblem("");
    try {
      await work();
      done();
    } catch (error) {
      if (error instanceof ApiError && error.code === "UNAUTHENTICATED") done();
      else setProblem(error instanceof Error ? error.message : "That did not work.");
    } finally {
      setBusy("");
    }
  };
  const leave = (everywhere: boolean) =>
    attempt(everywhere ? "everywhere" : "here", () => request(Logout, { everywhere }), () => {
      endSessionHere();
      navigate("/catalogue");
    });
  const role = user.role.charAt(0) + user.role.slice(1).toLowerCase();
  return (
    <div className="page narrow">
      <div className="page-head">
        <h1>Account</h1>
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <section className="panel" aria-labelledby="profile">
        <h2 id="profile">Profile</h2>
        <dl className="facts">
          <div>
            <dt>Name</dt>
            <dd>{user.displayName}</dd>
          </div>
          <div>
            <dt>E-mail</dt>
            <dd>{user.email}</dd>
          </div>
          <div>
            <dt>Role</dt>
            <dd>{role}</dd>
          </div>
          <div>
            <dt>Since</dt>
            <dd>{dayWords(user.createdAt)}</dd>
          </div>
        </dl>
      </section>
      <section className="panel" aria-labelledby="sessions">
        <h2 id="sessions">Signed in on</h2>
        <ul className="sessions">
          {sessions.map((each) => (
            <li key={each.id}>
              <div>
                <strong title={each.device}>{deviceWords(each.device)}</strong>
                {each.current && <span className="pill">This device</span>}
                <small>
                  Signed in {momentWords(each.createdAt)}, last used {momentWords(each.lastUsedAt)}
                </small>
              </div>
              {!each.current && (
                <button
                  type="button"
                  className="button"
                  disabled={busy !== ""}
                  aria-label={`End the session on ${deviceWords(each.device)} from ${momentWords(each.createdAt)}`}
                  onClick={() => void attempt(each.id, () => request(EndSession, { id: each.id }), onChange)}
                >
                  End
                </button>
              )}
            </li>
          ))}
        </ul>
        <div className="button-row">
          <button type="button" className="button" disabled={busy !== ""} onClick={() => void leave(false)}>
            Sign out
          </button>
          <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void leave(true)}>
            Sign out everywhere
          </button>
        </div>
      </section>
      <MyData user={user.id} />
    </div>
  );
}
