import AtlasHTTP
import SocketIO

/// What the echo server does: the events of the published test suite, and some for rooms, acknowledgements and kicks.
enum EchoRules {
    /// `/` and `/custom` admit everybody, `/auth` whoever gives the token `good`.
    static var all: [SocketNamespaceRules] {
        var guarded = rules("/auth")
        guarded.authorize = { handshake in
            guard handshake.auth["token"]?.string == "good" else {
                return .refuse(message: "not authorized", data: .object(["code": .string("E_AUTH")]))
            }
            return .accept(nil)
        }
        return [rules("/"), rules("/custom"), guarded]
    }

    private static let questionTimeout = Duration.seconds(2)
    /// How many events one `burst` may ask for.
    private static let burstLimit = 100_000

    private static func rules(_ name: String) -> SocketNamespaceRules {
        var rules = SocketNamespaceRules(name)
        rules.onConnect = { socket, handshake in socket.emit("auth", handshake.auth) }
        rules.on("message") { socket, event in
            socket.emit("message-back", arguments: event.arguments, attachments: event.attachments)
        }
        rules.on("message-with-ack") { _, event in
            event.acknowledgement?.send(event.arguments, attachments: event.attachments)
        }
        addRooms(&rules)
        addExchanges(&rules)
        return rules
    }

    private static func addRooms(_ rules: inout SocketNamespaceRules) {
        rules.on("join") { socket, event in
            guard let room = event[0]?.string else { return }
            socket.join(room)
            event.acknowledgement?(.string("ok"))
        }
        rules.on("leave") { socket, event in
            guard let room = event[0]?.string else { return }
            socket.leave(room)
            event.acknowledgement?(.string("ok"))
        }
        rules.on("rooms") { socket, event in
            event.acknowledgement?(.array(socket.rooms.sorted().map { .string($0) }))
        }
        rules.on("pub") { socket, event in
            guard let room = event[0]?.string else { return }
            let data = Array(event.arguments.dropFirst())
            socket.namespace.to(room).emit("msg", arguments: data, attachments: event.attachments)
        }
        rules.on("pub-except") { socket, event in
            guard let room = event[0]?.string else { return }
            let data = Array(event.arguments.dropFirst())
            socket.to(room).emit("msg", arguments: data, attachments: event.attachments)
        }
    }

    private static func addExchanges(_ rules: inout SocketNamespaceRules) {
        rules.on("burst") { socket, event in
            for number in 0..<min(max(0, event[0]?.integer ?? 0), burstLimit) { socket.emit("b", .integer(number)) }
        }
        rules.on("ask-me") { socket, event in
            socket.ask("question", [event[0] ?? .null], timeout: questionTimeout) { result in
                switch result {
                case .success(let reply):
                    event.acknowledgement?.send(reply.arguments, attachments: reply.attachments)
                case .failure: event.acknowledgement?(.string("timeout"))
                }
            }
        }
        rules.on("kick") { socket, event in socket.disconnect(close: event[0]?.bool ?? false) }
        rules.on("drop-transport") { socket, _ in socket.dropTransport() }
    }
}
