import Diagrams

/// Reads edge records and finds the edge that each is about.
struct EdgeRecordReader {
    let graph: Graph
    let findings: FindingList

    /// The records in an order in which parallel edges meet theirs.
    func read(_ records: [Fields]) -> [EdgeRecord] {
        if graph.kind == .timeline, let first = records.first {
            findings.error(
                first.place,
                "A timeline has no edges to explain.",
                remedy: "Leave “edges” out; say what happened in the records of its times, t1, t2 and so on."
            )
            return []
        }
        var known: Set<String> = []
        return records.compactMap { record -> (number: Int, record: EdgeRecord)? in
            let read = self.read(record)
            guard let edge = read.edge else { return nil }
            guard known.insert(edge.id).inserted else {
                let remedy =
                    graph.kind == .sequence
                    ? "Give each message one record."
                    : "Write “number: 2” in the record of the second edge between the same nodes."
                findings.error(
                    record.place,
                    "The \(graph.kind.edgeWord) from “\(edge.from)” to “\(edge.to)” is explained twice.",
                    remedy: remedy
                )
                return nil
            }
            return (read.number, read.record)
        }
        .sorted { $0.number < $1.number }
        .map(\.record)
    }

    private func read(_ fields: Fields) -> (edge: Edge?, number: Int, record: EdgeRecord) {
        graph.kind.showsParts ? call(fields) : relation(fields)
    }

    /// A transition or a relation: nobody calls, so nobody waits or falls back.
    private func relation(_ fields: Fields) -> (edge: Edge?, number: Int, record: EdgeRecord) {
        for key in ["mode", "protocol", "required", "fallback"] where fields.has(key) {
            findings.error(
                fields.place(of: key),
                "A \(graph.kind.edgeWord) has no “\(key)”.",
                remedy: "Remove it; say in “carries” what the \(graph.kind.edgeWord) means."
            )
        }
        let (edge, number) = connection(fields)
        let record = EdgeRecord(
            from: edge?.from ?? "",
            to: edge?.to ?? "",
            required: false,
            carries: fields.text("carries"),
            line: fields.place.line
        )
        return (edge, number, record)
    }

    private func call(_ fields: Fields) -> (edge: Edge?, number: Int, record: EdgeRecord) {
        let mode = EdgeRecord.Mode(rawValue: fields.choice("mode", ["sync", "async"])) ?? .sync
        let required = fields.flag("required")
        let fallback = fields.optionalText("fallback")
        if required, fallback != nil {
            findings.error(
                fields.place(of: "fallback"),
                "There is a fallback, but the edge is required.",
                remedy: "Write “required: false”, or remove the fallback."
            )
        }
        let (edge, number) = graph.kind == .sequence ? message(fields) : connection(fields)
        let record = EdgeRecord(
            from: edge?.from ?? "",
            to: edge?.to ?? "",
            step: graph.kind == .sequence ? edge?.step : nil,
            mode: mode,
            protocolName: fields.text("protocol"),
            required: required,
            carries: fields.text("carries"),
            fallback: fallback,
            line: fields.place.line
        )
        return (edge, number, record)
    }

    private func message(_ fields: Fields) -> (Edge?, Int) {
        for key in ["from", "to", "number"] where fields.has(key) {
            findings.error(
                fields.place(of: key),
                "A message is not named by “\(key)”.",
                remedy: "Name it by “step”, its number counted from 1."
            )
        }
        guard !graph.edges.isEmpty else { return (nil, 0) }
        let step = fields.integer("step", in: 1...graph.edges.count)
        return (graph.edges.first { $0.step == step }, step)
    }

    private func connection(_ fields: Fields) -> (Edge?, Int) {
        if fields.has("step") {
            findings.error(
                fields.place(of: "step"),
                "There are no steps in \(graph.kind.withArticle).",
                remedy: "Name the \(graph.kind.edgeWord) by “from” and “to”."
            )
        }
        let (from, to) = (fields.text("from"), fields.text("to"))
        let number = fields.integer("number", in: 1...100, standard: 1)
        let parallel = graph.edges.filter { $0.from == from && $0.to == to && $0.arrow.line != .invisible }
        guard parallel.indices.contains(number - 1) else {
            if !from.isEmpty, !to.isEmpty {
                let word = graph.kind.edgeWord
                let count =
                    parallel.isEmpty ? "no \(word)" : parallel.count == 1 ? "one \(word)" : "\(parallel.count) \(word)s"
                let isReversed = graph.edges.contains { $0.from == to && $0.to == from }
                findings.error(
                    fields.place,
                    "The diagram has \(count) from “\(from.shortened)” to “\(to.shortened)”.",
                    remedy: parallel.isEmpty && isReversed
                        ? "It has one in the other direction; swap “from” and “to”."
                        : "Draw the \(word), or remove this record."
                )
            }
            return (nil, number)
        }
        return (parallel[number - 1], number)
    }
}
