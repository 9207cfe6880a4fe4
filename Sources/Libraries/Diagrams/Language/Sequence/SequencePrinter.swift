/// Writes a sequence diagram so that reading it gives the same graph.
///
/// Participants come in order. One that is created later is announced where it is created, and those behind it
/// follow there, so that the order stays.
enum SequencePrinter {
    static func print(_ graph: Graph) -> String {
        var writer = Writer(graph)
        return writer.print()
    }

    private struct Writer {
        let graph: Graph
        var created = NameTable()
        var text: [UInt8] = []
        var nextNode = 0
        var blocks: [SequenceBlock] = []
        var messages = NameTable()

        init(_ graph: Graph) {
            self.graph = graph
            for case .create(let id) in graph.items { created.insert(id) }
            for edge in graph.edges { messages.insert(edge.id) }
        }

        mutating func print() -> String {
            text.append(Prologue.printed(title: graph.title))
            text.append("sequenceDiagram\n")
            Accessibility.printed(graph, into: &text)
            declareUpToCreated()
            for item in graph.items { append(item) }
            return String(bytes: text)
        }

        private mutating func line(_ content: String) {
            for _ in 0...blocks.count { text.append("  ") }
            text.append(content)
            text.append(10)
        }

        private mutating func declareUpToCreated() {
            var box: String?
            while nextNode < graph.nodes.count, !created.contains(graph.nodes[nextNode].id) {
                let node = graph.nodes[nextNode]
                if node.group != box {
                    if box != nil { line("end") }
                    box = node.group
                    if let box { line("box transparent \(Entities.encode(graph.group(box)?.label ?? ""))") }
                }
                line(declaration(of: node))
                nextNode += 1
            }
            if box != nil { line("end") }
        }

        private func declaration(of node: Node) -> String {
            var declaration = node.shape == .actor ? "actor \(node.id)" : "participant \(node.id)"
            if node.shape == .cylinder { declaration += "@{ \"type\": \"database\" }" }
            if node.shape == .horizontalCylinder { declaration += "@{ \"type\": \"queue\" }" }
            if node.label != node.id { declaration += " as \(Entities.encode(node.label))" }
            return declaration
        }

        private mutating func append(_ item: SequenceItem) {
            switch item {
            case .message(let id):
                guard let position = messages[id] else { return }
                let edge = graph.edges[position]
                let sign = MessageArrow.sign(of: edge.arrow)
                line("\(edge.from)\(sign)\(edge.to): \(Entities.encode(edge.label ?? ""))")
            case .note(let note):
                let place = note.placement == .over ? "over" : "\(note.placement.rawValue) of"
                let ends = note.lastParticipant.map { "\(note.participant),\($0)" } ?? note.participant
                line("Note \(place) \(ends): \(Entities.encode(note.text))")
            case .activate(let id): line("activate \(id)")
            case .deactivate(let id): line("deactivate \(id)")
            case .create(let id):
                if let node = graph.node(id) { line("create \(declaration(of: node))") }
                nextNode += 1
                declareUpToCreated()
            case .destroy(let id): line("destroy \(id)")
            case .blockStart(let block, let label):
                line(block == .rect ? "rect rgb(0, 0, 0)" : "\(block.rawValue) \(Entities.encode(label))")
                blocks.append(block)
            case .blockSection(let label):
                let word = blocks.last?.sectionWord ?? "else"
                _ = blocks.popLast()
                line("\(word) \(Entities.encode(label))")
                blocks.append(word == "and" ? .par : word == "option" ? .critical : .alt)
            case .blockEnd:
                _ = blocks.popLast()
                line("end")
            case .numbering(let start, let step, let isVisible):
                line(isVisible ? "autonumber \(start) \(step)" : "autonumber off")
            }
        }
    }
}
