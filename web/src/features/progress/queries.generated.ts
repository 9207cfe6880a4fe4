// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ContentKind, DiagramView, ForecastKind, GoalInput, Skill } from "../../api/generated";

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

export interface SkillMapResult {
  readonly skillHeatmap: {
    readonly calculatedAt: string;
    readonly cells: readonly ({
      readonly skill: Skill;
      readonly mastery: number | null;
      readonly low: number | null;
      readonly high: number | null;
      readonly attempts: number;
      readonly lastAt: string | null;
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
    })[];
  };
}

export type SkillMapVariables = {
  readonly user: string;
};

export const SkillMap = "query SkillMap($user:ID!){skillHeatmap(userId:$user){calculatedAt cells{skill mastery low high attempts lastAt category{id title}}}}" as Document<SkillMapResult, SkillMapVariables>;

export interface TrendsResult {
  readonly userMetrics: {
    readonly calculatedAt: string;
    readonly days: readonly {
      readonly day: string;
      readonly reviews: number;
      readonly minutes: number;
      readonly correct: number;
      readonly attempts: number;
      readonly predictions: number;
      readonly labChecks: number;
      readonly diagrams: number;
    }[];
    readonly streak: {
      readonly days: number;
      readonly longest: number;
      readonly week: readonly boolean[];
      readonly restDaysAllowed: number;
    };
  };
}

export type TrendsVariables = {
  readonly user: string;
  readonly days: number;
};

export const Trends = "query Trends($user:ID!$days:Int!){userMetrics(userId:$user){calculatedAt days(last:$days){day reviews minutes correct attempts predictions labChecks diagrams}streak{days longest week restDaysAllowed}}}" as Document<TrendsResult, TrendsVariables>;

export interface ForecastsResult {
  readonly forecasts: readonly ({
    readonly kind: ForecastKind;
    readonly value: number | null;
    readonly unit: string;
    readonly low: number | null;
    readonly high: number | null;
    readonly reason: string;
    readonly calibration: {
      readonly kind: ForecastKind;
      readonly at: string;
      readonly n: number;
      readonly logLoss: number;
      readonly baselineLogLoss: number;
      readonly gainLow: number;
      readonly gainHigh: number;
      readonly shown: boolean;
    } | null;
  })[];
  readonly answerForecasts: readonly {
    readonly itemId: string;
    readonly contentId: string;
    readonly skill: Skill;
    readonly at: string;
    readonly predicted: number;
    readonly correct: boolean;
  }[];
}

export type ForecastsVariables = {
  readonly user: string;
};

export const Forecasts = "query Forecasts($user:ID!){forecasts(userId:$user){kind value unit low high reason calibration{kind at n logLoss baselineLogLoss gainLow gainHigh shown}}answerForecasts(userId:$user first:100){itemId contentId skill at predicted correct}}" as Document<ForecastsResult, ForecastsVariables>;

export interface PredictionLogResult {
  readonly predictions: readonly ({
    readonly id: string;
    readonly kind: ContentKind;
    readonly itemId: string;
    readonly title: string | null;
    readonly confidence: number;
    readonly right: number;
    readonly of: number;
    readonly logLoss: number;
    readonly attempt: number;
    readonly at: string;
  })[];
}

export type PredictionLogVariables = {
  readonly user: string;
};

export const PredictionLog = "query PredictionLog($user:ID!){predictions(userId:$user first:100){id kind itemId title confidence right of logLoss attempt at}}" as Document<PredictionLogResult, PredictionLogVariables>;

export interface GoalsResult {
  readonly goals: readonly ({
    readonly id: string;
    readonly title: string;
    readonly contentIds: readonly string[];
    readonly categories: readonly string[];
    readonly byDate: string | null;
    readonly setAt: string;
    readonly mastered: number;
    readonly topics: number;
    readonly reachedAt: string | null;
  })[];
  readonly categories: readonly {
    readonly id: string;
    readonly title: string;
  }[];
}

export type GoalsVariables = {
  readonly user: string;
};

export const Goals = "query Goals($user:ID!){goals(userId:$user){...GoalParts}categories{id title}}fragment GoalParts on Goal{id title contentIds categories byDate setAt mastered topics reachedAt}" as Document<GoalsResult, GoalsVariables>;

export interface SetGoalResult {
  readonly setGoal: {
    readonly id: string;
    readonly title: string;
    readonly contentIds: readonly string[];
    readonly categories: readonly string[];
    readonly byDate: string | null;
    readonly setAt: string;
    readonly mastered: number;
    readonly topics: number;
    readonly reachedAt: string | null;
  };
}

export type SetGoalVariables = {
  readonly input: GoalInput;
};

export const SetGoal = "mutation SetGoal($input:GoalInput!){setGoal(input:$input){...GoalParts}}fragment GoalParts on Goal{id title contentIds categories byDate setAt mastered topics reachedAt}" as Document<SetGoalResult, SetGoalVariables>;

export interface RemoveGoalResult {
  readonly removeGoal: boolean;
}

export type RemoveGoalVariables = {
  readonly id: string;
};

export const RemoveGoal = "mutation RemoveGoal($id:ID!){removeGoal(id:$id)}" as Document<RemoveGoalResult, RemoveGoalVariables>;
