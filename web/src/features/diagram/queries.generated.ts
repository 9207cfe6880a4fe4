// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView } from "../../api/generated";

export interface DiagramPageResult {
  readonly diagram: {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly level: number;
    readonly topics: readonly string[];
    readonly kind: string;
    readonly view: DiagramView;
    readonly svg: string;
    readonly alternativeText: string;
    readonly longDescription: string;
    readonly bodyHTML: string;
    readonly completed: boolean | null;
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
    readonly outline: readonly ({
      readonly depth: number;
      readonly text: string;
      readonly target: string | null;
    })[];
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
    readonly probes: readonly {
      readonly id: string;
      readonly question: string;
      readonly kill: readonly string[];
      readonly answer: string;
      readonly fails: readonly string[];
      readonly degrades: readonly string[];
      readonly distractors: readonly {
        readonly text: string;
        readonly why: string;
      }[];
    }[];
    readonly sources: readonly {
      readonly title: string;
      readonly url: string;
    }[];
    readonly prerequisites: readonly ({
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
    readonly next: readonly ({
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
    readonly incidents: readonly {
      readonly id: string;
      readonly title: string;
      readonly company: string;
      readonly date: string;
    }[];
    readonly labs: readonly {
      readonly id: string;
      readonly number: number;
      readonly title: string;
      readonly minutes: number;
    }[];
  };
}

export type DiagramPageVariables = {
  readonly id: string;
};

export const DiagramPage = "query DiagramPage($id:ID!){diagram(id:$id){id title summary level topics kind view svg alternativeText longDescription bodyHTML completed category{id title}outline{depth text target}graph{...GraphParts}probes{id question kill answer fails degrades distractors{text why}}sources{title url}prerequisites{...Pointer}next{...Pointer}related{...Pointer}incidents{id title company date}labs{id number title minutes}}}fragment GraphParts on Graph{nodes{id label kind purpose ifLost replicas stateful topics numbers{name value source}incoming outgoing}edges{id from to label mode protocol required carries fallback step}groups{id label members}}fragment Pointer on Diagram{id title summary level view completed topics category{id title}}" as Document<DiagramPageResult, DiagramPageVariables>;

export interface FailingPartsResult {
  readonly diagram: {
    readonly failing: {
      readonly nodes: readonly {
        readonly id: string;
        readonly state: string;
        readonly reason: string;
        readonly chain: readonly string[];
        readonly isCause: boolean;
      }[];
    };
  };
}

export type FailingPartsVariables = {
  readonly id: string;
  readonly kill: readonly string[];
};

export const FailingParts = "query FailingParts($id:ID!$kill:[String!]!){diagram(id:$id){failing(kill:$kill){nodes{id state reason chain isCause}}}}" as Document<FailingPartsResult, FailingPartsVariables>;

export interface WeakPartsResult {
  readonly diagram: {
    readonly singlePointsOfFailure: readonly string[];
  };
}

export type WeakPartsVariables = {
  readonly id: string;
};

export const WeakParts = "query WeakParts($id:ID!){diagram(id:$id){singlePointsOfFailure}}" as Document<WeakPartsResult, WeakPartsVariables>;

export interface CompleteDiagramResult {
  readonly completeDiagram: {
    readonly completedCount: number;
    readonly totalDiagrams: number;
    readonly next: {
      readonly id: string;
      readonly title: string;
      readonly summary: string;
      readonly view: DiagramView;
      readonly level: number;
      readonly category: {
        readonly id: string;
        readonly title: string;
      };
    } | null;
  };
}

export type CompleteDiagramVariables = {
  readonly id: string;
};

export const CompleteDiagram = "mutation CompleteDiagram($id:ID!){completeDiagram(diagramId:$id){completedCount totalDiagrams next{id title summary view level category{id title}}}}" as Document<CompleteDiagramResult, CompleteDiagramVariables>;
