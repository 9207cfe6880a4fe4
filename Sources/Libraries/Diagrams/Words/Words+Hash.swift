extension Words {
    /// A number that changes when the meaning of the diagram changes: FNV-1a over the graph as Mermaid and its records.
    public static func contentHash(_ graph: Graph) -> UInt64 {
        var hash = FNV()
        hash.add(Mermaid.print(graph))
        for node in graph.nodes {
            guard let record = node.record else { continue }
            hash.add(record.id)
            hash.add(record.kind.rawValue)
            hash.add("\(record.replicas) \(record.stateful) \(record.quorum ?? 0)")
            hash.add(record.purpose)
            hash.add(record.ifLost)
            for number in record.numbers { for part in [number.name, number.value, number.source] { hash.add(part) } }
            for topic in record.topics { hash.add(topic) }
        }
        for edge in graph.edges {
            guard let record = edge.record else { continue }
            hash.add(edge.id)
            hash.add("\(record.mode.rawValue) \(record.required)")
            for part in [record.protocolName, record.carries, record.fallback ?? ""] { hash.add(part) }
        }
        return hash.value
    }
}

/// Source: the FNV-1a hash for 64 bits.
private struct FNV {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds a text and a separator, so that two texts are not the same as one.
    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(0)
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }
}
