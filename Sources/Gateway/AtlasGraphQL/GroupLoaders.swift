import AtlasAPI
import AtlasCore
import GraphQL

/// What belongs to groups, fetched for all groups of a step at once.
final class GroupLoaders: Sendable {
    let members: DataLoader<GroupID, [GroupMember]>
    let requests: DataLoader<GroupID, [JoinRequest]>
    let invitations: DataLoader<GroupID, [ShownInvitation]>

    init(_ groups: any StudyGroups, _ caller: Caller) {
        members = DataLoader { try await groups.members(of: $0, as: caller) }
        requests = DataLoader { try await groups.requests(of: $0, as: caller) }
        invitations = DataLoader { ids in
            try await groups.invitations(of: ids, as: caller)
                .mapValues { $0.map { ShownInvitation(invitation: $0, code: nil) } }
        }
    }
}
