// Written by web/scripts/codegen.mjs from schema.graphql. Do not edit.
import type { Document, GroupRole, GroupVisibility, PeerProfileInput, StudyGroupInput } from "../../api/generated";

export interface MyGroupsResult {
  readonly studyGroups: readonly ({
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly topics: readonly string[];
    readonly visibility: GroupVisibility;
    readonly memberCount: number;
    readonly memberLimit: number;
    readonly archived: boolean;
    readonly role: GroupRole | null;
    readonly requested: boolean;
    readonly unread: number;
  })[];
  readonly notifications: readonly ({
    readonly id: string;
    readonly text: string;
    readonly groupId: string | null;
    readonly at: string;
  })[];
}

export type MyGroupsVariables = Record<string, never>;

export const MyGroups = "query MyGroups{studyGroups{...GroupCard}notifications(first:50 unread:true){id text groupId at}}fragment GroupCard on StudyGroup{id name description topics visibility memberCount memberLimit archived role requested unread}" as Document<MyGroupsResult, MyGroupsVariables>;

export interface DiscoverGroupsResult {
  readonly discoverStudyGroups: readonly ({
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly topics: readonly string[];
    readonly visibility: GroupVisibility;
    readonly memberCount: number;
    readonly memberLimit: number;
    readonly archived: boolean;
    readonly role: GroupRole | null;
    readonly requested: boolean;
    readonly unread: number;
  })[];
}

export type DiscoverGroupsVariables = {
  readonly topic?: string | null;
};

export const DiscoverGroups = "query DiscoverGroups($topic:String){discoverStudyGroups(topic:$topic first:30){...GroupCard}}fragment GroupCard on StudyGroup{id name description topics visibility memberCount memberLimit archived role requested unread}" as Document<DiscoverGroupsResult, DiscoverGroupsVariables>;

export interface GroupPageResult {
  readonly studyGroup: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly topics: readonly string[];
    readonly visibility: GroupVisibility;
    readonly memberCount: number;
    readonly memberLimit: number;
    readonly archived: boolean;
    readonly role: GroupRole | null;
    readonly requested: boolean;
    readonly head: number;
    readonly readSeq: number;
    readonly createdAt: string;
    readonly version: number;
    readonly members: readonly {
      readonly user: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly role: GroupRole;
    }[] | null;
  };
}

export type GroupPageVariables = {
  readonly id: string;
};

export const GroupPage = "query GroupPage($id:ID!){studyGroup(id:$id){...WholeGroup}}fragment WholeGroup on StudyGroup{id name description topics visibility memberCount memberLimit archived role requested head readSeq createdAt version members{user{id displayName}role}}" as Document<GroupPageResult, GroupPageVariables>;

export interface InvitedGroupResult {
  readonly invitedGroup: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly memberCount: number;
    readonly memberLimit: number;
    readonly role: GroupRole | null;
  };
}

export type InvitedGroupVariables = {
  readonly code: string;
};

export const InvitedGroup = "query InvitedGroup($code:String!){invitedGroup(code:$code){id name description memberCount memberLimit role}}" as Document<InvitedGroupResult, InvitedGroupVariables>;

export interface GroupPeopleResult {
  readonly studyGroup: {
    readonly id: string;
    readonly requests: readonly {
      readonly user: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly at: string;
    }[] | null;
    readonly invitations: readonly {
      readonly id: string;
      readonly createdAt: string;
      readonly expiresAt: string;
      readonly maxUses: number;
      readonly uses: number;
    }[] | null;
  };
}

export type GroupPeopleVariables = {
  readonly id: string;
};

export const GroupPeople = "query GroupPeople($id:ID!){studyGroup(id:$id){id requests{user{id displayName}at}invitations{id createdAt expiresAt maxUses uses}}}" as Document<GroupPeopleResult, GroupPeopleVariables>;

export interface NewestMessagesResult {
  readonly groupMessages: {
    readonly head: number;
    readonly entries: readonly ({
      readonly id: string;
      readonly seq: number;
      readonly content: string;
      readonly author: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly cid: string;
      readonly createdAt: string;
      readonly editedAt: string | null;
      readonly deleted: boolean;
      readonly replyTo: string | null;
      readonly mentions: readonly string[];
      readonly anchor: {
        readonly diagramId: string;
        readonly nodeId: string | null;
        readonly edgeId: string | null;
      } | null;
      readonly reactions: readonly {
        readonly emoji: string;
        readonly count: number;
        readonly mine: boolean;
      }[];
    })[];
  };
  readonly groupReaders: readonly {
    readonly userId: string;
    readonly seq: number;
  }[];
}

export type NewestMessagesVariables = {
  readonly id: string;
  readonly first: number;
};

export const NewestMessages = "query NewestMessages($id:ID!$first:Int!){groupMessages(groupId:$id first:$first){head entries{...MessageParts}}groupReaders(groupId:$id){userId seq}}fragment MessageParts on Message{id seq content author{id displayName}cid createdAt editedAt deleted replyTo mentions anchor{diagramId nodeId edgeId}reactions{emoji count mine}}" as Document<NewestMessagesResult, NewestMessagesVariables>;

export interface OlderMessagesResult {
  readonly groupMessages: {
    readonly head: number;
    readonly entries: readonly ({
      readonly id: string;
      readonly seq: number;
      readonly content: string;
      readonly author: {
        readonly id: string;
        readonly displayName: string;
      };
      readonly cid: string;
      readonly createdAt: string;
      readonly editedAt: string | null;
      readonly deleted: boolean;
      readonly replyTo: string | null;
      readonly mentions: readonly string[];
      readonly anchor: {
        readonly diagramId: string;
        readonly nodeId: string | null;
        readonly edgeId: string | null;
      } | null;
      readonly reactions: readonly {
        readonly emoji: string;
        readonly count: number;
        readonly mine: boolean;
      }[];
    })[];
  };
}

export type OlderMessagesVariables = {
  readonly id: string;
  readonly before: number;
  readonly first: number;
};

export const OlderMessages = "query OlderMessages($id:ID!$before:Int!$first:Int!){groupMessages(groupId:$id before:$before first:$first){head entries{...MessageParts}}}fragment MessageParts on Message{id seq content author{id displayName}cid createdAt editedAt deleted replyTo mentions anchor{diagramId nodeId edgeId}reactions{emoji count mine}}" as Document<OlderMessagesResult, OlderMessagesVariables>;

export interface SearchMessagesResult {
  readonly searchMessages: readonly ({
    readonly id: string;
    readonly seq: number;
    readonly content: string;
    readonly author: {
      readonly id: string;
      readonly displayName: string;
    };
    readonly cid: string;
    readonly createdAt: string;
    readonly editedAt: string | null;
    readonly deleted: boolean;
    readonly replyTo: string | null;
    readonly mentions: readonly string[];
    readonly anchor: {
      readonly diagramId: string;
      readonly nodeId: string | null;
      readonly edgeId: string | null;
    } | null;
    readonly reactions: readonly {
      readonly emoji: string;
      readonly count: number;
      readonly mine: boolean;
    }[];
  })[];
}

export type SearchMessagesVariables = {
  readonly id: string;
  readonly text: string;
};

export const SearchMessages = "query SearchMessages($id:ID!$text:String!){searchMessages(groupId:$id text:$text){...MessageParts}}fragment MessageParts on Message{id seq content author{id displayName}cid createdAt editedAt deleted replyTo mentions anchor{diagramId nodeId edgeId}reactions{emoji count mine}}" as Document<SearchMessagesResult, SearchMessagesVariables>;

export interface GroupThreadResult {
  readonly groupThread: readonly ({
    readonly id: string;
    readonly seq: number;
    readonly content: string;
    readonly author: {
      readonly id: string;
      readonly displayName: string;
    };
    readonly cid: string;
    readonly createdAt: string;
    readonly editedAt: string | null;
    readonly deleted: boolean;
    readonly replyTo: string | null;
    readonly mentions: readonly string[];
    readonly anchor: {
      readonly diagramId: string;
      readonly nodeId: string | null;
      readonly edgeId: string | null;
    } | null;
    readonly reactions: readonly {
      readonly emoji: string;
      readonly count: number;
      readonly mine: boolean;
    }[];
  })[];
}

export type GroupThreadVariables = {
  readonly id: string;
  readonly diagram: string;
  readonly node?: string | null;
  readonly edge?: string | null;
};

export const GroupThread = "query GroupThread($id:ID!$diagram:ID!$node:ID$edge:ID){groupThread(groupId:$id diagramId:$diagram nodeId:$node edgeId:$edge){...MessageParts}}fragment MessageParts on Message{id seq content author{id displayName}cid createdAt editedAt deleted replyTo mentions anchor{diagramId nodeId edgeId}reactions{emoji count mine}}" as Document<GroupThreadResult, GroupThreadVariables>;

export interface AnchorNamesResult {
  readonly diagram: {
    readonly id: string;
    readonly title: string;
    readonly graph: {
      readonly nodes: readonly {
        readonly id: string;
        readonly label: string;
      }[];
      readonly edges: readonly {
        readonly id: string;
        readonly from: string;
        readonly to: string;
        readonly label: string;
      }[];
    };
  };
}

export type AnchorNamesVariables = {
  readonly id: string;
};

export const AnchorNames = "query AnchorNames($id:ID!){diagram(id:$id){id title graph{nodes{id label}edges{id from to label}}}}" as Document<AnchorNamesResult, AnchorNamesVariables>;

export interface PeersResult {
  readonly peerProfile: {
    readonly optedIn: boolean;
    readonly hours: readonly number[];
    readonly goals: readonly string[];
  } | null;
  readonly peerProposals: readonly ({
    readonly user: {
      readonly id: string;
      readonly displayName: string;
    };
    readonly mine: boolean;
    readonly groupId: string | null;
  })[];
}

export type PeersVariables = Record<string, never>;

export const Peers = "query Peers{peerProfile{optedIn hours goals}peerProposals{user{id displayName}mine groupId}}" as Document<PeersResult, PeersVariables>;

export interface PeerSuggestionsResult {
  readonly peerSuggestions: readonly {
    readonly user: {
      readonly id: string;
      readonly displayName: string;
    };
    readonly reasons: readonly string[];
  }[];
}

export type PeerSuggestionsVariables = Record<string, never>;

export const PeerSuggestions = "query PeerSuggestions{peerSuggestions{user{id displayName}reasons}}" as Document<PeerSuggestionsResult, PeerSuggestionsVariables>;

export interface CreateGroupResult {
  readonly createStudyGroup: {
    readonly id: string;
  };
}

export type CreateGroupVariables = {
  readonly input: StudyGroupInput;
};

export const CreateGroup = "mutation CreateGroup($input:StudyGroupInput!){createStudyGroup(input:$input){id}}" as Document<CreateGroupResult, CreateGroupVariables>;

export interface UpdateGroupResult {
  readonly updateStudyGroup: {
    readonly id: string;
    readonly version: number;
  };
}

export type UpdateGroupVariables = {
  readonly id: string;
  readonly input: StudyGroupInput;
  readonly version: number;
};

export const UpdateGroup = "mutation UpdateGroup($id:ID!$input:StudyGroupInput!$version:Int!){updateStudyGroup(groupId:$id input:$input version:$version){id version}}" as Document<UpdateGroupResult, UpdateGroupVariables>;

export interface ArchiveGroupResult {
  readonly archiveStudyGroup: {
    readonly id: string;
    readonly archived: boolean;
  };
}

export type ArchiveGroupVariables = {
  readonly id: string;
  readonly archived: boolean;
};

export const ArchiveGroup = "mutation ArchiveGroup($id:ID!$archived:Boolean!){archiveStudyGroup(groupId:$id archived:$archived){id archived}}" as Document<ArchiveGroupResult, ArchiveGroupVariables>;

export interface JoinGroupResult {
  readonly joinStudyGroup: {
    readonly id: string;
    readonly role: GroupRole | null;
    readonly requested: boolean;
  };
}

export type JoinGroupVariables = {
  readonly id: string;
};

export const JoinGroup = "mutation JoinGroup($id:ID!){joinStudyGroup(groupId:$id){id role requested}}" as Document<JoinGroupResult, JoinGroupVariables>;

export interface JoinByInvitationResult {
  readonly joinByInvitation: {
    readonly id: string;
    readonly name: string;
  };
}

export type JoinByInvitationVariables = {
  readonly code: string;
};

export const JoinByInvitation = "mutation JoinByInvitation($code:String!){joinByInvitation(code:$code){id name}}" as Document<JoinByInvitationResult, JoinByInvitationVariables>;

export interface LeaveGroupResult {
  readonly leaveStudyGroup: boolean;
}

export type LeaveGroupVariables = {
  readonly id: string;
};

export const LeaveGroup = "mutation LeaveGroup($id:ID!){leaveStudyGroup(groupId:$id)}" as Document<LeaveGroupResult, LeaveGroupVariables>;

export interface DecideRequestResult {
  readonly decideJoinRequest: {
    readonly id: string;
  };
}

export type DecideRequestVariables = {
  readonly id: string;
  readonly user: string;
  readonly accept: boolean;
};

export const DecideRequest = "mutation DecideRequest($id:ID!$user:ID!$accept:Boolean!){decideJoinRequest(groupId:$id userId:$user accept:$accept){id}}" as Document<DecideRequestResult, DecideRequestVariables>;

export interface CreateInvitationResult {
  readonly createInvitation: {
    readonly id: string;
    readonly code: string | null;
  };
}

export type CreateInvitationVariables = {
  readonly id: string;
  readonly hours?: number | null;
  readonly uses?: number | null;
};

export const CreateInvitation = "mutation CreateInvitation($id:ID!$hours:Int$uses:Int){createInvitation(groupId:$id expiresInHours:$hours uses:$uses){id code}}" as Document<CreateInvitationResult, CreateInvitationVariables>;

export interface RevokeInvitationResult {
  readonly revokeInvitation: boolean;
}

export type RevokeInvitationVariables = {
  readonly id: string;
  readonly invitation: string;
};

export const RevokeInvitation = "mutation RevokeInvitation($id:ID!$invitation:ID!){revokeInvitation(groupId:$id invitationId:$invitation)}" as Document<RevokeInvitationResult, RevokeInvitationVariables>;

export interface SetRoleResult {
  readonly setGroupRole: {
    readonly id: string;
  };
}

export type SetRoleVariables = {
  readonly id: string;
  readonly user: string;
  readonly role: GroupRole;
};

export const SetRole = "mutation SetRole($id:ID!$user:ID!$role:GroupRole!){setGroupRole(groupId:$id userId:$user role:$role){id}}" as Document<SetRoleResult, SetRoleVariables>;

export interface RemoveMemberResult {
  readonly removeGroupMember: {
    readonly id: string;
  };
}

export type RemoveMemberVariables = {
  readonly id: string;
  readonly user: string;
};

export const RemoveMember = "mutation RemoveMember($id:ID!$user:ID!){removeGroupMember(groupId:$id userId:$user){id}}" as Document<RemoveMemberResult, RemoveMemberVariables>;

export interface SavePeerProfileResult {
  readonly savePeerProfile: {
    readonly optedIn: boolean;
  };
}

export type SavePeerProfileVariables = {
  readonly input: PeerProfileInput;
};

export const SavePeerProfile = "mutation SavePeerProfile($input:PeerProfileInput!){savePeerProfile(input:$input){optedIn}}" as Document<SavePeerProfileResult, SavePeerProfileVariables>;

export interface ProposePeerResult {
  readonly proposePeer: {
    readonly mine: boolean;
  };
}

export type ProposePeerVariables = {
  readonly user: string;
};

export const ProposePeer = "mutation ProposePeer($user:ID!){proposePeer(userId:$user){mine}}" as Document<ProposePeerResult, ProposePeerVariables>;

export interface AnswerPeerResult {
  readonly answerPeer: {
    readonly id: string;
  } | null;
}

export type AnswerPeerVariables = {
  readonly user: string;
  readonly accept: boolean;
};

export const AnswerPeer = "mutation AnswerPeer($user:ID!$accept:Boolean!){answerPeer(userId:$user accept:$accept){id}}" as Document<AnswerPeerResult, AnswerPeerVariables>;

export interface ReadNotificationsResult {
  readonly markNotificationsRead: number;
}

export type ReadNotificationsVariables = {
  readonly ids: readonly string[];
};

export const ReadNotifications = "mutation ReadNotifications($ids:[ID!]!){markNotificationsRead(ids:$ids)}" as Document<ReadNotificationsResult, ReadNotificationsVariables>;
