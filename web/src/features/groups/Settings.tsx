import { useState } from "react";
import { request } from "../../api/client";
import type { GroupRole } from "../../api/generated";
import { refreshAnswers } from "../../api/store";
import { navigate } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { dayWords } from "../../design/words";
import { GroupForm } from "./GroupForm";
import type { Group } from "./groupFrom";
import { visibilityWords } from "./groupWords";
import { ArchiveGroup, LeaveGroup, UpdateGroup } from "./queries.generated";
import { useAction } from "./useAction";

interface Props {
  readonly group: Group;
  readonly role: GroupRole;
  readonly onChange: () => void;
}

/** What the group is about; moderators change that, owners also who gets in. */
export function Settings({ group, role, onChange }: Props) {
  const [asking, setAsking] = useState<"leave" | "archive" | null>(null);
  const [saving, setSaving] = useState<"" | "under way" | "done">("");
  /** The settings that are being changed, as they were when that began: others may save theirs meanwhile. */
  const [begun, setBegun] = useState<Group | null>(null);
  const shown = begun ?? group;
  const { busy, problem, run } = useAction();
  const { name, description, topics, visibility } = group;
  const leave = async () => {
    if (!(await run("leave", () => request(LeaveGroup, { id: group.id })))) return;
    refreshAnswers(false);
    navigate("/groups");
  };
  const archive = async (archived: boolean) => {
    if (!(await run("archive", () => request(ArchiveGroup, { id: group.id, archived })))) return;
    setAsking(null);
    onChange();
  };
  return (
    <div className="settings">
      <h2>Settings</h2>
      {role === "MEMBER" || group.archived ? (
        <>
          <p>{description || "No description."}</p>
          <dl className="facts">
            <div>
              <dt>Joining</dt>
              <dd>{visibilityWords[visibility].name}</dd>
            </div>
            {topics.length > 0 && (
              <div>
                <dt>Topics</dt>
                <dd>{topics.join(", ")}</dd>
              </div>
            )}
            <div>
              <dt>Since</dt>
              <dd>{dayWords(group.createdAt)}</dd>
            </div>
          </dl>
        </>
      ) : (
        <>
          <div onChange={() => setBegun(shown)}>
            <GroupForm
              key={shown.version}
              begun={shown}
              mayDecide={role === "OWNER"}
              action="Save"
              onSubmit={async (input) => {
                setSaving("under way");
                try {
                  await request(UpdateGroup, { id: group.id, input, version: shown.version });
                  setBegun(null);
                  setSaving("done");
                } catch (error) {
                  setSaving("");
                  throw error;
                } finally {
                  // Also after a refusal, which may be for newer settings.
                  onChange();
                }
              }}
            />
          </div>
          {shown.version !== group.version && saving !== "under way" && (
            <p className="hint" role="status">
              Somebody has changed the settings meanwhile.{" "}
              <button type="button" className="text-link" onClick={() => setBegun(null)}>
                Take theirs, and give up mine
              </button>
            </p>
          )}
          <p className="hint" role="status">{saving === "done" && "Saved."}</p>
        </>
      )}
      {problem && asking === null && <p className="form-problem" role="alert">{problem}</p>}
      <div className="button-row">
        <button type="button" className="button" onClick={() => setAsking("leave")}>Leave the group</button>
        {role === "OWNER" && !group.archived && <button type="button" className="button danger" onClick={() => setAsking("archive")}>Archive the group</button>}
        {role === "OWNER" && group.archived && (
          <button type="button" className="button" disabled={busy !== ""} onClick={() => void archive(false)}>Take it out of the archive</button>
        )}
      </div>
      {asking === "leave" && (
        <Dialog title={`Leave ${name}?`} onClose={() => setAsking(null)}>
          <p>You can no longer read it, and it no longer appears among your groups. What you wrote stays.</p>
          {problem && <p className="form-problem" role="alert">{problem}</p>}
          <div className="button-row">
            <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void leave()}>Leave</button>
            <button type="button" className="button" onClick={() => setAsking(null)}>Stay</button>
          </div>
        </Dialog>
      )}
      {asking === "archive" && (
        <Dialog title={`Archive ${name}?`} onClose={() => setAsking(null)}>
          <p>Everybody can still read it, and nobody can write or draw until an owner takes it out of the archive.</p>
          {problem && <p className="form-problem" role="alert">{problem}</p>}
          <div className="button-row">
            <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void archive(true)}>Archive</button>
            <button type="button" className="button" onClick={() => setAsking(null)}>Cancel</button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
