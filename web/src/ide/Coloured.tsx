import { memo } from "react";
import { tokensOf } from "./tokens";

interface Props {
  readonly source: string;
  /** Places whose token is underlined. */
  readonly marks?: readonly number[];
}

/** Above this size a text is shown without colours; an element for every token would be slow. */
const colouredLimit = 60_000;

/** GraphQL or JSON in colours. */
export const Coloured = memo(function Coloured({ source, marks = [] }: Props) {
  if (source.length > colouredLimit) return <>{source}</>;
  const tokens = tokensOf(source);
  let end = 0;
  return (
    <>
      {tokens.map((token, index) => {
        const blank = source.slice(end, token.start);
        end = token.end;
        const isKey = token.kind === "string" && tokens[index + 1]?.text === ":";
        const isMarked = marks.some((mark) => token.start <= mark && mark < token.end);
        return (
          <span key={token.start}>
            {blank}
            <span className={`token-${isKey ? "key" : token.kind}${isMarked ? " bad" : ""}`}>{token.text}</span>
          </span>
        );
      })}
      {source.slice(end)}
    </>
  );
});
