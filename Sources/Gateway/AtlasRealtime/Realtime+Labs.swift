import AtlasAPI
import AtlasCore
import AtlasHTTP
import SocketIO
import Synchronization

/// Terminals of running labs. Only the owner of a run gets at its terminal: the service looks it up for the caller.
///
/// Nothing is queued here: a task per terminal asks for the next piece, and gets it when the client has seen enough.
extension Realtime {
    /// A terminal that a socket looks at.
    struct OpenTerminal: Sendable {
        let view: any LabTerminalView
        let sending: Task<Void, Never>

        func close() {
            view.leave()
            sending.cancel()
        }
    }

    typealias LabWork = @Sendable (Realtime, Socket, Seat, Fields, SocketEvent) async throws -> Void

    static let labEvents: [String: LabWork] = [
        "lab-attach": { realtime, socket, seat, fields, event in
            try await realtime.attach(socket, seat, fields, event)
        },
        "lab-input": { realtime, _, seat, fields, event in
            let terminal = try realtime.terminal(fields, seat)
            try await terminal.write(try Realtime.typed(fields, event))
            event.acknowledgement?.send([.object(["ok": .bool(true)])])
        },
        "lab-resize": { realtime, _, seat, fields, event in
            try await realtime.terminal(fields, seat).resize(try fields.screenSize())
            event.acknowledgement?.send([.object(["ok": .bool(true)])])
        },
        "lab-seen": { realtime, _, seat, fields, event in
            try realtime.terminal(fields, seat).seen(try fields.count("offset"))
            event.acknowledgement?.send([.object(["ok": .bool(true)])])
        },
        "lab-detach": { realtime, _, seat, fields, event in
            let lab = try fields.id("labId")
            seat.state.withLock { $0.terminals.removeValue(forKey: lab) }?.close()
            event.acknowledgement?.send([.object(["ok": .bool(true)])])
        },
    ]

    private func attach(_ socket: Socket, _ seat: Seat, _ fields: Fields, _ event: SocketEvent) async throws {
        let lab = try fields.id("labId")
        let from = fields["from"] == nil ? nil : try fields.count("from")
        let isWelcome = seat.state.withLock { state in
            !state.isGone && (state.terminals[lab] != nil || state.terminals.count < limits.terminalsPerSocket)
        }
        guard isWelcome else {
            throw RealtimeError("RATE_LIMITED", "This page has too many terminals open; close some of them.")
        }
        let view = try await services.labs.attach(
            LabID(lab),
            size: try fields.screenSize(),
            from: from,
            as: seat.caller
        )
        event.acknowledgement?.send([
            .object([
                "ok": .bool(true), "run": .string(view.run), "offset": .integer(view.offset),
                "missed": .integer(view.missed), "head": .integer(view.head),
            ])
        ])
        let terminal = OpenTerminal(view: view, sending: Task { await Self.send(view, of: lab, to: socket) })
        let replaced = seat.state.withLock { state -> OpenTerminal? in
            // A socket that went in the meantime was cleared already.
            guard !state.isGone else { return terminal }
            return state.terminals.updateValue(terminal, forKey: lab)
        }
        replaced?.close()
    }

    private static func send(_ view: any LabTerminalView, of lab: String, to socket: Socket) async {
        while let output = await view.next() {
            socket.emit(
                "lab-output",
                arguments: [
                    .object([
                        "labId": .string(lab), "offset": .integer(output.offset), "data": .attachment(0),
                    ])
                ],
                attachments: [output.bytes]
            )
        }
        guard !Task.isCancelled else { return }
        socket.emit("lab-ended", .object(["labId": .string(lab), "run": .string(view.run)]))
    }

    private func terminal(_ fields: Fields, _ seat: Seat) throws -> any LabTerminalView {
        let lab = try fields.id("labId")
        guard let terminal = seat.state.withLock({ $0.terminals[lab] }) else {
            throw RealtimeError("CONFLICT", "Attach to the terminal first.")
        }
        return terminal.view
    }

    /// What was typed: text, or bytes as the event's attachment.
    private static func typed(_ fields: Fields, _ event: SocketEvent) throws(RealtimeError) -> [UInt8] {
        if let bytes = event.attachments.first {
            guard event.attachments.count == 1, fields["data"]?.string == nil else {
                throw .invalid("data is neither text nor bytes.")
            }
            return bytes
        }
        return Array(try fields.text("data").utf8)
    }

    /// Does what an event asks for, within the account's limit for terminals.
    fileprivate func handle(_ work: LabWork, _ socket: Socket, _ event: SocketEvent) async {
        guard let seat = socket.data as? Seat else { return }
        do {
            if let wait = seat.person.take(.terminal, limits.terminalEvents) { throw RealtimeError.tooMany(wait) }
            seat.person.state.withLock { person in person.lastSign = .now }
            try await work(self, socket, seat, try Fields(event, limits), event)
        } catch let error as AtlasError where error.code == .notFound {
            refuse(event, RealtimeError("NOT_FOUND", error.message))
        } catch {
            refuse(event, error)
        }
    }
}

extension Fields {
    fileprivate func screenSize() throws(RealtimeError) -> LabScreenSize {
        LabScreenSize(columns: try count("cols"), rows: try count("rows"))
    }
}

extension SocketNamespaceRules {
    /// Adds the events of terminals, which are done one after the other per socket.
    mutating func addLabs(_ owner: @escaping @Sendable () -> Realtime?) {
        for (name, work) in Realtime.labEvents {
            onAsync(name) { socket, event in await owner()?.handle(work, socket, event) }
        }
    }
}
