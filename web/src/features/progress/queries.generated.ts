// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView } from "../../api/generated";

export interface ProgressPageResult {
  readonly currentUser: {
    readonly id: string;
    readonly displayName: string;
    readonly progress: {
      readonly completedCount: number;
      readonly totalDiagrams: number;
      readonly predictions: {
        readonly questions: number;
        readonly right: number;
        readonly of: number;
        readonly confidence: number | null;
        readonly logLoss: number | null;
      };
      readonly completedDiagrams: readonly {
        readonly diagramId: string;
        readonly completedAt: string;
      }[];
      readonly byCategory: readonly {
        readonly completed: number;
        readonly total: number;
        readonly category: {
          readonly id: string;
          readonly title: string;
        };
      }[];
      readonly next: {
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
      } | null;
    };
  };
  readonly diagrams: readonly {
    readonly id: string;
    readonly title: string;
    readonly view: DiagramView;
    readonly level: number;
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
  }[];
}

export type ProgressPageVariables = Record<string, never>;

export const ProgressPage = "query ProgressPage{currentUser{id displayName progress{completedCount totalDiagrams predictions{questions right of confidence logLoss}completedDiagrams{diagramId completedAt}byCategory{completed total category{id title}}next{id title summary level view completed topics category{id title}}}}diagrams{id title view level category{id title}}}" as Document<ProgressPageResult, ProgressPageVariables>;
