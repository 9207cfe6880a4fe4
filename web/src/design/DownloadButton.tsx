import { useState } from "react";
import { download } from "../api/download";

/** Fetches a file, and says what went wrong if it does not come. */
export function DownloadButton({ path, name, label, primary = false }: { path: string; name: string; label: string; primary?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const take = async () => {
    setBusy(true);
    setProblem("");
    await download(path, name).catch((error: unknown) => setProblem(error instanceof Error ? error.message : "The file did not come."));
    setBusy(false);
  };
  return (
    <>
      <button type="button" className={primary ? "button primary" : "button"} disabled={busy} onClick={() => void take()}>
        {busy ? "Fetching…" : label}
      </button>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
