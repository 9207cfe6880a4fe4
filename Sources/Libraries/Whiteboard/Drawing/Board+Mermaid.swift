public import Diagrams

extension Board {
    /// Nodes and edges as a Mermaid flowchart, in reading order; places and sizes in comments at the end.
    ///
    /// A node that is the parent of others becomes a subgraph. Edges whose ends are not nodes are left out, as is
    /// everything else on the board.
    ///
    /// - Returns: A failure if there is more than a diagram may have.
    public func mermaid() -> Result<String, BoardRefusal> {
        let outline = BoardOutline(self)
        let graph = outline.graph
        guard outline.nodes.count <= Limits.maxNodes, graph.edges.count <= Limits.maxEdges,
            graph.groups.count <= Limits.maxGroups
        else {
            let limits = "\(Limits.maxNodes) nodes, \(Limits.maxEdges) edges and \(Limits.maxGroups) groups"
            return .failure(BoardRefusal(.tooLarge, "A diagram has at most \(limits); the board has more."))
        }
        var text = Mermaid.print(graph)
        for (id, name) in outline.nodes {
            guard let record = records[id], let pos = record.pair(.pos), let size = record.pair(.size) else { continue }
            text += "  %% at \(name) \(pos.x) \(pos.y) \(size.x) \(size.y)\n"
        }
        return .success(text)
    }
}

/// Nodes and edges of a board as a graph.
struct BoardOutline {
    /// Record ids with the names that they have in the graph, in reading order.
    private(set) var nodes: [(id: String, name: String)] = []
    private(set) var graph = Graph(kind: .flowchart)

    init(_ board: Board) {
        let inOrder = board.stack.filter { $0.record.shape == .node }.sorted { left, right in
            let (a, b) = (left.record.pair(.pos) ?? (0, 0), right.record.pair(.pos) ?? (0, 0))
            return a.y == b.y ? a.x < b.x : a.y < b.y
        }
        var names: [String: String] = [:]
        for item in inOrder {
            let name = "n\(nodes.count + 1)"
            names[item.id] = name
            nodes.append((item.id, name))
        }
        let parents = Self.parents(inOrder, in: names)
        let isGroup = Set(parents.values)
        addGroups(inOrder.filter { isGroup.contains($0.id) }, parents, names)
        for item in inOrder where !isGroup.contains(item.id) {
            let kind = item.record.text(.kind).flatMap(NodeKind.init)
            let group = parents[item.id].flatMap { names[$0] }
            let name = names[item.id] ?? item.id
            graph.nodes.append(Node(id: name, label: item.record.text(.label), kind: kind, group: group))
        }
        for item in board.stack where item.record.shape == .edge {
            guard let from = item.record.text(.from).flatMap({ names[$0] }),
                let to = item.record.text(.to).flatMap({ names[$0] })
            else { continue }
            let label = item.record.text(.label)
            let line: Arrow.Line = item.record.text(.mode) == EdgeRecord.Mode.async.rawValue ? .dotted : .solid
            graph.edges.append(
                Edge(id: item.id, from: from, to: to, label: label == "" ? nil : label, arrow: Arrow(line: line))
            )
        }
    }

    /// Each node's parent, where it is a node; rings and what lies too deep are cut.
    private static func parents(_ items: [BoardWelcome.Item], in names: [String: String]) -> [String: String] {
        var parents: [String: String] = [:]
        for item in items {
            if let parent = item.record.text(.parent), parent != item.id, names[parent] != nil {
                parents[item.id] = parent
            }
        }
        for item in items {
            var above: [String] = [item.id]
            while let last = above.last, let parent = parents[last] {
                if above.contains(parent) || above.count >= Limits.maxNesting {
                    parents[last] = nil
                } else {
                    above.append(parent)
                }
            }
        }
        return parents
    }

    /// Groups, a parent before its children.
    private mutating func addGroups(
        _ items: [BoardWelcome.Item],
        _ parents: [String: String],
        _ names: [String: String]
    ) {
        var children: [String: [BoardWelcome.Item]] = [:]
        for item in items { children[parents[item.id] ?? "", default: []].append(item) }
        var members: [String: [String]] = [:]
        let isGroup = Set(items.map(\.id))
        for (id, name) in nodes where !isGroup.contains(id) {
            if let parent = parents[id] { members[parent, default: []].append(name) }
        }
        var open = Array((children[""] ?? []).reversed())
        while let item = open.popLast() {
            let name = names[item.id] ?? item.id
            graph.groups.append(
                Group(
                    id: name,
                    label: item.record.text(.label) ?? "",
                    members: members[item.id] ?? [],
                    parent: parents[item.id].flatMap { names[$0] }
                )
            )
            open += (children[item.id] ?? []).reversed()
        }
    }
}

extension Board {
    /// Everything from the lowest in the stack to the highest.
    var stack: [BoardWelcome.Item] {
        records.map { BoardWelcome.Item(id: $0.key, record: $0.value) }.sorted { left, right in
            let (a, b) = (left.record.text(.z) ?? "", right.record.text(.z) ?? "")
            return a == b ? left.id < right.id : a.utf8.lexicographicallyPrecedes(b.utf8)
        }
    }

    /// What puts a laid out diagram below everything on the board.
    ///
    /// - Parameters:
    ///   - graph: Of a kind with nodes and edges.
    ///   - newID: Makes ids of records.
    /// - Returns: Operations in order, parents first; a failure for a sequence diagram and a timeline, whose meaning is in
    ///   their order.
    public func placing(_ graph: Graph, newID: () -> String) -> Result<[BoardOperation], BoardRefusal> {
        guard graph.kind != .sequence, graph.kind != .timeline else {
            return .failure(BoardRefusal(.invalid, "A \(graph.kind.words) cannot be put onto a board."))
        }
        let layout = LayoutEngine.layout(graph)
        let top = records.values.map { ($0.pair(.pos)?.y ?? 0) + ($0.pair(.size)?.y ?? 0) }.max()
        let shift = top.map { $0 + Self.importGap } ?? 0
        let count = graph.groups.count + graph.nodes.count + graph.edges.count
        var places = FractionalIndex.above(stack.last?.record.text(.z), count: count).makeIterator()
        var ids: [String: String] = [:]
        var operations: [BoardOperation] = []
        func put(_ shape: BoardShape, _ fields: [(BoardField, BoardValue?)]) -> String {
            var record = BoardRecord(shape)
            for (field, value) in fields { record[field] = value }
            record[.z] = places.next().map(BoardValue.text)
            let id = newID()
            operations.append(.put(id, record))
            return id
        }
        func box(_ frame: Rect, _ label: String, _ kind: NodeKind, in parent: String?) -> [(BoardField, BoardValue?)] {
            [
                (.pos, .pixels(frame.x, frame.y + shift)), (.size, .pixels(frame.width, frame.height)),
                (.label, .text(label.cut)), (.kind, .text(kind.rawValue)),
                (.parent, parent.flatMap { ids[$0] }.map(BoardValue.text)),
            ]
        }
        for (group, frame) in zip(graph.groups, layout.groups) {
            ids[group.id] = put(.node, box(frame.frame, group.label, .unknown, in: group.parent))
        }
        for (node, frame) in zip(graph.nodes, layout.nodes) {
            ids[node.id] = put(.node, box(frame.frame, node.label, node.kind, in: node.group))
        }
        for edge in graph.edges where edge.arrow.line != .invisible {
            guard let from = ids[edge.from], let to = ids[edge.to] else { continue }
            let mode: EdgeRecord.Mode = edge.arrow.line == .dotted ? .async : .sync
            let fields: [(BoardField, BoardValue?)] = [
                (.from, .text(from)), (.to, .text(to)), (.label, edge.label.map { .text($0.cut) }),
                (.mode, .text(mode.rawValue)),
            ]
            _ = put(.edge, fields)
        }
        return .success(operations)
    }

    private static let importGap = 80.0
}

extension BoardValue {
    /// A pair of pixels.
    fileprivate static func pixels(_ x: Double, _ y: Double) -> BoardValue {
        let range = -Double(BoardLimits.extent)...Double(BoardLimits.extent)
        func quarters(_ value: Double) -> Int32 {
            Int32((min(max(value, range.lowerBound), range.upperBound) * 4).rounded())
        }
        return .pair(quarters(x), quarters(y))
    }
}

extension String {
    /// As much as a label may hold.
    fileprivate var cut: String {
        guard utf8.count > BoardLimits.labelBytes else { return self }
        var (kept, size) = ("", 0)
        for character in self {
            size += character.utf8.count
            guard size <= BoardLimits.labelBytes else { break }
            kept.append(character)
        }
        return kept
    }
}
