// Answers of cards, fetched a little before they are wanted, so that a lost connection does not end a session.
import { request } from "../../api/client";
import { CardPicture, IncidentCardPicture, RevealItem, RevealSix } from "./queries.generated";
import type { CardPictureResult, RevealItemResult } from "./queries.generated";
import type { Card } from "./session";

export type Answer = RevealItemResult["revealItem"];
export type Picture = CardPictureResult["diagram"];

/** So many cards ahead are made ready. */
export const readyAhead = 6;
const keptAnswers = 200;
const keptPictures = 12;

const answers = new Map<string, Promise<Answer>>();
const pictures = new Map<string, Promise<Picture>>();

/** What is right, and why; asked once. */
export function answerOf(itemId: string): Promise<Answer> {
  return kept(answers, itemId, keptAnswers, async () => (await request(RevealItem, { id: itemId })).revealItem);
}

/** The picture that a card was made from; null for what has none. */
export async function pictureOf({ item }: Card): Promise<Picture | null> {
  if (item.contentKind === "LAB") return null;
  return kept(pictures, item.contentId, keptPictures, async () => {
    if (item.contentKind === "DIAGRAM") return (await request(CardPicture, { id: item.contentId })).diagram;
    const { incident } = await request(IncidentCardPicture, { id: item.contentId });
    return { ...incident, kind: "flowchart" };
  });
}

/** Fetches answers and pictures of the cards to come; what fails is asked again when it is wanted. */
export async function makeReady(cards: readonly Card[], signal: AbortSignal): Promise<void> {
  const near = cards.slice(0, readyAhead);
  if (near.slice(0, readyAhead / 2).some((each) => !answers.has(each.item.id))) revealTogether(near.map((each) => each.item.id));
  for (const card of near) {
    if (signal.aborted) return;
    await Promise.allSettled([answers.get(card.item.id), pictureOf(card)]);
  }
}

/** The server counts requests by the minute, so that six answers come in one. */
function revealTogether(itemIds: readonly string[]): void {
  const wanted = itemIds.filter((each) => !answers.has(each)).slice(0, readyAhead);
  const first = wanted[0];
  if (first === undefined) return;
  const [, b = first, c = first, d = first, e = first, f = first] = wanted;
  const six = request(RevealSix, { a: first, b, c, d, e, f });
  const names = ["a", "b", "c", "d", "e", "f"] as const;
  for (const [index, itemId] of wanted.entries()) void kept(answers, itemId, keptAnswers, async () => (await six)[names[index] ?? "a"]);
}

/** An author may have changed what was kept from an earlier session. */
export function forgetPrepared(): void {
  answers.clear();
  pictures.clear();
}

function kept<Value>(store: Map<string, Promise<Value>>, key: string, most: number, make: () => Promise<Value>): Promise<Value> {
  const known = store.get(key);
  if (known) return known;
  const made = make();
  store.set(key, made);
  made.catch(() => store.delete(key));
  for (const oldest of store.keys()) {
    if (store.size <= most) break;
    store.delete(oldest);
  }
  return made;
}
