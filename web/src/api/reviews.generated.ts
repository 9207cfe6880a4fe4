// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ReviewInput } from "./generated";

export interface RecordReviewsResult {
  readonly recordReviews: readonly ({
    readonly id: string;
    readonly stored: boolean;
    readonly problem: string | null;
  })[];
}

export type RecordReviewsVariables = {
  readonly reviews: readonly ReviewInput[];
};

export const RecordReviews = "mutation RecordReviews($reviews:[ReviewInput!]!){recordReviews(reviews:$reviews){id stored problem}}" as Document<RecordReviewsResult, RecordReviewsVariables>;
