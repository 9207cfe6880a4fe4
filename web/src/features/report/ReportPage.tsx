import { useMemo, useState } from "react";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { DownloadButton } from "../../design/DownloadButton";
import { Failure } from "../../design/Failure";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { momentWords } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { LearnerReport } from "./queries.generated";

const periods = [7, 30, 90, 365] as const;

export default function ReportPage() {
  useTitle("Report");
  return (
    <SignedIn title="Your report" back="/report">
      <Content />
    </SignedIn>
  );
}

/** What the server wrote for print, and the same as a PDF. */
function Content() {
  const user = useSession().user?.id ?? "";
  const [days, setDays] = useState<number>(30);
  const { data, error, retry } = useQuery(LearnerReport, { user, days });
  const report = data?.learnerReport;
  return (
    <div className="page report-page">
      <div className="page-head report-head">
        <div>
          <h1>Report</h1>
          <p className="lead">What you did and what you can do, for yourself or to hand on. Nobody else sees it unless you give it to them.</p>
        </div>
        <div className="report-tools">
          <div className="chips" role="group" aria-label="Period">
            {periods.map((each) => (
              <button key={each} type="button" className="chip" aria-pressed={days === each} onClick={() => setDays(each)}>
                {each === 365 ? "A year" : `${each} days`}
              </button>
            ))}
          </div>
          <DownloadButton path={`/reports/learner.pdf?days=${days}`} name={`atlas-report-${days}-days.pdf`} label="Save as PDF" primary />
        </div>
      </div>
      {error && !report && <Failure title="The report did not load" message={error.message} onRetry={retry} />}
      {!error && !report && <Skeleton shape="lines" count={4} />}
      {report && <Sheet html={report.html} at={report.generatedAt} />}
    </div>
  );
}

function Sheet({ html, at }: { html: string; at: string }) {
  const body = useMemo(() => bodyOf(html), [html]);
  return (
    <>
      <p className="report-line">
        <span className="hint">As of {momentWords(at)}</span>
        <button type="button" className="button" onClick={() => print()}>
          Print
        </button>
      </p>
      <Prose className="report-sheet" html={body} />
    </>
  );
}

/**
 * What the server's page says, without its looks: here it gets ours, and the page's policy forbids styles that stand in a
 * document. The server vouches for the rest, and nothing in it runs.
 */
function bodyOf(html: string): string {
  // Styles in a template's content take no effect, so that the policy has nothing to object to.
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const each of template.content.querySelectorAll("style, script, link, meta, title")) each.remove();
  for (const each of template.content.querySelectorAll("[style]")) each.removeAttribute("style");
  // This page has a heading of its own, so those of the report stand one step below it.
  for (const [from, to] of [["h3", "h4"], ["h2", "h3"], ["h1", "h2"]] as const) {
    for (const each of template.content.querySelectorAll(from)) {
      const lower = document.createElement(to);
      lower.append(...each.childNodes);
      each.replaceWith(lower);
    }
  }
  return template.innerHTML;
}
