extension Graph {
    /// The graph with what the catalogue says about its nodes and edges.
    ///
    /// A record for something the diagram does not show, or a second record for the same node, is an error at
    /// the record's line. A node or visible edge without a record is a warning that names it; replies (dotted
    /// messages against an earlier one) need none. Edge records without a step go to parallel edges in order;
    /// in a sequence diagram the last one also serves the later messages between the same two.
    public func annotated(nodes: [NodeRecord], edges: [EdgeRecord]) -> (graph: Graph, diagnostics: [Diagnostic]) {
        var copy = self
        var diagnostics: [Diagnostic] = []
        copy.attach(nodes, &diagnostics)
        copy.attach(edges, &diagnostics)
        return (copy, diagnostics)
    }

    private mutating func attach(_ records: [NodeRecord], _ diagnostics: inout [Diagnostic]) {
        var index = NameTable()
        for node in nodes { index.insert(node.id) }
        for record in records {
            guard let position = index[record.id] else {
                diagnostics.append(
                    .record(
                        record.line,
                        "the diagram has no node “\(record.id)”",
                        expected: index.nearest(to: record.id),
                        hint: "name a node of the diagram or remove this explanation"
                    )
                )
                continue
            }
            if nodes[position].record != nil {
                diagnostics.append(.record(record.line, "node “\(record.id)” is explained twice"))
                continue
            }
            nodes[position].record = record
            if record.kind != .unknown { nodes[position].kind = record.kind }
        }
        for node in nodes where node.record == nil {
            diagnostics.append(.missingRecord(node.line, "node “\(node.id)” has no explanation"))
        }
    }

    private mutating func attach(_ records: [EdgeRecord], _ diagnostics: inout [Diagnostic]) {
        var pairs = NameTable()
        var waiting: [[Int]] = []
        for (position, edge) in edges.enumerated() {
            let pair = pairs.insert(Graph.pair(edge.from, edge.to))
            if pair == waiting.count { waiting.append([]) }
            waiting[pair].append(position)
        }
        var lastRecord: [EdgeRecord?] = Array(repeating: nil, count: waiting.count)
        for record in records {
            guard let pair = pairs[Graph.pair(record.from, record.to)] else {
                diagnostics.append(
                    .record(
                        record.line,
                        "the diagram has no edge from “\(record.from)” to “\(record.to)”",
                        hint: "draw the edge or remove this explanation"
                    )
                )
                continue
            }
            let candidate = waiting[pair].first { position in
                edges[position].record == nil && (record.step == nil || edges[position].step == record.step)
            }
            guard let position = candidate else {
                let which = record.step.map { " with step \($0)" } ?? ""
                let message = "no edge from “\(record.from)” to “\(record.to)”\(which) is left without explanation"
                diagnostics.append(.record(record.line, message))
                continue
            }
            edges[position].record = record
            if record.step == nil { lastRecord[pair] = record }
        }
        if kind == .sequence {
            for pair in waiting.indices {
                guard let record = lastRecord[pair] else { continue }
                for position in waiting[pair] where edges[position].record == nil { edges[position].record = record }
            }
        }
        warnOfBareEdges(pairs, waiting, &diagnostics)
    }

    private func warnOfBareEdges(_ pairs: NameTable, _ positions: [[Int]], _ diagnostics: inout [Diagnostic]) {
        for (position, edge) in edges.enumerated() where edge.record == nil && edge.arrow.line != .invisible {
            if kind == .sequence, edge.arrow.line == .dotted, let back = pairs[Graph.pair(edge.to, edge.from)],
                let first = positions[back].first, first < position
            {
                continue
            }
            let which = edge.step.map { "message \($0)" } ?? "edge"
            let message = "\(which) from “\(edge.from)” to “\(edge.to)” has no explanation"
            diagnostics.append(.missingRecord(edge.line, message))
        }
    }

    private static func pair(_ from: String, _ to: String) -> String {
        "\(from)\n\(to)"
    }
}

extension Diagnostic {
    fileprivate static func record(
        _ line: Int,
        _ message: String,
        expected: [String] = [],
        hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(severity: .error, line: line, column: 1, message: message, expected: expected, hint: hint)
    }

    fileprivate static func missingRecord(_ line: Int, _ message: String) -> Diagnostic {
        Diagnostic(severity: .warning, line: line, column: 1, message: message)
    }
}
