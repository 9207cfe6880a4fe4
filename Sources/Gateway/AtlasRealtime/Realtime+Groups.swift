import AtlasAPI
import AtlasCore
import AtlasHTTP
import AtlasPorts
import Logging
import SocketIO
import Synchronization
import Whiteboard

/// Joining groups, and what their members are told.
extension Realtime {
    static func room(_ group: GroupID) -> String { "group:\(group)" }

    static let groupEvents: [String: Work] = [
        "join-study-group": { realtime, socket, seat, fields in
            try realtime.takeJoin(seat)
            return try await realtime.join(try fields.group(), socket, seat)
        },
        "leave-study-group": { realtime, socket, seat, fields in
            await realtime.leave(try fields.group(), socket, seat)
            return nil
        },
        "typing": { realtime, socket, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            socket.to(Realtime.room(group)).volatile.emit("typing", realtime.who(seat, group))
            return nil
        },
        "read": { realtime, socket, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            let seq = try await realtime.services.chat.markRead(group, upTo: try fields.count("seq"), as: seat.caller)
            realtime.everybody?.to(Realtime.room(group)).volatile.emit(
                "group-read",
                .object([
                    "groupId": .string(group.rawValue), "userId": .string(seat.person.user.rawValue),
                    "seq": .integer(seq),
                ])
            )
            return .object(["ok": .bool(true), "seq": .integer(seq)])
        },
    ]

    func takeJoin(_ seat: Seat) throws(RealtimeError) {
        if let wait = seat.person.take(.join, limits.joins) { throw RealtimeError.tooMany(wait) }
    }

    /// The group, if the socket has joined it.
    @discardableResult
    func joined(_ group: GroupID, _ seat: Seat) throws(RealtimeError) -> GroupID {
        guard isJoined(group, seat) else { throw RealtimeError("NOT_MEMBER", "Join the group first.") }
        return group
    }

    func who(_ seat: Seat, _ group: GroupID) -> JSONText {
        .object([
            "groupId": .string(group.rawValue), "userId": .string(seat.person.user.rawValue),
            "name": .string(seat.person.name),
        ])
    }

    // MARK: Joining and leaving

    private func join(_ group: GroupID, _ socket: Socket, _ seat: Seat) async throws -> JSONText {
        let caller = seat.caller
        // First heard, then looked up: what happens in between is heard, and told twice at worst.
        try await holdGroup(group)
        let (found, isNew): (StudyGroup, Bool)
        do {
            found = try await services.groups.group(group, as: caller)
            guard found.role != nil else { throw notAMember }
            isNew = try enter(group, socket, seat)
        } catch {
            await releaseGroup(group)
            throw error
        }
        if !isNew { await releaseGroup(group) }
        do {
            // Looked up from inside the room, so that whoever ceases to be a member meanwhile is put out of it.
            let members = try await services.groups.members(of: [group], as: caller)[group] ?? []
            let board = try await services.boards.head(of: group, as: caller)
            await tellPresence(of: group)
            guard members.contains(where: { $0.person.id == seat.person.user }), isJoined(group, seat) else {
                throw notAMember
            }
            return Self.welcome(found, found.role ?? .member, members, board, presence.snapshot(group), seat)
        } catch {
            if isNew { await leave(group, socket, seat) }
            throw error
        }
    }

    /// Notes that a socket is in a group and puts it into the room, both or neither.
    ///
    /// - Returns: Whether it was not in the group before.
    private func enter(_ group: GroupID, _ socket: Socket, _ seat: Seat) throws(RealtimeError) -> Bool {
        try seat.state.withLock { state throws(RealtimeError) in
            guard !state.isGone else { throw RealtimeError("GONE", "The connection has ended.") }
            guard socket.join(Self.room(group)) else { throw tooManyRooms }
            let isNew = state.groups.insert(group).inserted
            if isNew { presence.join(group, seat.person) }
            return isNew
        }
    }

    private func isJoined(_ group: GroupID, _ seat: Seat) -> Bool { seat.state.withLock { $0.groups.contains(group) } }

    private var notAMember: RealtimeError { RealtimeError("NOT_MEMBER", "You are no member of this group.") }

    var tooManyRooms: RealtimeError {
        RealtimeError("RATE_LIMITED", "This page has too much open at once; close some of it.")
    }

    private static func welcome(
        _ group: StudyGroup,
        _ role: GroupRole,
        _ members: [GroupMember],
        _ board: BoardHead,
        _ statuses: [UserID: Presence.Status],
        _ seat: Seat
    ) -> JSONText {
        let people = members.map { member in
            JSONText.object([
                "userId": .string(member.person.id.rawValue), "name": .string(member.person.displayName),
                "role": .string(member.role.rawValue),
                "state": .string((statuses[member.person.id] ?? .offline).rawValue),
            ])
        }
        return .object([
            "ok": .bool(true),
            "group": .object([
                "id": .string(group.id.rawValue), "name": .string(group.settings.name),
                "role": .string(role.rawValue), "archived": .bool(group.isArchived),
            ]),
            "head": .integer(group.head),
            "board": .object(["seq": .integer(board.seq), "epoch": .string(board.epoch)]),
            "members": .array(people),
            "me": .object([
                "userId": .string(seat.person.user.rawValue), "name": .string(seat.person.name),
            ]),
        ])
    }

    private func leave(_ group: GroupID, _ socket: Socket, _ seat: Seat) async {
        guard seat.state.withLock({ $0.groups.remove(group) }) != nil else { return }
        presence.leave(group, seat.person.user)
        for place in seat.state.withLock(\.places) where place.group == group { leave(place, socket, seat) }
        socket.leave(Realtime.room(group))
        await releaseGroup(group)
    }

    private func holdGroup(_ group: GroupID) async throws {
        let told = ToldNumbers()
        let isFirst = try await hubs.hold(GroupEvent.channel(group)) { [weak self] payload in
            await self?.hear(group, payload, told)
        }
        do {
            try await hubs.hold(BoardChannel.name(of: group)) { [weak self] in self?.hearBoard(group, $0) }
        } catch {
            await hubs.release(GroupEvent.channel(group))
            throw error
        }
        guard isFirst, let question = presence.question(group) else { return }
        try? await pubSub.publish(question, to: Presence.channel)
    }

    func releaseGroup(_ group: GroupID) async {
        await hubs.release(GroupEvent.channel(group))
        await hubs.release(BoardChannel.name(of: group))
    }

    // MARK: What the service tells

    private func hear(_ group: GroupID, _ payload: [UInt8], _ told: ToldNumbers) async {
        let room = Realtime.room(group)
        do {
            switch try GroupEvent(payload) {
            case .entry(let entry) where !told.tell(entry.seq): break
            case .entry: everybody?.to(room).local.emit("group-message", JSONText(trusted: payload))
            case .updated:
                everybody?.to(room).local.emit("group-updated", .object(["groupId": .string(group.rawValue)]))
            case .ended(let user, let reason): await end(group, for: user, reason.rawValue)
            }
        } catch {
            logger.error("an event of a group cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Puts somebody's sockets out of a group, or, without a name, tells all that it is archived: they may still read.
    private func end(_ group: GroupID, for user: UserID?, _ reason: String) async {
        guard let everybody else { return }
        let told = JSONText.object([
            "groupId": .string(group.rawValue), "reason": .string(reason),
            "userId": user.map { .string($0.rawValue) } ?? .null,
        ])
        guard let user else { return everybody.to(Realtime.room(group)).local.emit("group-ended", told) }
        for socket in everybody.sockets(in: Realtime.room(group)) {
            guard let seat = socket.data as? Seat, seat.person.user == user else { continue }
            socket.emit("group-ended", told)
            await leave(group, socket, seat)
        }
        presence.leave(group, user, isFinal: true)
        await tellPresence(of: group)
    }

    /// Groups that are looked up together.
    private static let groupsAtOnce = 500

    /// Tells the members of every group that is open here how far log and board have come, and puts out who is no member.
    ///
    /// A lost last message or stroke is noticed by it, and so is a lost end of a membership.
    func tellHeads() async {
        guard let everybody else { return }
        var people: [GroupID: Set<UserID>] = [:]
        for socket in everybody.sockets() {
            guard let seat = socket.data as? Seat else { continue }
            for group in seat.state.withLock(\.groups) { people[group, default: []].insert(seat.person.user) }
        }
        let groups = Array(people.keys)
        for start in stride(from: 0, to: groups.count, by: Self.groupsAtOnce) {
            let some = Array(groups[start..<min(start + Self.groupsAtOnce, groups.count)])
            do {
                let members = try await services.groups.memberIDs(of: some)
                for group in some {
                    for user in people[group, default: []].subtracting(members[group] ?? []) {
                        await end(group, for: user, GroupEvent.Reason.removed.rawValue)
                    }
                }
                for (group, head) in try await services.chat.heads(of: some) { try await tell(head, of: group) }
            } catch {
                logger.error("the heads of groups cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }

    private func tell(_ head: Int, of group: GroupID) async throws {
        let board = try await services.boards.head(of: group, as: .system)
        everybody?.to(Realtime.room(group)).local.volatile.emit(
            "group-head",
            .object([
                "groupId": .string(group.rawValue), "head": .integer(head), "board": .integer(board.seq),
            ])
        )
    }

    // MARK: Presence

    /// Tells the other processes, and this one's sockets, what has changed.
    ///
    /// - Parameter group: The only one that is looked at: with all of them at each arrival, a crowd that comes at once
    ///   would cost the square of its number.
    func tellPresence(of group: GroupID? = nil) async {
        for message in presence.due(in: group) {
            do {
                try await pubSub.publish(message, to: Presence.channel)
            } catch {
                logger.error("presence was not told", metadata: ["error": "\(error)"])
            }
        }
        if group == nil { show(presence.expire()) }
    }

    func hearPresence() async {
        await subscribing(to: Presence.channel) { self.show(self.presence.hear($0)) }
    }

    private func show(_ changes: [Presence.Change]) {
        for change in changes {
            everybody?.to(Realtime.room(change.group)).local.emit(
                "presence",
                .object([
                    "groupId": .string(change.group.rawValue), "userId": .string(change.user.rawValue),
                    "name": .string(change.name), "state": .string(change.status.rawValue),
                ])
            )
        }
    }
}
