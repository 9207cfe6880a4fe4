// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.

/** The text of an operation, carrying the types of its answer and its variables. */
export type Document<Result, Variables> = string & { readonly result?: Result; readonly variables?: Variables };

export type CacheScope = "PUBLIC" | "PRIVATE";

export type ContentKind = "DIAGRAM" | "LAB" | "INCIDENT";

export interface ContextInput {
  readonly diagramId?: string | null;
  readonly labId?: string | null;
  readonly incidentId?: string | null;
}

export interface DiagramFilter {
  readonly category?: string | null;
  readonly level?: number | null;
  readonly topic?: string | null;
  readonly view?: DiagramView | null;
  readonly ids?: readonly string[] | null;
}

export type DiagramView = "STRUCTURE" | "FLOW" | "STATES" | "MODEL" | "FAILURE";

export interface GuessInput {
  readonly node: string;
  readonly state: string;
}

export interface IncidentFilter {
  readonly category?: string | null;
  readonly topic?: string | null;
  readonly pattern?: string | null;
  readonly ids?: readonly string[] | null;
}

export interface LabFilter {
  readonly category?: string | null;
  readonly level?: number | null;
  readonly topic?: string | null;
  readonly ids?: readonly string[] | null;
}

export interface PredictionInput {
  readonly id: string;
  readonly kind: ContentKind;
  readonly itemId: string;
  readonly lost?: readonly string[] | null;
  readonly step?: number | null;
  readonly confidence: number;
  readonly guesses: readonly GuessInput[];
}

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type Role = "LEARNER" | "INSTRUCTOR" | "ADMIN";

export interface StudyGroupInput {
  readonly name: string;
}
