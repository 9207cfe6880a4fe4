import { useEffect, useState } from "react";
import { request } from "../../api/client";
import type { Problem } from "./problems";
import { CheckDiagram } from "./queries.generated";

interface Checked {
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly failed: boolean;
}

const settledMs = 1_000;

/** What the server says about the whole file, a second after the last change. */
export function useSourceCheck(text: string, enabled: boolean) {
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    if (!enabled) {
      setChecked(null);
      return;
    }
    const aborter = new AbortController();
    const ask = async () => {
      try {
        const { findings } = (await request(CheckDiagram, { source: text }, aborter.signal)).checkSource;
        const problems = findings.map((each) => ({ ...each, severity: each.severity === "error" ? ("error" as const) : ("warning" as const) }));
        if (!aborter.signal.aborted) setChecked({ text, problems, failed: false });
      } catch {
        if (!aborter.signal.aborted) setChecked({ text, problems: [], failed: true });
      }
    };
    const timer = setTimeout(() => void ask(), settledMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [text, enabled]);
  return { checked, pending: enabled && checked?.text !== text };
}
