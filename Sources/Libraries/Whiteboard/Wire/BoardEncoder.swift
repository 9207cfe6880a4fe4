internal import Diagrams

extension BoardEvent {
    /// The event as clients get it.
    ///
    /// JSON: `{"groupId", "seq", "c", "n", "ops", "bin"?}`. Where the packed points take more than
    /// `BoardLimits.inlineBytes`, the JSON is followed by a zero byte and the attachment for which `bin`, a Socket.IO
    /// placeholder, stands; JSON holds no zero byte.
    public func message(board: String) -> [UInt8] {
        var attachment: [UInt8] = []
        let packed = operations.reduce(0) { $0 + $1.packedBytes }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("groupId", board)
            writer.field("seq", seq)
            writer.field("c", client)
            writer.field("n", number)
            writer.key("ops")
            writer.array(operations) { writer, operation in
                if case .append(let id, let offset, let run) = operation, packed > BoardLimits.inlineBytes {
                    attachment += run.bytes
                    writer.append(id, offset) { $0.integer(run.count) }
                } else {
                    writer.operation(operation)
                }
            }
            guard !attachment.isEmpty else { return }
            writer.key("bin")
            writer.object { writer in
                writer.field("_placeholder", true)
                writer.field("num", 0)
            }
        }
        return attachment.isEmpty ? writer.bytes : writer.bytes + [0] + attachment
    }

    /// Takes a message of `message(board:)` apart into JSON and attachment.
    public static func parts(of message: [UInt8]) -> (json: ArraySlice<UInt8>, attachment: ArraySlice<UInt8>?) {
        guard let end = message.firstIndex(of: 0) else { return (message[...], nil) }
        return (message[..<end], message[(end + 1)...])
    }

    /// The operations as JSON, for storage.
    public var storedOperations: [UInt8] {
        var writer = JSONWriter()
        writer.array(operations) { $0.operation($1) }
        return writer.bytes
    }
}

extension BoardWelcome {
    /// JSON: `{"epoch", "seq", "ackN", "full" or "changed", "deleted"?}` with records in tables, which
    /// docs/whiteboard.md describes.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("epoch", epoch)
            writer.field("seq", seq)
            writer.field("ackN", acknowledged)
            writer.key(named: isFull ? "full" : "changed")
            RecordTables(items).write(into: &writer, isStored: false)
            if !isFull { writer.field("deleted", deleted) }
        }
        return writer.bytes
    }
}

/// Records by shape and set of fields, so that names are not repeated.
struct RecordTables {
    /// Records of the same shape with the same fields.
    private struct Table {
        let shape: BoardShape
        let fields: [BoardField]
        var items: [BoardWelcome.Item]
    }

    private var tables: [Table] = []
    private var authors: [String] = []
    private var authorIndex: [String: Int] = [:]

    init(_ items: [BoardWelcome.Item]) {
        var index: [String: Int] = [:]
        for item in items {
            let fields = item.record.entries.map(\.field)
            let name = item.record.shape.rawValue + fields.map { " \($0.rawValue)" }.joined()
            if let author = item.record.text(.author), authorIndex[author] == nil {
                authorIndex[author] = authors.count
                authors.append(author)
            }
            if let known = index[name] {
                tables[known].items.append(item)
            } else {
                index[name] = tables.count
                tables.append(Table(shape: item.record.shape, fields: fields, items: [item]))
            }
        }
    }

    /// `{"authors": […], "tables": [{"type", "fields", "rows": [[id, value…]…]}]}`; authors are positions in `authors`.
    ///
    /// - Parameter isStored: Whether each row ends with the number of the event that changed it.
    func write(into writer: inout JSONWriter, isStored: Bool) {
        writer.object { writer in
            writer.field("authors", authors)
            writer.key("tables")
            writer.array(tables) { writer, table in
                writer.object { writer in
                    writer.field("type", table.shape.rawValue)
                    writer.field("fields", table.fields.map(\.rawValue))
                    writer.key("rows")
                    writer.array(table.items) { row($1, isStored, into: &$0) }
                }
            }
        }
    }

    private func row(_ item: BoardWelcome.Item, _ isStored: Bool, into writer: inout JSONWriter) {
        writer.tuple { writer in
            writer.text(item.id)
            for entry in item.record.entries {
                if entry.field == .author, let author = entry.value.text, let place = authorIndex[author] {
                    writer.integer(place)
                } else {
                    writer.value(entry.value)
                }
            }
            if isStored { writer.integer(item.record.changed) }
        }
    }
}

extension BoardOperation {
    fileprivate var packedBytes: Int {
        if case .append(_, _, let run) = self { return run.bytes.count }
        return 0
    }
}

extension JSONWriter {
    /// An array of parts that are not alike.
    mutating func tuple(_ body: (inout JSONWriter) -> Void) {
        array([()]) { writer, _ in body(&writer) }
    }

    mutating func append(_ id: String, _ offset: Int, _ run: (inout JSONWriter) -> Void) {
        tuple { writer in
            writer.text("app")
            writer.text(id)
            writer.integer(offset)
            run(&writer)
        }
    }

    mutating func operation(_ operation: BoardOperation) {
        switch operation {
        case .put(let id, let record):
            tuple { writer in
                writer.text("put")
                writer.text(id)
                writer.object { writer in
                    writer.field("type", record.shape.rawValue)
                    for entry in record.entries {
                        writer.key(named: entry.field.rawValue)
                        writer.value(entry.value)
                    }
                }
            }
        case .set(let id, let changes):
            tuple { writer in
                writer.text("set")
                writer.text(id)
                writer.object { writer in
                    for change in changes {
                        writer.key(named: change.field.rawValue)
                        if let value = change.value { writer.value(value) } else { writer.null() }
                    }
                }
            }
        case .append(let id, let offset, let run): append(id, offset) { $0.text(Base64.text(run.bytes)) }
        case .delete(let id):
            tuple { writer in
                writer.text("del")
                writer.text(id)
            }
        }
    }

    mutating func value(_ value: BoardValue) {
        switch value {
        case .text(let text): self.text(text)
        case .number(let quarters): number(Double(quarters) / 4)
        case .pair(let x, let y): array([x, y]) { $0.number(Double($1) / 4) }
        case .points(let points): text(Base64.text(points.bytes))
        }
    }
}
