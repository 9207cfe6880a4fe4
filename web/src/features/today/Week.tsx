import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Skeleton } from "../../design/Skeleton";
import { counted, dayWords } from "../../design/words";
import { minuteWords } from "../review/words";
import { StreakLine } from "../progress/StreakLine";
import { TodayWeek } from "./queries.generated";

/** What this week was like, and how far the goals are. */
export function Week({ user }: { user: string }) {
  const { data, error, loading } = useQuery(TodayWeek, { user });
  if (loading) return <Skeleton shape="lines" count={1} />;
  if (!data) return <p className="hint">Your week is not there: {error?.message}</p>;
  const { streak, days } = data.userMetrics;
  const minutes = days.reduce((sum, each) => sum + each.minutes, 0);
  const attempts = days.reduce((sum, each) => sum + each.attempts, 0);
  return (
    <section className="panel" aria-labelledby="week">
      <h2 id="week">This week</h2>
      <StreakLine streak={streak} />
      <p className="hint">{attempts > 0 ? `${counted(attempts, "answer")} in ${minuteWords(minutes)}, over the last 7 days.` : "Nothing was retrieved in the last 7 days."}</p>
      {data.goals
        .filter((each) => each.reachedAt === null)
        .map((each) => (
          <p key={each.id} className="today-goal">
            <span>
              {each.title}
              {each.byDate && <small> by {dayWords(each.byDate)}</small>}
            </span>
            <meter min={0} max={Math.max(each.topics, 1)} value={each.mastered} aria-label={`${each.title}: ${each.mastered} of ${each.topics} topics`} />
            <small>
              {each.mastered} of {counted(each.topics, "topic")}
            </small>
          </p>
        ))}
      <Link href="/progress">Your progress</Link>
    </section>
  );
}
