import AtlasAPI
import AtlasCore
import AtlasHTTP
import Logging
import SocketIO
import Synchronization

/// Connecting, and what ends a connection.
extension Realtime {
    /// The namespace's rules; `owner` is gone before `init` has ended and after the last use.
    static func rules(_ owner: @escaping @Sendable () -> Realtime?) -> SocketNamespaceRules {
        var rules = SocketNamespaceRules("/")
        rules.authorize = { handshake in
            guard let realtime = owner() else { return .refuse(message: "The server is starting.", data: nil) }
            return await realtime.admit(handshake)
        }
        rules.onConnect = { socket, _ in owner()?.connected(socket) }
        rules.onDisconnect = { socket, _ in owner()?.disconnected(socket) }
        rules.onDrain = { socket in
            guard let realtime = owner() else { return }
            let wait = Int.random(in: 0...realtime.limits.reconnectSpread)
            socket.emit("server:drain", .object(["reconnectAfterMs": .integer(wait)]))
        }
        rules.add(sessionEvents, owner)
        rules.add(groupEvents, owner)
        rules.add(chatEvents, owner)
        rules.add(boardEvents, owner)
        rules.addPointing(owner)
        rules.addLabs(owner)
        rules.addTutor(owner)
        return rules
    }

    static let sessionEvents: [String: Work] = [
        "auth:refresh": { realtime, socket, seat, fields in
            let token = try await realtime.verified(try fields.text("token"))
            guard token.account.user == seat.person.user else {
                throw RealtimeError("FORBIDDEN", "The token belongs to another account.")
            }
            seat.state.withLock { state in
                state.token = token
                state.isWarned = false
            }
            return nil
        },
        "presence": { _, _, seat, fields in
            let status = try fields.text("state")
            guard status == "active" || status == "away" else {
                throw RealtimeError.invalid("state is active or away.")
            }
            let isAway = status == "away"
            let wasAway = seat.state.withLock { state in
                defer { state.isAway = isAway }
                return state.isAway
            }
            seat.person.hear(isAway: isAway, wasAway: wasAway)
            return nil
        },
    ]

    private func admit(_ handshake: SocketHandshake) async -> ConnectDecision {
        guard let token = handshake.auth["token"]?.string else {
            return .refuse(message: "Sign in first.", data: .object(["code": .string("UNAUTHORIZED")]))
        }
        do {
            let token = try await verified(token)
            let user = token.account.user
            let name = try await services.auth.displayNames(of: [user])[user] ?? "?"
            // Counted when the socket is there: a client that goes before must not be counted for ever.
            let person = people.person(user, name: name)
            guard person.state.withLock(\.sockets) < limits.socketsPerAccount else {
                throw RealtimeError("RATE_LIMITED", "This account has too many open pages.")
            }
            return .accept(Seat(token, person: person, address: handshake.client.address))
        } catch {
            let told = error as? RealtimeError ?? RealtimeError(AtlasError.wrap(error, while: "admitting a socket"))
            if told.code == "INTERNAL" || told.code == "UNAVAILABLE" {
                logger.error("a socket was not admitted", metadata: ["error": "\(error)"])
            }
            return .refuse(message: told.message, data: .object(["code": .string(told.code)]))
        }
    }

    private func verified(_ token: String) async throws -> Seat.AccessToken {
        let verified = try await services.auth.verified(token)
        return Seat.AccessToken(account: verified.account, expires: verified.expires)
    }

    private func connected(_ socket: Socket) {
        guard let seat = socket.data as? Seat else { return socket.disconnect(close: true) }
        let user = seat.person.user
        seat.person.enter()
        socket.join("user:\(user)")
        let hearing = Task {
            do {
                try await hubs.hold(UserEvent.channel(user)) { [weak self] in self?.notify(user, $0) }
                return true
            } catch {
                logger.error("notices of an account cannot be heard", metadata: ["error": "\(error)"])
                return false
            }
        }
        seat.state.withLock { $0.hearing = hearing }
    }

    private func notify(_ user: UserID, _ payload: [UInt8]) {
        guard case .notice(let notice) = try? UserEvent(payload) else { return }
        let group = notice.group.map { JSONText.string($0.rawValue) }
        let message = notice.message.map { JSONText.string($0.rawValue) }
        everybody?.to("user:\(user)").local.emit(
            "notification",
            .object([
                "id": .string(notice.id.rawValue), "kind": .string(notice.kind.rawValue),
                "text": .string(notice.text), "groupId": group ?? .null, "messageId": message ?? .null,
                "at": .integer(Int(clamping: notice.at.milliseconds)),
            ])
        )
    }

    private func disconnected(_ socket: Socket) {
        guard let seat = socket.data as? Seat else { return }
        let user = seat.person.user
        let last = seat.state.withLock { state in
            let last = state
            state.isGone = true
            state.groups = []
            state.places = []
            state.terminals = [:]
            state.answers = [:]
            return last
        }
        seat.person.leave(wasAway: last.isAway)
        for terminal in last.terminals.values { terminal.close() }
        for answer in last.answers.values { answer.following.cancel() }
        let (groups, hearing) = (last.groups, last.hearing)
        for place in last.places { hideCursor(of: seat, at: place) }
        for group in groups { presence.leave(group, user) }
        Task {
            if let hearing, await hearing.value { await hubs.release(UserEvent.channel(user)) }
            for group in groups { await releaseGroup(group) }
        }
    }

    // MARK: Keeping time

    /// Warns clients whose token ends soon, and puts out those whose token or session has ended.
    func sweep() async {
        guard let everybody else { return }
        people.purge()
        let now = clock.now()
        var sessions: [SessionID: [Socket]] = [:]
        for socket in everybody.sockets() {
            guard let seat = socket.data as? Seat else { continue }
            let (token, isNews) = seat.state.withLock { state in
                let isNews = !state.isWarned && state.token.expires <= now + limits.expiryNotice
                if isNews { state.isWarned = true }
                return (state.token, isNews)
            }
            if token.expires <= now {
                end(socket, "The session has expired. Sign in again.")
                continue
            }
            if isNews {
                let left = token.expires.milliseconds - now.milliseconds
                socket.emit("auth:expiring", .object(["inMs": .integer(Int(clamping: max(0, left)))]))
            }
            sessions[token.account.session, default: []].append(socket)
        }
        do {
            for session in try await services.auth.ended(among: Array(sessions.keys)) {
                for socket in sessions[session] ?? [] { end(socket, "This session was ended.") }
            }
        } catch {
            logger.error("ended sessions cannot be looked up", metadata: ["error": "\(error)"])
        }
    }

    private func end(_ socket: Socket, _ reason: String) {
        socket.emit("auth:expired", .object(["message": .string(reason)]))
        socket.disconnect(close: true)
    }
}

/// What an event does: returns its acknowledgement, `nil` for `{"ok":true}`.
typealias Work = @Sendable (Realtime, Socket, Seat, Fields) async throws -> JSONText?

extension SocketNamespaceRules {
    /// Adds events that are done one after the other per socket, each within the account's limit.
    mutating func add(_ events: [String: Work], _ owner: @escaping @Sendable () -> Realtime?) {
        for (name, work) in events {
            onAsync(name) { socket, event in
                guard let realtime = owner(), let seat = socket.data as? Seat else { return }
                await realtime.answer(event) {
                    if let wait = seat.person.take(.event, realtime.limits.events) { throw RealtimeError.tooMany(wait) }
                    seat.person.state.withLock { person in person.lastSign = .now }
                    return try await work(realtime, socket, seat, try Fields(event, realtime.limits))
                }
            }
        }
    }
}
