import AtlasAPI
import AtlasCore
import GraphQL

/// Study groups: who belongs to them and who may do what.
struct GroupResolvers {
    let groups: any StudyGroups

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [groups] query in
            query.asyncField("studyGroups") { _, _, context -> [StudyGroup] in
                try await groups.groups(as: context.caller)
            }
            query.asyncField("studyGroup") { _, arguments, context -> StudyGroup in
                try await groups.group(GroupID(try arguments.string("id")), as: context.caller)
            }
            query.asyncField("discoverStudyGroups") { _, arguments, context -> [StudyGroup] in
                try await groups.discover(
                    topic: arguments.optionalString("topic"),
                    limit: arguments.optionalInt("first") ?? 20,
                    as: context.caller
                )
            }
            query.asyncField("invitedGroup") { _, arguments, context -> StudyGroup in
                try await groups.invited(by: try arguments.string("code"), as: context.caller)
            }
        }
        resolvers.mutation { [self] mutation in
            bindSettings(&mutation)
            bindComing(&mutation)
            bindInvitations(&mutation)
        }
        bindGroup(&resolvers)
        bindPeople(&resolvers)
    }

    private func bindSettings(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("createStudyGroup") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            let settings = try Self.settings(try arguments.object("input"))
            return try await groups.create(settings, as: context.caller)
        }
        mutation.asyncField("updateStudyGroup") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.update(
                try arguments.group,
                try Self.settings(try arguments.object("input")),
                version: try arguments.int("version"),
                as: context.caller
            )
        }
        mutation.asyncField("archiveStudyGroup") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return arguments.optionalBool("archived") ?? true
                ? try await groups.archive(try arguments.group, as: context.caller)
                : try await groups.restore(try arguments.group, as: context.caller)
        }
        mutation.asyncField("setGroupRole") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.setRole(
                try arguments.enumeration("role"),
                of: try arguments.user,
                in: try arguments.group,
                as: context.caller
            )
        }
    }

    private func bindComing(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("joinStudyGroup") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.join(try arguments.group, as: context.caller)
        }
        mutation.asyncField("joinByInvitation") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.join(invitation: try arguments.string("code"), as: context.caller)
        }
        mutation.asyncField("leaveStudyGroup") { [groups] _, arguments, context -> Bool in
            context.forgetGroups()
            try await groups.leave(try arguments.group, as: context.caller)
            return true
        }
        mutation.asyncField("removeGroupMember") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.remove(
                try arguments.user,
                from: try arguments.group,
                as: context.caller
            )
        }
        mutation.asyncField("decideJoinRequest") { [groups] _, arguments, context -> StudyGroup in
            context.forgetGroups()
            return try await groups.decide(
                try arguments.group,
                requestOf: try arguments.user,
                accept: try arguments.bool("accept"),
                as: context.caller
            )
        }
    }

    private func bindInvitations(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("createInvitation") { [groups] _, arguments, context -> ShownInvitation in
            context.forgetGroups()
            let made = try await groups.makeInvitation(
                to: try arguments.group,
                life: .seconds(3_600) * (arguments.optionalInt("expiresInHours") ?? 168),
                uses: arguments.optionalInt("uses") ?? 25,
                as: context.caller
            )
            return ShownInvitation(invitation: made.invitation, code: made.code)
        }
        mutation.asyncField("revokeInvitation") { [groups] _, arguments, context -> Bool in
            context.forgetGroups()
            let invitation = InvitationID(try arguments.string("invitationId"))
            try await groups.revoke(invitation, of: try arguments.group, as: context.caller)
            return true
        }
    }

    private static func settings(_ input: Arguments) throws -> GroupSettings {
        GroupSettings(
            name: try input.string("name"),
            description: input.optionalString("description") ?? "",
            topics: input.strings("topics"),
            visibility: try input.optionalEnumeration("visibility") ?? .open,
            memberLimit: input.optionalInt("memberLimit") ?? GroupLimits.members
        )
    }

    private func bindGroup(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("StudyGroup", StudyGroup.self) { [groups] group in
            group.field("id") { $0.id.rawValue }
            group.field("name") { $0.settings.name }
            group.field("description") { $0.settings.description }
            group.field("topics") { $0.settings.topics }
            group.field("visibility") { $0.settings.visibility }
            group.field("memberCount") { $0.memberCount }
            group.field("memberLimit") { $0.settings.memberLimit }
            group.field("archived") { $0.isArchived }
            group.field("role") { $0.role }
            group.field("requested") { $0.hasRequested }
            group.loadedField("members", from: { $0.groupLoaders(groups).members }, key: { $0.id })
            group.loadedField("requests", from: { $0.groupLoaders(groups).requests }, key: { $0.id })
            group.loadedField("invitations", from: { $0.groupLoaders(groups).invitations }, key: { $0.id })
            group.field("head") { $0.head }
            group.field("readSeq") { $0.readSeq }
            group.field("unread") { $0.unread }
            group.field("createdAt") { $0.createdAt }
            group.field("version") { $0.version }
        }
    }

    private func bindPeople(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Person", Person.self) { person in
            person.field("id") { $0.id.rawValue }
            person.field("displayName") { $0.displayName }
        }
        resolvers.type("GroupMember", GroupMember.self) { member in
            member.field("user") { $0.person }
            member.field("role") { $0.role }
            member.field("joinedAt") { $0.joinedAt }
        }
        resolvers.type("JoinRequest", JoinRequest.self) { request in
            request.field("user") { $0.person }
            request.field("at") { $0.at }
        }
        resolvers.type("GroupInvitation", ShownInvitation.self) { shown in
            shown.field("id") { $0.invitation.id.rawValue }
            shown.field("code") { $0.code }
            shown.field("createdBy") { $0.invitation.createdBy.rawValue }
            shown.field("createdAt") { $0.invitation.createdAt }
            shown.field("expiresAt") { $0.invitation.expiresAt }
            shown.field("maxUses") { $0.invitation.maxUses }
            shown.field("uses") { $0.invitation.uses }
        }
    }
}

extension Arguments {
    /// The group that the argument `groupId` names.
    var group: GroupID {
        get throws(GraphQLError) { GroupID(try string("groupId")) }
    }

    /// The account that the argument `userId` names.
    var user: UserID {
        get throws(GraphQLError) { UserID(try string("userId")) }
    }
}
