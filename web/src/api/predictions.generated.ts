// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, PredictionInput } from "./generated";

export interface RecordPredictionResult {
  readonly recordPrediction: {
    readonly id: string;
    readonly attempt: number;
  };
}

export type RecordPredictionVariables = {
  readonly input: PredictionInput;
};

export const RecordPrediction = "mutation RecordPrediction($input:PredictionInput!){recordPrediction(input:$input){id attempt}}" as Document<RecordPredictionResult, RecordPredictionVariables>;
