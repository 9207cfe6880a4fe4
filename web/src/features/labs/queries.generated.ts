// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView, LabGradingState, LabProgressState, LabRunState } from "../../api/generated";

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
    readonly available: boolean;
    readonly unavailableReason: string | null;
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

export const LabPage = "query LabPage($id:ID!){lab(id:$id){id number title summary level difficulty tier minutes objectives instructions available unavailableReason category{id title}files{path purpose}checks{id text hintCount}related{id title summary level view completed topics category{id title}}}}" as Document<LabPageResult, LabPageVariables>;

export interface LabRunResult {
  readonly labRun: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  } | null;
}

export type LabRunVariables = {
  readonly id: string;
};

export const LabRun = "query LabRun($id:ID!){labRun(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<LabRunResult, LabRunVariables>;

export interface LabStatusChangedResult {
  readonly labStatusChanged: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type LabStatusChangedVariables = {
  readonly id: string;
};

export const LabStatusChanged = "subscription LabStatusChanged($id:ID!){labStatusChanged(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<LabStatusChangedResult, LabStatusChangedVariables>;

export interface StartLabResult {
  readonly startLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type StartLabVariables = {
  readonly id: string;
};

export const StartLab = "mutation StartLab($id:ID!){startLab(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<StartLabResult, StartLabVariables>;

export interface StopLabResult {
  readonly stopLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type StopLabVariables = {
  readonly id: string;
};

export const StopLab = "mutation StopLab($id:ID!){stopLab(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<StopLabResult, StopLabVariables>;

export interface ResetLabResult {
  readonly resetLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type ResetLabVariables = {
  readonly id: string;
  readonly newSeed: boolean;
};

export const ResetLab = "mutation ResetLab($id:ID!$newSeed:Boolean!){resetLab(labId:$id newSeed:$newSeed){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<ResetLabResult, ResetLabVariables>;

export interface RestoreLabResult {
  readonly restoreLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type RestoreLabVariables = {
  readonly id: string;
};

export const RestoreLab = "mutation RestoreLab($id:ID!){restoreLab(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<RestoreLabResult, RestoreLabVariables>;

export interface ExtendLabResult {
  readonly extendLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type ExtendLabVariables = {
  readonly id: string;
};

export const ExtendLab = "mutation ExtendLab($id:ID!){extendLab(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<ExtendLabResult, ExtendLabVariables>;

export interface StayInLabResult {
  readonly stayInLab: {
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  };
}

export type StayInLabVariables = {
  readonly id: string;
};

export const StayInLab = "mutation StayInLab($id:ID!){stayInLab(labId:$id){...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<StayInLabResult, StayInLabVariables>;

export interface LabRecordResult {
  readonly labAttempts: readonly ({
    readonly labId: string;
    readonly state: LabGradingState;
    readonly gradingId: string;
    readonly attempt: number;
    readonly passed: boolean;
    readonly score: number;
    readonly seed: number;
    readonly at: string;
    readonly hintsSeen: number;
    readonly error: string | null;
    readonly checks: readonly ({
      readonly id: string;
      readonly text: string;
      readonly passed: boolean;
      readonly observed: string;
      readonly expected: string;
      readonly hintCount: number;
      readonly hintsSeen: number;
      readonly hint: number | null;
    })[];
  })[];
  readonly labHints: readonly {
    readonly checkId: string;
    readonly number: number;
    readonly of: number;
    readonly text: string;
  }[];
}

export type LabRecordVariables = {
  readonly id: string;
};

export const LabRecord = "query LabRecord($id:ID!){labAttempts(labId:$id first:20){...Outcome}labHints(labId:$id){checkId number of text}}fragment Outcome on LabResult{labId state gradingId attempt passed score seed at hintsSeen error checks{id text passed observed expected hintCount hintsSeen hint}}" as Document<LabRecordResult, LabRecordVariables>;

export interface CheckLabResult {
  readonly checkLab: {
    readonly labId: string;
    readonly state: LabGradingState;
    readonly gradingId: string;
    readonly attempt: number;
    readonly passed: boolean;
    readonly score: number;
    readonly seed: number;
    readonly at: string;
    readonly hintsSeen: number;
    readonly error: string | null;
    readonly checks: readonly ({
      readonly id: string;
      readonly text: string;
      readonly passed: boolean;
      readonly observed: string;
      readonly expected: string;
      readonly hintCount: number;
      readonly hintsSeen: number;
      readonly hint: number | null;
    })[];
  };
}

export type CheckLabVariables = {
  readonly id: string;
};

export const CheckLab = "mutation CheckLab($id:ID!){checkLab(labId:$id){...Outcome}}fragment Outcome on LabResult{labId state gradingId attempt passed score seed at hintsSeen error checks{id text passed observed expected hintCount hintsSeen hint}}" as Document<CheckLabResult, CheckLabVariables>;

export interface LabGradingResult {
  readonly labGrading: {
    readonly labId: string;
    readonly state: LabGradingState;
    readonly gradingId: string;
    readonly attempt: number;
    readonly passed: boolean;
    readonly score: number;
    readonly seed: number;
    readonly at: string;
    readonly hintsSeen: number;
    readonly error: string | null;
    readonly checks: readonly ({
      readonly id: string;
      readonly text: string;
      readonly passed: boolean;
      readonly observed: string;
      readonly expected: string;
      readonly hintCount: number;
      readonly hintsSeen: number;
      readonly hint: number | null;
    })[];
  };
}

export type LabGradingVariables = {
  readonly id: string;
  readonly grading: string;
};

export const LabGrading = "query LabGrading($id:ID!$grading:ID!){labGrading(labId:$id gradingId:$grading){...Outcome}}fragment Outcome on LabResult{labId state gradingId attempt passed score seed at hintsSeen error checks{id text passed observed expected hintCount hintsSeen hint}}" as Document<LabGradingResult, LabGradingVariables>;

export interface RevealHintResult {
  readonly revealHint: {
    readonly checkId: string;
    readonly number: number;
    readonly of: number;
    readonly text: string;
  };
}

export type RevealHintVariables = {
  readonly id: string;
  readonly check: string;
};

export const RevealHint = "mutation RevealHint($id:ID!$check:ID!){revealHint(labId:$id checkId:$check){checkId number of text}}" as Document<RevealHintResult, RevealHintVariables>;

export interface LabFilesResult {
  readonly labFiles: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly version: string;
    readonly isText: boolean;
  }[];
}

export type LabFilesVariables = {
  readonly id: string;
};

export const LabFiles = "query LabFiles($id:ID!){labFiles(labId:$id){path bytes version isText}}" as Document<LabFilesResult, LabFilesVariables>;

export interface LabFileResult {
  readonly labFile: {
    readonly path: string;
    readonly content: string;
    readonly version: string;
    readonly truncated: boolean;
  };
}

export type LabFileVariables = {
  readonly id: string;
  readonly path: string;
};

export const LabFile = "query LabFile($id:ID!$path:String!){labFile(labId:$id path:$path){path content version truncated}}" as Document<LabFileResult, LabFileVariables>;

export interface SaveLabFileResult {
  readonly saveLabFile: {
    readonly path: string;
    readonly bytes: number;
    readonly version: string;
    readonly isText: boolean;
  };
}

export type SaveLabFileVariables = {
  readonly id: string;
  readonly path: string;
  readonly content: string;
  readonly version?: string | null;
};

export const SaveLabFile = "mutation SaveLabFile($id:ID!$path:String!$content:String!$version:String){saveLabFile(labId:$id path:$path content:$content version:$version){path bytes version isText}}" as Document<SaveLabFileResult, SaveLabFileVariables>;

export interface DeleteLabFileResult {
  readonly deleteLabFile: boolean;
}

export type DeleteLabFileVariables = {
  readonly id: string;
  readonly path: string;
};

export const DeleteLabFile = "mutation DeleteLabFile($id:ID!$path:String!){deleteLabFile(labId:$id path:$path)}" as Document<DeleteLabFileResult, DeleteLabFileVariables>;

export interface LabRecordingOfResult {
  readonly labRecording: {
    readonly startedAt: string;
    readonly truncated: boolean;
    readonly cols: number;
    readonly rows: number;
    readonly frames: readonly {
      readonly at: number;
      readonly data: string;
    }[];
  };
}

export type LabRecordingOfVariables = {
  readonly id: string;
  readonly attempt?: number | null;
};

export const LabRecordingOf = "query LabRecordingOf($id:ID!$attempt:Int){labRecording(labId:$id attempt:$attempt){startedAt truncated cols rows frames{at data}}}" as Document<LabRecordingOfResult, LabRecordingOfVariables>;

export interface LabsListResult {
  readonly labs: readonly ({
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly summary: string;
    readonly level: number;
    readonly difficulty: string;
    readonly minutes: number;
    readonly tier: string;
    readonly available: boolean;
    readonly unavailableReason: string | null;
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
  })[];
}

export type LabsListVariables = Record<string, never>;

export const LabsList = "query LabsList{labs{id number title summary level difficulty minutes tier available unavailableReason category{id title}}}" as Document<LabsListResult, LabsListVariables>;

export interface LabsProgressResult {
  readonly labsProgress: readonly ({
    readonly labId: string;
    readonly status: LabProgressState;
    readonly attempts: number;
    readonly bestScore: number;
    readonly passedAt: string | null;
  })[];
  readonly labRuns: readonly ({
    readonly labId: string;
    readonly status: LabRunState;
    readonly position: number | null;
    readonly estimateSeconds: number | null;
    readonly reason: string | null;
    readonly seed: number;
    readonly startedAt: string | null;
    readonly endsAt: string | null;
    readonly idleEndsAt: string | null;
    readonly savedAt: string | null;
    readonly canExtend: boolean;
    readonly canRestore: boolean;
    readonly checking: boolean;
    readonly usage: {
      readonly cpuPercent: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
      readonly processes: number;
      readonly diskBytes: number;
    } | null;
  })[];
}

export type LabsProgressVariables = {
  readonly user: string;
};

export const LabsProgress = "query LabsProgress($user:ID!){labsProgress(userId:$user){labId status attempts bestScore passedAt}labRuns{...Run}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<LabsProgressResult, LabsProgressVariables>;

export interface LabHostPageResult {
  readonly labHost: {
    readonly runtime: string;
    readonly reason: string | null;
    readonly maximum: number;
    readonly memoryBudgetBytes: number;
    readonly memoryBytes: number;
    readonly startMedianMilliseconds: number | null;
    readonly startP95Milliseconds: number | null;
    readonly limits: readonly {
      readonly name: string;
      readonly keptBy: string;
    }[];
    readonly missing: readonly {
      readonly program: string;
      readonly package: string;
      readonly labs: readonly string[];
    }[];
    readonly runs: readonly ({
      readonly userId: string;
      readonly status: {
        readonly labId: string;
        readonly status: LabRunState;
        readonly position: number | null;
        readonly estimateSeconds: number | null;
        readonly reason: string | null;
        readonly seed: number;
        readonly startedAt: string | null;
        readonly endsAt: string | null;
        readonly idleEndsAt: string | null;
        readonly savedAt: string | null;
        readonly canExtend: boolean;
        readonly canRestore: boolean;
        readonly checking: boolean;
        readonly usage: {
          readonly cpuPercent: number;
          readonly memoryBytes: number;
          readonly memoryLimitBytes: number;
          readonly processes: number;
          readonly diskBytes: number;
        } | null;
      };
    })[];
  };
}

export type LabHostPageVariables = Record<string, never>;

export const LabHostPage = "query LabHostPage{labHost{runtime reason maximum memoryBudgetBytes memoryBytes startMedianMilliseconds startP95Milliseconds limits{name keptBy}missing{program package labs}runs{userId status{...Run}}}}fragment Run on LabStatus{labId status position estimateSeconds reason seed startedAt endsAt idleEndsAt savedAt canExtend canRestore checking usage{cpuPercent memoryBytes memoryLimitBytes processes diskBytes}}" as Document<LabHostPageResult, LabHostPageVariables>;
