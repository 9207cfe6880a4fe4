import { useEffect, useRef, useState } from "react";
import { refreshAnswers } from "../../api/store";
import { upload } from "../../api/upload";
import { DownloadButton } from "../../design/DownloadButton";
import { counted } from "../../design/words";

/** What an import did or would do. */
export interface Report {
  readonly preview: boolean;
  readonly added: number;
  readonly known: number;
  readonly refused: number;
  readonly foreignNotes: number;
}

type Step =
  | { readonly at: "idle" }
  | { readonly at: "sending" | "importing"; readonly share: number }
  | { readonly at: "looked" | "done"; readonly report: Report };

const path = "/reports/reviews.apkg";
/** What the server takes; a larger file need not be sent to be refused. */
const mostBytes = 32 * 1024 * 1024;

/** Cards to Anki and reviews back: a file is looked at first, and taken in only when that is wanted. */
export function AnkiPanel({ onDone }: { onDone: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [step, setStep] = useState<Step>({ at: "idle" });
  const [problem, setProblem] = useState("");
  const sending = useRef<AbortController | null>(null);
  useEffect(() => () => sending.current?.abort(), []);
  const send = async (chosen: File, isPreview: boolean) => {
    sending.current?.abort();
    const aborter = new AbortController();
    sending.current = aborter;
    const at = isPreview ? "sending" : "importing";
    setProblem("");
    setStep({ at, share: 0 });
    try {
      const report = await upload<Report>(isPreview ? `${path}?preview=1` : path, chosen, (share) => setStep({ at, share }), aborter.signal);
      setStep({ at: isPreview ? "looked" : "done", report });
      if (isPreview) return;
      refreshAnswers(false);
      onDone();
    } catch (error) {
      if (aborter.signal.aborted) return;
      setStep({ at: "idle" });
      setProblem(error instanceof Error ? error.message : "The file could not be sent.");
    }
  };
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    if (chosen.size > mostBytes) {
      setStep({ at: "idle" });
      return setProblem("The package has more than 32 MiB. Export it without media.");
    }
    void send(chosen, true);
  };
  const forget = () => {
    sending.current?.abort();
    setFile(null);
    setProblem("");
    setStep({ at: "idle" });
  };
  return (
    <details className="panel anki">
      <summary>Anki</summary>
      <p className="hint">Review on a plane with Anki, and bring the reviews back. Only cards of Atlas are taken in; your own notes stay where they are.</p>
      <div className="anki-actions">
        <DownloadButton path={path} name="atlas-reviews.apkg" label="Export to Anki" />
        <label className="button" data-disabled={step.at === "sending" || step.at === "importing"}>
          Import from Anki…
          <input
            type="file"
            className="visually-hidden"
            accept=".apkg,.colpkg"
            disabled={step.at === "sending" || step.at === "importing"}
            onChange={(event) => {
              choose(event.target.files?.[0]);
              // The same file can be chosen again, once it is right.
              event.target.value = "";
            }}
          />
        </label>
      </div>
      <div role="status" className="anki-state">
        {(step.at === "sending" || step.at === "importing") && (
          <>
            <p>{step.share < 1 ? `Sending ${file?.name ?? "the package"}…` : step.at === "sending" ? "Looking at it…" : "Taking the reviews in…"}</p>
            {step.share < 1 ? <progress value={step.share} max={1} aria-label="Sent" /> : <progress aria-label="The server is at work" />}
          </>
        )}
        {step.at === "looked" && <Looked report={step.report} name={file?.name ?? "The package"} onImport={() => file && void send(file, false)} onForget={forget} />}
        {step.at === "done" && (
          <>
            <p>
              <strong>{counted(step.report.added, "review")} added.</strong> {others(step.report)}
            </p>
            <button type="button" className="button quiet" onClick={forget}>
              Another package
            </button>
          </>
        )}
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
    </details>
  );
}

function Looked({ report, name, onImport, onForget }: { report: Report; name: string; onImport: () => void; onForget: () => void }) {
  return (
    <>
      <p>
        {report.added > 0 ? (
          <>
            {name} holds <strong>{counted(report.added, "review")} that {report.added === 1 ? "is" : "are"} new</strong>. {others(report)}
          </>
        ) : (
          <>{name} holds no review that is new. {others(report)}</>
        )}
      </p>
      <div className="anki-actions">
        {report.added > 0 && (
          <button type="button" className="button primary" onClick={onImport}>
            Add {report.added === 1 ? "it" : "them"} to my log
          </button>
        )}
        <button type="button" className="button" onClick={onForget}>
          {report.added > 0 ? "Leave it" : "Close"}
        </button>
      </div>
    </>
  );
}

/** What is left out, and why. */
export function others({ known, refused, foreignNotes }: Report): string {
  const parts: string[] = [];
  if (known > 0) parts.push(`${counted(known, "review")} ${known === 1 ? "was" : "were"} known before`);
  if (refused > 0) parts.push(`${counted(refused, "review")} of an impossible time ${refused === 1 ? "is" : "are"} left out`);
  if (foreignNotes > 0) parts.push(`${counted(foreignNotes, "note")} ${foreignNotes === 1 ? "is" : "are"} no card of Atlas`);
  return parts.length > 0 ? `${parts.join("; ")}.` : "";
}
