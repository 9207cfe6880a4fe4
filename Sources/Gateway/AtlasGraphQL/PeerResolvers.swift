import AtlasAPI
import AtlasCore
import GraphQL

/// Whom to learn with, and what the caller was told.
struct PeerResolvers {
    let peers: any PeerMatching
    let notices: any Notifications

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [peers, notices] query in
            query.asyncField("peerProfile") { _, _, context -> PeerProfile? in
                try await peers.profile(as: context.caller)
            }
            query.asyncField("peerSuggestions") { _, _, context -> [PeerSuggestion] in
                try await peers.suggestions(as: context.caller)
            }
            query.asyncField("peerProposals") { _, _, context -> [PeerProposal] in
                try await peers.proposals(as: context.caller)
            }
            query.asyncField("notifications") { _, arguments, context -> [Notice] in
                try await notices.notices(
                    limit: arguments.optionalInt("first") ?? 20,
                    onlyUnread: arguments.optionalBool("unread") ?? false,
                    as: context.caller
                )
            }
        }
        resolvers.mutation { [peers, notices] mutation in
            mutation.asyncField("savePeerProfile") { _, arguments, context -> PeerProfile in
                let input = try arguments.object("input")
                let profile = PeerProfile(
                    isOptedIn: try input.bool("optedIn"),
                    hours: try input.integers("hours"),
                    goals: input.strings("goals")
                )
                return try await peers.save(profile, as: context.caller)
            }
            mutation.asyncField("proposePeer") { _, arguments, context -> PeerProposal in
                try await peers.propose(to: try arguments.user, as: context.caller)
            }
            mutation.asyncField("answerPeer") { _, arguments, context -> StudyGroup? in
                context.forgetGroups()
                let accept = try arguments.bool("accept")
                return try await peers.answer(try arguments.user, accept: accept, as: context.caller)
            }
            mutation.asyncField("markNotificationsRead") { _, arguments, context -> Int in
                let ids = arguments.optionalList("ids") == nil ? nil : arguments.strings("ids").map { NoticeID($0) }
                return try await notices.markRead(ids, as: context.caller)
            }
        }
        bindTypes(&resolvers)
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("PeerProfile", PeerProfile.self) { profile in
            profile.field("optedIn") { $0.isOptedIn }
            profile.field("hours") { $0.hours }
            profile.field("goals") { $0.goals }
        }
        resolvers.type("PeerSuggestion", PeerSuggestion.self) { suggestion in
            suggestion.field("user") { $0.person }
            suggestion.field("score") { $0.score }
            suggestion.field("reasons") { $0.reasons }
            suggestion.field("sharedHours") { $0.sharedHours }
            suggestion.field("sharedGoals") { $0.sharedGoals }
        }
        resolvers.type("PeerProposal", PeerProposal.self) { proposal in
            proposal.field("user") { $0.person }
            proposal.field("mine") { $0.isMine }
            proposal.field("at") { $0.at }
            proposal.field("groupId") { $0.group?.rawValue }
        }
        resolvers.type("Notification", Notice.self) { notice in
            notice.field("id") { $0.id.rawValue }
            notice.field("kind") { $0.kind }
            notice.field("text") { $0.text }
            notice.field("groupId") { $0.group?.rawValue }
            notice.field("messageId") { $0.message?.rawValue }
            notice.field("at") { $0.at }
            notice.field("readAt") { $0.readAt }
        }
    }
}

extension Arguments {
    /// The whole numbers of the list called `name`.
    fileprivate func integers(_ name: String) throws(GraphQLError) -> [Int] {
        try list(name).compactMap { item in
            guard case .int(let number) = item else { return nil }
            return Int(exactly: number)
        }
    }
}
