/// Turns Engine.IO messages into Socket.IO packets: reads the text, then waits for the attachments that it announces.
///
/// It works on bytes, allocates nothing that a client merely announces, and never traps on what a client sends.
///
/// Source: Socket.IO protocol v5; the reference parser's rules for payloads.
public struct SocketParser: Sendable {
    /// Attachments of one packet.
    public static let attachmentLimit = 10
    /// Bytes of a namespace's name.
    public static let namespaceLimitBytes = 64
    /// Bytes of an event's name.
    public static let nameLimitBytes = 256
    /// The largest id that JavaScript can echo unchanged.
    public static let largestID: UInt64 = 1 << 53 - 1

    /// Names that the libraries on both sides use for themselves.
    static let reservedNames: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]

    /// A packet whose attachments are not all there, and how many it will have.
    private var waiting: (packet: SocketPacket, count: Int)?

    /// The packet whose attachments are not all there.
    public var announced: SocketPacket? { waiting?.packet }

    /// A parser that waits for nothing.
    public init() {}

    /// Takes a text message, without its Engine.IO type.
    ///
    /// - Returns: The packet, or `nil` if attachments have to come first.
    /// - Throws: Why the connection has to end.
    public mutating func receive(text: ArraySlice<UInt8>) throws(SocketPacketError) -> SocketPacket? {
        guard waiting == nil else { throw .unexpectedMessage }
        let (packet, count) = try Self.read(text)
        guard count > 0 else { return packet }
        waiting = (packet, count)
        return nil
    }

    /// Takes a binary message.
    ///
    /// - Returns: The packet if this was its last attachment.
    /// - Throws: Why the connection has to end.
    public mutating func receive(binary: [UInt8]) throws(SocketPacketError) -> SocketPacket? {
        guard waiting != nil else { throw .unexpectedMessage }
        waiting?.packet.attachments.append(binary)
        guard let (packet, count) = waiting, packet.attachments.count == count else { return nil }
        waiting = nil
        return packet
    }

    // MARK: Text

    private static func read(
        _ text: ArraySlice<UInt8>
    ) throws(SocketPacketError) -> (SocketPacket, attachments: Int) {
        var reader = HeadReader(rest: text)
        guard let type = reader.rest.popFirst() else { throw .malformed }
        guard let kind = SocketPacket.Kind(rawValue: type &- 0x30) else { throw .unknownType }
        let count = kind.isBinary ? try reader.attachmentCount() : 0
        let namespace = try reader.namespace()
        switch kind {
        case .connect: return (try connection(namespace, reader.rest), 0)
        case .disconnect:
            guard reader.rest.isEmpty else { throw .badPayload }
            return (packet(.disconnect, namespace), 0)
        case .connectError: throw .malformed
        case .event, .binaryEvent:
            let id = try reader.id()
            return (try event(namespace, id, reader.rest, kind.isBinary ? count : nil), count)
        case .acknowledgement, .binaryAcknowledgement:
            guard let id = try reader.id() else { throw .malformed }
            let scanned = try scan(reader.rest, kind.isBinary ? count : nil)
            guard scanned.kind == .array else { throw .badPayload }
            return (packet(.acknowledgement, namespace, id: id, arguments: scanned.elements), count)
        }
    }

    private static func connection(
        _ namespace: String,
        _ rest: ArraySlice<UInt8>
    ) throws(SocketPacketError) -> SocketPacket {
        guard !rest.isEmpty else { return packet(.connect, namespace) }
        guard try scan(rest, nil).kind == .object else { throw .badPayload }
        return packet(.connect, namespace, arguments: [JSONText(trusted: rest)])
    }

    private static func event(
        _ namespace: String,
        _ id: UInt64?,
        _ rest: ArraySlice<UInt8>,
        _ attachments: Int?
    ) throws(SocketPacketError) -> SocketPacket {
        var scanned = try scan(rest, attachments)
        guard scanned.kind == .array, let first = scanned.elements.first else { throw .badPayload }
        scanned.elements.removeFirst()
        guard first.bytes.count <= nameLimitBytes else { throw .badPayload }
        switch first.bytes.first {
        case UInt8(ascii: "\"")?:
            guard let name = first.string else { throw .badPayload }
            guard !reservedNames.contains(name) else { throw .reservedName }
            return packet(.event, namespace, id: id, name: name, arguments: scanned.elements)
        case UInt8(ascii: "-")?, .some(0x30...0x39):
            let name = String(decoding: first.bytes, as: UTF8.self)
            return packet(.event, namespace, id: id, name: name, arguments: scanned.elements)
        default: throw .badPayload
        }
    }

    private static func packet(
        _ kind: SocketPacket.Kind,
        _ namespace: String,
        id: UInt64? = nil,
        name: String = "",
        arguments: [JSONText] = []
    ) -> SocketPacket {
        SocketPacket(
            kind: kind,
            namespace: namespace,
            id: id,
            name: name,
            arguments: arguments,
            attachments: []
        )
    }

    private static func scan(
        _ bytes: ArraySlice<UInt8>,
        _ attachments: Int?
    ) throws(SocketPacketError) -> JSONScanner.Scanned {
        do throws(JSONScanner.Failure) {
            return try JSONScanner.scan(bytes, attachments: attachments)
        } catch {
            switch error {
            case .invalid: throw .badPayload
            case .tooDeep: throw .tooDeep
            case .badPlaceholder: throw .badAttachments
            }
        }
    }
}

/// Reads what stands before a packet's payload.
private struct HeadReader {
    var rest: ArraySlice<UInt8>

    /// `<number>-`, at most `SocketParser.attachmentLimit`.
    mutating func attachmentCount() throws(SocketPacketError) -> Int {
        guard let count = try number(upTo: UInt64(SocketParser.attachmentLimit), otherwise: .badAttachments),
            rest.popFirst() == UInt8(ascii: "-")
        else { throw .badAttachments }
        return Int(count)
    }

    /// `/name,`, or `/name` at the end; without it the main namespace.
    mutating func namespace() throws(SocketPacketError) -> String {
        guard rest.first == UInt8(ascii: "/") else { return "/" }
        let limit = SocketParser.namespaceLimitBytes
        let window = rest.prefix(limit + 1)
        let name: ArraySlice<UInt8>
        if let comma = window.firstIndex(of: UInt8(ascii: ",")) {
            name = rest[..<comma]
            rest = rest[(comma + 1)...]
        } else {
            guard rest.count <= limit else { throw .namespaceTooLong }
            name = rest
            rest = rest[rest.endIndex...]
        }
        return name.count == 1 ? "/" : String(decoding: name, as: UTF8.self)
    }

    /// Digits before the payload.
    mutating func id() throws(SocketPacketError) -> UInt64? {
        try number(upTo: SocketParser.largestID, otherwise: .malformed)
    }

    /// A number in digits; `nil` without any, an error beyond `limit`.
    private mutating func number(
        upTo limit: UInt64,
        otherwise error: SocketPacketError
    ) throws(SocketPacketError) -> UInt64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        var value: UInt64 = 0
        while let digit = rest.first, (0x30...0x39).contains(digit) {
            rest.removeFirst()
            value = value * 10 + UInt64(digit - 0x30)
            // Far below overflow: the limit is at most 2^53 − 1, and this ends at the first number beyond it.
            guard value <= limit else { throw error }
        }
        return value
    }
}
