// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document } from "../../api/generated";

export interface LearnerReportResult {
  readonly learnerReport: {
    readonly title: string;
    readonly html: string;
    readonly generatedAt: string;
  };
}

export type LearnerReportVariables = {
  readonly user: string;
  readonly days: number;
};

export const LearnerReport = "query LearnerReport($user:ID!$days:Int!){learnerReport(userId:$user days:$days){title html generatedAt}}" as Document<LearnerReportResult, LearnerReportVariables>;
