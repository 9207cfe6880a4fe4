import { useEffect } from "react";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { SignedIn } from "../auth/SignedIn";
import { LabHostPage } from "./queries.generated";
import type { LabHostPageResult } from "./queries.generated";
import { clockWords, ordinal } from "./runWords";
import { bytesWords } from "./terminal/link";

type Host = LabHostPageResult["labHost"];

const againMs = 5_000;

/** For the operator: what this machine offers for labs, how its limits are kept, and who runs what. */
export default function OperatorPage(_: PageProps) {
  useTitle("Labs on this machine");
  return (
    <SignedIn title="Labs on this machine" back="/operator/labs">
      <Content />
    </SignedIn>
  );
}

function Content() {
  const page = useQuery(LabHostPage, {});
  const { retry, fetching } = page;
  useEffect(() => {
    if (fetching) return;
    const timer = setInterval(() => !document.hidden && retry(), againMs);
    return () => clearInterval(timer);
  }, [retry, fetching]);
  if (page.data) return <Page host={page.data.labHost} problem={page.error?.message ?? ""} />;
  if (page.error instanceof ApiError && page.error.code === "FORBIDDEN") {
    return (
      <section className="page narrow notice">
        <h1>Labs on this machine</h1>
        <p>Only the operator of this Atlas sees this page.</p>
        <Link className="button" href="/labs">
          To the labs
        </Link>
      </section>
    );
  }
  if (page.error) return <Failure title="The state of this machine did not load" message={page.error.message} onRetry={retry} />;
  return <Skeleton shape="page" />;
}

function Page({ host, problem }: { host: Host; problem: string }) {
  const running = host.runs.filter((each) => each.status.status !== "QUEUED").length;
  const waiting = host.runs.length - running;
  return (
    <div className="page operator-labs">
      <div className="page-head">
        <h1>Labs on this machine</h1>
        <p className="lead">{host.reason ?? `Labs run in “${host.runtime}”. This page is current to within five seconds.`}</p>
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          What follows is not current: {problem}
        </p>
      )}
      <dl className="operator-numbers">
        <div>
          <dt>Labs running</dt>
          <dd>
            {running} of {host.maximum} {waiting > 0 && <small>and {waiting} waiting</small>}
            <meter min={0} max={host.maximum || 1} value={running} aria-label="Places taken" />
          </dd>
        </div>
        <div>
          <dt>Memory of labs</dt>
          <dd>
            {bytesWords(host.memoryBytes)} <small>of {bytesWords(host.memoryBudgetBytes)}</small>
            <meter min={0} max={host.memoryBudgetBytes || 1} value={host.memoryBytes} aria-label="Memory that labs use" />
          </dd>
        </div>
        <div>
          <dt>From start to first prompt</dt>
          <dd>
            {host.startMedianMilliseconds === null ? "no start yet" : `${host.startMedianMilliseconds} ms`}
            {host.startP95Milliseconds !== null && <small className="operator-note">half of the newest; 95 of 100 within {host.startP95Milliseconds} ms</small>}
          </dd>
        </div>
      </dl>
      <Runs host={host} />
      <section className="panel" aria-labelledby="limits">
        <h2 id="limits">How limits are kept</h2>
        <div className="table-frame" tabIndex={0} role="group" aria-label="Limits">
          <table>
            <thead>
              <tr>
                <th scope="col">Limit</th>
                <th scope="col">Kept by</th>
              </tr>
            </thead>
            <tbody>
              {host.limits.map((each) => (
                <tr key={each.name}>
                  <td>{each.name}</td>
                  <td className={each.keptBy === "none" ? "kept-by-nothing" : ""}>{each.keptBy === "none" ? "nothing: it does not hold" : each.keptBy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section className="panel" aria-labelledby="missing">
        <h2 id="missing">What is missing</h2>
        {host.missing.length === 0 ? (
          <p>Nothing: every lab of the catalogue finds its programs here.</p>
        ) : (
          <div className="table-frame" tabIndex={0} role="group" aria-label="Missing programs">
            <table>
              <thead>
                <tr>
                  <th scope="col">Program</th>
                  <th scope="col">Package to install</th>
                  <th scope="col">Labs that need it</th>
                </tr>
              </thead>
              <tbody>
                {host.missing.map((each) => (
                  <tr key={each.program}>
                    <td>
                      <code>{each.program}</code>
                    </td>
                    <td>
                      <code>{each.package}</code>
                    </td>
                    <td>
                      {each.labs.map((lab, index) => (
                        <span key={lab}>
                          {index > 0 && ", "}
                          <Link href={`/labs/${lab}`}>{lab}</Link>
                        </span>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </div>
  );
}

function Runs({ host }: { host: Host }) {
  return (
    <section className="panel" aria-labelledby="runs">
      <h2 id="runs">Who runs what</h2>
      {host.runs.length === 0 ? (
        <p>Nobody runs or waits for a lab.</p>
      ) : (
        <div className="table-frame" tabIndex={0} role="group" aria-label="Runs">
          <table>
            <thead>
              <tr>
                <th scope="col">Lab</th>
                <th scope="col">Account</th>
                <th scope="col">State</th>
                <th scope="col">Ends</th>
                <th scope="col">CPU</th>
                <th scope="col">Memory</th>
                <th scope="col">Processes</th>
                <th scope="col">Files</th>
              </tr>
            </thead>
            <tbody>
              {host.runs.map(({ userId, status }) => (
                <tr key={`${userId} ${status.labId}`}>
                  <td>
                    <Link href={`/labs/${status.labId}`}>{status.labId}</Link>
                  </td>
                  <td>
                    <code>{userId}</code>
                  </td>
                  <td>{status.status === "QUEUED" && status.position ? `${ordinal(status.position)} in the queue` : status.status.toLowerCase()}</td>
                  <td>{status.endsAt ? clockWords(status.endsAt) : "–"}</td>
                  <td>{status.usage ? `${Math.round(status.usage.cpuPercent)} %` : "–"}</td>
                  <td>{status.usage ? `${bytesWords(status.usage.memoryBytes)} of ${bytesWords(status.usage.memoryLimitBytes)}` : "–"}</td>
                  <td>{status.usage?.processes ?? "–"}</td>
                  <td>{status.usage ? bytesWords(status.usage.diskBytes) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
