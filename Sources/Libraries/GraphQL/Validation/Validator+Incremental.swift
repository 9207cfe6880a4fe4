/// The rules of `@defer` and `@stream`, for schemas that have them.
///
/// Source: GraphQL specification, proposal "Incremental delivery"; wording of the reference implementation.
extension Validator {
    /// Checks `@defer` and `@stream` on a selection.
    ///
    /// - Parameters:
    ///   - parent: The type that the selection belongs to.
    ///   - field: The definition of the selection, if it is a field.
    mutating func checkIncremental(
        _ directives: NodeRange,
        _ parent: TypeDefinition?,
        _ field: FieldDefinition? = nil
    ) throws(Stop) {
        guard schema.deliversIncrementally else { return }
        for index in directives.indices {
            let node = document.directives[index]
            let name = names[node.name.id]
            guard name == IncrementalDirectives.deferName || name == IncrementalDirectives.streamName else { continue }
            let title = name == IncrementalDirectives.deferName ? "Defer" : "Stream"
            for kind in [OperationKind.mutation, .subscription] {
                guard let parent, parent.index == schema.roots[kind] else { continue }
                try report(
                    "\(title) directive cannot be used on root \(kind.rawValue) type \"\(parent.name)\".",
                    node.extent
                )
            }
            try checkLabel(node, name)
            guard name == IncrementalDirectives.streamName, let field, let parent, !field.type.nullable.isList else {
                continue
            }
            try report(
                "Stream directive cannot be used on non-list field \"\(field.name)\" on type \"\(parent.name)\".",
                node.extent
            )
        }
    }

    /// A label tells the parts of a response apart, so it is no variable and occurs once.
    private mutating func checkLabel(_ node: DirectiveNode, _ name: String) throws(Stop) {
        guard let value = document.argument("label", of: node, names), document.literals[Int(value)].kind != .null
        else {
            return
        }
        let literal = document.literals[Int(value)]
        guard literal.kind == .string || literal.kind == .blockString else {
            return try report("Directive \"\(name)\"'s label argument must be a static string.", node.extent)
        }
        let label = document.string(value)
        if let first = labels[label] {
            try report("Defer/Stream directive label argument must be unique.", [first, node.extent])
        } else {
            labels[label] = node.extent
        }
    }

    /// Reports `@defer` and `@stream` that a subscription cannot switch off.
    ///
    /// The search keeps the selection sets still to visit in an array, with the spreads that lead to them.
    mutating func checkSubscriptionIsWhole(_ operation: OperationNode) throws(Stop) {
        guard schema.deliversIncrementally else { return }
        var visited: Set<Int> = []
        var pending: [(set: Int32, spreads: [Extent])] = [(operation.selectionSet, [])]
        while let (set, spreads) = pending.popLast() {
            for index in document.selectionSets[Int(set)].selections.indices {
                switch document.selections[index] {
                case .field(let field):
                    let node = document.fields[Int(field)]
                    guard !mayBeLeftOut(node.directives) else { continue }
                    try reportUnconditional(node.directives, spreads)
                    if node.selectionSet >= 0 { pending.append((node.selectionSet, spreads)) }
                case .inline(let inline):
                    let node = document.inlineFragments[Int(inline)]
                    guard !mayBeLeftOut(node.directives) else { continue }
                    try reportUnconditional(node.directives, spreads)
                    pending.append((node.selectionSet, spreads))
                case .spread(let spread):
                    let node = document.spreads[Int(spread)]
                    guard !mayBeLeftOut(node.directives) else { continue }
                    try reportUnconditional(node.directives, spreads)
                    guard visited.insert(node.name.id).inserted, let fragment = fragments[node.name.id] else {
                        continue
                    }
                    let shown = Array(([node.extent] + spreads).prefix(Self.shownSpreads))
                    pending.append((document.fragments[fragment].selectionSet, shown))
                }
            }
        }
    }

    /// The most spreads that an error names as the way to its place.
    private static var shownSpreads: Int { 10 }

    private mutating func reportUnconditional(_ directives: NodeRange, _ spreads: [Extent]) throws(Stop) {
        for index in directives.indices {
            let node = document.directives[index]
            let name = names[node.name.id]
            guard name == IncrementalDirectives.deferName || name == IncrementalDirectives.streamName else { continue }
            guard !mayBeFalse(document.argument("if", of: node, names)) else { continue }
            let title = name == IncrementalDirectives.deferName ? "Defer" : "Stream"
            try report(
                "\(title) directive not supported on subscription operations. "
                    + "Disable `@\(name)` by setting the `if` argument to `false`.",
                [node.extent] + spreads
            )
        }
    }

    /// Whether `@skip` or `@include` always leaves a selection out, or a variable may say so.
    private func mayBeLeftOut(_ directives: NodeRange) -> Bool {
        directives.indices.contains { index in
            let node = document.directives[index]
            switch names[node.name.id] {
            case "include": return mayBeFalse(document.argument("if", of: node, names))
            case "skip":
                guard let value = document.argument("if", of: node, names) else { return false }
                let literal = document.literals[Int(value)]
                return literal.kind == .variable || (literal.kind == .boolean && document.isTrue(literal))
            default: return false
            }
        }
    }

    private func mayBeFalse(_ value: Int32?) -> Bool {
        guard let value else { return false }
        let literal = document.literals[Int(value)]
        return literal.kind == .variable || (literal.kind == .boolean && !document.isTrue(literal))
    }
}

extension Document {
    /// The literal that a directive gives an argument.
    func argument(_ name: String, of directive: DirectiveNode, _ names: [String]) -> Int32? {
        directive.arguments.indices.first { names[arguments[$0].name.id] == name }.map { arguments[$0].value }
    }

    /// The `@stream` on a field.
    private func stream(_ node: FieldNode, _ names: [String]) -> DirectiveNode? {
        node.directives.indices.first { names[directives[$0].name.id] == IncrementalDirectives.streamName }
            .map { directives[$0] }
    }

    /// Whether two fields are both streamed in the same way, or neither is.
    func haveSameStreams(_ left: FieldNode, _ right: FieldNode, _ names: [String]) -> Bool {
        switch (stream(left, names), stream(right, names)) {
        case (nil, nil): true
        case (let first?, let second?): haveSameArguments(first.arguments, second.arguments)
        default: false
        }
    }
}
