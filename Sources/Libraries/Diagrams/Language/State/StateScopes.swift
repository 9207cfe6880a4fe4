/// Which states lie in which composite state, while they are read.
///
/// Scope 0 is the diagram. A composite state is a scope, and each of its regions is one within it; one with a single
/// region is later taken as a plain composite state.
struct StateScopes {
    struct Scope {
        var parent: Int?
        /// The composite state; `nil` for the diagram and for regions.
        var id: String?
        var label: String?
        var direction: Graph.Direction?
        /// Where its name is, for errors.
        var offset: Int
        var line: Int
        /// Positions of the nodes mentioned here or further in.
        var mentions: [Int] = []
    }

    private(set) var scopes = [Scope(parent: nil, id: nil, offset: 0, line: 1)]
    private(set) var current = 0
    /// The scope of each node that lies in a closed one.
    private(set) var ofNode: [Int?] = []
    private var ids = NameTable()

    var count: Int { scopes.count }

    /// How many composite states are open.
    var depth: Int { openComposites.count }

    /// Where the open composite states start, outermost first.
    var openOffsets: [Int] { openComposites.map { scopes[$0].offset } }

    private var openComposites: [Int] {
        var result: [Int] = []
        var next = scopes[current].parent
        while let scope = next {
            if scopes[scope].id != nil { result.append(scope) }
            next = scopes[scope].parent
        }
        return result.reversed()
    }

    static func markName(isStart: Bool, scope: Int) -> String {
        "[\(isStart ? "start" : "end")]\(scope)"
    }

    mutating func mention(_ node: Int) {
        scopes[current].mentions.append(node)
        while ofNode.count <= node { ofNode.append(nil) }
    }

    /// False when there is one of this name.
    mutating func open(_ id: String, label: String?, at offset: Int, line: Int) -> Bool {
        guard !ids.contains(id) else { return false }
        ids.insert(id)
        scopes.append(Scope(parent: current, id: id, label: label, offset: offset, line: line))
        scopes.append(Scope(parent: scopes.count - 1, id: nil, offset: offset, line: line))
        current = scopes.count - 1
        return true
    }

    /// False outside of composite states.
    mutating func startRegion(line: Int) -> Bool {
        guard let composite = scopes[current].parent else { return false }
        closeCurrent()
        scopes.append(Scope(parent: composite, id: nil, offset: scopes[composite].offset, line: line))
        current = scopes.count - 1
        return true
    }

    /// Closes the innermost composite state; false when none is open.
    mutating func close() -> Bool {
        guard scopes[current].parent != nil else { return false }
        closeCurrent()
        closeCurrent()
        return true
    }

    private mutating func closeCurrent() {
        guard let parent = scopes[current].parent else { return }
        for node in scopes[current].mentions where ofNode[node] == nil { ofNode[node] = current }
        scopes[parent].mentions += scopes[current].mentions
        current = parent
    }

    /// Of the innermost composite state, or of the diagram.
    mutating func setDirection(_ direction: Graph.Direction) {
        scopes[scopes[current].parent ?? 0].direction = direction
    }
}
