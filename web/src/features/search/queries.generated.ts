// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, ContentKind } from "../../api/generated";

export interface SearchResult {
  readonly search: readonly {
    readonly kind: ContentKind;
    readonly id: string;
    readonly title: string;
    readonly category: {
      readonly id: string;
      readonly title: string;
    };
    readonly level: number;
    readonly snippet: string;
  }[];
}

export type SearchVariables = {
  readonly query: string;
};

export const Search = "query Search($query:String!){search(query:$query first:30){kind id title category{id title}level snippet}}" as Document<SearchResult, SearchVariables>;
