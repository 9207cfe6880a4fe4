/// Writes Socket.IO packets as the server sends them, without the Engine.IO type before them.
public enum PacketEncoder {
    /// The answer that admits a client to a namespace.
    ///
    /// - Parameter recoveryID: The secret with which the client may take up its session again.
    public static func connected(namespace: String, id: String, recoveryID: String?) -> EngineMessage {
        var text = head(.connect, namespace, id: nil, attachments: 0)
        text.append(contentsOf: #"{"sid":"#.utf8)
        JSONText.appendString(id, to: &text)
        if let recoveryID {
            text.append(contentsOf: #","pid":"#.utf8)
            JSONText.appendString(recoveryID, to: &text)
        }
        text.append(UInt8(ascii: "}"))
        return EngineMessage(text: text)
    }

    /// The answer that refuses a client.
    public static func refused(namespace: String, message: String, data: JSONText?) -> EngineMessage {
        var text = head(.connectError, namespace, id: nil, attachments: 0)
        text.append(contentsOf: #"{"message":"#.utf8)
        JSONText.appendString(message, to: &text)
        if let data {
            text.append(contentsOf: #","data":"#.utf8)
            text.append(contentsOf: data.bytes)
        }
        text.append(UInt8(ascii: "}"))
        return EngineMessage(text: text)
    }

    /// What tells a client that it is no longer in a namespace.
    public static func disconnected(namespace: String) -> EngineMessage {
        EngineMessage(text: head(.disconnect, namespace, id: nil, attachments: 0))
    }

    /// An event.
    ///
    /// - Parameter id: The acknowledgement that is asked for.
    public static func event(
        namespace: String,
        name: String,
        arguments: [JSONText],
        attachments: [[UInt8]] = [],
        id: UInt64? = nil
    ) -> EngineMessage {
        let kind: SocketPacket.Kind = attachments.isEmpty ? .event : .binaryEvent
        let room = arguments.reduce(name.utf8.count + namespace.utf8.count + 32) { $0 + $1.bytes.count + 1 }
        var text = head(kind, namespace, id: id, attachments: attachments.count, room: room)
        text.append(UInt8(ascii: "["))
        JSONText.appendString(name, to: &text)
        for argument in arguments {
            text.append(UInt8(ascii: ","))
            text.append(contentsOf: argument.bytes)
        }
        text.append(UInt8(ascii: "]"))
        return EngineMessage(text: text, attachments: attachments)
    }

    /// An acknowledgement.
    public static func acknowledgement(
        namespace: String,
        id: UInt64,
        arguments: [JSONText],
        attachments: [[UInt8]] = []
    ) -> EngineMessage {
        let kind: SocketPacket.Kind = attachments.isEmpty ? .acknowledgement : .binaryAcknowledgement
        let room = arguments.reduce(namespace.utf8.count + 32) { $0 + $1.bytes.count + 1 }
        var text = head(kind, namespace, id: id, attachments: attachments.count, room: room)
        text.append(UInt8(ascii: "["))
        for (index, argument) in arguments.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: argument.bytes)
        }
        text.append(UInt8(ascii: "]"))
        return EngineMessage(text: text, attachments: attachments)
    }

    private static func head(
        _ kind: SocketPacket.Kind,
        _ namespace: String,
        id: UInt64?,
        attachments: Int,
        room: Int = 96
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(room)
        text.append(0x30 + kind.rawValue)
        if kind.isBinary {
            text.append(contentsOf: String(attachments).utf8)
            text.append(UInt8(ascii: "-"))
        }
        if namespace != "/" {
            text.append(contentsOf: namespace.utf8)
            text.append(UInt8(ascii: ","))
        }
        if let id { text.append(contentsOf: String(id).utf8) }
        return text
    }
}
