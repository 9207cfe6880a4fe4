/// Makes the graph of a state diagram from what was read: composite states and regions become groups, `[*]` gets a
/// name for each place, and everything is put in the order in which the printer writes it.
struct StateAssembler {
    private(set) var diagnostics: [Diagnostic] = []
    private let read: Graph
    private let scopes: StateScopes
    private let notes: [GraphNote]
    /// The group of each scope; `nil` for the diagram.
    private var groupIDs: [String?] = []
    private var composites = NameTable()
    private var compositeScopes: [Int] = []
    private var graph: Graph

    init(_ read: Graph, _ scopes: StateScopes, _ notes: [GraphNote]) {
        self.read = read
        self.scopes = scopes
        self.notes = notes
        graph = Graph(kind: .state)
        graph.title = read.title
        graph.accessibleTitle = read.accessibleTitle
        graph.accessibleDescription = read.accessibleDescription
        for (index, scope) in scopes.scopes.enumerated() {
            guard let id = scope.id else { continue }
            composites.insert(id)
            compositeScopes.append(index)
        }
    }

    mutating func assemble() -> Graph {
        graph.direction = scopes.scopes[0].direction ?? .topToBottom
        let marks = nameScopesAndMarks()
        addGroups()
        addNodes(marks)
        let order = StateOrder(graph)
        addEdges(marks, order)
        graph.notes = order.sorted(notes) { order.scope(of: $0) }
        reportLoops()
        return graph
    }

    // MARK: - Names

    /// Gives each scope its group; the names of the marks, by position of the node.
    private mutating func nameScopesAndMarks() -> [Int: String] {
        var taken = NameTable()
        for node in read.nodes where !node.isMark { taken.insert(node.id) }
        var made = NameTable()
        groupIDs = Array(repeating: nil, count: scopes.count)
        for (index, scope) in scopes.scopes.enumerated() where scope.id != nil {
            groupIDs[index] = scope.id
            let regions = filledRegions(of: index)
            for (number, region) in regions.enumerated() {
                let name = regions.count > 1 ? "\(scope.id ?? "")_region\(number + 1)" : scope.id
                groupIDs[region] = name
                if let name, regions.count > 1 { claim(name, &made, taken, line: scope.line) }
            }
        }
        var marks: [Int: String] = [:]
        for (position, node) in read.nodes.enumerated() where node.isMark {
            let scope = position < scopes.ofNode.count ? scopes.ofNode[position] : nil
            let name = "\(scope.flatMap { groupIDs[$0] } ?? "root")_\(node.role.rawValue)"
            claim(name, &made, taken, line: node.line)
            marks[position] = name
        }
        return marks
    }

    private mutating func claim(_ name: String, _ made: inout NameTable, _ taken: NameTable, line: Int) {
        if made.contains(name) || taken.contains(name) {
            let message = "“\(name)” is the name of a start, an end or a region here"
            let hint = "give the state another name"
            diagnostics.append(Diagnostic(severity: .error, line: line, column: 1, message: message, hint: hint))
        }
        made.insert(name)
    }

    /// The regions of a composite state that hold anything.
    private func filledRegions(of composite: Int) -> [Int] {
        var isFilled = Array(repeating: false, count: scopes.count)
        for (position, scope) in scopes.ofNode.enumerated() {
            if let scope, !composites.contains(read.nodes[position].id) { isFilled[scope] = true }
        }
        for scope in scopes.scopes where scope.id != nil {
            if let parent = scope.parent { isFilled[parent] = true }
        }
        return scopes.scopes.indices.filter { scopes.scopes[$0].parent == composite && isFilled[$0] }
    }

    // MARK: - Parts

    private mutating func addGroups() {
        for (index, scope) in scopes.scopes.enumerated() {
            guard let id = groupIDs[index] else { continue }
            let around = scope.parent.flatMap { groupIDs[$0] }
            guard let name = scope.id else {
                guard id != around else { continue }
                graph.groups.append(Group(id: id, label: "", parent: around, line: scope.line, isRegion: true))
                continue
            }
            let node = read.node(name)
            let label = ([node?.label ?? name] + (node?.members.map { $0.name } ?? [])).joined(separator: "\n")
            graph.groups.append(
                Group(id: id, label: label, parent: around, direction: scope.direction, line: scope.line)
            )
        }
    }

    private mutating func addNodes(_ marks: [Int: String]) {
        var nodes: [Node] = []
        for (position, written) in read.nodes.enumerated() where !composites.contains(written.id) {
            var node = written
            if let name = marks[position] { node.id = name }
            let scope = position < scopes.ofNode.count ? scopes.ofNode[position] : nil
            node.group = scope.flatMap { groupIDs[$0] }
            nodes.append(node)
        }
        graph.nodes = StateOrder(graph).sorted(nodes)
        var groups = NameTable()
        for group in graph.groups { groups.insert(group.id) }
        for node in graph.nodes {
            if let group = node.group.flatMap({ groups[$0] }) { graph.groups[group].members.append(node.id) }
        }
    }

    private mutating func addEdges(_ marks: [Int: String], _ order: StateOrder) {
        var names = NameTable()
        for node in read.nodes { names.insert(node.id) }
        var edges = read.edges
        for index in edges.indices {
            if let name = names[edges[index].from].flatMap({ marks[$0] }) { edges[index].from = name }
            if let name = names[edges[index].to].flatMap({ marks[$0] }) { edges[index].to = name }
        }
        var builder = GraphBuilder(kind: .state)
        for edge in order.sorted(edges, by: { order.scope(of: $0) }) {
            _ = builder.connect(edge.from, edge.to, label: edge.label, arrow: edge.arrow, line: edge.line)
        }
        graph.edges = builder.graph.edges
    }

    /// A transition between a composite state and something in it has no place in a picture; one from a composite
    /// state to itself has one if no other crosses its border.
    private mutating func reportLoops() {
        guard !graph.groups.isEmpty else { return }
        let tree = GroupTree(graph)
        for edge in graph.edges {
            let from = tree.groupNames[edge.from]
            let to = tree.groupNames[edge.to]
            if from != nil, from == to {
                if let from, !tree.isIsolated(from, in: graph) { report(edge, "and others cross its border") }
                continue
            }
            let isInside =
                from.map { tree.isInside(to ?? tree.surrounding(edge.to), $0) } ?? false
                || to.map { tree.isInside(from ?? tree.surrounding(edge.from), $0) } ?? false
            if isInside { report(edge, "") }
        }
    }

    private mutating func report(_ edge: Edge, _ more: String) {
        let text = "the transition from “\(edge.from)” to “\(edge.to)” leads from a composite state into itself"
        let message = more.isEmpty ? text : "\(text), \(more)"
        let hint = "let it start and end at states within"
        diagnostics.append(Diagnostic(severity: .error, line: edge.line, column: 1, message: message, hint: hint))
    }
}

extension Node {
    /// Whether it is written `[*]`.
    var isMark: Bool { role == .start || role == .end }
}
