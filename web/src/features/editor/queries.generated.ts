// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document } from "../../api/generated";

export interface EditableDiagramResult {
  readonly contentHistory: readonly ({
    readonly number: number;
    readonly title: string;
    readonly savedAt: string;
    readonly savedBy: string | null;
    readonly source: string;
    readonly removed: boolean;
  })[];
}

export type EditableDiagramVariables = {
  readonly id: string;
};

export const EditableDiagram = "query EditableDiagram($id:ID!){contentHistory(kind:DIAGRAM id:$id){number title savedAt savedBy source removed}}" as Document<EditableDiagramResult, EditableDiagramVariables>;

export interface CheckDiagramResult {
  readonly checkSource: {
    readonly findings: readonly ({
      readonly severity: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
      readonly remedy: string | null;
    })[];
  };
}

export type CheckDiagramVariables = {
  readonly source: string;
};

export const CheckDiagram = "query CheckDiagram($source:String!){checkSource(kind:DIAGRAM source:$source){findings{severity line column message remedy}}}" as Document<CheckDiagramResult, CheckDiagramVariables>;

export interface SaveDiagramResult {
  readonly saveContent: {
    readonly id: string;
    readonly version: number;
    readonly warnings: readonly ({
      readonly severity: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
      readonly remedy: string | null;
    })[];
  };
}

export type SaveDiagramVariables = {
  readonly source: string;
  readonly version: number;
};

export const SaveDiagram = "mutation SaveDiagram($source:String!$version:Int!){saveContent(kind:DIAGRAM source:$source version:$version){id version warnings{severity line column message remedy}}}" as Document<SaveDiagramResult, SaveDiagramVariables>;

export interface RestoreDiagramResult {
  readonly restoreContent: {
    readonly version: number;
  };
}

export type RestoreDiagramVariables = {
  readonly id: string;
  readonly number: number;
  readonly version: number;
};

export const RestoreDiagram = "mutation RestoreDiagram($id:ID!$number:Int!$version:Int!){restoreContent(kind:DIAGRAM id:$id number:$number version:$version){version}}" as Document<RestoreDiagramResult, RestoreDiagramVariables>;

export interface RemoveDiagramResult {
  readonly removeContent: boolean;
}

export type RemoveDiagramVariables = {
  readonly id: string;
  readonly version: number;
};

export const RemoveDiagram = "mutation RemoveDiagram($id:ID!$version:Int!){removeContent(kind:DIAGRAM id:$id version:$version)}" as Document<RemoveDiagramResult, RemoveDiagramVariables>;
