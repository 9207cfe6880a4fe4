// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, AnswerEventKind, AnswerStatus, ContextInput, TutorIntent, TutorMove } from "../../api/generated";

export interface AnswerStreamResult {
  readonly answerStream: {
    readonly kind: AnswerEventKind;
    readonly text: string | null;
    readonly note: string | null;
    readonly answer: {
      readonly id: string;
      readonly clientId: string;
      readonly conversationId: string;
      readonly text: string;
      readonly html: string;
      readonly abstained: boolean;
      readonly hintLevel: number;
      readonly move: TutorMove;
      readonly status: AnswerStatus;
      readonly unsupported: number;
      readonly writer: string;
      readonly note: string | null;
      readonly tokens: number;
      readonly helpful: boolean | null;
      readonly createdAt: string;
      readonly milliseconds: number;
      readonly citations: readonly ({
        readonly number: number;
        readonly record: string;
        readonly title: string;
        readonly diagramId: string | null;
        readonly nodeId: string | null;
        readonly edgeId: string | null;
        readonly incidentId: string | null;
        readonly labId: string | null;
        readonly line: number | null;
        readonly quote: string;
      })[];
    } | null;
    readonly citation: {
      readonly number: number;
      readonly record: string;
      readonly title: string;
      readonly diagramId: string | null;
      readonly nodeId: string | null;
      readonly edgeId: string | null;
      readonly incidentId: string | null;
      readonly labId: string | null;
      readonly line: number | null;
      readonly quote: string;
    } | null;
  };
}

export type AnswerStreamVariables = {
  readonly question: string;
  readonly context: ContextInput;
  readonly clientId: string;
};

export const AnswerStream = "subscription AnswerStream($question:String!$context:ContextInput!$clientId:ID!){answerStream(question:$question context:$context clientId:$clientId){kind text note answer{...Said}citation{...Cited}}}fragment Said on Answer{id clientId conversationId text html abstained hintLevel move status unsupported writer note tokens helpful createdAt milliseconds citations{...Cited}}fragment Cited on Citation{number record title diagramId nodeId edgeId incidentId labId line quote}" as Document<AnswerStreamResult, AnswerStreamVariables>;

export interface TutorStateNowResult {
  readonly tutorState: {
    readonly writer: string;
    readonly embedder: string;
    readonly notes: readonly string[];
    readonly records: number;
    readonly tokensLeft: number | null;
    readonly resetsAt: string | null;
    readonly sharesProfile: boolean;
  };
}

export type TutorStateNowVariables = Record<string, never>;

export const TutorStateNow = "query TutorStateNow{tutorState{...State}}fragment State on TutorState{writer embedder notes records tokensLeft resetsAt sharesProfile}" as Document<TutorStateNowResult, TutorStateNowVariables>;

export interface ConversationsResult {
  readonly conversations: {
    readonly cursor: string | null;
    readonly conversations: readonly ({
      readonly id: string;
      readonly title: string;
      readonly diagramId: string | null;
      readonly labId: string | null;
      readonly incidentId: string | null;
      readonly subject: string | null;
      readonly questions: number;
      readonly updatedAt: string;
    })[];
  };
}

export type ConversationsVariables = {
  readonly about?: string | null;
  readonly after?: string | null;
};

export const Conversations = "query Conversations($about:ID$after:ID){conversations(about:$about after:$after first:20){cursor conversations{id title diagramId labId incidentId subject questions updatedAt}}}" as Document<ConversationsResult, ConversationsVariables>;

export interface ConversationOfResult {
  readonly conversation: {
    readonly id: string;
    readonly title: string;
    readonly diagramId: string | null;
    readonly labId: string | null;
    readonly incidentId: string | null;
    readonly subject: string | null;
    readonly updatedAt: string;
    readonly turns: readonly ({
      readonly question: string;
      readonly intent: TutorIntent;
      readonly nodeIds: readonly string[];
      readonly itemId: string | null;
      readonly answer: {
        readonly id: string;
        readonly clientId: string;
        readonly conversationId: string;
        readonly text: string;
        readonly html: string;
        readonly abstained: boolean;
        readonly hintLevel: number;
        readonly move: TutorMove;
        readonly status: AnswerStatus;
        readonly unsupported: number;
        readonly writer: string;
        readonly note: string | null;
        readonly tokens: number;
        readonly helpful: boolean | null;
        readonly createdAt: string;
        readonly milliseconds: number;
        readonly citations: readonly ({
          readonly number: number;
          readonly record: string;
          readonly title: string;
          readonly diagramId: string | null;
          readonly nodeId: string | null;
          readonly edgeId: string | null;
          readonly incidentId: string | null;
          readonly labId: string | null;
          readonly line: number | null;
          readonly quote: string;
        })[];
      };
    })[];
  };
}

export type ConversationOfVariables = {
  readonly id: string;
};

export const ConversationOf = "query ConversationOf($id:ID!){conversation(conversationId:$id){id title diagramId labId incidentId subject updatedAt turns{question intent nodeIds itemId answer{...Said}}}}fragment Said on Answer{id clientId conversationId text html abstained hintLevel move status unsupported writer note tokens helpful createdAt milliseconds citations{...Cited}}fragment Cited on Citation{number record title diagramId nodeId edgeId incidentId labId line quote}" as Document<ConversationOfResult, ConversationOfVariables>;

export interface StopAnswerResult {
  readonly stopAnswer: {
    readonly id: string;
    readonly clientId: string;
    readonly conversationId: string;
    readonly text: string;
    readonly html: string;
    readonly abstained: boolean;
    readonly hintLevel: number;
    readonly move: TutorMove;
    readonly status: AnswerStatus;
    readonly unsupported: number;
    readonly writer: string;
    readonly note: string | null;
    readonly tokens: number;
    readonly helpful: boolean | null;
    readonly createdAt: string;
    readonly milliseconds: number;
    readonly citations: readonly ({
      readonly number: number;
      readonly record: string;
      readonly title: string;
      readonly diagramId: string | null;
      readonly nodeId: string | null;
      readonly edgeId: string | null;
      readonly incidentId: string | null;
      readonly labId: string | null;
      readonly line: number | null;
      readonly quote: string;
    })[];
  };
}

export type StopAnswerVariables = {
  readonly id: string;
};

export const StopAnswer = "mutation StopAnswer($id:ID!){stopAnswer(answerId:$id){...Said}}fragment Said on Answer{id clientId conversationId text html abstained hintLevel move status unsupported writer note tokens helpful createdAt milliseconds citations{...Cited}}fragment Cited on Citation{number record title diagramId nodeId edgeId incidentId labId line quote}" as Document<StopAnswerResult, StopAnswerVariables>;

export interface RateAnswerResult {
  readonly rateAnswer: {
    readonly id: string;
    readonly clientId: string;
    readonly conversationId: string;
    readonly text: string;
    readonly html: string;
    readonly abstained: boolean;
    readonly hintLevel: number;
    readonly move: TutorMove;
    readonly status: AnswerStatus;
    readonly unsupported: number;
    readonly writer: string;
    readonly note: string | null;
    readonly tokens: number;
    readonly helpful: boolean | null;
    readonly createdAt: string;
    readonly milliseconds: number;
    readonly citations: readonly ({
      readonly number: number;
      readonly record: string;
      readonly title: string;
      readonly diagramId: string | null;
      readonly nodeId: string | null;
      readonly edgeId: string | null;
      readonly incidentId: string | null;
      readonly labId: string | null;
      readonly line: number | null;
      readonly quote: string;
    })[];
  };
}

export type RateAnswerVariables = {
  readonly id: string;
  readonly helpful: boolean;
  readonly comment?: string | null;
};

export const RateAnswer = "mutation RateAnswer($id:ID!$helpful:Boolean!$comment:String){rateAnswer(answerId:$id helpful:$helpful comment:$comment){...Said}}fragment Said on Answer{id clientId conversationId text html abstained hintLevel move status unsupported writer note tokens helpful createdAt milliseconds citations{...Cited}}fragment Cited on Citation{number record title diagramId nodeId edgeId incidentId labId line quote}" as Document<RateAnswerResult, RateAnswerVariables>;

export interface DeleteConversationResult {
  readonly deleteConversation: boolean;
}

export type DeleteConversationVariables = {
  readonly id: string;
};

export const DeleteConversation = "mutation DeleteConversation($id:ID!){deleteConversation(conversationId:$id)}" as Document<DeleteConversationResult, DeleteConversationVariables>;

export interface SetTutorSharingResult {
  readonly setTutorSharing: {
    readonly writer: string;
    readonly embedder: string;
    readonly notes: readonly string[];
    readonly records: number;
    readonly tokensLeft: number | null;
    readonly resetsAt: string | null;
    readonly sharesProfile: boolean;
  };
}

export type SetTutorSharingVariables = {
  readonly shares: boolean;
};

export const SetTutorSharing = "mutation SetTutorSharing($shares:Boolean!){setTutorSharing(shares:$shares){...State}}fragment State on TutorState{writer embedder notes records tokensLeft resetsAt sharesProfile}" as Document<SetTutorSharingResult, SetTutorSharingVariables>;
