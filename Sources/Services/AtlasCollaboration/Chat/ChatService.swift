import AtlasAPI
import AtlasCore
import AtlasPorts
import Diagrams

/// What is said in groups: writing.
///
/// Each call is one transaction that takes the next place of the log first; the entry's own UNIQUE rule tells a retry,
/// also one that runs at the same time, and gives it what the first one stored.
struct ChatService: GroupChat {
    let database: any Database
    let directory: GroupDirectory
    let content: any Content
    let pubSub: any PubSub
    let clock: any WallClock
    let ids: any IDSource

    func post(_ message: NewMessage, to group: GroupID, as caller: Caller) async throws -> ChatEntry {
        let user = try caller.signedIn().user
        try MessageCheck.cid(message.cid)
        try MessageCheck.content(message.content)
        if let anchor = message.anchor { try await check(anchor, as: caller) }
        let members = try await directory.snapshot(group).members
        let author = try await directory.person(user, near: group)
        let (id, source) = (MessageID(ids.next()), ids)
        let mentions = Mentions.find(in: message.content, among: members.values.map(\.person))
        return try await store(message.cid, of: user, in: group) { session, place in
            let entry = ChatEntry(
                group: group,
                seq: place.seq,
                kind: .message,
                id: id,
                cid: message.cid,
                author: author,
                at: place.at,
                content: message.content,
                replyTo: message.replyTo,
                anchor: message.anchor,
                mentions: mentions
            )
            try ChatLog(session: session).append(entry)
            try Self.checkWriting(user, at: place, in: session)
            let messages = MessageRows(session: session)
            if let reply = message.replyTo, try messages.find(reply, in: group) == nil {
                throw AtlasError(.invalid, "There is no such message in this group.", field: "replyTo")
            }
            try messages.insert(entry)
            try Self.notify(mentions, of: entry, in: place, source, session)
            return entry
        }
    }

    func edit(
        _ message: MessageID,
        to content: String,
        cid: String,
        in group: GroupID,
        as caller: Caller
    ) async throws -> ChatEntry {
        let user = try caller.signedIn().user
        try MessageCheck.cid(cid)
        try MessageCheck.content(content)
        let members = try await directory.snapshot(group).members
        let author = try await directory.person(user, near: group)
        let mentions = Mentions.find(in: content, among: members.values.map(\.person))
        let source = ids
        return try await store(cid, of: user, in: group) { session, place in
            let entry = ChatEntry(
                group: group,
                seq: place.seq,
                kind: .edit,
                id: message,
                cid: cid,
                author: author,
                at: place.at,
                content: content,
                mentions: mentions
            )
            try ChatLog(session: session).append(entry)
            try Self.checkWriting(user, at: place, in: session)
            let messages = MessageRows(session: session)
            let found = try messages.require(message, in: group)
            guard found.sender == user else {
                throw AtlasError(.forbidden, "Only its author edits a message.")
            }
            try messages.replaceContent(entry)
            try Self.notify(mentions.filter { !found.mentions.contains($0) }, of: entry, in: place, source, session)
            return entry
        }
    }

    func delete(
        _ message: MessageID,
        cid: String,
        in group: GroupID,
        as caller: Caller
    ) async throws -> ChatEntry {
        let user = try caller.signedIn().user
        try MessageCheck.cid(cid)
        let author = try await directory.person(user, near: group)
        return try await store(cid, of: user, in: group) { session, place in
            let entry = ChatEntry(
                group: group,
                seq: place.seq,
                kind: .delete,
                id: message,
                cid: cid,
                author: author,
                at: place.at
            )
            try ChatLog(session: session).append(entry)
            let role = try Self.checkWriting(user, at: place, in: session)
            let messages = MessageRows(session: session)
            guard try messages.require(message, in: group).sender == user || role >= .moderator else {
                throw AtlasError(.forbidden, "Only its author and moderators delete a message.")
            }
            try messages.empty(entry)
            return entry
        }
    }

    func react(
        _ emoji: String,
        isOn: Bool,
        to message: MessageID,
        cid: String,
        in group: GroupID,
        as caller: Caller
    ) async throws -> ChatEntry? {
        let user = try caller.signedIn().user
        try MessageCheck.cid(cid)
        try MessageCheck.emoji(emoji)
        let author = try await directory.person(user, near: group)
        do {
            return try await store(cid, of: user, in: group) { session, place in
                let entry = ChatEntry(
                    group: group,
                    seq: place.seq,
                    kind: .reaction,
                    id: message,
                    cid: cid,
                    author: author,
                    at: place.at,
                    emoji: emoji,
                    isOn: isOn
                )
                try ChatLog(session: session).append(entry)
                try Self.checkWriting(user, at: place, in: session)
                let messages = MessageRows(session: session)
                _ = try messages.require(message, in: group)
                guard try messages.react(entry, emoji, isOn: isOn) else { throw NothingToDo() }
                return entry
            }
        } catch is NothingToDo {
            return nil
        }
    }

    /// Runs `body` in a transaction that holds the group's next place; a retry gets what was stored the first time.
    private func store(
        _ cid: String,
        of user: UserID,
        in group: GroupID,
        _ body: @escaping @Sendable (any SQLSession, ChatLog.Place) throws -> ChatEntry
    ) async throws -> ChatEntry {
        let now = clock.now()
        do {
            return try await database.write { session in
                try body(session, try ChatLog(session: session).advance(group, at: now))
            }
        } catch is ChatLog.AlreadyStored {
            // From the primary: a replica may not have it yet.
            let lines = try await database.write { session in
                try MessageRows(session: session).lines(
                    "chat_entries.group_id = \(group) AND chat_entries.sender = \(user) AND chat_entries.cid = \(cid)"
                )
            }
            guard let entry = try await entries(lines, of: group).first else {
                throw AtlasError(
                    .internalError,
                    "Something went wrong on our side.",
                    detail: "a stored entry is missing"
                )
            }
            return entry
        }
    }

    @discardableResult
    private static func checkWriting(
        _ user: UserID,
        at place: ChatLog.Place,
        in session: any SQLSession
    ) throws -> GroupRole {
        let role = try GroupRows(session: session).require(.member, of: user, in: place.group)
        guard !place.isArchived else { throw GroupRows.archived }
        return role
    }

    /// Throws unless the diagram and the part of it that `anchor` names are there for the caller.
    private func check(_ anchor: Anchor, as caller: Caller) async throws {
        for id in [anchor.diagramId, anchor.nodeId ?? "", anchor.edgeId ?? ""]
        where id.unicodeScalars.count > ChatLimits.anchorCharacters {
            throw AtlasError(.invalid, "There is nothing with such a long id.", field: "anchor")
        }
        guard anchor.nodeId == nil || anchor.edgeId == nil else {
            throw AtlasError(.invalid, "A message is pinned to a node or to an edge, not to both.", field: "anchor")
        }
        guard let diagram = try await content.diagrams([DiagramID(anchor.diagramId)], as: caller).first ?? nil else {
            throw AtlasError(.invalid, "There is no diagram \(anchor.diagramId).", field: "anchor")
        }
        let graph = diagram.picture.graph
        if let node = anchor.nodeId, !graph.nodes.contains(where: { $0.id == node }) {
            throw AtlasError(.invalid, "The diagram has no node \(node).", field: "anchor")
        }
        if let edge = anchor.edgeId, !graph.edges.contains(where: { $0.id == edge }) {
            throw AtlasError(.invalid, "The diagram has no edge \(edge).", field: "anchor")
        }
    }

    private static func notify(
        _ mentioned: [UserID],
        of entry: ChatEntry,
        in place: ChatLog.Place,
        _ ids: any IDSource,
        _ session: any SQLSession
    ) throws {
        // In one order everywhere, so that two messages do not wait for each other's notices.
        for user in mentioned.sorted(by: { $0.rawValue < $1.rawValue }) where user != entry.author.id {
            try NoticeRows(session: session).add(
                Notice(
                    id: NoticeID(ids.next()),
                    kind: .mention,
                    text: "\(entry.author.displayName) mentioned you in \(place.name).",
                    group: entry.group,
                    message: entry.id,
                    at: entry.at,
                    readAt: nil
                ),
                for: user
            )
        }
    }
}
