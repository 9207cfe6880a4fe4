// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, RegisterInput, Role } from "../../api/generated";

export interface LoginResult {
  readonly login: {
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

export type LoginVariables = {
  readonly email: string;
  readonly password: string;
};

export const Login = "mutation Login($email:String!$password:String!){login(email:$email password:$password){accessToken expiresIn user{id email displayName role}}}" as Document<LoginResult, LoginVariables>;

export interface RegisterResult {
  readonly register: {
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

export type RegisterVariables = {
  readonly input: RegisterInput;
};

export const Register = "mutation Register($input:RegisterInput!){register(input:$input){accessToken expiresIn user{id email displayName role}}}" as Document<RegisterResult, RegisterVariables>;

export interface LogoutResult {
  readonly logout: boolean;
}

export type LogoutVariables = {
  readonly everywhere: boolean;
};

export const Logout = "mutation Logout($everywhere:Boolean!){logout(everywhere:$everywhere)}" as Document<LogoutResult, LogoutVariables>;

export interface AccountPageResult {
  readonly currentUser: {
    readonly id: string;
    readonly email: string;
    readonly displayName: string;
    readonly role: Role;
    readonly createdAt: string;
  };
  readonly sessions: readonly {
    readonly id: string;
    readonly device: string;
    readonly createdAt: string;
    readonly lastUsedAt: string;
    readonly current: boolean;
  }[];
}

export type AccountPageVariables = Record<string, never>;

export const AccountPage = "query AccountPage{currentUser{id email displayName role createdAt}sessions{id device createdAt lastUsedAt current}}" as Document<AccountPageResult, AccountPageVariables>;

export interface EndSessionResult {
  readonly endSession: boolean;
}

export type EndSessionVariables = {
  readonly id: string;
};

export const EndSession = "mutation EndSession($id:ID!){endSession(id:$id)}" as Document<EndSessionResult, EndSessionVariables>;

export interface ExportMyDataResult {
  readonly exportMyData: {
    readonly fileName: string;
    readonly json: string;
    readonly generatedAt: string;
  };
}

export type ExportMyDataVariables = Record<string, never>;

export const ExportMyData = "mutation ExportMyData{exportMyData{fileName json generatedAt}}" as Document<ExportMyDataResult, ExportMyDataVariables>;

export interface DeleteMyDataResult {
  readonly deleteMyData: boolean;
}

export type DeleteMyDataVariables = {
  readonly password: string;
};

export const DeleteMyData = "mutation DeleteMyData($password:String!){deleteMyData(password:$password)}" as Document<DeleteMyDataResult, DeleteMyDataVariables>;

export interface WhoSeesWhatResult {
  readonly cohortViews: readonly ({
    readonly groupId: string;
    readonly title: string;
    readonly viewers: readonly {
      readonly id: string;
      readonly displayName: string;
    }[];
    readonly member: {
      readonly activeDays: number;
      readonly lastAt: string | null;
      readonly attempts: number;
      readonly correct: number;
      readonly diagrams: number;
      readonly labs: number;
      readonly help: readonly string[];
    };
  })[];
}

export type WhoSeesWhatVariables = {
  readonly user: string;
};

export const WhoSeesWhat = "query WhoSeesWhat($user:ID!){cohortViews(userId:$user days:30){groupId title viewers{id displayName}member{activeDays lastAt attempts correct diagrams labs help}}}" as Document<WhoSeesWhatResult, WhoSeesWhatVariables>;
