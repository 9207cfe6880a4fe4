import { useState } from "react";
import type { FormEvent } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { Dialog } from "../../design/Dialog";
import { SavePeerProfile } from "./queries.generated";
import type { PeersResult } from "./queries.generated";
import { useAction } from "./useAction";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const blockHours = 3;
const blocks = Array.from({ length: 24 / blockHours }, (_, index) => index * blockHours);
const hoursOfWeek = 168;
const mostGoals = 20;

/** Hours that the server's week (UTC) is behind this place's. */
function shift(): number {
  return Math.round(new Date().getTimezoneOffset() / 60);
}

const moved = (hour: number, by: number) => (hour + by + 2 * hoursOfWeek) % hoursOfWeek;

/** When and what this person would like to learn; hours are shown as they are here. */
export function PeerProfileDialog({ profile, onClose }: { profile: PeersResult["peerProfile"]; onClose: () => void }) {
  const [hours, setHours] = useState<ReadonlySet<number>>(() => new Set(profile?.hours.map((hour) => moved(hour, -shift()))));
  const [goals, setGoals] = useState(profile?.goals.join(", ") ?? "");
  const { busy, problem, run } = useAction();
  const save = async (optedIn: boolean) => {
    const list = [...new Set(goals.split(",").map((each) => each.trim()).filter((each) => each !== ""))].slice(0, mostGoals);
    const input = { optedIn, hours: [...hours].map((hour) => moved(hour, shift())).sort((a, b) => a - b), goals: list };
    if (!(await run("save", () => request(SavePeerProfile, { input })))) return;
    refreshAnswers();
    onClose();
  };
  const toggle = (from: number, on: boolean) =>
    setHours((before) => {
      const next = new Set(before);
      for (let hour = from; hour < from + blockHours; hour += 1) on ? next.add(hour) : next.delete(hour);
      return next;
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(true);
  };
  return (
    <Dialog title="When and what you learn" onClose={onClose}>
      <form className="group-form" onSubmit={submit}>
        {problem && <p className="form-problem" role="alert">{problem}</p>}
        <table className="week">
          <caption>Hours in which you can learn, in your own time</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {days.map((day) => (
                <th key={day} scope="col" aria-label={day}>
                  {day.slice(0, 2)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {blocks.map((block) => (
              <tr key={block}>
                <th scope="row">{String(block).padStart(2, "0")}:00</th>
                {days.map((day, index) => {
                  const from = index * 24 + block;
                  return (
                    <td key={day}>
                      <label>
                        <input
                          type="checkbox"
                          checked={hours.has(from)}
                          aria-label={`${day}, ${block}:00 to ${block + blockHours}:00`}
                          onChange={(event) => toggle(from, event.target.checked)}
                        />
                      </label>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="field">
          <label htmlFor="goals">What you want to learn, with commas between</label>
          <input id="goals" value={goals} maxLength={1_200} placeholder="caching, consensus" onChange={(event) => setGoals(event.target.value)} />
        </div>
        <div className="button-row">
          <button type="submit" className="button primary" disabled={busy !== "" || hours.size === 0}>
            Suggest people to me
          </button>
          {profile?.optedIn && (
            <button type="button" className="button" disabled={busy !== ""} onClick={() => void save(false)}>
              Stop suggesting me
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
