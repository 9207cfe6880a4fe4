// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ContentKind, GroupRole } from "../../api/generated";

export interface TeachGroupsResult {
  readonly studyGroups: readonly ({
    readonly id: string;
    readonly name: string;
    readonly archived: boolean;
    readonly role: GroupRole | null;
  })[];
}

export type TeachGroupsVariables = Record<string, never>;

export const TeachGroups = "query TeachGroups{studyGroups{id name archived role}}" as Document<TeachGroupsResult, TeachGroupsVariables>;

export interface CohortResult {
  readonly cohort: {
    readonly title: string;
    readonly days: number;
    readonly generatedAt: string;
    readonly members: readonly ({
      readonly user: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly activeDays: number;
      readonly lastAt: string | null;
      readonly attempts: number;
      readonly correct: number;
      readonly diagrams: number;
      readonly labs: number;
      readonly help: readonly string[];
    })[];
    readonly needHelp: readonly ({
      readonly user: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly activeDays: number;
      readonly lastAt: string | null;
      readonly attempts: number;
      readonly correct: number;
      readonly diagrams: number;
      readonly labs: number;
      readonly help: readonly string[];
    })[];
    readonly categories: readonly ({
      readonly mastery: number | null;
      readonly learners: number;
      readonly attempts: number;
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
    })[];
    readonly misleading: readonly ({
      readonly itemId: string;
      readonly question: {
        readonly promptHTML: string;
        readonly contentKind: ContentKind;
        readonly contentId: string;
        readonly nodeIds: readonly string[];
        readonly edgeIds: readonly string[];
      } | null;
      readonly contentId: string;
      readonly contentKind: ContentKind | null;
      readonly title: string;
      readonly attempts: number;
      readonly correctFraction: number;
      readonly expectedFraction: number;
      readonly reason: string;
    })[];
  };
}

export type CohortVariables = {
  readonly group?: string | null;
  readonly days: number;
};

export const Cohort = "query Cohort($group:ID$days:Int!){cohort(groupId:$group days:$days){title days generatedAt members{...MemberLine}needHelp{...MemberLine}categories{mastery learners attempts category{id title}}misleading{itemId question{promptHTML contentKind contentId nodeIds edgeIds}contentId contentKind title attempts correctFraction expectedFraction reason}}}fragment MemberLine on CohortMember{user{id displayName}activeDays lastAt attempts correct diagrams labs help}" as Document<CohortResult, CohortVariables>;

export interface OperatorResult {
  readonly operatorReport: {
    readonly learners: number;
    readonly points: number;
    readonly bytes: number;
    readonly oldest: string | null;
    readonly deadLetters: number;
    readonly generatedAt: string;
    readonly days: readonly {
      readonly day: string;
      readonly activeLearners: number;
      readonly attempts: number;
      readonly events: number;
    }[];
  };
}

export type OperatorVariables = {
  readonly days: number;
};

export const Operator = "query Operator($days:Int!){operatorReport(days:$days){learners points bytes oldest deadLetters generatedAt days{day activeLearners attempts events}}}" as Document<OperatorResult, OperatorVariables>;
