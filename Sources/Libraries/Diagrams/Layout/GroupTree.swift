/// The groups of a graph with what lies in them, by position.
struct GroupTree {
    private(set) var groupNames = NameTable()
    private(set) var nodeNames = NameTable()
    /// The group around each group and node.
    private(set) var parents: [Int?] = []
    private(set) var nodeGroups: [Int?] = []
    private(set) var titles: [[String]] = []
    private(set) var titleSizes: [Size] = []
    private(set) var children: [[Int]] = []
    private(set) var members: [[Int]] = []

    private static let titleWidth = 260.0

    init(_ graph: Graph) {
        for group in graph.groups { groupNames.insert(group.id) }
        for node in graph.nodes { nodeNames.insert(node.id) }
        parents = graph.groups.enumerated().map { position, group in
            group.parent.flatMap { groupNames[$0] }.flatMap { $0 < position ? $0 : nil }
        }
        nodeGroups = graph.nodes.map { $0.group.flatMap { groupNames[$0] } }
        children = Array(repeating: [], count: graph.groups.count)
        members = children
        for (position, parent) in parents.enumerated() { if let parent { children[parent].append(position) } }
        for (position, group) in nodeGroups.enumerated() { if let group { members[group].append(position) } }
    }

    /// Sets the titles in lines; only a layout needs them.
    mutating func setTitles(of graph: Graph) {
        for group in graph.groups {
            let isBlank = group.label.trimmed.isEmpty
            let lines = isBlank ? [] : TextStyle.group.lines(of: group.label, maxWidth: GroupTree.titleWidth)
            titles.append(lines)
            titleSizes.append(isBlank ? Size(width: 0, height: 0) : TextStyle.group.size(of: lines))
        }
    }

    func depth(of group: Int) -> Int {
        path(to: group).count - 1
    }

    /// The groups around a group, outermost first, itself last.
    func path(to group: Int?) -> [Int] {
        var path: [Int] = []
        var next = group
        while let current = next {
            path.append(current)
            next = parents[current]
        }
        return path.reversed()
    }

    func isInside(_ group: Int?, _ outer: Int) -> Bool {
        path(to: group).contains(outer)
    }

    /// Whether no edge leads from inside the group to the outside.
    func isIsolated(_ group: Int, in graph: Graph) -> Bool {
        for edge in graph.edges {
            let from = isInside(surrounding(edge.from), group)
            if from != isInside(surrounding(edge.to), group) { return false }
        }
        return true
    }

    /// Whether any node lies in the group or in its inner groups; inner ones come later.
    func hasContent(_ group: Int) -> Bool {
        if !members[group].isEmpty { return true }
        for child in children[group] where hasContent(child) { return true }
        return false
    }

    func isEmpty(_ group: Int) -> Bool {
        members[group].isEmpty && children[group].isEmpty
    }

    /// The group in which an end of an edge lies; for a group, the one around it.
    func surrounding(_ id: String) -> Int? {
        if let group = groupNames[id] { return parents[group] }
        return nodeNames[id].flatMap { nodeGroups[$0] }
    }
}
