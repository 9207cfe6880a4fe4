internal import Diagrams

extension Board {
    /// The whole state as JSON, for storage; `init(snapshot:)` reads it.
    public var snapshot: [UInt8] {
        let items = records.sorted { $0.key < $1.key }.map { BoardWelcome.Item(id: $0.key, record: $0.value) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("format", Self.format)
            writer.field("epoch", epoch)
            writer.field("seq", seq)
            writer.field("floor", tombstones.floor)
            writer.key("tombstones")
            writer.array(tombstones.entries) { writer, entry in
                writer.tuple { writer in
                    writer.text(entry.id)
                    writer.integer(entry.seq)
                }
            }
            writer.key("clients")
            writer.array(clients.sorted { $0.value.seq < $1.value.seq }) { writer, client in
                writer.tuple { writer in
                    writer.text(client.key)
                    writer.text(client.value.user)
                    writer.integer(client.value.number)
                    writer.integer(client.value.seq)
                }
            }
            writer.key("records")
            RecordTables(items).write(into: &writer, isStored: true)
        }
        return writer.bytes
    }

    /// - Throws: `BoardRefusal` if this is no snapshot, or one of a newer Atlas.
    public init(snapshot: [UInt8]) throws(BoardRefusal) {
        try self.init(snapshot: snapshot, rememberedDeletions: BoardLimits.tombstones)
    }

    /// A board that forgets deletions sooner, for tests.
    package init(snapshot: [UInt8], rememberedDeletions: Int) throws(BoardRefusal) {
        let value = try BoardDecoder.value(snapshot)
        guard value["format"]?.whole == Self.format else {
            throw BoardRefusal(.invalid, "The snapshot has a format that this Atlas does not know.")
        }
        let tombstones = try Self.stored(value["tombstones"]).map { entry throws(BoardRefusal) in
            Tombstones.Entry(id: try Self.text(entry, 0), seq: try Self.number(entry, 1))
        }
        var clients: [String: Client] = [:]
        for entry in try Self.stored(value["clients"]) {
            clients[try Self.text(entry, 0)] = Client(
                user: try Self.text(entry, 1),
                number: try Self.number(entry, 2),
                seq: try Self.number(entry, 3)
            )
        }
        guard let epoch = value["epoch"]?.text, let seq = value["seq"]?.whole, let floor = value["floor"]?.whole else {
            throw Self.damage
        }
        self.init(
            epoch: epoch,
            seq: seq,
            records: try Self.records(value["records"]),
            clients: clients,
            tombstones: Tombstones(floor: floor, entries: tombstones, limit: rememberedDeletions)
        )
    }

    private static let format = 1
    private static let damage = BoardRefusal(.invalid, "The snapshot is damaged.")

    private static func records(_ value: JSONValue?) throws(BoardRefusal) -> [String: BoardRecord] {
        let authors = try stored(value?["authors"])
        var records: [String: BoardRecord] = [:]
        for table in try stored(value?["tables"]) {
            guard let shape = (table["type"]?.text).flatMap(BoardShape.init) else { throw damage }
            let fields = try stored(table["fields"]).map { field throws(BoardRefusal) -> BoardField in
                guard let field = field.text.flatMap(BoardField.init), shape.allows(field) else { throw damage }
                return field
            }
            for row in try stored(table["rows"]) {
                let cells = row.elements
                guard cells.count == fields.count + 2 else { throw damage }
                var decoder = BoardDecoder(attachment: nil, isStored: true)
                var record = BoardRecord(shape)
                for (field, cell) in zip(fields, cells.dropFirst()) {
                    if field == .author {
                        guard let place = cell.whole, authors.indices.contains(place) else { throw damage }
                        record[.author] = try decoder.value(authors[place], of: .author)
                    } else {
                        record[field] = try decoder.value(cell, of: field)
                    }
                }
                record.changed = try number(row, fields.count + 1)
                records[try text(row, 0)] = record
            }
        }
        return records
    }

    private static func stored(_ value: JSONValue?) throws(BoardRefusal) -> [JSONValue] {
        guard case .array(let elements)? = value else { throw damage }
        return elements
    }

    private static func text(_ value: JSONValue, _ place: Int) throws(BoardRefusal) -> String {
        let parts = value.elements
        guard parts.indices.contains(place), let text = parts[place].text else { throw damage }
        return text
    }

    private static func number(_ value: JSONValue, _ place: Int) throws(BoardRefusal) -> Int {
        let parts = value.elements
        guard parts.indices.contains(place), let number = parts[place].whole else { throw damage }
        return number
    }
}
