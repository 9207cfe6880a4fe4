import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import { Level } from "../../design/Level";
import { viewWord } from "../../design/words";
import type { Item } from "./items";
import { Thumbnail } from "./Thumbnail";

const folders = { diagram: "diagrams", incident: "incidents", lab: "labs" } as const;

export function ItemCard({ item, snippet }: { item: Item; snippet: string | null }) {
  return (
    <Link className={`card card-${item.type}`} href={`/${folders[item.type]}/${item.id}`}>
      {item.type === "diagram" ? (
        <Thumbnail id={item.id} />
      ) : (
        <span className="card-band" aria-hidden="true">
          <Icon name={item.type === "lab" ? "lab" : "pulse"} />
        </span>
      )}
      <span className="card-body">
        <span className="card-kind">
          {item.view ? (
            <span className={`view-tag ${item.view.toLowerCase()}`}>{viewWord(item.view)}</span>
          ) : (
            <span className={`view-tag ${item.type}`}>{item.type === "lab" ? "Lab" : "Incident"}</span>
          )}
          {item.completed && (
            <span className="done-mark">
              <Icon name="check" /> Completed
            </span>
          )}
        </span>
        <span className="card-title">{item.title}</span>
        {snippet ? (
          <span className="card-summary snippet" dangerouslySetInnerHTML={{ __html: snippet }} />
        ) : (
          <span className="card-summary">{item.summary}</span>
        )}
        <span className="card-facts">
          <Level level={item.level} />
          <span>{item.fact}</span>
        </span>
      </span>
    </Link>
  );
}
