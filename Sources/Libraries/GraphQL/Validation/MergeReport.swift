/// Says which fields of a document cannot be merged, pair by pair, as the reference implementation does.
///
/// Comparing pairs can take long for documents made for it, so the comparisons of a document are counted; when they
/// are used up, what was found so far is all that is reported.
struct MergeReport {
    /// Two fields, or two groups of fields, that cannot be merged.
    struct Conflict {
        let name: String
        let reason: String
        let left: [Int]
        let right: [Int]

        var fields: [Int] { left + right }
    }

    /// A field with the type it is selected on and its definition there.
    private struct Entry {
        let field: Int
        let parent: TypeDefinition?
        let definition: FieldDefinition?
    }

    /// The fields of a selection set by response key, and the fragments it uses.
    private struct Contents {
        let id: Int
        var keys: [Int] = []
        var fields: [Int: [Entry]] = [:]
        private(set) var fragments: [Int] = []
        private var known: Set<Int> = []

        init(id: Int) { self.id = id }

        /// Adds a fragment, if it is not among them.
        mutating func add(fragment: Int) {
            if known.insert(fragment).inserted { fragments.append(fragment) }
        }
    }

    private struct Pair: Hashable {
        let first: Int
        let second: Int
    }

    let document: Document
    let schema: Schema
    let names: [String]
    let fragments: [Int: Int]

    /// How many pairs of fields and of fragments may still be compared.
    private(set) var budget = 12_000

    private var contents: [Int32: Contents] = [:]
    private var comparedFragments: [Pair: Bool] = [:]
    private var comparedFields: [Pair: Bool] = [:]

    /// How deep the comparison is, and how deep it may go; fragments that contain themselves lead far down.
    private var depth = 0
    private static let depthLimit = 250

    /// The most conflicts that are looked for in one selection set.
    private static let conflictLimit = 100

    /// The most reasons one message lists.
    private static let reasonLimit = 50

    init(document: Document, schema: Schema, names: [String], fragments: [Int: Int]) {
        self.document = document
        self.schema = schema
        self.names = names
        self.fragments = fragments
    }

    /// The conflicts inside a selection set.
    mutating func conflicts(in set: Int32, _ parent: TypeDefinition?) -> [Conflict] {
        var found: [Conflict] = []
        let own = contents(set, parent)
        for key in own.keys {
            guard let fields = own.fields[key], fields.count > 1 else { continue }
            for first in fields.indices {
                for second in fields.indices.dropFirst(first + 1) {
                    guard budget > 0, found.count <= Self.conflictLimit else { return found }
                    if let conflict = conflict(fields[first], fields[second], false) { found.append(conflict) }
                }
            }
        }
        for (position, fragment) in own.fragments.enumerated() {
            compare(own, fragment, false, &found)
            for other in own.fragments.dropFirst(position + 1) {
                guard budget > 0 else { return found }
                compare(fragment, other, false, &found)
            }
        }
        return found
    }

    // MARK: Contents

    private mutating func contents(_ set: Int32, _ parent: TypeDefinition?) -> Contents {
        if let known = contents[set] { return known }
        var result = Contents(id: Int(set))
        collect(set, parent, &result)
        contents[set] = result
        return result
    }

    private mutating func contents(fragment name: Int) -> Contents? {
        guard let fragment = fragments[name].map({ document.fragments[$0] }) else { return nil }
        return contents(fragment.selectionSet, type(fragment.condition))
    }

    private func collect(_ set: Int32, _ parent: TypeDefinition?, _ result: inout Contents) {
        for index in document.selectionSets[Int(set)].selections.indices {
            switch document.selections[index] {
            case .field(let field):
                let node = document.fields[Int(field)]
                let definition = parent?.field(names[node.name.id])
                let key = node.responseKey.id
                if result.fields[key] == nil { result.keys.append(key) }
                result.fields[key, default: []].append(
                    Entry(field: Int(field), parent: parent, definition: definition)
                )
            case .inline(let inline):
                let node = document.inlineFragments[Int(inline)]
                collect(node.selectionSet, node.condition < 0 ? parent : type(node.condition), &result)
            case .spread(let spread):
                result.add(fragment: document.spreads[Int(spread)].name.id)
            }
        }
    }

    private func type(_ condition: Int32) -> TypeDefinition? {
        schema.type(names[document.types[Int(condition)].name.id])
    }

    // MARK: Comparing

    /// Compares the fields of a selection set with those of a fragment and of the fragments in it.
    private mutating func compare(_ own: Contents, _ fragment: Int, _ exclusive: Bool, _ found: inout [Conflict]) {
        let pair = Pair(first: own.id, second: fragment)
        if let known = comparedFields[pair], exclusive || !known { return }
        comparedFields[pair] = exclusive
        budget -= 1
        guard budget > 0, let other = contents(fragment: fragment), other.id != own.id else { return }
        compare(own, other, exclusive, &found)
        for inner in other.fragments { compare(own, inner, exclusive, &found) }
    }

    /// Compares the fields of two fragments and of the fragments in them.
    private mutating func compare(_ left: Int, _ right: Int, _ exclusive: Bool, _ found: inout [Conflict]) {
        guard left != right, budget > 0 else { return }
        let pair = Pair(first: min(left, right), second: max(left, right))
        if let known = comparedFragments[pair], exclusive || !known { return }
        comparedFragments[pair] = exclusive
        budget -= 1
        guard let first = contents(fragment: left), let second = contents(fragment: right) else { return }
        compare(first, second, exclusive, &found)
        for inner in second.fragments { compare(left, inner, exclusive, &found) }
        for inner in first.fragments { compare(inner, right, exclusive, &found) }
    }

    private mutating func compare(_ left: Contents, _ right: Contents, _ exclusive: Bool, _ found: inout [Conflict]) {
        for key in left.keys {
            guard let first = left.fields[key], let second = right.fields[key] else { continue }
            for leftEntry in first {
                for rightEntry in second {
                    guard budget > 0, found.count <= Self.conflictLimit else { return }
                    if let conflict = conflict(leftEntry, rightEntry, exclusive) { found.append(conflict) }
                }
            }
        }
    }

    private mutating func conflict(_ left: Entry, _ right: Entry, _ parentsExclusive: Bool) -> Conflict? {
        budget -= 1
        let (leftNode, rightNode) = (document.fields[left.field], document.fields[right.field])
        let exclusive = parentsExclusive || areExclusive(left.parent, right.parent)
        if !exclusive {
            let (leftName, rightName) = (names[leftNode.name.id], names[rightNode.name.id])
            if leftName != rightName {
                return conflict(
                    left,
                    right,
                    "\"\(Parser.cut(leftName))\" and \"\(Parser.cut(rightName))\" are different fields"
                )
            }
            if !document.haveSameArguments(leftNode, rightNode) {
                return conflict(left, right, "they have differing arguments")
            }
        }
        if schema.deliversIncrementally, !document.haveSameStreams(leftNode, rightNode, names) {
            return conflict(left, right, "they have differing stream directives")
        }
        let (leftType, rightType) = (left.definition?.type, right.definition?.type)
        if let leftType, let rightType, schema.conflict(leftType, rightType) {
            return conflict(
                left,
                right,
                "they return conflicting types \"\(schema.text(leftType))\" and \"\(schema.text(rightType))\""
            )
        }
        guard leftNode.selectionSet >= 0, rightNode.selectionSet >= 0, depth < Self.depthLimit else { return nil }
        depth += 1
        defer { depth -= 1 }
        var found: [Conflict] = []
        compareSelections(
            contents(leftNode.selectionSet, leftType.map { schema.named($0) }),
            contents(rightNode.selectionSet, rightType.map { schema.named($0) }),
            exclusive,
            &found
        )
        return found.isEmpty ? nil : nested(found, left, right)
    }

    private mutating func compareSelections(
        _ first: Contents,
        _ second: Contents,
        _ exclusive: Bool,
        _ found: inout [Conflict]
    ) {
        compare(first, second, exclusive, &found)
        for fragment in second.fragments { compare(first, fragment, exclusive, &found) }
        for fragment in first.fragments { compare(second, fragment, exclusive, &found) }
        for fragment in first.fragments {
            for other in second.fragments {
                guard budget > 0 else { return }
                compare(fragment, other, exclusive, &found)
            }
        }
    }

    private func areExclusive(_ left: TypeDefinition?, _ right: TypeDefinition?) -> Bool {
        guard let left, let right else { return false }
        return left.index != right.index && left.kind == .object && right.kind == .object
    }

    private func conflict(_ left: Entry, _ right: Entry, _ reason: String) -> Conflict {
        let key = names[document.fields[left.field].responseKey.id]
        return Conflict(name: Parser.cut(key), reason: reason, left: [left.field], right: [right.field])
    }

    private func nested(_ found: [Conflict], _ left: Entry, _ right: Entry) -> Conflict {
        let shown = found.prefix(Self.reasonLimit)
        let reason = shown.map { "subfields \"\($0.name)\" conflict because \($0.reason)" }.joined(separator: " and ")
        let key = names[document.fields[left.field].responseKey.id]
        return Conflict(
            name: Parser.cut(key),
            reason: reason,
            left: [left.field] + shown.flatMap(\.left),
            right: [right.field] + shown.flatMap(\.right)
        )
    }
}
