import { useCallback, useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useSession } from "../../api/session";
import { Link, navigate } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { Icon } from "../../design/Icon";
import { counted } from "../../design/words";
import { ChoiceDialog } from "../editor/ChoiceDialog";
import { useLeaving } from "../editor/useLeaving";
import { useMedia } from "../editor/useMedia";
import { ChecksPane } from "./ChecksPane";
import { FilesPane } from "./files/FilesPane";
import { useHome } from "./files/useHome";
import { Instructions } from "./Instructions";
import type { Lab } from "./LabPage";
import { LeaveDialog, ResetDialog } from "./LeaveDialog";
import { ReplayPane } from "./replay/ReplayPane";
import type { Run } from "./runWords";
import { Split } from "./Split";
import { StatusLine, Timer } from "./StatusLine";
import { Tabs } from "./Tabs";
import type { Tab } from "./Tabs";
import { TerminalPane } from "./terminal/TerminalPane";
import type { TerminalHandle } from "./terminal/TerminalPane";
import type { LabRun } from "./useLabRun";
import { useNow } from "./useNow";
import { useRecord } from "./useRecord";
import type { Outcome } from "./useRecord";
import { Waiting } from "./Waiting";
import { Warnings } from "./Warnings";

type Pane = "instructions" | "checks" | "terminal" | "files" | "replay";
type Asked = "leave" | "reset" | "more" | null;

interface Props {
  readonly lab: Lab;
  readonly run: Run;
  readonly labRun: LabRun;
}

/** A lab under way: what to do on one side, the shell and the files on the other; one at a time on a narrow screen. */
export default function Workspace({ lab, run, labRun }: Props) {
  const user = useSession().user?.id ?? "";
  const isRunning = run.status === "RUNNING";
  const isNarrow = useMedia("(max-width: 860px)");
  const now = useNow(isRunning);
  const record = useRecord(lab.id, true);
  const home = useHome(lab.id, user, isRunning);
  const [left, setLeft] = useState<Pane>("instructions");
  const [right, setRight] = useState<Pane>("terminal");
  const [narrow, setNarrow] = useState<Pane>("instructions");
  const [asked, setAsked] = useState<Asked>(null);
  const [broken, setBroken] = useState<Outcome | null>(null);
  const [said, setSaid] = useState("");
  const terminal = useRef<TerminalHandle>(null);
  const place = useRef<HTMLDivElement>(null);
  const [leaving, setLeaving] = useLeaving(home.changed.length > 0);

  const isShown = (pane: Pane) => (isNarrow ? narrow === pane : left === pane || right === pane);
  const show = useCallback((pane: Pane) => {
    if (pane === "instructions" || pane === "checks") setLeft(pane);
    else setRight(pane);
    setNarrow(pane);
  }, []);

  const isChecking = record.action.busy === "check" || run.checking;
  const grade = async () => {
    const unsaved = home.changed.length;
    setSaid(unsaved > 0 ? "Saving, then checking." : "Checking.");
    if (!(await home.saveAll())) {
      show("files");
      return setSaid("Not checked: a file could not be saved.");
    }
    show("checks");
    const outcome = await record.check();
    setBroken(outcome?.error ? outcome : null);
    setSaid(outcome ? outcomeWords(outcome) : "The check did not work.");
    void labRun.reload();
  };
  // A second check while the first one saves would take its files for somebody else's.
  const isPending = useRef(false);
  const check = async () => {
    if (!isRunning || isChecking || isPending.current) return;
    isPending.current = true;
    try {
      await grade();
    } finally {
      isPending.current = false;
    }
  };
  // The command `check` in the terminal grades, too; what came out is asked for when it is done.
  const wasChecking = useRef(run.checking);
  useEffect(() => {
    if (wasChecking.current && !run.checking && record.action.busy !== "check") void record.reload();
    wasChecking.current = run.checking;
  }, [run.checking]);

  const goOn = useCallback(
    (forward: boolean) => {
      const page = place.current;
      if (!page) return;
      const stops = [...page.querySelectorAll<HTMLElement>('.lab-check, .lab-tabs [aria-selected="true"], .terminal-place textarea')].filter((each) => each.offsetParent !== null || each.matches("textarea"));
      const visible = stops.filter((each) => each.closest("[hidden]") === null);
      const active = document.activeElement;
      let at = visible.findIndex((each) => each === active);
      if (at < 0) at = visible.reduce((found, each, index) => (active && each.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING ? index : found), -1);
      visible[(at + (forward ? 1 : -1) + visible.length) % visible.length]?.focus();
    },
    [],
  );
  const latest = useRef({ check, goOn });
  latest.current = { check, goOn };
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void latest.current.check();
      } else if (event.key === "F6") {
        event.preventDefault();
        latest.current.goOn(!event.shiftKey);
      }
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, []);

  const outcome = broken ?? record.attempts?.[0] ?? null;
  const paste = (text: string) => {
    show("terminal");
    // The terminal must be on the page before it can take the focus.
    requestAnimationFrame(() => terminal.current?.paste(text));
  };
  const stay = async () => {
    if (await labRun.stay()) terminal.current?.focus();
  };

  const panels: Readonly<Record<Pane, ReactNode>> = {
    instructions: (
      <div className="prose lab-instructions">
        <Instructions html={lab.instructions} onPaste={isRunning ? paste : null} />
      </div>
    ),
    checks: <ChecksPane lab={lab} record={record} outcome={outcome} isChecking={isChecking} />,
    terminal: (
      <>
        <TerminalPane ref={terminal} labId={lab.id} isRunning={isRunning} startedAt={run.startedAt ?? ""} onLeave={goOn} />
        <Waiting run={run} labRun={labRun} />
      </>
    ),
    files: <FilesPane state={home} isRunning={isRunning} isShown={isShown("files")} savedAt={run.savedAt} />,
    replay: isShown("replay") ? <ReplayPane labId={lab.id} attempts={record.attempts ?? []} /> : null,
  };
  const panel = (pane: Pane) => (
    <section
      key={pane}
      id={`panel-${pane}`}
      className={`lab-panel lab-panel-${pane}`}
      role="tabpanel"
      aria-labelledby={`tab-${pane}`}
      hidden={!isShown(pane)}
      tabIndex={pane === "instructions" || pane === "checks" ? 0 : undefined}
    >
      {panels[pane]}
    </section>
  );
  const passed = outcome && outcome.error === null ? outcome.checks.filter((each) => each.passed).length : null;
  const tabs: Readonly<Record<Pane, Tab>> = {
    instructions: { name: "instructions", label: isNarrow ? "Steps" : "Instructions" },
    checks: { name: "checks", label: "Checks", mark: passed !== null && <TabCount passed={passed} of={outcome?.checks.length ?? 0} /> },
    terminal: { name: "terminal", label: isNarrow ? "Shell" : "Terminal" },
    files: { name: "files", label: "Files", mark: home.changed.length > 0 && <Unsaved count={home.changed.length} /> },
    replay: { name: "replay", label: "Replay" },
  };
  const choose = (name: string) => show(name as Pane);
  const side = (label: string, names: readonly Pane[], shown: Pane) => (
    <div className="lab-side">
      <Tabs label={label} tabs={names.map((each) => tabs[each])} shown={shown} onShow={choose} />
      {names.map(panel)}
    </div>
  );
  const { action } = labRun;
  return (
    <div className="lab-page" ref={place}>
      <div className="lab-top">
        <div className="lab-title">
          <Link className="icon-button" href="/labs" aria-label="All labs">
            <Icon name="left" />
          </Link>
          <h1>{lab.title}</h1>
        </div>
        <div className="lab-actions">
          {isRunning && run.endsAt && <Timer endsAt={run.endsAt} now={now} />}
          {!isNarrow && <Actions run={run} labRun={labRun} onAsk={setAsked} />}
          <button type="button" className="button primary lab-check" aria-label="Check my work" aria-keyshortcuts="Control+Enter" title="Ctrl Enter" disabled={!isRunning || isChecking} onClick={() => void check()}>
            {isChecking ? "Checking…" : isNarrow ? "Check" : "Check my work"}
          </button>
          {isNarrow && (
            <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("more")}>
              More
            </button>
          )}
        </div>
      </div>
      {action.problem && asked === null && (
        <p className="form-problem" role="alert">
          {action.problem}
        </p>
      )}
      {labRun.isReset && (
        <div className="lab-warning" role="status">
          <p>The lab has begun anew. Your files from before are put away.</p>
          <button type="button" className="button" disabled={action.busy !== ""} onClick={() => void labRun.restore()}>
            Undo the reset
          </button>
          <button type="button" className="icon-button" aria-label="Close this notice" onClick={labRun.forgetReset}>
            <Icon name="close" />
          </button>
        </div>
      )}
      <Warnings run={run} labRun={labRun} now={now} onStay={() => void stay()} />
      <div className="lab-body">
        {isNarrow ? (
          side("Parts of the lab", ["instructions", "checks", "terminal", "files", "replay"], narrow)
        ) : (
          <Split left={side("What to do", ["instructions", "checks"], left)} right={side("Where to do it", ["terminal", "files", "replay"], right)} />
        )}
      </div>
      <StatusLine run={run} isLive={labRun.isLive} problem={labRun.problem} />
      <p className="visually-hidden" role="status" aria-label="Result of the check">
        {said}
      </p>
      {asked === "leave" && <LeaveDialog labRun={labRun} home={home} onClose={() => setAsked(null)} />}
      {asked === "reset" && <ResetDialog labRun={labRun} onClose={() => setAsked(null)} />}
      {asked === "more" && <MoreDialog run={run} labRun={labRun} onAsk={setAsked} />}
      {leaving !== null && (
        <Dialog title="Leave without saving?" onClose={() => setLeaving(null)}>
          <p>{counted(home.changed.length, "file")} with changes that are not saved in the lab. They stay on this device and are here when you come back; the lab goes on.</p>
          <div className="button-row">
            <button type="button" className="button primary" onClick={() => setLeaving(null)}>
              Stay
            </button>
            <button type="button" className="button" onClick={() => navigate(leaving)}>
              Leave
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function TabCount({ passed, of }: { passed: number; of: number }) {
  return (
    <span className="tab-count" data-all={passed === of}>
      {passed}/{of}
      <span className="visually-hidden"> hold</span>
    </span>
  );
}

function Unsaved({ count }: { count: number }) {
  return (
    <>
      <span className="unsaved-mark" aria-hidden="true" />
      <span className="visually-hidden">, {counted(count, "file")} not saved</span>
    </>
  );
}

interface ActionsProps {
  readonly run: Run;
  readonly labRun: LabRun;
  readonly onAsk: (asked: Asked) => void;
}

function Actions({ run, labRun, onAsk }: ActionsProps) {
  const isBusy = labRun.action.busy !== "";
  return (
    <>
      {run.canExtend && (
        <button type="button" className="button quiet" disabled={isBusy} onClick={() => void labRun.extend()}>
          More time
        </button>
      )}
      {run.status === "RUNNING" && (
        <button type="button" className="button quiet" disabled={isBusy} onClick={() => onAsk("reset")}>
          Begin anew
        </button>
      )}
      {run.status === "RUNNING" && (
        <button type="button" className="button quiet" disabled={isBusy} onClick={() => onAsk("leave")}>
          End
        </button>
      )}
    </>
  );
}

function MoreDialog({ run, labRun, onAsk }: ActionsProps) {
  const isRunning = run.status === "RUNNING";
  const options = [
    { isThere: run.canExtend, name: "More time", about: "The lab ends later.", onChoose: () => void labRun.extend() },
    { isThere: isRunning, name: "Begin anew", about: "With the files that the lab came with. Can be undone once.", onChoose: () => onAsk("reset") },
    { isThere: isRunning && run.canRestore, name: "Undo the reset", about: "Exchanges your files for those that were put away.", onChoose: () => void labRun.restore() },
    { isThere: isRunning, name: "End the lab", about: "Your files are kept.", onChoose: () => onAsk("leave") },
    { isThere: run.status === "QUEUED", name: "Leave the queue", about: "Your place goes to the next.", onChoose: () => void labRun.stop() },
  ];
  return <ChoiceDialog title="This lab" hint="" options={options.filter((each) => each.isThere)} onClose={() => onAsk(null)} />;
}

function outcomeWords(outcome: Outcome): string {
  if (outcome.error !== null) return `Nothing was graded: ${outcome.error}`;
  if (outcome.passed) return "Passed. Every criterion holds.";
  const passed = outcome.checks.filter((each) => each.passed).length;
  return `${passed} of ${outcome.checks.length} criteria hold.`;
}
