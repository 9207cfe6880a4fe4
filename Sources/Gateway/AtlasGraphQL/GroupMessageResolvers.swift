import AtlasAPI
import AtlasCore
import GraphQL

/// What is said in study groups.
struct GroupMessageResolvers {
    let chat: any GroupChat

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in bindReading(&query) }
        resolvers.mutation { [self] mutation in bindWriting(&mutation) }
        resolvers.subscription { [chat] subscription in
            subscription.field("groupMessageReceived") { arguments, context in
                try await chat.follow(try arguments.group, as: context.caller)
            }
        }
        bindTypes(&resolvers)
    }

    private func bindReading(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("groupMessages") { [chat] _, arguments, context -> ChatPage in
            let (group, limit) = (try arguments.group, arguments.optionalInt("first") ?? 50)
            let before = arguments.optionalInt("before")
            guard let after = arguments.optionalInt("after") else {
                return try await chat.history(of: group, before: before, limit: limit, as: context.caller)
            }
            guard before == nil else {
                throw AtlasError(.invalid, "Ask for what is after a number or before one, not both.", field: "before")
            }
            return try await chat.entries(of: group, after: after, limit: limit, as: context.caller)
        }
        query.asyncField("searchMessages") { [chat] _, arguments, context -> [ChatEntry] in
            try await chat.search(
                try arguments.string("text"),
                in: try arguments.group,
                limit: arguments.optionalInt("first") ?? 20,
                as: context.caller
            )
        }
        query.asyncField("groupThread") { [chat] _, arguments, context -> [ChatEntry] in
            try await chat.thread(at: try Self.anchor(arguments), in: try arguments.group, as: context.caller)
        }
        query.asyncField("groupReaders") { [chat] _, arguments, context -> [GroupReader] in
            try await chat.readers(of: try arguments.group, as: context.caller)
                .map { GroupReader(user: $0.key, seq: $0.value) }
                .sorted { $0.user.rawValue < $1.user.rawValue }
        }
    }

    private func bindWriting(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("sendMessage") { [chat] _, arguments, context -> ChatEntry in
            let input = try arguments.object("input")
            let message = NewMessage(
                cid: try input.string("cid"),
                content: try input.string("content"),
                replyTo: input.optionalString("replyTo").map { MessageID($0) },
                anchor: try input.optionalObject("anchor").map(Self.anchor)
            )
            return try await chat.post(message, to: try input.group, as: context.caller)
        }
        mutation.asyncField("editMessage") { [chat] _, arguments, context -> ChatEntry in
            try await chat.edit(
                try arguments.message,
                to: try arguments.string("content"),
                cid: try arguments.string("cid"),
                in: try arguments.group,
                as: context.caller
            )
        }
        mutation.asyncField("deleteMessage") { [chat] _, arguments, context -> ChatEntry in
            try await chat.delete(
                try arguments.message,
                cid: try arguments.string("cid"),
                in: try arguments.group,
                as: context.caller
            )
        }
        mutation.asyncField("reactToMessage") { [chat] _, arguments, context -> ChatEntry? in
            try await chat.react(
                try arguments.string("emoji"),
                isOn: arguments.optionalBool("on") ?? true,
                to: try arguments.message,
                cid: try arguments.string("cid"),
                in: try arguments.group,
                as: context.caller
            )
        }
        mutation.asyncField("markGroupRead") { [chat] _, arguments, context -> Int in
            context.forgetGroups()
            let seq = try arguments.int("seq")
            return try await chat.markRead(try arguments.group, upTo: seq, as: context.caller)
        }
    }

    private static func anchor(_ input: Arguments) throws -> Anchor {
        Anchor(
            diagramId: try input.string("diagramId"),
            nodeId: input.optionalString("nodeId"),
            edgeId: input.optionalString("edgeId")
        )
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Message", ChatEntry.self) { entry in
            entry.field("id") { $0.id.rawValue }
            entry.field("groupId") { $0.group.rawValue }
            entry.field("seq") { $0.seq }
            entry.field("kind") { $0.kind }
            entry.field("content") { $0.content ?? "" }
            entry.field("author") { $0.author }
            entry.field("cid") { $0.cid }
            entry.field("createdAt") { $0.at }
            entry.field("editedAt") { $0.state?.editedAt }
            entry.field("deleted") { $0.kind == .message && $0.content == nil }
            entry.field("replyTo") { $0.replyTo?.rawValue }
            entry.field("anchor") { $0.anchor }
            entry.field("reactions") { $0.state?.reactions ?? [] }
            entry.field("mentions") { $0.mentions.map(\.rawValue) }
            entry.field("emoji") { $0.emoji }
            entry.field("on") { $0.isOn }
        }
        resolvers.type("MessagePage", ChatPage.self) { page in
            page.field("entries") { $0.entries }
            page.field("head") { $0.head }
            page.field("reset") { $0.isReset }
        }
        resolvers.type("MessageAnchor", Anchor.self) { anchor in
            anchor.field("diagramId") { $0.diagramId }
            anchor.field("nodeId") { $0.nodeId }
            anchor.field("edgeId") { $0.edgeId }
        }
        resolvers.type("MessageReaction", ChatEntry.Reaction.self) { reaction in
            reaction.field("emoji") { $0.emoji }
            reaction.field("count") { $0.count }
            reaction.field("mine") { $0.mine }
        }
        resolvers.type("GroupReader", GroupReader.self) { reader in
            reader.field("userId") { $0.user.rawValue }
            reader.field("seq") { $0.seq }
        }
    }
}

extension Arguments {
    fileprivate var message: MessageID {
        get throws(GraphQLError) { MessageID(try string("messageId")) }
    }
}
