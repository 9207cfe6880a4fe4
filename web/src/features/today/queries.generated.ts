// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ContentKind, DiagramView, LabProgressState, Role, SuggestionKind } from "../../api/generated";

export interface DueTodayResult {
  readonly reviewQueue: {
    readonly due: number;
    readonly fresh: number;
    readonly learning: number;
    readonly reviewedToday: number;
    readonly minutesToday: number;
    readonly minutesLeft: number;
    readonly nextDueAt: string | null;
  };
}

export type DueTodayVariables = Record<string, never>;

export const DueToday = "query DueToday{reviewQueue(first:1){due fresh learning reviewedToday minutesToday minutesLeft nextDueAt}}" as Document<DueTodayResult, DueTodayVariables>;

export interface TodaySuggestionResult {
  readonly suggestion: {
    readonly kind: SuggestionKind;
    readonly contentKind: ContentKind;
    readonly contentId: string;
    readonly title: string;
    readonly reason: string;
  } | null;
}

export type TodaySuggestionVariables = Record<string, never>;

export const TodaySuggestion = "query TodaySuggestion{suggestion{kind contentKind contentId title reason}}" as Document<TodaySuggestionResult, TodaySuggestionVariables>;

export interface TodayLabsResult {
  readonly labsProgress: readonly {
    readonly labId: string;
    readonly title: string;
    readonly status: LabProgressState;
    readonly attempts: number;
    readonly bestScore: number;
  }[];
}

export type TodayLabsVariables = {
  readonly user: string;
};

export const TodayLabs = "query TodayLabs($user:ID!){labsProgress(userId:$user){labId title status attempts bestScore}}" as Document<TodayLabsResult, TodayLabsVariables>;

export interface TodayGroupsResult {
  readonly studyGroups: readonly {
    readonly id: string;
    readonly name: string;
    readonly unread: number;
    readonly archived: boolean;
  }[];
  readonly notifications: readonly ({
    readonly id: string;
    readonly text: string;
    readonly groupId: string | null;
    readonly at: string;
  })[];
}

export type TodayGroupsVariables = Record<string, never>;

export const TodayGroups = "query TodayGroups{studyGroups{id name unread archived}notifications(first:5 unread:true){id text groupId at}}" as Document<TodayGroupsResult, TodayGroupsVariables>;

export interface TodayWeekResult {
  readonly userMetrics: {
    readonly streak: {
      readonly days: number;
      readonly longest: number;
      readonly week: readonly boolean[];
      readonly restDaysAllowed: number;
    };
    readonly days: readonly {
      readonly day: string;
      readonly reviews: number;
      readonly minutes: number;
      readonly attempts: number;
    }[];
  };
  readonly goals: readonly ({
    readonly id: string;
    readonly title: string;
    readonly byDate: string | null;
    readonly mastered: number;
    readonly topics: number;
    readonly reachedAt: string | null;
  })[];
}

export type TodayWeekVariables = {
  readonly user: string;
};

export const TodayWeek = "query TodayWeek($user:ID!){userMetrics(userId:$user){streak{days longest week restDaysAllowed}days(last:7){day reviews minutes attempts}}goals(userId:$user){id title byDate mastered topics reachedAt}}" as Document<TodayWeekResult, TodayWeekVariables>;

export interface TodayStartResult {
  readonly currentUser: {
    readonly id: string;
    readonly displayName: string;
    readonly role: Role;
    readonly progress: {
      readonly completedCount: number;
      readonly totalDiagrams: number;
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
}

export type TodayStartVariables = Record<string, never>;

export const TodayStart = "query TodayStart{currentUser{id displayName role progress{completedCount totalDiagrams next{id title summary level view completed topics category{id title}}}}}" as Document<TodayStartResult, TodayStartVariables>;
