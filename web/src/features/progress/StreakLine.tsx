import { Icon } from "../../design/Icon";
import { counted } from "../../design/words";

interface Props {
  readonly streak: { readonly days: number; readonly longest: number; readonly week: readonly boolean[]; readonly restDaysAllowed: number };
}

const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The days of this week, and the row that they belong to. It says what a row allows, and threatens nobody. */
export function StreakLine({ streak }: Props) {
  const done = streak.week.filter(Boolean).length;
  return (
    <div className="streak">
      <ol className="streak-week" aria-label={`This week: ${counted(done, "day")} with something retrieved`}>
        {names.map((name, index) => (
          <li key={name} data-done={streak.week[index] === true}>
            <span className="streak-mark">{streak.week[index] && <Icon name="check" />}</span>
            <span>{name}</span>
            <span className="visually-hidden">{streak.week[index] ? ": yes" : ": no"}</span>
          </li>
        ))}
      </ol>
      <p className="hint">
        {streak.days > 0 ? `${counted(streak.days, "day")} in a row` : "No row at present"}
        {streak.longest > streak.days && `, ${streak.longest} at most`}. {counted(streak.restDaysAllowed, "day")} of rest in any seven do not end it.
      </p>
    </div>
  );
}
