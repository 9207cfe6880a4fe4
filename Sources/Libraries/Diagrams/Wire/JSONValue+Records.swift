extension JSONValue {
    /// The copies that a record may ask for.
    private static let mostReplicas = 100_000

    /// What a request says about nodes; entries without an identifier are left out.
    var nodeRecords: [NodeRecord] {
        var records: [NodeRecord] = []
        for value in self["nodes"]?.elements ?? [] {
            guard let id = value["id"]?.text else { continue }
            var record = NodeRecord(id: id, kind: value["kind"]?.text.flatMap { NodeKind(rawValue: $0) } ?? .unknown)
            record.replicas = value.count("replicas") ?? 1
            record.quorum = value.count("quorum")
            record.stateful = value["stateful"]?.bool ?? false
            record.purpose = value["purpose"]?.text ?? ""
            record.line = value["line"]?.integer ?? 0
            for number in value["numbers"]?.elements ?? [] {
                guard let name = number["name"]?.text, let value = number["value"]?.text else { continue }
                record.numbers.append(NodeRecord.Number(name: name, value: value, source: ""))
            }
            records.append(record)
        }
        return records
    }

    /// What a request says about edges; entries without both ends are left out.
    var edgeRecords: [EdgeRecord] {
        var records: [EdgeRecord] = []
        for value in self["edges"]?.elements ?? [] {
            guard let from = value["from"]?.text, let to = value["to"]?.text else { continue }
            var record = EdgeRecord(from: from, to: to)
            record.step = value["step"]?.integer
            record.mode = value["mode"]?.text == "async" ? .async : .sync
            record.required = value["required"]?.bool ?? true
            record.protocolName = value["protocol"]?.text ?? ""
            record.carries = value["carries"]?.text ?? ""
            record.fallback = value["fallback"]?.text
            record.line = value["line"]?.integer ?? 0
            records.append(record)
        }
        return records
    }

    private func count(_ key: String) -> Int? {
        self[key]?.integer.map { min(max($0, 1), Self.mostReplicas) }
    }
}
