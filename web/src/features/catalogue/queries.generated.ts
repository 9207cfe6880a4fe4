// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, DiagramView } from "../../api/generated";

export interface CatalogueResult {
  readonly categories: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly diagramCount: number;
    readonly labCount: number;
    readonly incidentCount: number;
  }[];
  readonly diagrams: readonly ({
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly category: {
      readonly id: string;
    };
    readonly level: number;
    readonly topics: readonly string[];
    readonly kind: string;
    readonly view: DiagramView;
    readonly completed: boolean | null;
  })[];
  readonly incidents: readonly {
    readonly id: string;
    readonly title: string;
    readonly company: string;
    readonly date: string;
    readonly description: string;
    readonly category: {
      readonly id: string;
    };
    readonly level: number;
    readonly topics: readonly string[];
    readonly patterns: readonly string[];
  }[];
  readonly labs: readonly {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly summary: string;
    readonly category: {
      readonly id: string;
    };
    readonly level: number;
    readonly difficulty: string;
    readonly minutes: number;
  }[];
}

export type CatalogueVariables = Record<string, never>;

export const Catalogue = "query Catalogue{categories{id title description diagramCount labCount incidentCount}diagrams{id title summary category{id}level topics kind view completed}incidents{id title company date description category{id}level topics patterns}labs{id number title summary category{id}level difficulty minutes}}" as Document<CatalogueResult, CatalogueVariables>;

export interface ThumbnailsResult {
  readonly diagrams: readonly {
    readonly id: string;
    readonly svg: string;
  }[];
}

export type ThumbnailsVariables = {
  readonly ids: readonly string[];
};

export const Thumbnails = "query Thumbnails($ids:[ID!]!){diagrams(filter:{ids:$ids}){id svg}}" as Document<ThumbnailsResult, ThumbnailsVariables>;
