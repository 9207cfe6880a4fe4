/// Where variables are used, with the types expected there.
struct VariableUsages {
    /// One use of a variable.
    struct Usage {
        let node: LiteralNode
        let type: TypeReference?
        /// Whether the place has a default that a null would not replace.
        let hasDefault: Bool
        /// The `@oneOf` input object whose field the variable is given to, where null may stand for that object; where
        /// it may not, the check of the object itself reports the variable.
        let oneOf: TypeDefinition?

        fileprivate var kind: Kind {
            Kind(variable: node.name.id, type: type, hasDefault: hasDefault, oneOf: oneOf?.index)
        }
    }

    /// What a use is judged by; uses of the same kind are right or wrong together.
    fileprivate struct Kind: Hashable {
        let variable: Int
        let type: TypeReference?
        let hasDefault: Bool
        let oneOf: Int?
    }

    /// The uses in an operation or a fragment.
    struct Uses {
        /// In the order of the document.
        let all: [Usage]
        /// One of each kind.
        ///
        /// Many operations may share a fragment with many uses, of which there are few kinds.
        let distinct: [Usage]

        fileprivate init(_ all: [Usage]) {
            self.all = all
            var kinds: Set<Kind> = []
            distinct = all.filter { kinds.insert($0.kind).inserted }
        }
    }

    let document: Document
    let schema: Schema
    let names: [String]
    private var known: [Int32: Uses] = [:]

    init(document: Document, schema: Schema, names: [String]) {
        self.document = document
        self.schema = schema
        self.names = names
    }

    /// The uses in an operation itself, its fragments not included.
    mutating func uses(_ operation: OperationNode) -> Uses {
        var walk = Walk(document: document, schema: schema, names: names)
        walk.directives(operation.directives)
        walk.selectionSet(operation.selectionSet, schema.root(operation.kind))
        return Uses(walk.found)
    }

    /// The uses in a fragment itself.
    mutating func uses(_ fragment: FragmentNode) -> Uses {
        if let uses = known[fragment.selectionSet] { return uses }
        var walk = Walk(document: document, schema: schema, names: names)
        walk.directives(fragment.directives)
        let type = schema.type(names[document.types[Int(fragment.condition)].name.id])
        walk.selectionSet(fragment.selectionSet, type)
        let uses = Uses(walk.found)
        known[fragment.selectionSet] = uses
        return uses
    }

    private struct Walk {
        let document: Document
        let schema: Schema
        let names: [String]
        var found: [Usage] = []

        mutating func selectionSet(_ set: Int32, _ parent: TypeDefinition?) {
            let parent = parent.flatMap { $0.isComposite ? $0 : nil }
            for index in document.selectionSets[Int(set)].selections.indices {
                switch document.selections[index] {
                case .field(let field): self.field(document.fields[Int(field)], parent)
                case .spread(let spread): directives(document.spreads[Int(spread)].directives)
                case .inline(let inline):
                    let node = document.inlineFragments[Int(inline)]
                    directives(node.directives)
                    let type =
                        node.condition < 0
                        ? parent : schema.type(names[document.types[Int(node.condition)].name.id])
                    selectionSet(node.selectionSet, type)
                }
            }
        }

        private mutating func field(_ node: FieldNode, _ parent: TypeDefinition?) {
            let name = names[node.name.id]
            let definition = parent.flatMap { schema.field(name, of: $0) }
            arguments(node.arguments, definition?.arguments ?? [])
            directives(node.directives)
            guard node.selectionSet >= 0 else { return }
            selectionSet(node.selectionSet, definition.map { schema.named($0.type) })
        }

        mutating func directives(_ directives: NodeRange) {
            for index in directives.indices {
                let node = document.directives[index]
                arguments(node.arguments, schema.directive(names[node.name.id])?.arguments ?? [])
            }
        }

        private mutating func arguments(_ arguments: NodeRange, _ definitions: [InputValueDefinition]) {
            for index in arguments.indices {
                let node = document.arguments[index]
                let definition = definitions.first { $0.name == names[node.name.id] }
                let type = definition.flatMap { schema.named($0.type).isInput ? $0.type : nil }
                let hasDefault = definition.flatMap { schema.defaultValue($0) } != nil
                value(node.value, type, hasDefault, nil)
            }
        }

        private mutating func value(
            _ literal: Int32,
            _ type: TypeReference?,
            _ hasDefault: Bool,
            _ oneOf: TypeDefinition?
        ) {
            let node = document.literals[Int(literal)]
            switch node.kind {
            case .variable:
                found.append(Usage(node: node, type: type, hasDefault: hasDefault, oneOf: oneOf))
            case .list:
                let nullable = type?.nullable
                let item = nullable?.isList ?? false ? nullable?.unwrapped : nullable
                for index in node.children.indices { value(document.literalItems[index], item, false, nil) }
            case .object:
                let object = type.map { schema.named($0) }
                for index in node.children.indices {
                    let member = document.objectFields[index]
                    let field = object?.inputField(names[member.name.id])
                    let hasDefault = field.flatMap { schema.defaultValue($0) } != nil
                    let isOneOf = type?.isBare ?? false && object?.isOneOf ?? false
                    value(member.value, field?.type, hasDefault, isOneOf ? object : nil)
                }
            default: break
            }
        }
    }
}

extension Validator {
    /// Checks that variables are defined, used, and of types that fit where they are used.
    mutating func checkVariables(_ node: OperationNode) throws(Stop) {
        guard !node.variables.isEmpty || document.literals.contains(where: { $0.kind == .variable }) else { return }
        var parts = [usages.uses(node)]
        var known = Set<Int>()
        for name in document.reachableSpreads(node.selectionSet, fragments, &known) {
            if let fragment = fragments[name] { parts.append(usages.uses(document.fragments[fragment])) }
        }
        if !areRight(parts.lazy.flatMap(\.distinct), node) { try report(parts.flatMap(\.all), node) }
    }

    /// Whether the variables of an operation are defined, used, and of types that fit.
    private func areRight(_ uses: some Sequence<VariableUsages.Usage>, _ node: OperationNode) -> Bool {
        var used: Set<Int> = []
        for use in uses {
            guard let definition = variables[use.node.name.id], problems(use, definition).isEmpty else { return false }
            used.insert(use.node.name.id)
        }
        return node.variables.indices.allSatisfy { used.contains(document.variables[$0].name.id) }
    }

    private mutating func report(_ uses: [VariableUsages.Usage], _ node: OperationNode) throws(Stop) {
        let suffix = node.name.isPresent ? " by operation \"\(text(node.name))\"." : "."
        for use in uses where variables[use.node.name.id] == nil {
            try report("Variable \"$\(text(use.node.name))\" is not defined\(suffix)", [use.node.extent, node.extent])
        }
        let used = Set(uses.map(\.node.name.id))
        let unusedSuffix = node.name.isPresent ? " in operation \"\(text(node.name))\"." : "."
        for index in node.variables.indices {
            let variable = document.variables[index]
            guard !used.contains(variable.name.id) else { continue }
            try report("Variable \"$\(text(variable.name))\" is never used\(unusedSuffix)", variable.extent)
        }
        for use in uses {
            guard let definition = variables[use.node.name.id] else { continue }
            for problem in problems(use, definition) {
                try report(problem, [definition.extent, use.node.extent])
            }
        }
    }

    /// Why a variable may not be used in some place.
    private func problems(_ use: VariableUsages.Usage, _ definition: VariableNode) -> [String] {
        guard let expected = use.type, let type = schema.reference(definition.type, in: document) else { return [] }
        let name = text(use.node.name)
        var problems: [String] = []
        if !isAllowed(type, definition, expected, use.hasDefault) {
            problems.append(
                "Variable \"$\(name)\" of type \"\(schema.text(type))\" used in position expecting type "
                    + "\"\(schema.text(expected))\"."
            )
        }
        if let oneOf = use.oneOf, !type.isNonNull {
            problems.append(
                "Variable \"$\(name)\" is of type \"\(schema.text(type))\" but must be non-nullable to be used for "
                    + "OneOf Input Object \"\(oneOf.name)\"."
            )
        }
        return problems
    }

    private func isAllowed(
        _ type: TypeReference,
        _ definition: VariableNode,
        _ expected: TypeReference,
        _ hasDefault: Bool
    ) -> Bool {
        guard expected.isNonNull, !type.isNonNull else { return schema.isSubtype(type, of: expected) }
        let hasValue =
            definition.defaultValue >= 0 && document.literals[Int(definition.defaultValue)].kind != .null
        guard hasValue || hasDefault else { return false }
        return schema.isSubtype(type, of: expected.unwrapped)
    }
}
