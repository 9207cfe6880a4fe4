// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView } from "../../api/generated";

export interface LabPageResult {
  readonly lab: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly summary: string;
    readonly level: number;
    readonly difficulty: string;
    readonly tier: string;
    readonly minutes: number;
    readonly objectives: readonly string[];
    readonly instructions: string;
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
    readonly files: readonly {
      readonly path: string;
      readonly purpose: string;
    }[];
    readonly checks: readonly {
      readonly id: string;
      readonly text: string;
      readonly hintCount: number;
    }[];
    readonly related: readonly ({
      readonly id: string;
      readonly title: string;
      readonly summary: string;
      readonly level: number;
      readonly view: DiagramView;
      readonly completed: boolean | null;
      readonly topics: readonly string[];
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
    })[];
  };
}

export type LabPageVariables = {
  readonly id: string;
};

export const LabPage = "query LabPage($id:ID!){lab(id:$id){id number title summary level difficulty tier minutes objectives instructions category{id title}files{path purpose}checks{id text hintCount}related{id title summary level view completed topics category{id title}}}}" as Document<LabPageResult, LabPageVariables>;
