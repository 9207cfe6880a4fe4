// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ForecastKind } from "../../api/generated";

export interface CalibrationResult {
  readonly calibration: readonly ({
    readonly kind: ForecastKind;
    readonly at: string;
    readonly n: number;
    readonly logLoss: number;
    readonly baselineLogLoss: number;
    readonly gainLow: number;
    readonly gainHigh: number;
    readonly brier: number;
    readonly auc: number | null;
    readonly ece: number;
    readonly shown: boolean;
    readonly bins: readonly {
      readonly predicted: number;
      readonly observed: number;
      readonly n: number;
      readonly low: number;
      readonly high: number;
    }[];
  })[];
}

export type CalibrationVariables = Record<string, never>;

export const Calibration = "query Calibration{calibration(first:100){kind at n logLoss baselineLogLoss gainLow gainHigh brier auc ece shown bins{predicted observed n low high}}}" as Document<CalibrationResult, CalibrationVariables>;
