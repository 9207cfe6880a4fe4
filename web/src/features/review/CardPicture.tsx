import { useEffect, useState } from "react";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import type { Part } from "../diagram/graph";
import { hashOf, partLabel, partWithID } from "../diagram/graph";
import { ShortcutsDialog } from "../diagram/ShortcutsDialog";
import type { Look } from "../diagram/Stage";
import { Viewer } from "../diagram/Viewer";
import { pictureOf } from "./answers";
import type { Picture } from "./answers";
import type { Card } from "./session";

const plain: ReadonlyMap<string, Look> = new Map();

/** The picture that a card was made from, open at the part that its answer is about. */
export default function CardPicture({ card }: { card: Card }) {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [problem, setProblem] = useState("");
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setProblem("");
    pictureOf(card).then(
      (found) => isCurrent && setPicture(found),
      (error: unknown) => isCurrent && setProblem(error instanceof Error ? error.message : "The picture did not load."),
    );
    return () => {
      isCurrent = false;
    };
  }, [card, attempt]);
  if (problem) {
    return (
      <p className="hint picture-missing">
        The picture did not load. {problem}{" "}
        <button type="button" className="text-link" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
      </p>
    );
  }
  if (!picture) return card.item.contentKind === "LAB" ? null : <div className="bone card-picture-bone" />;
  return <Shown picture={picture} card={card} />;
}

function Shown({ picture, card }: { picture: Picture; card: Card }) {
  const wanted = [...card.item.nodeIds, ...card.item.edgeIds];
  const [selected, setSelected] = useState<Part | null>(() => wanted.flatMap((id) => partWithID(picture.graph, id) ?? [])[0] ?? null);
  const [helping, setHelping] = useState(false);
  const folder = card.item.contentKind === "INCIDENT" ? "incidents" : "diagrams";
  return (
    <div className="card-picture">
      <Viewer
        svg={picture.svg}
        graph={picture.graph}
        name={picture.title}
        selected={selected}
        pressed={selected ? [selected.id, ...wanted] : wanted}
        onSelect={setSelected}
        looks={plain}
        attention={wanted}
        onHelp={() => setHelping(true)}
      />
      <p className="card-picture-line">
        {selected && <span>{partLabel(picture.graph, selected.id)}</span>}
        <Link href={`/${folder}/${picture.id}${hashOf(selected)}`}>
          Open {picture.title} here <Icon name="arrow" />
        </Link>
      </p>
      {helping && <ShortcutsDialog onClose={() => setHelping(false)} />}
    </div>
  );
}
