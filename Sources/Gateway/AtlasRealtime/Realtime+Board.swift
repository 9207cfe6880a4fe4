import AtlasAPI
import AtlasCore
import AtlasHTTP
import SocketIO
import Synchronization
import Whiteboard

/// The whiteboard: pushes are handed over in the order in which they come, and none waits for the one before.
extension Realtime {
    static let boardEvents: [String: Work] = [
        "board-hello": { realtime, socket, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeJoin(seat)
            let hello: BoardHello
            do throws(BoardRefusal) {
                hello = try BoardHello(json: Array(fields.bytes))
            } catch {
                throw RealtimeError(error.code.rawValue, error.message)
            }
            try realtime.enter(.board(group), socket, seat)
            let welcome = try await realtime.services.boards.open(group, hello, as: seat.caller)
            return .object(["ok": .bool(true), "welcome": JSONText(trusted: welcome.json)])
        },
        "board-leave": { realtime, socket, seat, fields in
            realtime.leave(.board(try fields.group()), socket, seat)
            return nil
        },
    ]

    /// Takes a push in, on the socket's event loop.
    func push(_ socket: Socket, _ event: SocketEvent) {
        guard let seat = socket.data as? Seat else { return }
        do {
            let fields = try Fields(event, limits)
            let group = try joined(try fields.group(), seat)
            guard socket.isIn(Place.board(group).room) else {
                throw RealtimeError("GONE_RESYNC", "Open the board first.")
            }
            guard let drawing = fields["drawing"] else { throw RealtimeError.invalid("drawing is missing.") }
            let bytes = drawing.bytes.count + (event.attachments.first?.count ?? 0)
            if let wait = seat.person.take(.push, limits.pushes)
                ?? seat.person.take(.pushBytes, limits.pushBytes, amount: Double(bytes))
            {
                throw RealtimeError.tooMany(wait)
            }
            let push: BoardPush
            do {
                push = try BoardPush(json: Array(drawing.bytes), attachment: event.attachments.first)
            } catch {
                throw RealtimeError(error.code.rawValue, error.message)
            }
            seat.person.state.withLock { person in person.lastSign = .now }
            let isWelcome = seat.state.withLock { state in
                guard state.pushesUnderWay < limits.pushesUnderWay else { return false }
                state.pushesUnderWay += 1
                return true
            }
            guard isWelcome else { throw RealtimeError.tooMany(BoardServiceLimits.retryAfter) }
            store(push, group, seat, event)
        } catch {
            refuse(event, error)
        }
    }

    /// Runs at once up to the point where the board takes the push, so the order of a socket's pushes is kept.
    private func store(_ push: BoardPush, _ group: GroupID, _ seat: Seat, _ event: SocketEvent) {
        Task.immediate {
            do {
                let reply = try await services.boards.push(push, to: group, as: seat.caller)
                event.acknowledgement?.send([Self.acknowledgement(reply, push.number)])
            } catch {
                refuse(event, error)
            }
            seat.state.withLock { $0.pushesUnderWay -= 1 }
        }
    }

    private static func acknowledgement(_ reply: BoardReply, _ number: Int) -> JSONText {
        switch reply {
        case .stored(let seq, nil), .duplicate(let seq):
            .object(["ok": .bool(true), "seq": .integer(seq), "n": .integer(number)])
        case .stored(let seq, let refusal?):
            .object([
                "error": .object([
                    "code": .string(refusal.code.rawValue), "message": .string(refusal.message),
                    "seq": .integer(seq),
                ])
            ])
        case .gap(let expected):
            .object([
                "error": .object([
                    "code": .string("CONFLICT_GAP"), "message": .string("Push \(expected) must come first."),
                    "expected": .integer(expected),
                ])
            ])
        case .refused(let refusal):
            .object([
                "error": .object(["code": .string(refusal.code.rawValue), "message": .string(refusal.message)])
            ])
        }
    }

    func hearBoard(_ group: GroupID, _ message: [UInt8]) {
        let (json, attachment) = BoardEvent.parts(of: message)
        everybody?.to(Place.board(group).room).local.emit(
            "whiteboard-sync",
            arguments: [JSONText(trusted: json)],
            attachments: attachment.map { [Array($0)] } ?? []
        )
    }
}
