/// Decides quickly whether some fields of a document cannot be merged.
///
/// It compares each field with one representative of its group instead of every pair: first that all fields of one
/// response key have the same shape, then that those which may belong to one object are the same field with the same
/// arguments. The work is near the size of the document with its fragments expanded where they are merged.
/// Which pairs conflict is for `MergeReport`, and only when this says that some do. No fragment may contain itself.
struct FieldMerging {
    /// A field with the type it is selected on.
    private struct Entry {
        let field: Int
        let parent: TypeDefinition?
    }

    let document: Document
    let schema: Schema
    let names: [String]

    /// A fragment's selection set, and the type it is on.
    private struct Target {
        let set: Int32
        let parent: TypeDefinition?
    }

    /// What each name spreads, by its symbol.
    private var targets: [Target?]

    /// In which search the fragment of a symbol was met last.
    private var visited: [Int32]
    private var search: Int32 = 0

    /// Selection sets that are known to merge well when nothing is merged into them.
    private var checked: Set<Int32> = []

    /// Where a response key was last seen, to notice keys that occur twice.
    private var seen: [Int32]
    private var stamp: Int32 = 0

    /// Whether fields must also be streamed in the same way.
    private let comparesStreams: Bool

    /// How many selections may still be visited.
    private var budget = 100_000

    init(document: Document, schema: Schema, names: [String], fragments: [Int: Int]) {
        self.document = document
        self.schema = schema
        self.names = names
        targets = [Target?](repeating: nil, count: document.symbols.count)
        seen = [Int32](repeating: 0, count: document.symbols.count)
        comparesStreams = schema.deliversIncrementally
        visited = seen
        for (symbol, index) in fragments {
            let node = document.fragments[index]
            targets[symbol] = Target(set: node.selectionSet, parent: type(node.condition))
        }
    }

    /// Whether some fields conflict, or there are too many to tell.
    mutating func hasConflicts() -> Bool {
        for operation in document.operations {
            if conflicts(alone: operation.selectionSet, schema.root(operation.kind)) { return true }
        }
        // What a used fragment selects is compared where it is used.
        let used = Set(document.spreads.map(\.name.id))
        for fragment in document.fragments where !used.contains(fragment.name.id) {
            if conflicts(alone: fragment.selectionSet, type(fragment.condition)) { return true }
        }
        return false
    }

    private func type(_ condition: Int32) -> TypeDefinition? {
        schema.type(names[document.types[Int(condition)].name.id])
    }

    private mutating func conflicts(alone set: Int32, _ parent: TypeDefinition?) -> Bool {
        guard checked.insert(set).inserted else { return false }
        var entries: [Entry] = []
        search += 1
        collect(set, parent, &entries)
        return conflicts(entries, shape: true, sameness: true)
    }

    /// Adds the fields of a selection set, each fragment's only once in a search.
    private mutating func collect(_ set: Int32, _ parent: TypeDefinition?, _ entries: inout [Entry]) {
        var pending = [(set: set, parent: parent)]
        while budget > 0, let (set, parent) = pending.popLast() {
            for index in document.selectionSets[Int(set)].selections.indices {
                budget -= 1
                switch document.selections[index] {
                case .field(let field):
                    entries.append(Entry(field: Int(field), parent: parent))
                case .inline(let inline):
                    let node = document.inlineFragments[Int(inline)]
                    pending.append((node.selectionSet, node.condition < 0 ? parent : type(node.condition)))
                case .spread(let spread):
                    let name = document.spreads[Int(spread)].name.id
                    guard visited[name] != search, let target = targets[name] else { continue }
                    visited[name] = search
                    pending.append((target.set, target.parent))
                }
            }
        }
    }

    private mutating func conflicts(_ entries: [Entry], shape: Bool, sameness: Bool) -> Bool {
        guard budget > 0 else { return true }
        guard hasRepeatedKey(entries) else {
            for entry in entries where conflicts(below: entry) { return true }
            return false
        }
        let sorted = entries.sorted { key($0) < key($1) }
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, key(sorted[end]) == key(sorted[start]) { end += 1 }
            if end == start + 1 {
                if conflicts(below: sorted[start]) { return true }
            } else if conflicts(group: Array(sorted[start..<end]), shape: shape, sameness: sameness) {
                return true
            }
            start = end
        }
        return false
    }

    private func key(_ entry: Entry) -> Int { document.fields[entry.field].responseKey.id }

    private mutating func hasRepeatedKey(_ entries: [Entry]) -> Bool {
        guard entries.count > 1 else { return false }
        stamp += 1
        for entry in entries {
            let key = key(entry)
            if seen[key] == stamp { return true }
            seen[key] = stamp
        }
        return false
    }

    private mutating func conflicts(below entry: Entry) -> Bool {
        let set = document.fields[entry.field].selectionSet
        return set >= 0 && conflicts(alone: set, returned(entry))
    }

    private func definition(_ entry: Entry) -> FieldDefinition? {
        entry.parent?.field(names[document.fields[entry.field].name.id])
    }

    private func returned(_ entry: Entry) -> TypeDefinition? { definition(entry).map { schema.named($0.type) } }

    private mutating func conflicts(group: [Entry], shape: Bool, sameness: Bool) -> Bool {
        if shape, !haveSameShape(group) { return true }
        guard sameness else { return conflicts(children(group), shape: true, sameness: false) }
        let parts = parts(group)
        for part in parts where !areSame(part) { return true }
        if parts.count == 1 { return conflicts(children(group), shape: shape, sameness: true) }
        if shape, conflicts(children(group), shape: true, sameness: false) { return true }
        for part in parts {
            let isConflict =
                part.count == 1 ? conflicts(below: part[0]) : conflicts(children(part), shape: false, sameness: true)
            if isConflict { return true }
        }
        return false
    }

    /// The fields that may belong to one object: for every object type those on it and those on abstract types.
    private func parts(_ group: [Entry]) -> [[Entry]] {
        var abstract: [Entry] = []
        var concrete: [Int: [Entry]] = [:]
        for entry in group {
            if let parent = entry.parent, parent.kind == .object {
                concrete[parent.index, default: []].append(entry)
            } else {
                abstract.append(entry)
            }
        }
        guard concrete.count > 1 else { return [group] }
        return concrete.values.map { abstract + $0 }
    }

    private func haveSameShape(_ group: [Entry]) -> Bool {
        var first: TypeReference?
        for entry in group {
            guard let type = definition(entry)?.type else { continue }
            if let first, schema.conflict(first, type) { return false }
            if first == nil { first = type }
        }
        guard comparesStreams else { return true }
        let node = document.fields[group[0].field]
        return group.dropFirst().allSatisfy { document.haveSameStreams(node, document.fields[$0.field], names) }
    }

    private func areSame(_ part: [Entry]) -> Bool {
        let first = document.fields[part[0].field]
        return part.dropFirst().allSatisfy { entry in
            let node = document.fields[entry.field]
            return node.name.symbol == first.name.symbol && document.haveSameArguments(node, first)
        }
    }

    /// Everything selected in some fields that are merged.
    private mutating func children(_ group: [Entry]) -> [Entry] {
        var entries: [Entry] = []
        search += 1
        for entry in group {
            let set = document.fields[entry.field].selectionSet
            if set >= 0 { collect(set, returned(entry), &entries) }
        }
        return entries
    }
}

extension Schema {
    /// Whether two types can never have answers of the same shape.
    func conflict(_ left: TypeReference, _ right: TypeReference) -> Bool {
        guard left.wrapping == right.wrapping else { return true }
        return left.index != right.index && (types[left.index].isLeaf || types[right.index].isLeaf)
    }
}

extension Document {
    /// Up to this many arguments are searched one by one.
    private static let linearLimit = 16

    /// Whether two fields have the same arguments in any order.
    func haveSameArguments(_ left: FieldNode, _ right: FieldNode) -> Bool {
        haveSameArguments(left.arguments, right.arguments)
    }

    /// Whether two lists of arguments are the same in any order.
    func haveSameArguments(_ left: NodeRange, _ right: NodeRange) -> Bool {
        guard left.count == right.count else { return false }
        if left.isEmpty || left == right { return true }
        guard left.count > Self.linearLimit else {
            return left.indices.allSatisfy { index in
                let argument = arguments[index]
                let other = right.indices.first { arguments[$0].name.symbol == argument.name.symbol }
                return other.map { isSame(argument.value, arguments[$0].value) } ?? false
            }
        }
        var known: [Int32: Int32] = [:]
        for index in right.indices.reversed() { known[arguments[index].name.symbol] = arguments[index].value }
        return left.indices.allSatisfy { index in
            known[arguments[index].name.symbol].map { isSame(arguments[index].value, $0) } ?? false
        }
    }

    /// Whether two literals are the same, whatever the order of their members.
    private func isSame(_ left: Int32, _ right: Int32) -> Bool {
        let (first, second) = (literals[Int(left)], literals[Int(right)])
        guard first.kind == second.kind else { return false }
        switch first.kind {
        case .null: return true
        case .variable, .enumeration: return first.name.symbol == second.name.symbol
        case .boolean: return isTrue(first) == isTrue(second)
        case .int, .float: return sourceText(first.extent) == sourceText(second.extent)
        // Strings are equal already if they look the same; arguments must be the same.
        case .string, .blockString: return string(left).utf8.elementsEqual(string(right).utf8)
        case .list:
            return first.children.count == second.children.count
                && zip(first.children.indices, second.children.indices).allSatisfy { leftIndex, rightIndex in
                    isSame(literalItems[leftIndex], literalItems[rightIndex])
                }
        case .object: return haveSameMembers(first, second)
        }
    }

    private func haveSameMembers(_ left: LiteralNode, _ right: LiteralNode) -> Bool {
        guard left.children.count == right.children.count else { return false }
        var known: [Int32: Int32] = [:]
        for index in right.children.indices { known[objectFields[index].name.symbol] = objectFields[index].value }
        return left.children.indices.allSatisfy { index in
            known[objectFields[index].name.symbol].map { isSame(objectFields[index].value, $0) } ?? false
        }
    }
}
