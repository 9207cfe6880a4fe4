import type { GroupRole, GroupVisibility } from "../../api/generated";
import type { Passage } from "../../realtime/log";

/** By role, in the order of power. */
export const roleWords: Readonly<Record<GroupRole, string>> = { OWNER: "Owner", MODERATOR: "Moderator", MEMBER: "Member" };

export const visibilityWords: Readonly<Record<GroupVisibility, { readonly name: string; readonly about: string }>> = {
  OPEN: { name: "Open", about: "Everybody finds it, and everybody may join." },
  REQUEST: { name: "On request", about: "Everybody finds it; you decide who joins." },
  INVITATION: { name: "By invitation", about: "Nobody finds it; people join by a link of yours." },
};

export const limits = { name: 80, description: 2_000, topics: 10, topic: 60, members: 250, message: 8_000 };

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

export function timeWords(at: number): string {
  return time.format(at);
}

/** A day as its messages are headed: "Today", "Monday, 3 May", with the year if it is another one. */
export function dayHeading(at: number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return "Today";
  const yesterday = new Date(now - 86_400_000);
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return date.getFullYear() === today.getFullYear() ? day.format(date) : dayOfYear.format(date);
}

/** What a line of the log that is no message says. */
export function passageWords({ what, of, by, byName }: Passage, nameOf: (id: string) => string | undefined): string {
  const who = (of === by ? byName : nameOf(of)) ?? "Somebody";
  switch (what) {
    case "joined":
      return of === by ? `${who} joined` : `${byName} let ${who} in`;
    case "left":
      return `${who} left`;
    case "removed":
      return `${byName} removed ${who}`;
    case "archived":
      return `${byName} archived the group`;
    case "restored":
      return `${byName} took the group out of the archive`;
    default:
      return `${byName} made ${who} ${what === "owner" ? "an" : "a"} ${what}`;
  }
}

/** "Ada", "Ada and Bea", "Ada, Bea and 3 others". */
export function namesWords(names: readonly string[], shown = 3): string {
  if (names.length <= shown) return new Intl.ListFormat("en").format(names);
  return new Intl.ListFormat("en").format([...names.slice(0, shown - 1), `${names.length - shown + 1} others`]);
}

/** A colour of its own for everybody: a place on the wheel, made of the id. */
export function hueOf(id: string): number {
  let hash = 7;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 100_003;
  return hash % 12;
}
