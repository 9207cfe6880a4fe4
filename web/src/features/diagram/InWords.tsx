import type { DiagramPageResult } from "./queries.generated";

type Outline = DiagramPageResult["diagram"]["outline"];

interface Props {
  readonly alternative: string;
  readonly long: string;
  readonly outline?: Outline;
  readonly onTarget?: (id: string) => void;
}

/** The picture for those who do not see it, or who would rather read. */
export function InWords({ alternative, long, outline = [], onTarget }: Props) {
  return (
    <section className="in-words" aria-labelledby="in-words">
      <h2 id="in-words">The picture in words</h2>
      <p>{alternative}</p>
      {outline.length > 0 && (
        <details>
          <summary>Outline</summary>
          <ul className="outline">
            {outline.map((line, index) => (
              <li key={index} data-depth={Math.min(line.depth, 5)}>
                {line.target !== null && onTarget ? (
                  <button type="button" className="part-link" onClick={() => line.target !== null && onTarget(line.target)}>
                    {line.text}
                  </button>
                ) : (
                  line.text
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>Long description</summary>
        <p className="long-description">{long}</p>
      </details>
    </section>
  );
}
