/// An Engine.IO packet that came from a client.
///
/// Source: Engine.IO protocol v4, "Packet encoding".
public enum EnginePacket: Sendable, Equatable {
    /// `1`.
    case close
    /// `2`, with what follows.
    case ping(ArraySlice<UInt8>)
    /// `3`, with what follows.
    case pong(ArraySlice<UInt8>)
    /// `4`: a text message.
    case text(ArraySlice<UInt8>)
    /// `5`.
    case upgrade
    /// `6`.
    case noop
    /// A binary message.
    case binary([UInt8])

    /// Reads a packet from text; `nil` for one that no client may send.
    public init?(text: ArraySlice<UInt8>) {
        switch text.first {
        case UInt8(ascii: "1")?: self = .close
        case UInt8(ascii: "2")?: self = .ping(text.dropFirst())
        case UInt8(ascii: "3")?: self = .pong(text.dropFirst())
        case UInt8(ascii: "4")?: self = .text(text.dropFirst())
        case UInt8(ascii: "5")?: self = .upgrade
        case UInt8(ascii: "6")?: self = .noop
        default: return nil
        }
    }
}

/// Several packets in the body of one HTTP request or answer.
///
/// Source: Engine.IO protocol v4, "HTTP long-polling", "Packet encoding": `\x1e` between packets, `b` and Base64 for
/// binary.
public enum EnginePayload {
    static let separator: UInt8 = 0x1E

    /// The packets of a request's body; `nil` if it is not UTF-8 or one of them is not acceptable.
    public static func decode(_ body: [UInt8]) -> [EnginePacket]? {
        guard UTF8Check.isValid(body[...]) else { return nil }
        var packets: [EnginePacket] = []
        var rest = body[...]
        while true {
            let end = rest.firstIndex(of: separator) ?? rest.endIndex
            let part = rest[..<end]
            if part.first == UInt8(ascii: "b") {
                guard let bytes = Base64.decode(part.dropFirst()) else { return nil }
                packets.append(.binary(bytes))
            } else {
                guard let packet = EnginePacket(text: part) else { return nil }
                packets.append(packet)
            }
            guard end < rest.endIndex else { return packets }
            rest = rest[(end + 1)...]
        }
    }

    /// Appends a packet of text, its type before it.
    static func append(type: UInt8, _ text: [UInt8], to body: inout [UInt8]) {
        if !body.isEmpty { body.append(separator) }
        body.append(type)
        body.append(contentsOf: text)
    }

    /// Appends all messages of a unit.
    static func append(_ message: EngineMessage, to body: inout [UInt8]) {
        if let text = message.text { append(type: UInt8(ascii: "4"), text, to: &body) }
        for attachment in message.attachments {
            if !body.isEmpty { body.append(separator) }
            body.append(UInt8(ascii: "b"))
            Base64.encode(attachment, to: &body)
        }
    }
}
