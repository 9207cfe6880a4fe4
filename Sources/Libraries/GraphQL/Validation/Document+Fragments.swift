extension Document {
    /// The spreads inside a selection set, nested selection sets included: those of a set first, then those of the sets
    /// in it, the last first.
    ///
    /// The order is the reference implementation's.
    func spreadsInside(_ set: Int32) -> [Int] {
        var found: [Int] = []
        var pending = [set]
        while let set = pending.popLast() {
            for index in selectionSets[Int(set)].selections.indices {
                switch selections[index] {
                case .field(let field):
                    let inner = fields[Int(field)].selectionSet
                    if inner >= 0 { pending.append(inner) }
                case .inline(let inline): pending.append(inlineFragments[Int(inline)].selectionSet)
                case .spread(let spread): found.append(Int(spread))
                }
            }
        }
        return found
    }

    /// The names of fragments that a selection set leads to and that are not yet in `known`.
    func reachableSpreads(_ set: Int32, _ fragments: [Int: Int], _ known: inout Set<Int>) -> [Int] {
        var found: [Int] = []
        var pending = [set]
        while let set = pending.popLast() {
            for spread in spreadsInside(set) {
                let name = spreads[spread].name.id
                guard known.insert(name).inserted else { continue }
                found.append(name)
                if let fragment = fragments[name] { pending.append(self.fragments[fragment].selectionSet) }
            }
        }
        return found
    }
}

/// Finds fragments that contain themselves, without recursion.
struct CycleSearch {
    private var visited = Set<Int>()

    /// A fragment on the path, with the spreads still to follow.
    private struct Step {
        let name: Int
        let spreads: [Int]
        var next = 0
    }

    /// The cycles found from a fragment on, each as the spreads that lead around; fragments met before are left out.
    mutating func cycles(from fragment: FragmentNode, _ document: Document, _ fragments: [Int: Int]) -> [[Int]] {
        guard visited.insert(fragment.name.id).inserted else { return [] }
        var cycles: [[Int]] = []
        var steps = [Step(name: fragment.name.id, spreads: document.spreadsInside(fragment.selectionSet))]
        var path: [Int] = []
        var depths = [fragment.name.id: 0]
        while let last = steps.indices.last {
            guard steps[last].next < steps[last].spreads.count else {
                depths[steps[last].name] = nil
                steps.removeLast()
                if !path.isEmpty { path.removeLast() }
                continue
            }
            let spread = steps[last].spreads[steps[last].next]
            steps[last].next += 1
            let name = document.spreads[spread].name.id
            if let depth = depths[name] {
                cycles.append(Array(path[depth...]) + [spread])
            } else if let target = fragments[name], visited.insert(name).inserted {
                depths[name] = steps.count
                path.append(spread)
                steps.append(
                    Step(name: name, spreads: document.spreadsInside(document.fragments[target].selectionSet))
                )
            }
        }
        return cycles
    }
}

/// The fields at the root of an operation, fragments expanded, grouped by response key.
struct RootFields {
    struct Group {
        let key: Int
        var fields: [Int]
    }

    let document: Document
    let schema: Schema
    let names: [String]
    let fragments: [Int: Int]
    private(set) var groups: [Group] = []

    /// Where `@skip` or `@include` is used.
    private(set) var conditions: [Extent] = []
    private var visited = Set<Int>()
    private var positions: [Int: Int] = [:]

    init(document: Document, schema: Schema, names: [String], fragments: [Int: Int]) {
        self.document = document
        self.schema = schema
        self.names = names
        self.fragments = fragments
    }

    /// Collects the fields of a selection set, without recursion: a chain of fragments may be of any length.
    mutating func collect(_ set: Int32, _ root: TypeDefinition) {
        var pending = [selections(set)]
        while let rest = pending.popLast() {
            guard let index = rest.first else { continue }
            pending.append(rest.dropFirst())
            if let inner = take(document.selections[index], root) { pending.append(selections(inner)) }
        }
    }

    private func selections(_ set: Int32) -> Range<Int> { document.selectionSets[Int(set)].selections.indices }

    /// Takes in one selection; returns the selection set of a fragment whose fields belong here too.
    private mutating func take(_ selection: Selection, _ root: TypeDefinition) -> Int32? {
        switch selection {
        case .field(let field):
            let node = document.fields[Int(field)]
            note(node.directives)
            let key = node.responseKey.id
            if let position = positions[key] {
                groups[position].fields.append(Int(field))
            } else {
                positions[key] = groups.count
                groups.append(Group(key: key, fields: [Int(field)]))
            }
            return nil
        case .inline(let inline):
            let node = document.inlineFragments[Int(inline)]
            note(node.directives)
            return applies(node.condition, root) ? node.selectionSet : nil
        case .spread(let spread):
            let node = document.spreads[Int(spread)]
            note(node.directives)
            guard visited.insert(node.name.id).inserted, let fragment = fragments[node.name.id] else { return nil }
            let target = document.fragments[fragment]
            return applies(target.condition, root) ? target.selectionSet : nil
        }
    }

    private func applies(_ condition: Int32, _ root: TypeDefinition) -> Bool {
        guard condition >= 0 else { return true }
        guard let type = schema.type(names[document.types[Int(condition)].name.id]) else { return false }
        return type.isComposite && schema.isPossible(root.index, for: type.index)
    }

    private mutating func note(_ directives: NodeRange) {
        for index in directives.indices {
            let node = document.directives[index]
            if names[node.name.id] == "skip" || names[node.name.id] == "include" { conditions.append(node.extent) }
        }
    }
}
