/// Refuses introspection that asks for lists of lists of lists, whose answers grow without bound.
struct IntrospectionDepth {
    let document: Document
    let names: [String]
    let fragments: [Int: Int]

    /// How many nested lists are too many.
    private static let limit = 3
    private static let lists: Set<String> = ["fields", "interfaces", "possibleTypes", "inputFields"]

    /// How many lists nest inside a selection set, as far as known.
    private var known: [Int32: Int] = [:]

    init(document: Document, names: [String], fragments: [Int: Int]) {
        self.document = document
        self.names = names
        self.fragments = fragments
    }

    /// Whether too many lists nest inside a field.
    mutating func isExceeded(by field: Int) -> Bool {
        let node = document.fields[field]
        var open = Set<Int32>()
        return node.selectionSet >= 0 && depth(node.selectionSet, &open) >= Self.limit
    }

    private mutating func depth(_ set: Int32, _ open: inout Set<Int32>) -> Int {
        if let depth = known[set] { return depth }
        guard open.insert(set).inserted else { return 0 }
        var deepest = 0
        for index in document.selectionSets[Int(set)].selections.indices {
            var inner: Int32 = -1
            var own = 0
            switch document.selections[index] {
            case .field(let field):
                let node = document.fields[Int(field)]
                inner = node.selectionSet
                own = Self.lists.contains(names[node.name.id]) ? 1 : 0
            case .inline(let inline): inner = document.inlineFragments[Int(inline)].selectionSet
            case .spread(let spread):
                let fragment = fragments[document.spreads[Int(spread)].name.id]
                inner = fragment.map { document.fragments[$0].selectionSet } ?? -1
            }
            deepest = max(deepest, own + (inner >= 0 ? depth(inner, &open) : 0))
            if deepest >= Self.limit { break }
        }
        open.remove(set)
        known[set] = deepest
        return deepest
    }
}
