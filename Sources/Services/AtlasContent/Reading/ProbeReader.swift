import AtlasAPI
import Diagrams

/// Reads probes and compares their answers with the graph.
struct ProbeReader {
    let fields: Fields
    /// `nil` if it could not be parsed; then only the probes themselves are checked.
    let graph: Graph?

    private static let keys = ["id", "question", "kill", "answer", "fails", "degrades", "distractors"]

    private var findings: FindingList { fields.findings }

    func read() -> [Probe] {
        var ids: Set<String> = []
        // What a damaged graph says would only confuse.
        let isGraphSound = !findings.hasErrors
        let records = fields.records("probes", "The probe", keys: Self.keys, atLeast: 1)
        if (1..<ContentLimits.probes).contains(records.count) {
            findings.warning(
                fields.place(of: "probes"),
                "There is one probe.",
                remedy: "Write at least \(ContentLimits.probes): one on a failure, one on what people often get wrong."
            )
        }
        return records.map { record in
            let before = findings.all.count
            if let kind = graph?.kind, !kind.showsParts { refuseLoss(record, kind) }
            let probe = Probe(
                id: record.text("id"),
                question: record.text("question"),
                kill: nodes("kill", record),
                answer: record.text("answer"),
                fails: nodes("fails", record),
                degrades: nodes("degrades", record),
                distractors: record.records("distractors", "The distractor", keys: ["text", "why"]).map {
                    Distractor(text: $0.text("text"), why: $0.text("why"))
                }
            )
            if !probe.id.isEmpty, !ids.insert(probe.id).inserted {
                findings.error(
                    record.place(of: "id"),
                    "There is a second probe “\(probe.id.shortened)”.",
                    remedy: "Give each probe an id of its own."
                )
            }
            if isGraphSound, findings.all.count == before { compare(probe, record) }
            return probe
        }
    }

    /// States, classes, entities and times are no parts that somebody could take away.
    private func refuseLoss(_ record: Fields, _ kind: Graph.Kind) {
        for key in ["kill", "fails", "degrades"] where record.has(key) {
            findings.error(
                record.place(of: key),
                "Nothing can be lost in \(kind.withArticle).",
                remedy: "Leave “\(key)” out and say in the question what happens."
            )
        }
    }

    private func nodes(_ key: String, _ record: Fields) -> [String] {
        record.texts(key).map { id, place in
            if let graph, graph.node(id) == nil {
                let near = EditDistance.nearest(to: id, in: graph.nodes.map(\.id))
                findings.error(
                    place,
                    "The diagram has no node “\(id.shortened)”.",
                    remedy: near.map { "Did you mean “\($0)”?" } ?? "Name a node of the diagram."
                )
            }
            return id
        }
    }

    private func compare(_ probe: Probe, _ record: Fields) {
        guard let graph, graph.kind.showsParts, !probe.kill.isEmpty else { return }
        let outcome = graph.failing(kill: Set(probe.kill))
        let edge = graph.kind.edgeWord
        let article = graph.kind == .sequence ? "a" : "an"
        if Set(probe.fails) != Set(outcome.fails) {
            findings.error(
                record.place(of: record.has("fails") ? "fails" : "id"),
                "The probe “\(probe.id.shortened)” says that \(list(probe.fails)) fails, the graph says \(list(outcome.fails)).",
                remedy:
                    "Mend the probe, or “required” of the \(edge): a node fails with a node that it has a required sync \(edge) to."
            )
        }
        let missing = outcome.degrades.filter { !probe.degrades.contains($0) && !probe.fails.contains($0) }
        if !missing.isEmpty {
            findings.error(
                record.place(of: record.has("degrades") ? "degrades" : "id"),
                "The probe “\(probe.id.shortened)” does not say that \(list(missing)) degrades.",
                remedy:
                    "Add it to “degrades”: a node degrades if a node fails that it has \(article) \(edge) to which is not required."
            )
        }
    }

    private func list(_ ids: [String]) -> String {
        ids.isEmpty ? "nothing" : ids.map { "“\($0)”" }.joined(separator: ", ")
    }
}
