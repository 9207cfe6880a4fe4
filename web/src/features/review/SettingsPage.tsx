import { useState } from "react";
import type { FormEvent } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { SignedIn } from "../auth/SignedIn";
import { ReviewSettings, SaveReviewSettings } from "./queries.generated";
import type { ReviewSettingsResult } from "./queries.generated";

type Settings = ReviewSettingsResult["reviewSettings"];
type Categories = ReviewSettingsResult["categories"];

const mostMinutes = 240;
const lowestRetention = 0.7;
const highestRetention = 0.97;

export default function SettingsPage() {
  useTitle("Learning settings");
  return (
    <SignedIn title="Learning settings" back="/settings">
      <Content />
    </SignedIn>
  );
}

function Content() {
  const page = useQuery(ReviewSettings, {});
  if (page.data) return <Form settings={page.data.reviewSettings} categories={page.data.categories} onSaved={page.retry} />;
  if (page.error) return <Failure title="Your settings did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Form({ settings, categories, onSaved }: { settings: Settings; categories: Categories; onSaved: () => void }) {
  const [minutes, setMinutes] = useState(settings.minutesPerDay);
  const [retention, setRetention] = useState(settings.retention);
  const [byCategory, setByCategory] = useState<ReadonlyMap<string, number>>(() => new Map(settings.topicRetention.map((each) => [each.category, each.retention])));
  const [fresh, setFresh] = useState(settings.chosenNewPerDay === null ? "" : String(settings.chosenNewPerDay));
  const [due, setDue] = useState(settings.chosenReviewsPerDay === null ? "" : String(settings.chosenReviewsPerDay));
  const [personal, setPersonal] = useState(settings.personalParameters);
  const [zone, setZone] = useState(settings.timeZone);
  const [hour, setHour] = useState(settings.dayStartsAt);
  const [version, setVersion] = useState(settings.version);
  const [state, setState] = useState({ busy: false, problem: "", saved: false });
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (state.busy) return;
    setState({ busy: true, problem: "", saved: false });
    try {
      const input = {
        minutesPerDay: minutes,
        newPerDay: fresh === "" ? null : Number(fresh),
        reviewsPerDay: due === "" ? null : Number(due),
        retention,
        personalParameters: personal,
        timeZone: zone,
        dayStartsAt: hour,
        topicRetention: [...byCategory].map(([category, each]) => ({ category, retention: each })),
      };
      setVersion((await request(SaveReviewSettings, { input, version })).saveReviewSettings.version);
      setState({ busy: false, problem: "", saved: true });
      refreshAnswers(false);
      onSaved();
    } catch (error) {
      const isOld = error instanceof ApiError && error.code === "CONFLICT";
      const message = error instanceof Error ? error.message : "That did not work.";
      setState({ busy: false, problem: isOld ? "They were changed on another device meanwhile. Reload the page and change them again." : message, saved: false });
    }
  };
  const free = categories.filter((each) => !byCategory.has(each.id));
  const set = (category: string, value: number | null) => {
    const next = new Map(byCategory);
    if (value === null) next.delete(category);
    else next.set(category, value);
    setByCategory(next);
  };
  return (
    <div className="page narrow">
      <div className="page-head">
        <h1>Learning settings</h1>
        <p className="lead">One number matters: how many minutes a day you want to give. The rest follows from it.</p>
      </div>
      <form className="settings-form" onSubmit={(event) => void save(event)}>
        <section className="panel" aria-labelledby="minutes-title">
          <h2 id="minutes-title">Minutes a day</h2>
          <div className="slider-row">
            <input type="range" min={1} max={90} value={Math.min(minutes, 90)} aria-label="Minutes a day" aria-valuetext={`${minutes} minutes`} onChange={(event) => setMinutes(Number(event.target.value))} />
            <input type="number" min={1} max={mostMinutes} value={minutes} required aria-label="Minutes a day, exactly" onChange={(event) => setMinutes(Number(event.target.value))} />
          </div>
          <p className="hint">
            About {Math.max(1, Math.floor((minutes * 60) / Math.max(settings.secondsPerReview, 1)))} reviews: one takes you {Math.round(settings.secondsPerReview)} seconds. Cards that do not
            fit wait for the next day, the most urgent first.
          </p>
        </section>
        <section className="panel" aria-labelledby="retention-title">
          <h2 id="retention-title">How sure to be</h2>
          <Retention label="A card comes when its chance to be remembered has sunk to" value={retention} onChange={setRetention} />
          <p className="hint">{effort(retention)}</p>
          {[...byCategory].map(([id, value]) => (
            <div key={id} className="topic-retention">
              <Retention label={categories.find((each) => each.id === id)?.title ?? id} value={value} onChange={(next) => set(id, next)} />
              <button type="button" className="button quiet" onClick={() => set(id, null)} aria-label={`Treat ${categories.find((each) => each.id === id)?.title ?? id} like the others`}>
                Like the others
              </button>
            </div>
          ))}
          {free.length > 0 && (
            <p className="topic-add">
              <label htmlFor="topic-add">Another number for one category</label>
              <select id="topic-add" className="select" value="" onChange={(event) => set(event.target.value, retention)}>
                <option value="" disabled>
                  Choose a category
                </option>
                {free.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.id} · {each.title}
                  </option>
                ))}
              </select>
            </p>
          )}
        </section>
        <section className="panel" aria-labelledby="day-title">
          <h2 id="day-title">Your day</h2>
          <div className="settings-grid">
            <label>
              <span>Time zone</span>
              <select className="select" value={zone} onChange={(event) => setZone(event.target.value)}>
                {zones(zone).map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            </label>
            <label>
              <span>A new day begins at</span>
              <select className="select" value={hour} onChange={(event) => setHour(Number(event.target.value))}>
                {Array.from({ length: 24 }, (_, each) => (
                  <option key={each} value={each}>
                    {String(each).padStart(2, "0")}:00
                  </option>
                ))}
              </select>
            </label>
          </div>
        </section>
        <details className="panel">
          <summary>Limits and parameters</summary>
          <div className="settings-grid">
            <label>
              <span>New cards a day</span>
              <input type="number" min={0} max={200} value={fresh} placeholder={`${settings.newPerDay}, by the minutes`} onChange={(event) => setFresh(event.target.value)} />
            </label>
            <label>
              <span>Due cards a day</span>
              <input type="number" min={0} max={2000} value={due} placeholder={`${settings.reviewsPerDay}, by the minutes`} onChange={(event) => setDue(event.target.value)} />
            </label>
          </div>
          <label className="settings-check">
            <input type="checkbox" checked={personal} onChange={(event) => setPersonal(event.target.checked)} />
            <span>Fit the memory model to me where that is measurably better</span>
          </label>
          <p className="hint">{settings.parametersNote}</p>
        </details>
        {state.problem && (
          <p className="form-problem" role="alert">
            {state.problem}
          </p>
        )}
        <div className="button-row">
          <button type="submit" className="button primary" disabled={state.busy}>
            {state.busy ? "Saving…" : "Save"}
          </button>
          <Link className="button" href="/today">
            Back to today
          </Link>
          <span role="status" className="settings-saved">
            {state.saved && "Saved."}
          </span>
        </div>
      </form>
    </div>
  );
}

function Retention({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  return (
    <label className="retention">
      <span>{label}</span>
      <input
        type="range"
        min={lowestRetention * 100}
        max={highestRetention * 100}
        value={Math.round(value * 100)}
        aria-valuetext={`${Math.round(value * 100)} per cent`}
        onChange={(event) => onChange(Number(event.target.value) / 100)}
      />
      <output>{Math.round(value * 100)} %</output>
    </label>
  );
}

/** What a target costs, from the intervals that it leads to (90 % is once the stability of a card). */
function effort(retention: number): string {
  const decay = 0.1542;
  const factor = 0.9 ** (-1 / decay) - 1;
  const times = (retention ** (-1 / decay) - 1) / factor;
  if (Math.abs(times - 1) < 0.05) return "The usual choice.";
  return times < 1
    ? `Cards come ${(1 / times).toFixed(1)} times as often as at 90 %.`
    : `The time between reviews is ${times.toFixed(1)} times as long as at 90 %.`;
}

/** What the browser knows, with the one that is set. */
function zones(set: string): readonly string[] {
  const intl = Intl as typeof Intl & { supportedValuesOf?: (key: "timeZone") => string[] };
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([set, here, "UTC", ...(intl.supportedValuesOf?.("timeZone") ?? [])])];
}
