/// A diagram in words, made from the graph alone.
public enum Words {
    /// One line of the outline.
    public struct OutlineEntry: Sendable, Equatable {
        /// 0 for the outermost.
        public var depth: Int
        /// What to read.
        public var text: String
        /// The node or edge it is about; `nil` for a heading.
        public var target: String?

        /// Makes an entry.
        public init(depth: Int, text: String, target: String?) {
            self.depth = depth
            self.text = text
            self.target = target
        }
    }

    /// The title of the picture: `accTitle`, the title, or the kind of diagram.
    public static func title(_ graph: Graph) -> String {
        if let title = graph.accessibleTitle ?? graph.title { return title.onOneLine }
        return graph.kind.words.capitalizedASCII
    }

    /// Alternative text in one or two sentences.
    public static func short(_ graph: Graph) -> String {
        if let description = graph.accessibleDescription { return description.onOneLine }
        let edges = graph.edges.filter { $0.arrow.line != .invisible }
        switch graph.kind {
        case .flowchart:
            let parts = count(graph.nodes.count, "part", "parts")
            let links = count(edges.count, "connection", "connections")
            var text = "Flowchart of \(parts) and \(links)"
            if !graph.groups.isEmpty { text += " in \(count(graph.groups.count, "group", "groups"))" }
            text += "."
            let order = graph.flowOrder
            let starts = order.filter { node in !edges.contains { $0.to == graph.nodes[node].id } }
            let ends = order.filter { node in !edges.contains { $0.from == graph.nodes[node].id } }
            if let start = starts.first, let end = ends.last, start != end {
                text += " It leads from \(graph.nodes[start].name) to \(graph.nodes[end].name)."
            }
            return text
        case .sequence:
            let names = graph.nodes.map { $0.name }
            let between = names.count > 6 ? Array(names.prefix(5)) + ["others"] : names
            return "Sequence of \(count(edges.count, "message", "messages")) between "
                + "\(between.joined(by: ", ", last: " and "))."
        case .state: return shortState(graph)
        case .classes: return shortBoxes(graph, "Class diagram", "class", "classes")
        case .entities: return shortBoxes(graph, "Entity-relationship diagram", "entity", "entities")
        case .timeline: return shortTimeline(graph)
        }
    }

    /// Alternative text that says everything the picture shows.
    public static func long(_ graph: Graph) -> String {
        var text = short(graph)
        for entry in outline(graph) where entry.target != nil || entry.depth > 0 {
            text += " \(entry.text)"
            if let last = entry.text.utf8.last, last != UInt8(of: "."), last != UInt8(of: ":") { text += "." }
        }
        return text
    }

    /// What assistive technology says for a node: its name, what it is, why it is there.
    public static func label(of node: Node) -> String {
        var text = node.name
        if node.kind != .unknown, node.kind.words != node.name.lowercasedASCII { text += ", \(node.kind.words)" }
        if let record = node.record {
            if record.replicas > 1 { text += ", \(record.replicas) copies" }
            if !record.purpose.isEmpty { text += ". \(record.purpose)" }
        }
        return roleWords(of: node, text)
    }

    /// What assistive technology says for an edge: "source, verb, target".
    public static func label(of edge: Edge, in graph: Graph) -> String {
        let from = graph.name(of: edge.from)
        let to = graph.name(of: edge.to)
        let step = edge.step.map { "\($0). " } ?? ""
        let label = edge.label?.onOneLine ?? ""
        if graph.kind == .classes || graph.kind == .entities { return relation(edge, in: graph) }
        let isTwoWay = edge.arrow.tail != .none && edge.arrow.head != .none
        let isLine = edge.arrow.tail == .none && edge.arrow.head == .none
        let verb = isTwoWay ? "to and from" : isLine ? "with" : "to"
        let text = "\(step)\(from) \(verb) \(to)"
        return label.isEmpty ? text : "\(text): \(label)"
    }

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many)"
    }
}
