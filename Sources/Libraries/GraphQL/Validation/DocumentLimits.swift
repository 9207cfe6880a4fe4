/// Counts what an operation would expand to, and refuses what is beyond an engine's limits before validation and
/// planning spend time on it.
///
/// Every count includes what fragments bring in, each time they are used. Sums stop at the greatest number, so a
/// document that would expand to billions of fields costs no more than its own length.
struct DocumentLimits {
    /// What a selection set expands to.
    private struct Extent {
        var depth = 0
        var nesting = 0
        var fields = 0
        var aliases = 0
        /// Fields directly in the set.
        var ownFields = 0
    }

    let document: Document
    let limits: EngineLimits

    private var sets: [Extent]
    private var fragmentSets: [Int: Int32] = [:]

    /// Selection sets whose counts are complete.
    private var isDone: [Bool]

    /// Selection sets on the path being counted, to stop at fragments that contain themselves.
    private var isOpen: [Bool]

    init(document: Document, limits: EngineLimits) {
        self.document = document
        self.limits = limits
        sets = Array(repeating: Extent(), count: document.selectionSets.count)
        isDone = Array(repeating: false, count: document.selectionSets.count)
        isOpen = isDone
        for fragment in document.fragments { fragmentSets[fragment.name.id] = fragment.selectionSet }
    }

    /// The limits that are exceeded, one error each.
    mutating func errors() -> [GraphQLError] {
        var errors: [GraphQLError] = []
        if let place = crowdedPlace() {
            errors.append(error("More than \(limits.maxDirectives) directives stand at one place.", place))
        }
        for operation in document.operations {
            guard errors.isEmpty else { break }
            if operation.variables.count > limits.maxVariables {
                errors.append(
                    error("The operation has more than \(limits.maxVariables) variables.", operation.extent.lower)
                )
            }
            count(operation.selectionSet)
            errors += exceeded(sets[Int(operation.selectionSet)], operation)
        }
        return errors
    }

    private func exceeded(_ extent: Extent, _ operation: OperationNode) -> [GraphQLError] {
        let checks: [(Int, Int, String)] = [
            (extent.depth, limits.maxDepth, "nests deeper than \(limits.maxDepth) levels"),
            (extent.nesting, limits.parser.maxDepth, "nests deeper than \(limits.parser.maxDepth) selections"),
            (extent.ownFields, limits.maxRootFields, "has more than \(limits.maxRootFields) root fields"),
            (extent.aliases, limits.maxAliases, "has more than \(limits.maxAliases) aliases"),
            (extent.fields, limits.maxFields, "has more than \(limits.maxFields) fields"),
        ]
        return checks.filter { $0.0 > $0.1 }.prefix(1).map { error("The operation \($0.2).", operation.extent.lower) }
    }

    private func error(_ message: String, _ offset: Int32) -> GraphQLError {
        GraphQLError(
            message,
            locations: [document.location(Int(offset))],
            extensions: [Value.Member(name: "code", value: "TOO_COMPLEX")]
        )
    }

    /// Where more directives stand than one place may have.
    private func crowdedPlace() -> Int32? {
        guard document.directives.count > limits.maxDirectives else { return nil }
        let ranges =
            document.fields.map(\.directives) + document.spreads.map(\.directives)
            + document.inlineFragments.map(\.directives) + document.operations.map(\.directives)
            + document.fragments.map(\.directives) + document.variables.map(\.directives)
            + document.typeSystem.map(\.directives)
        return ranges.first { $0.count > limits.maxDirectives }
            .map { document.directives[$0.indices.lowerBound].extent.lower }
    }

    // MARK: Counting

    /// Counts a selection set and everything it leads to, without recursion.
    private mutating func count(_ root: Int32) {
        var path: [(set: Int32, next: Int)] = [(root, 0)]
        isOpen[Int(root)] = true
        while let last = path.indices.last {
            let set = path[last].set
            let selections = document.selectionSets[Int(set)].selections
            guard path[last].next < selections.count else {
                sum(set)
                isDone[Int(set)] = true
                isOpen[Int(set)] = false
                path.removeLast()
                continue
            }
            let selection = document.selections[selections.indices.lowerBound + path[last].next]
            path[last].next += 1
            let inner = innerSet(selection)
            if inner >= 0, !isDone[Int(inner)], !isOpen[Int(inner)] {
                isOpen[Int(inner)] = true
                path.append((inner, 0))
            }
        }
    }

    private func innerSet(_ selection: Selection) -> Int32 {
        switch selection {
        case .field(let field): document.fields[Int(field)].selectionSet
        case .inline(let inline): document.inlineFragments[Int(inline)].selectionSet
        case .spread(let spread): fragmentSets[document.spreads[Int(spread)].name.id] ?? -1
        }
    }

    /// Adds up a selection set whose inner sets are counted.
    ///
    /// A set that is still open contributes nothing.
    private mutating func sum(_ set: Int32) {
        var total = Extent()
        for index in document.selectionSets[Int(set)].selections.indices {
            let selection = document.selections[index]
            let innerIndex = innerSet(selection)
            let inner = innerIndex >= 0 && isDone[Int(innerIndex)] ? sets[Int(innerIndex)] : Extent()
            total.fields = Saturating.add(total.fields, inner.fields)
            total.aliases = Saturating.add(total.aliases, inner.aliases)
            total.nesting = max(total.nesting, inner.nesting + (innerIndex >= 0 ? 1 : 0))
            if case .field(let field) = selection {
                total.fields = Saturating.add(total.fields, 1)
                total.ownFields = Saturating.add(total.ownFields, 1)
                total.depth = max(total.depth, inner.depth + 1)
                if document.fields[Int(field)].alias.isPresent { total.aliases = Saturating.add(total.aliases, 1) }
            } else {
                total.ownFields = Saturating.add(total.ownFields, inner.ownFields)
                total.depth = max(total.depth, inner.depth)
            }
        }
        sets[Int(set)] = total
    }
}
