public import SocketIO

/// Whom something is for: sockets of one namespace, chosen by rooms.
///
/// ```swift
/// namespace.to("group:7").except("muted").emit("message", .string("hello"))
/// socket.to("group:7").volatile.emit("typing")  // everybody there but the sender
/// ```
public struct Emission: Sendable {
    let namespace: SocketNamespace
    var selection = RoomSelection()
    var isVolatile = false
    var isLocal = false

    /// Also the sockets in these rooms; every socket is a room of its own, named by its id.
    public func to(_ rooms: String...) -> Emission { to(Set(rooms)) }

    /// Also the sockets in these rooms; every socket is a room of its own, named by its id.
    public func to(_ rooms: Set<String>) -> Emission {
        var copy = self
        copy.selection.rooms.formUnion(rooms)
        return copy
    }

    /// But not the sockets in these rooms.
    public func except(_ rooms: String...) -> Emission { except(Set(rooms)) }

    /// But not the sockets in these rooms.
    public func except(_ rooms: Set<String>) -> Emission {
        var copy = self
        copy.selection.except.formUnion(rooms)
        return copy
    }

    /// The same, but what is sent may be lost: it is dropped for clients that are behind, and not kept for recovery.
    public var volatile: Emission {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// The same, but only sockets of this process.
    public var local: Emission {
        var copy = self
        copy.isLocal = true
        return copy
    }

    /// Sends an event and never waits; all receivers of a room see its events in one order.
    public func emit(_ name: String, _ arguments: JSONText..., attachments: [[UInt8]] = []) {
        emit(name, arguments: arguments, attachments: attachments)
    }

    /// Sends an event and never waits; all receivers of a room see its events in one order.
    public func emit(_ name: String, arguments: [JSONText], attachments: [[UInt8]] = []) {
        namespace.broadcast(name, arguments, attachments, to: self)
    }

    /// Puts the sockets into rooms, in all processes.
    public func join(_ rooms: Set<String>) { namespace.change(self, .join(rooms)) }

    /// Takes the sockets out of rooms, in all processes.
    public func leave(_ rooms: Set<String>) { namespace.change(self, .leave(rooms)) }

    /// Disconnects the sockets, in all processes.
    ///
    /// - Parameter close: Whether their transports are closed, too.
    public func disconnect(close: Bool = false) { namespace.change(self, .disconnect(close: close)) }

    /// The sockets of this process.
    public func sockets() -> [Socket] { namespace.sockets(selection) }
}
