import type { GroupPageResult } from "./queries.generated";

/** A group with its members; none for who does not belong to it. */
export type Group = ReturnType<typeof groupFrom>;

export function groupFrom({ studyGroup }: GroupPageResult) {
  return { ...studyGroup, members: studyGroup.members ?? [] };
}
