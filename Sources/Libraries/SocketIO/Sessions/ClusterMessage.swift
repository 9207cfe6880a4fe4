/// What the processes of one server tell each other, as bytes for any publish-subscribe channel.
///
/// The form is of our own: a version, then fields with their lengths. A message from outside the cluster, or of another
/// version, decodes to `nil`.
public struct ClusterMessage: Sendable, Equatable {
    /// What the receivers do.
    public enum Content: Sendable, Equatable {
        /// Send an event.
        case event(name: String, arguments: [JSONText], attachments: [[UInt8]], isVolatile: Bool)
        /// Put the sockets into rooms.
        case join(Set<String>)
        /// Take the sockets out of rooms.
        case leave(Set<String>)
        /// Disconnect the sockets.
        case disconnect(close: Bool)
    }

    /// Bytes of one message.
    public static let limitBytes = 32 * 1_024 * 1_024

    /// Which process sent it.
    public let sender: String
    /// The namespace.
    public let namespace: String
    /// Which sockets it concerns.
    public let selection: RoomSelection
    /// What to do.
    public let content: Content

    /// A message.
    public init(sender: String, namespace: String, selection: RoomSelection, content: Content) {
        self.sender = sender
        self.namespace = namespace
        self.selection = selection
        self.content = content
    }

    private static let version: UInt8 = 1

    // MARK: Bytes

    /// The message as bytes.
    public func encoded() -> [UInt8] {
        var writer = Writer()
        writer.bytes = [Self.version]
        writer.text(sender)
        writer.text(namespace)
        writer.texts(selection.rooms)
        writer.texts(selection.except)
        switch content {
        case .event(let name, let arguments, let attachments, let isVolatile):
            writer.bytes.append(isVolatile ? 1 : 0)
            writer.text(name)
            writer.fields(arguments.map { Array($0.bytes) })
            writer.fields(attachments)
        case .join(let rooms):
            writer.bytes.append(3)
            writer.texts(rooms)
        case .leave(let rooms):
            writer.bytes.append(4)
            writer.texts(rooms)
        case .disconnect(let close): writer.bytes.append(close ? 6 : 5)
        }
        return writer.bytes
    }

    /// Reads a message; `nil` if it is none.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.limitBytes, bytes.first == Self.version else { return nil }
        var reader = Reader(rest: bytes.dropFirst())
        guard let sender = reader.text(), let namespace = reader.text(), let rooms = reader.texts(),
            let except = reader.texts(), let kind = reader.rest.popFirst(), let content = reader.content(kind),
            reader.rest.isEmpty
        else { return nil }
        self.init(
            sender: sender,
            namespace: namespace,
            selection: RoomSelection(rooms: Set(rooms), except: Set(except)),
            content: content
        )
    }
}

private struct Writer {
    var bytes: [UInt8] = []

    mutating func count(_ count: Int) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    }

    mutating func field(_ field: some Collection<UInt8>) {
        count(field.count)
        bytes.append(contentsOf: field)
    }

    mutating func fields(_ fields: [[UInt8]]) {
        count(fields.count)
        for field in fields { self.field(field) }
    }

    mutating func text(_ text: String) { field(text.utf8) }

    mutating func texts(_ texts: Set<String>) {
        count(texts.count)
        for text in texts.sorted() { self.text(text) }
    }
}

private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func content(_ kind: UInt8) -> ClusterMessage.Content? {
        switch kind {
        case 0, 1:
            guard let name = text(), let arguments = fields(), let attachments = fields() else { return nil }
            let texts = arguments.compactMap { JSONText(validating: $0) }
            guard texts.count == arguments.count else { return nil }
            return .event(name: name, arguments: texts, attachments: attachments, isVolatile: kind == 1)
        case 3: return texts().map { .join(Set($0)) }
        case 4: return texts().map { .leave(Set($0)) }
        case 5, 6: return .disconnect(close: kind == 6)
        default: return nil
        }
    }

    mutating func count() -> Int? {
        guard rest.count >= 4 else { return nil }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        return count <= rest.count ? count : nil
    }

    mutating func field() -> ArraySlice<UInt8>? {
        guard let count = count() else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Each field takes at least four bytes, so that the number of them is bounded by what is there.
    mutating func fields() -> [[UInt8]]? {
        guard let count = count() else { return nil }
        var fields: [[UInt8]] = []
        for _ in 0..<count {
            guard let field = field() else { return nil }
            fields.append(Array(field))
        }
        return fields
    }

    mutating func text() -> String? { field().flatMap { String(validating: $0, as: UTF8.self) } }

    mutating func texts() -> [String]? {
        guard let count = count() else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }
}
