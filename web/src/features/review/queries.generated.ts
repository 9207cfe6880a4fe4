// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, AnswerMode, CardState, ContentKind, Rating, ReviewSettingsInput, Skill } from "../../api/generated";

export interface ReviewQueueResult {
  readonly reviewQueue: {
    readonly due: number;
    readonly fresh: number;
    readonly learning: number;
    readonly reviewedToday: number;
    readonly minutesToday: number;
    readonly minutesLeft: number;
    readonly nextDueAt: string | null;
    readonly cards: readonly ({
      readonly state: CardState;
      readonly dueAt: string | null;
      readonly retrievability: number | null;
      readonly lapses: number;
      readonly reviews: number;
      readonly leech: boolean;
      readonly why: string;
      readonly intervals: readonly {
        readonly rating: Rating;
        readonly seconds: number;
        readonly label: string;
      }[];
      readonly item: {
        readonly id: string;
        readonly kind: string;
        readonly skill: Skill;
        readonly promptHTML: string;
        readonly mode: AnswerMode;
        readonly contentKind: ContentKind;
        readonly contentId: string;
        readonly contentTitle: string;
        readonly nodeIds: readonly string[];
        readonly edgeIds: readonly string[];
        readonly category: {
          readonly id: string;
          readonly title: string;
        };
        readonly choices: readonly {
          readonly id: string;
          readonly html: string;
        }[];
      };
    })[];
  };
}

export type ReviewQueueVariables = {
  readonly contentId?: string | null;
};

export const ReviewQueue = "query ReviewQueue($contentId:ID){reviewQueue(first:50 contentId:$contentId){due fresh learning reviewedToday minutesToday minutesLeft nextDueAt cards{...CardParts}}}fragment CardParts on ReviewCard{state dueAt retrievability lapses reviews leech why intervals{rating seconds label}item{id kind skill promptHTML mode contentKind contentId contentTitle nodeIds edgeIds category{id title}choices{id html}}}" as Document<ReviewQueueResult, ReviewQueueVariables>;

export interface RevealItemResult {
  readonly revealItem: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
}

export type RevealItemVariables = {
  readonly id: string;
};

export const RevealItem = "mutation RevealItem($id:ID!){revealItem(itemId:$id){...AnswerParts}}fragment AnswerParts on ItemAnswer{itemId correct answerHTML explanationHTML correctChoices}" as Document<RevealItemResult, RevealItemVariables>;

export interface RevealSixResult {
  readonly a: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
  readonly b: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
  readonly c: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
  readonly d: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
  readonly e: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
  readonly f: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
}

export type RevealSixVariables = {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
  readonly e: string;
  readonly f: string;
};

export const RevealSix = "mutation RevealSix($a:ID!$b:ID!$c:ID!$d:ID!$e:ID!$f:ID!){a:revealItem(itemId:$a){...AnswerParts}b:revealItem(itemId:$b){...AnswerParts}c:revealItem(itemId:$c){...AnswerParts}d:revealItem(itemId:$d){...AnswerParts}e:revealItem(itemId:$e){...AnswerParts}f:revealItem(itemId:$f){...AnswerParts}}fragment AnswerParts on ItemAnswer{itemId correct answerHTML explanationHTML correctChoices}" as Document<RevealSixResult, RevealSixVariables>;

export interface AnswerItemResult {
  readonly answerItem: {
    readonly itemId: string;
    readonly correct: boolean | null;
    readonly answerHTML: string;
    readonly explanationHTML: string;
    readonly correctChoices: readonly string[];
  };
}

export type AnswerItemVariables = {
  readonly id: string;
  readonly item: string;
  readonly choices: readonly string[];
  readonly at: string;
};

export const AnswerItem = "mutation AnswerItem($id:ID!$item:ID!$choices:[ID!]!$at:DateTime!){answerItem(id:$id itemId:$item choices:$choices at:$at){...AnswerParts}}fragment AnswerParts on ItemAnswer{itemId correct answerHTML explanationHTML correctChoices}" as Document<AnswerItemResult, AnswerItemVariables>;

export interface CardPictureResult {
  readonly diagram: {
    readonly id: string;
    readonly title: string;
    readonly kind: string;
    readonly svg: string;
    readonly graph: {
      readonly nodes: readonly {
        readonly id: string;
        readonly label: string;
        readonly kind: string;
        readonly purpose: string;
        readonly ifLost: string;
        readonly replicas: number;
        readonly stateful: boolean;
        readonly topics: readonly string[];
        readonly numbers: readonly {
          readonly name: string;
          readonly value: string;
          readonly source: string;
        }[];
        readonly incoming: readonly string[];
        readonly outgoing: readonly string[];
      }[];
      readonly edges: readonly ({
        readonly id: string;
        readonly from: string;
        readonly to: string;
        readonly label: string;
        readonly mode: string;
        readonly protocol: string;
        readonly required: boolean;
        readonly carries: string;
        readonly fallback: string | null;
        readonly step: number | null;
      })[];
      readonly groups: readonly {
        readonly id: string;
        readonly label: string;
        readonly members: readonly string[];
      }[];
    };
  };
}

export type CardPictureVariables = {
  readonly id: string;
};

export const CardPicture = "query CardPicture($id:ID!){diagram(id:$id){id title kind svg graph{...GraphParts}}}fragment GraphParts on Graph{nodes{id label kind purpose ifLost replicas stateful topics numbers{name value source}incoming outgoing}edges{id from to label mode protocol required carries fallback step}groups{id label members}}" as Document<CardPictureResult, CardPictureVariables>;

export interface IncidentCardPictureResult {
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly svg: string;
    readonly graph: {
      readonly nodes: readonly {
        readonly id: string;
        readonly label: string;
        readonly kind: string;
        readonly purpose: string;
        readonly ifLost: string;
        readonly replicas: number;
        readonly stateful: boolean;
        readonly topics: readonly string[];
        readonly numbers: readonly {
          readonly name: string;
          readonly value: string;
          readonly source: string;
        }[];
        readonly incoming: readonly string[];
        readonly outgoing: readonly string[];
      }[];
      readonly edges: readonly ({
        readonly id: string;
        readonly from: string;
        readonly to: string;
        readonly label: string;
        readonly mode: string;
        readonly protocol: string;
        readonly required: boolean;
        readonly carries: string;
        readonly fallback: string | null;
        readonly step: number | null;
      })[];
      readonly groups: readonly {
        readonly id: string;
        readonly label: string;
        readonly members: readonly string[];
      }[];
    };
  };
}

export type IncidentCardPictureVariables = {
  readonly id: string;
};

export const IncidentCardPicture = "query IncidentCardPicture($id:ID!){incident(id:$id){id title svg graph{...GraphParts}}}fragment GraphParts on Graph{nodes{id label kind purpose ifLost replicas stateful topics numbers{name value source}incoming outgoing}edges{id from to label mode protocol required carries fallback step}groups{id label members}}" as Document<IncidentCardPictureResult, IncidentCardPictureVariables>;

export interface CardsResult {
  readonly reviewCards: readonly ({
    readonly state: CardState;
    readonly dueAt: string | null;
    readonly retrievability: number | null;
    readonly lapses: number;
    readonly reviews: number;
    readonly leech: boolean;
    readonly why: string;
    readonly intervals: readonly {
      readonly rating: Rating;
      readonly seconds: number;
      readonly label: string;
    }[];
    readonly item: {
      readonly id: string;
      readonly kind: string;
      readonly skill: Skill;
      readonly promptHTML: string;
      readonly mode: AnswerMode;
      readonly contentKind: ContentKind;
      readonly contentId: string;
      readonly contentTitle: string;
      readonly nodeIds: readonly string[];
      readonly edgeIds: readonly string[];
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
      readonly choices: readonly {
        readonly id: string;
        readonly html: string;
      }[];
    };
  })[];
}

export type CardsVariables = {
  readonly state?: CardState | null;
  readonly leeches: boolean;
  readonly after?: string | null;
};

export const Cards = "query Cards($state:CardState$leeches:Boolean!$after:ID){reviewCards(state:$state leechesOnly:$leeches first:100 after:$after){...CardParts}}fragment CardParts on ReviewCard{state dueAt retrievability lapses reviews leech why intervals{rating seconds label}item{id kind skill promptHTML mode contentKind contentId contentTitle nodeIds edgeIds category{id title}choices{id html}}}" as Document<CardsResult, CardsVariables>;

export interface SuspendItemResult {
  readonly suspendItem: {
    readonly state: CardState;
    readonly dueAt: string | null;
    readonly retrievability: number | null;
    readonly lapses: number;
    readonly reviews: number;
    readonly leech: boolean;
    readonly why: string;
    readonly intervals: readonly {
      readonly rating: Rating;
      readonly seconds: number;
      readonly label: string;
    }[];
    readonly item: {
      readonly id: string;
      readonly kind: string;
      readonly skill: Skill;
      readonly promptHTML: string;
      readonly mode: AnswerMode;
      readonly contentKind: ContentKind;
      readonly contentId: string;
      readonly contentTitle: string;
      readonly nodeIds: readonly string[];
      readonly edgeIds: readonly string[];
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
      readonly choices: readonly {
        readonly id: string;
        readonly html: string;
      }[];
    };
  };
}

export type SuspendItemVariables = {
  readonly id: string;
  readonly suspended: boolean;
};

export const SuspendItem = "mutation SuspendItem($id:ID!$suspended:Boolean!){suspendItem(itemId:$id suspended:$suspended){...CardParts}}fragment CardParts on ReviewCard{state dueAt retrievability lapses reviews leech why intervals{rating seconds label}item{id kind skill promptHTML mode contentKind contentId contentTitle nodeIds edgeIds category{id title}choices{id html}}}" as Document<SuspendItemResult, SuspendItemVariables>;

export interface ReviewSettingsResult {
  readonly reviewSettings: {
    readonly minutesPerDay: number;
    readonly newPerDay: number;
    readonly reviewsPerDay: number;
    readonly chosenNewPerDay: number | null;
    readonly chosenReviewsPerDay: number | null;
    readonly secondsPerReview: number;
    readonly retention: number;
    readonly personalParameters: boolean;
    readonly parametersNote: string;
    readonly timeZone: string;
    readonly dayStartsAt: number;
    readonly version: number;
    readonly topicRetention: readonly {
      readonly category: string;
      readonly retention: number;
    }[];
  };
  readonly categories: readonly {
    readonly id: string;
    readonly title: string;
  }[];
}

export type ReviewSettingsVariables = Record<string, never>;

export const ReviewSettings = "query ReviewSettings{reviewSettings{...SettingParts}categories{id title}}fragment SettingParts on ReviewSettings{minutesPerDay newPerDay reviewsPerDay chosenNewPerDay chosenReviewsPerDay secondsPerReview retention personalParameters parametersNote timeZone dayStartsAt version topicRetention{category retention}}" as Document<ReviewSettingsResult, ReviewSettingsVariables>;

export interface SaveReviewSettingsResult {
  readonly saveReviewSettings: {
    readonly minutesPerDay: number;
    readonly newPerDay: number;
    readonly reviewsPerDay: number;
    readonly chosenNewPerDay: number | null;
    readonly chosenReviewsPerDay: number | null;
    readonly secondsPerReview: number;
    readonly retention: number;
    readonly personalParameters: boolean;
    readonly parametersNote: string;
    readonly timeZone: string;
    readonly dayStartsAt: number;
    readonly version: number;
    readonly topicRetention: readonly {
      readonly category: string;
      readonly retention: number;
    }[];
  };
}

export type SaveReviewSettingsVariables = {
  readonly input: ReviewSettingsInput;
  readonly version: number;
};

export const SaveReviewSettings = "mutation SaveReviewSettings($input:ReviewSettingsInput!$version:Int!){saveReviewSettings(input:$input version:$version){...SettingParts}}fragment SettingParts on ReviewSettings{minutesPerDay newPerDay reviewsPerDay chosenNewPerDay chosenReviewsPerDay secondsPerReview retention personalParameters parametersNote timeZone dayStartsAt version topicRetention{category retention}}" as Document<SaveReviewSettingsResult, SaveReviewSettingsVariables>;
