/// A Socket.IO packet that came from a client, whole: its text checked and its attachments there.
///
/// Source: Socket.IO protocol v5, "Packet encoding".
public struct SocketPacket: Sendable, Equatable {
    /// What a packet is.
    public enum Kind: UInt8, Sendable {
        case connect = 0
        case disconnect = 1
        case event = 2
        case acknowledgement = 3
        case connectError = 4
        case binaryEvent = 5
        case binaryAcknowledgement = 6

        var isBinary: Bool { self == .binaryEvent || self == .binaryAcknowledgement }
    }

    /// The kind; of a binary event `event`, of a binary acknowledgement `acknowledgement`.
    public let kind: Kind
    /// The namespace, `/` for the main one.
    public let namespace: String
    /// The acknowledgement that is asked for or given, 0...2^53−1.
    public let id: UInt64?
    /// Of an event its name; a number is named by its text.
    public let name: String
    /// Of an event what follows its name, of an acknowledgement all; of a connection its one payload, if there is one.
    public let arguments: [JSONText]
    /// What the placeholders in the arguments stand for, by their number.
    public internal(set) var attachments: [[UInt8]]
}

/// Why a client's packet is not acceptable; its connection ends.
public enum SocketPacketError: Error, Sendable, Equatable {
    /// The packet does not follow the grammar.
    case malformed
    /// A type outside 0...6.
    case unknownType
    /// The namespace's name is longer than `SocketParser.namespaceLimitBytes`.
    case namespaceTooLong
    /// The payload is missing, is no JSON or not the kind of JSON that the type needs.
    case badPayload
    /// JSON nests deeper than 64.
    case tooDeep
    /// An event with a name that the protocol keeps for itself.
    case reservedName
    /// More attachments than `SocketParser.attachmentLimit`, none where they are needed, or a placeholder without one.
    case badAttachments
    /// A binary message that no packet waits for, or text while a packet waits for binary.
    case unexpectedMessage
}
