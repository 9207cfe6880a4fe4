import { useState } from "react";
import type { FormEvent } from "react";
import { useQuery } from "../../api/useQuery";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { counted, momentWords } from "../../design/words";
import type { Group } from "./groupFrom";
import { SearchMessages } from "./queries.generated";
import { plainText } from "./richText";

/** Finds messages by words, the newest first. */
export function SearchPanel({ group, onOpen }: { group: Group; onOpen: (id: string) => void }) {
  const [draft, setDraft] = useState("");
  const [text, setText] = useState("");
  const page = useQuery(SearchMessages, { id: group.id, text }, text === "");
  const hits = page.data?.searchMessages;
  const search = (event: FormEvent) => {
    event.preventDefault();
    setText(draft.trim());
  };
  return (
    <div className="search-panel">
      <h2>Search</h2>
      <form className="topic-search" role="search" onSubmit={search}>
        <label className="visually-hidden" htmlFor="search-messages">
          Words in the messages
        </label>
        <input id="search-messages" type="search" value={draft} maxLength={200} placeholder="Words in the messages" onChange={(event) => setDraft(event.target.value)} />
        <button type="submit" className="button">
          Find
        </button>
      </form>
      {page.error && <Failure title="The search did not work" message={page.error.message} onRetry={page.retry} />}
      {page.loading && <Skeleton shape="lines" count={2} />}
      <p className="hint" role="status">
        {hits && (hits.length === 0 ? "No message has these words." : counted(hits.length, "message"))}
      </p>
      <ul className="hits">
        {hits?.map((each) => (
          <li key={each.id}>
            <button type="button" onClick={() => onOpen(each.id)}>
              <span className="message-head">
                <strong>{each.author.displayName}</strong>
                <time dateTime={each.createdAt}>{momentWords(each.createdAt)}</time>
              </span>
              <span>{plainText(each.content, 200)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
