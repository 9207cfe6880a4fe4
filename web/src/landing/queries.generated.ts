// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document } from "../api/generated";

export interface ExplainResult {
  readonly diagram: {
    readonly id: string;
    readonly graph: {
      readonly nodes: readonly {
        readonly id: string;
        readonly label: string;
        readonly kind: string;
        readonly purpose: string;
        readonly ifLost: string;
      }[];
      readonly edges: readonly ({
        readonly id: string;
        readonly from: string;
        readonly to: string;
        readonly step: number | null;
        readonly label: string;
        readonly carries: string;
        readonly required: boolean;
        readonly fallback: string | null;
      })[];
    };
  };
}

export type ExplainVariables = {
  readonly id: string;
};

export const Explain = "query Explain($id:ID!){diagram(id:$id){id graph{nodes{id label kind purpose ifLost}edges{id from to step label carries required fallback}}}}" as Document<ExplainResult, ExplainVariables>;
