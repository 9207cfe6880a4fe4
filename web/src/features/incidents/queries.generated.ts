// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView } from "../../api/generated";

export interface IncidentsResult {
  readonly incidents: readonly {
    readonly id: string;
    readonly title: string;
    readonly company: string;
    readonly date: string;
    readonly duration: string;
    readonly description: string;
    readonly level: number;
    readonly patterns: readonly string[];
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
  }[];
}

export type IncidentsVariables = Record<string, never>;

export const Incidents = "query Incidents{incidents{id title company date duration description level patterns category{id title}}}" as Document<IncidentsResult, IncidentsVariables>;

export interface IncidentPageResult {
  readonly incident: {
    readonly id: string;
    readonly company: string;
    readonly title: string;
    readonly description: string;
    readonly date: string;
    readonly duration: string;
    readonly rootCause: string;
    readonly level: number;
    readonly topics: readonly string[];
    readonly patterns: readonly string[];
    readonly publicTitle: string;
    readonly url: string;
    readonly bodyHTML: string;
    readonly svg: string;
    readonly alternativeText: string;
    readonly longDescription: string;
    readonly lessons: readonly string[];
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
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
    readonly timeline: readonly {
      readonly at: string;
      readonly text: string;
      readonly states: readonly {
        readonly node: string;
        readonly state: string;
        readonly changed: boolean;
      }[];
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

export type IncidentPageVariables = {
  readonly id: string;
};

export const IncidentPage = "query IncidentPage($id:ID!){incident(id:$id){id company title description date duration rootCause level topics patterns publicTitle url bodyHTML svg alternativeText longDescription lessons category{id title}graph{nodes{id label kind purpose ifLost replicas stateful topics numbers{name value source}incoming outgoing}edges{id from to label mode protocol required carries fallback step}groups{id label members}}timeline{at text states{node state changed}}related{id title summary level view completed topics category{id title}}}}" as Document<IncidentPageResult, IncidentPageVariables>;
