// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.

/** The text of an operation, carrying the types of its answer and its variables. */
export type Document<Result, Variables> = string & { readonly result?: Result; readonly variables?: Variables };

export interface AnchorInput {
  readonly diagramId: string;
  readonly nodeId?: string | null;
  readonly edgeId?: string | null;
}

export type AnswerEventKind = "ANSWER" | "TEXT" | "CITATION" | "NOTE" | "FINISHED";

export type AnswerMode = "REVEAL" | "ONE" | "MANY" | "ORDER";

export type AnswerStatus = "WRITING" | "COMPLETE" | "STOPPED" | "CUT" | "FAILED";

export type CacheScope = "PUBLIC" | "PRIVATE";

export type CardState = "NEW" | "LEARNING" | "REVIEW" | "RELEARNING" | "SUSPENDED";

export type ContentKind = "DIAGRAM" | "LAB" | "INCIDENT";

export interface ContextInput {
  readonly diagramId?: string | null;
  readonly labId?: string | null;
  readonly incidentId?: string | null;
  readonly conversationId?: string | null;
  readonly nodeIds?: readonly string[] | null;
  readonly itemId?: string | null;
  readonly intent?: TutorIntent | null;
  readonly clientId?: string | null;
}

export interface DiagramFilter {
  readonly category?: string | null;
  readonly level?: number | null;
  readonly topic?: string | null;
  readonly view?: DiagramView | null;
  readonly ids?: readonly string[] | null;
}

export type DiagramView = "STRUCTURE" | "FLOW" | "STATES" | "MODEL" | "FAILURE";

export interface EventInput {
  readonly id: string;
  readonly measurement: string;
  readonly type: string;
  readonly at: string;
  readonly contentId?: string | null;
  readonly durationMs?: number | null;
  readonly value?: number | null;
}

export type ForecastKind = "ANSWER_NOW" | "DROPOUT" | "DAYS_TO_GOAL";

export interface GoalInput {
  readonly title: string;
  readonly contentIds?: readonly string[] | null;
  readonly categories?: readonly string[] | null;
  readonly byDate?: string | null;
}

export type GroupRole = "MEMBER" | "MODERATOR" | "OWNER";

export type GroupVisibility = "OPEN" | "REQUEST" | "INVITATION";

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

export type LabGradingState = "GRADING" | "GRADED" | "BROKEN";

export type LabProgressState = "NOT_STARTED" | "STARTED" | "PASSED";

export type LabRunState = "QUEUED" | "STARTING" | "RUNNING" | "STOPPING" | "STOPPED" | "FAILED" | "UNAVAILABLE";

export interface MessageInput {
  readonly groupId: string;
  readonly cid: string;
  readonly content: string;
  readonly replyTo?: string | null;
  readonly anchor?: AnchorInput | null;
}

export type MessageKind = "MESSAGE" | "EDIT" | "DELETE" | "REACTION" | "MEMBERSHIP";

export type NotificationKind = "MENTION" | "REQUEST" | "ACCEPTED" | "PROPOSAL" | "MATCH";

export interface PeerProfileInput {
  readonly optedIn: boolean;
  readonly hours: readonly number[];
  readonly goals: readonly string[];
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

export type Rating = "AGAIN" | "HARD" | "GOOD" | "EASY";

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export type ReviewAction = "REVIEW" | "UNDO" | "SUSPEND" | "RESUME";

export interface ReviewInput {
  readonly id: string;
  readonly itemId: string;
  readonly action?: ReviewAction | null;
  readonly rating?: Rating | null;
  readonly undoes?: string | null;
  readonly at: string;
  readonly durationMs: number;
  readonly device: string;
  readonly choices?: readonly string[] | null;
}

export interface ReviewSettingsInput {
  readonly minutesPerDay: number;
  readonly newPerDay?: number | null;
  readonly reviewsPerDay?: number | null;
  readonly retention?: number | null;
  readonly personalParameters?: boolean | null;
  readonly timeZone?: string | null;
  readonly dayStartsAt?: number | null;
  readonly topicRetention?: readonly TopicRetentionInput[] | null;
}

export type Role = "LEARNER" | "INSTRUCTOR" | "ADMIN";

export type Skill = "RECALL" | "EXPLAIN" | "PREDICT" | "DO" | "DESIGN";

export interface StudyGroupInput {
  readonly name: string;
  readonly description?: string | null;
  readonly topics?: readonly string[] | null;
  readonly visibility?: GroupVisibility | null;
  readonly memberLimit?: number | null;
}

export type SuggestionKind = "STRENGTHEN" | "RESUME" | "GOAL" | "NEXT" | "RETRIEVE";

export interface TopicRetentionInput {
  readonly category: string;
  readonly retention: number;
}

export type TutorIntent = "ASK" | "EXPLAIN" | "QUIZ" | "WHY_WRONG" | "HINT";

export type TutorMove = "DIAGNOSE" | "HINT" | "WORKED_STEP" | "ANSWER" | "QUIZ" | "ABSTAIN" | "WITHHOLD";
