import AtlasAPI
import AtlasCore
import AtlasHTTP
import SocketIO
import Synchronization

/// Cursors, following, and looking at a diagram together: nothing of it is stored.
extension Realtime {
    static let viewEvents: [String: Work] = [
        "view-diagram": { realtime, socket, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            try realtime.takeJoin(seat)
            try realtime.enter(.diagram(group, try fields.id("diagramId")), socket, seat)
            return nil
        },
        "leave-diagram": { realtime, socket, seat, fields in
            realtime.leave(.diagram(try fields.group(), try fields.id("diagramId")), socket, seat)
            return nil
        },
        "present": { realtime, socket, seat, fields in
            let group = try realtime.joined(try fields.group(), seat)
            let members: KeyValuePairs<String, JSONText> = [
                "groupId": .string(group.rawValue), "userId": .string(seat.person.user.rawValue),
                "name": .string(seat.person.name), "on": .bool(try fields.flag("on")),
                "diagramId": try fields.optionalID("diagramId").map { .string($0) } ?? .null,
                "viewport": try realtime.viewport(fields),
                "selected": try fields.ids("selected").map { .array($0.map { .string($0) }) } ?? .null,
            ]
            socket.to(Realtime.room(group)).volatile.emit("presenting", .object(members))
            return nil
        },
    ]

    private func viewport(_ fields: Fields) throws -> JSONText {
        guard fields["viewport"] != nil else { return .null }
        let viewport = try fields.object("viewport")
        return .object([
            "x": Self.number(try viewport.number("x")), "y": Self.number(try viewport.number("y")),
            "scale": Self.number(try viewport.number("scale")),
        ])
    }

    private static func number(_ value: Double) -> JSONText {
        // A quarter of a pixel is enough, and no number is written with an exponent.
        JSONText(trusted: Array(String((value * 1_000).rounded() / 1_000).utf8))
    }

    /// Moves a cursor, on the socket's event loop; what is too much or makes no sense is dropped.
    func point(_ socket: Socket, _ event: SocketEvent) {
        guard let seat = socket.data as? Seat else { return }
        guard seat.person.take(.pointer, limits.pointers) == nil else {
            event.acknowledgement?(.object(["ok": .bool(false)]))
            return
        }
        do {
            let fields = try Fields(event, limits)
            let position = try fields.object("position")
            let (x, y) = (Self.number(try position.number("x")), Self.number(try position.number("y")))
            let selected = try fields.ids("selected").map { JSONText.array($0.map { .string($0) }) }
            let cursor = JSONText.object([
                "userId": .string(seat.person.user.rawValue), "name": .string(seat.person.name), "x": x, "y": y,
                "selected": selected ?? .null,
            ])
            let places = try places(fields, seat)
            seat.person.point(seat, at: places)
            for place in places { pointers.move(seat.person.user, at: place, cursor) }
            event.acknowledgement?(.object(["ok": .bool(true)]))
        } catch {
            refuse(event, error)
        }
    }

    /// Where a cursor is: with a diagram, in each group in which the socket looks at it; else on the group's board.
    private func places(_ fields: Fields, _ seat: Seat) throws(RealtimeError) -> [Place] {
        let group = try fields.optionalID("groupId").map { GroupID($0) }
        let diagram = try fields.optionalID("diagramId")
        let places = seat.state.withLock(\.places).filter { place in
            place.diagram == diagram && (group == nil || place.group == group)
        }
        guard !places.isEmpty, diagram != nil || group != nil else {
            throw RealtimeError("NOT_MEMBER", "Open the board or the diagram with a group first.")
        }
        return Array(places)
    }

    func enter(_ place: Place, _ socket: Socket, _ seat: Seat) throws(RealtimeError) {
        // At once, so that nobody stays in the room whose membership ends in between.
        let isIn = seat.state.withLock { state in
            guard !state.isGone, state.groups.contains(place.group), state.places.count < limits.placesPerSocket,
                socket.join(place.room)
            else { return false }
            state.places.insert(place)
            return true
        }
        guard isIn else { throw tooManyRooms }
    }

    func leave(_ place: Place, _ socket: Socket, _ seat: Seat) {
        guard seat.state.withLock({ $0.places.remove(place) }) != nil else { return }
        socket.leave(place.room)
        hideCursor(of: seat, at: place)
    }

    /// Tells the others that a cursor is gone, unless it is that of the account's other socket.
    func hideCursor(of seat: Seat, at place: Place) {
        if seat.person.stopPointing(seat, at: place) { pointers.leave(seat.person.user, place) }
    }

    func send(_ frame: Pointers.Frame) {
        everybody?.to(frame.place.room).volatile.emit(
            "peer-cursor",
            .object([
                "groupId": .string(frame.place.group.rawValue),
                "diagramId": frame.place.diagram.map { .string($0) } ?? .null,
                "cursors": .array(frame.cursors), "gone": .array(frame.gone.map { .string($0.rawValue) }),
            ])
        )
    }
}

extension SocketNamespaceRules {
    /// Adds what comes too often for a task each, and what goes with it.
    mutating func addPointing(_ owner: @escaping @Sendable () -> Realtime?) {
        add(Realtime.viewEvents, owner)
        on("cursor-move") { socket, event in owner()?.point(socket, event) }
        on("whiteboard-update") { socket, event in owner()?.push(socket, event) }
    }
}
