// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document } from "../../api/generated";

export interface GroupsToShareResult {
  readonly studyGroups: readonly {
    readonly id: string;
    readonly name: string;
    readonly archived: boolean;
  }[];
}

export type GroupsToShareVariables = Record<string, never>;

export const GroupsToShare = "query GroupsToShare{studyGroups{id name archived}}" as Document<GroupsToShareResult, GroupsToShareVariables>;
