// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, Role } from "./generated";

export interface RefreshSessionResult {
  readonly refreshSession: {
    readonly accessToken: string;
    readonly expiresIn: number;
    readonly user: {
      readonly id: string;
      readonly email: string;
      readonly displayName: string;
      readonly role: Role;
    };
  };
}

export type RefreshSessionVariables = Record<string, never>;

export const RefreshSession = "mutation RefreshSession{refreshSession{accessToken expiresIn user{id email displayName role}}}" as Document<RefreshSessionResult, RefreshSessionVariables>;
