import AtlasAPI
import AtlasCore
import AtlasHTTP
import SocketIO
import Synchronization

/// Answers of the tutor while they are written, told to the socket that asked and to no other.
///
/// Nothing is queued here: a task per answer takes the service's events, and ends with the socket. The service writes on for
/// `TutorLimits.patience`, in which the client may come back with the same `clientId`.
extension Realtime {
    /// An answer that a socket follows.
    struct FollowedAnswer: Sendable {
        /// Tells it from an earlier one with the same `clientId`.
        let number: Int
        let following: Task<Void, Never>
    }

    typealias TutorWork = @Sendable (Realtime, Socket, Seat, Fields, SocketEvent) async throws -> Void

    static let tutorEvents: [String: TutorWork] = [
        "tutor-ask": { realtime, socket, seat, fields, event in
            if let wait = seat.person.take(.question, realtime.limits.questions) { throw RealtimeError.tooMany(wait) }
            try await realtime.ask(socket, seat, fields, event)
        },
        "tutor-stop": { realtime, _, seat, fields, event in
            let answer = try await realtime.services.tutor.stop(AnswerID(try fields.id("answerId")), as: seat.caller)
            event.acknowledgement?.send([.object(["ok": .bool(true), "answer": answer.json])])
        },
    ]

    private func ask(_ socket: Socket, _ seat: Seat, _ fields: Fields, _ event: SocketEvent) async throws {
        let question = try fields.question()
        let client = question.clientID
        let isWelcome = seat.state.withLock { state in
            !state.isGone && (state.answers[client] != nil || state.answers.count < limits.answersPerSocket)
        }
        guard isWelcome else {
            throw RealtimeError("RATE_LIMITED", "This page follows too many answers; wait for one, or stop it.")
        }
        let events = try await services.tutor.ask(question, as: seat.caller)
        let replaced = seat.state.withLock { state -> FollowedAnswer? in
            // A socket that went in the meantime was cleared already; nobody reads the events.
            guard !state.isGone else { return nil }
            state.asked += 1
            let number = state.asked
            // It takes the lock when it ends, and so finds itself in the list.
            let following = Task { await Self.follow(events, of: client, number, socket, seat, event) }
            return state.answers.updateValue(FollowedAnswer(number: number, following: following), forKey: client)
        }
        replaced?.following.cancel()
    }

    private static func follow(
        _ events: AsyncStream<AnswerEvent>,
        of client: String,
        _ number: Int,
        _ socket: Socket,
        _ seat: Seat,
        _ asking: SocketEvent
    ) async {
        var isAcknowledged = false
        for await event in events {
            if !isAcknowledged, let answer = event.answer {
                isAcknowledged = true
                asking.acknowledgement?.send([
                    .object([
                        "ok": .bool(true), "answerId": .string(answer.id.rawValue),
                        "conversationId": .string(answer.conversation.rawValue),
                    ])
                ])
            }
            socket.emit("tutor-event", event.json(client))
        }
        seat.state.withLock { state in
            if state.answers[client]?.number == number { state.answers[client] = nil }
        }
        if !isAcknowledged, !Task.isCancelled {
            asking.acknowledgement?.fail("UNAVAILABLE", "The answer did not come.")
        }
    }

    /// Does what an event asks for, within the account's limit for events.
    fileprivate func handleTutor(_ work: TutorWork, _ socket: Socket, _ event: SocketEvent) async {
        guard let seat = socket.data as? Seat else { return }
        do {
            if let wait = seat.person.take(.event, limits.events) { throw RealtimeError.tooMany(wait) }
            seat.person.state.withLock { person in person.lastSign = .now }
            try await work(self, socket, seat, try Fields(event, limits), event)
        } catch let error as AtlasError where error.code == .notFound {
            refuse(event, RealtimeError("NOT_FOUND", error.message))
        } catch {
            refuse(event, error)
        }
    }
}

extension SocketNamespaceRules {
    /// Adds the events of the tutor, which are done one after the other per socket.
    mutating func addTutor(_ owner: @escaping @Sendable () -> Realtime?) {
        for (name, work) in Realtime.tutorEvents {
            onAsync(name) { socket, event in await owner()?.handleTutor(work, socket, event) }
        }
    }
}

extension Fields {
    fileprivate func question() throws(RealtimeError) -> NewQuestion {
        var intent = TutorIntent.ask
        if let name = try optionalID("intent") {
            guard let known = TutorIntent(rawValue: name) else {
                throw .invalid("intent is one of \(TutorIntent.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            intent = known
        }
        return NewQuestion(
            clientID: try id("clientId"),
            text: try text("question"),
            context: TutorContext(
                diagram: try optionalID("diagramId").map { DiagramID($0) },
                lab: try optionalID("labId").map { LabID($0) },
                incident: try optionalID("incidentId").map { IncidentID($0) },
                conversation: try optionalID("conversationId").map { ConversationID($0) },
                nodes: try ids("nodeIds") ?? [],
                item: try optionalID("itemId").map { ReviewItemID($0) }
            ),
            intent: intent
        )
    }
}

// MARK: As JSON

extension AnswerEvent {
    fileprivate var answer: TutorAnswer? {
        switch self {
        case .answer(let answer), .finished(let answer): answer
        case .text, .citation, .note: nil
        }
    }

    fileprivate func json(_ client: String) -> JSONText {
        switch self {
        case .answer(let answer): Self.json(client, "answer", "answer", answer.json)
        case .text(let text): Self.json(client, "text", "text", .string(text))
        case .citation(let citation): Self.json(client, "citation", "citation", citation.json)
        case .note(let note): Self.json(client, "note", "note", .string(note))
        case .finished(let answer): Self.json(client, "finished", "answer", answer.json)
        }
    }

    private static func json(_ client: String, _ kind: String, _ name: String, _ value: JSONText) -> JSONText {
        .object(["clientId": .string(client), "kind": .string(kind), name: value])
    }
}

extension TutorAnswer {
    fileprivate var json: JSONText {
        .object([
            "id": .string(id.rawValue), "clientId": .string(clientID),
            "conversationId": .string(conversation.rawValue), "text": .string(text), "html": .string(html),
            "abstained": .bool(abstained), "hintLevel": .integer(hintLevel), "move": .string(move.rawValue),
            "status": .string(status.rawValue), "citations": .array(citations.map(\.json)),
            "unsupported": .integer(unsupported), "writer": .string(writer), "note": .optional(note),
            "tokens": .integer(tokens), "helpful": isHelpful.map { .bool($0) } ?? .null,
            "createdAt": .integer(Int(clamping: createdAt.milliseconds)), "milliseconds": .integer(milliseconds),
        ])
    }
}

extension Citation {
    fileprivate var json: JSONText {
        .object([
            "number": .integer(number), "record": .string(record), "title": .string(title),
            "diagramId": .optional(diagram?.rawValue), "nodeId": .optional(node), "edgeId": .optional(edge),
            "incidentId": .optional(incident?.rawValue), "labId": .optional(lab?.rawValue),
            "line": line.map { .integer($0) } ?? .null, "quote": .string(quote),
        ])
    }
}

extension JSONText {
    fileprivate static func optional(_ text: String?) -> JSONText {
        if let text { .string(text) } else { .null }
    }
}
