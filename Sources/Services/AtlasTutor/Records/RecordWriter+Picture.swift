import AtlasAPI
import Diagrams

extension RecordWriter {
    mutating func write(_ diagram: Diagram) {
        about([diagram.picture.alternativeText])
        sections(diagram.bodyHTML)
        picture(diagram.picture.graph)
        for probe in diagram.probes {
            question("probe/\(probe.id)", probe.question, probe.answer, probe.distractors, node: probe.kill.first)
        }
        cards(diagram.cards)
    }

    /// Nodes, edges and what their loss leads to.
    mutating func picture(_ graph: Graph) {
        for node in graph.nodes { self.node(node) }
        for edge in graph.edges where edge.arrow.line != .invisible { self.edge(edge, in: graph) }
        guard graph.kind == .flowchart || graph.kind == .sequence else { return }
        for node in graph.nodes where node.record != nil { failure(of: node, in: graph) }
    }

    private mutating func node(_ node: Node) {
        var lines: [String] = []
        if let record = node.record {
            lines.append(Self.sentence(record.purpose))
            if !record.ifLost.isEmpty { lines.append(Self.lossPrefix + Self.sentence(record.ifLost)) }
            if record.replicas > 1 { lines.append("There are \(record.replicas) of it.") }
            lines += record.numbers.map { Self.sentence("\($0.name): \($0.value) (\($0.source))") }
        }
        if !node.members.isEmpty {
            lines.append("Holds " + node.members.map(\.name).joined(separator: ", ") + ".")
        }
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n")
        add(.node, "node/\(node.id)", subject: node.name, text, node: node.id, line: node.record?.line)
    }

    private mutating func edge(_ edge: Edge, in graph: Graph) {
        let (from, to) = (graph.name(of: edge.from), graph.name(of: edge.to))
        let label = edge.label.map { PlainSections.onOneLine($0) } ?? ""
        var first = edge.step.map { "Message \($0), from \(from) to \(to)" } ?? "From \(from) to \(to)"
        if !label.isEmpty { first += ": \(label)" }
        var lines = [Self.sentence(first)]
        if let record = edge.record {
            if !record.carries.isEmpty { lines.append("It carries: " + Self.sentence(record.carries)) }
            if let fallback = record.fallback, !fallback.isEmpty {
                lines.append("Without an answer: " + Self.sentence(fallback))
            }
            let waits = record.mode == .sync ? "\(from) waits for the answer" : "\(from) does not wait for an answer"
            lines.append(record.required ? "\(waits) and fails without it." : "\(waits) and can go on without it.")
        }
        guard lines.count > 1 || !label.isEmpty else { return }
        add(
            .edge,
            "edge/\(edge.id)",
            subject: "\(from) → \(to)",
            lines.joined(separator: "\n"),
            edge: edge.id,
            line: edge.record?.line
        )
    }

    private mutating func failure(of node: Node, in graph: Graph) {
        let answer = graph.failing(kill: [node.id])
        var lines: [String] = []
        func list(_ ids: [String], _ words: String) {
            guard !ids.isEmpty else { return }
            lines.append("\(words): \(ids.map { graph.name(of: $0) }.joined(separator: ", ")).")
            lines += ids.prefix(3).compactMap { answer[$0]?.reason }.map(Self.sentence)
        }
        list(answer.fails, "If \(node.name) is lost, this fails")
        list(answer.degrades, "If \(node.name) is lost, this works worse")
        if lines.isEmpty { lines = ["If \(node.name) is lost, no other part fails."] }
        add(
            .failure,
            "failure/\(node.id)",
            subject: "\(node.name) lost",
            lines.joined(separator: "\n"),
            node: node.id,
            line: node.record?.line
        )
    }
}
