/// Validates a schema that has been built.
///
/// Source: GraphQL September 2025, section 3, "Type Validation". Wording and order are the reference
/// implementation's.
struct SchemaValidator {
    let schema: Schema
    let sources: SchemaSources

    private(set) var errors: [GraphQLError] = []

    static func errors(_ schema: Schema, _ documents: [Document]) -> [GraphQLError] {
        var validator = SchemaValidator(schema: schema, sources: SchemaSources(documents))
        validator.checkRoots()
        validator.checkDirectives()
        validator.checkTypes()
        return validator.errors
    }

    private init(schema: Schema, sources: SchemaSources) {
        self.schema = schema
        self.sources = sources
    }

    mutating func report(_ message: String, _ places: [SchemaSources.Place]) {
        errors.append(GraphQLError(message, locations: places.map(\.location)))
    }

    // MARK: Roots

    private mutating func checkRoots() {
        if schema.roots[.query] == nil { report("Query root type must be provided.", sources.schemaDefinition) }
        for (kind, title, condition) in [
            (OperationKind.query, "Query", ""), (.mutation, "Mutation", " if provided"),
            (.subscription, "Subscription", " if provided"),
        ] {
            guard let type = schema.root(kind), type.kind != .object else { continue }
            let named = sources.operationType(kind)
            report(
                "\(title) root type must be Object type\(condition), it cannot be \(type.name).",
                named.isEmpty ? Array(sources.definitions(type.name).prefix(1)) : named
            )
        }
        checkDistinctRoots()
    }

    private mutating func checkDistinctRoots() {
        var kinds: [Int: [OperationKind]] = [:]
        for kind in [OperationKind.query, .mutation, .subscription] {
            if let index = schema.roots[kind] { kinds[index, default: []].append(kind) }
        }
        for (index, kinds) in kinds.sorted(by: { $0.key < $1.key }) where kinds.count > 1 {
            let names = kinds.map(\.rawValue)
            let list = names.count == 2 ? "\(names[0]) and \(names[1])" : "\(names[0]), \(names[1]), and \(names[2])"
            report(
                "All root types must be different, \"\(schema.types[index].name)\" type is used as \(list) root types.",
                kinds.flatMap { sources.operationType($0) }
            )
        }
    }

    // MARK: Directives

    private mutating func checkDirectives() {
        for directive in schema.directives {
            checkName(directive.name, sources.directive(directive.name))
            for argument in directive.arguments {
                let owner = SchemaSources.InputOwner.directive(directive.name)
                checkName(argument.name, sources.input(owner, argument.name))
                let title = "@\(directive.name)(\(argument.name):)"
                if !schema.named(argument.type).isInput {
                    report(
                        "The type of \(title) must be Input Type but got: \(argument.typeName).",
                        sources.input(owner, argument.name)
                    )
                }
                checkDeprecation(argument, "argument \(title)", owner)
            }
        }
    }

    /// A required input may not be deprecated, for nobody could leave it out.
    mutating func checkDeprecation(_ input: InputValueDefinition, _ title: String, _ owner: SchemaSources.InputOwner) {
        guard schema.isRequired(input), input.deprecationReason != nil else { return }
        report(
            "Required \(title) cannot be deprecated.",
            sources.inputDeprecation(owner, input.name) + sources.inputType(owner, input.name)
        )
    }

    mutating func checkName(_ name: String, _ places: [SchemaSources.Place]) {
        guard name.utf8.starts(with: [0x5F, 0x5F]) else { return }
        report(
            "Name \"\(name)\" must not begin with \"__\", which is reserved by GraphQL introspection.",
            places
        )
    }

    // MARK: Types

    private mutating func checkTypes() {
        var cycles = InputCycles()
        var defaultCycles = DefaultCycles(schema: schema)
        for type in schema.types where !BuiltIn.typeNames.contains(type.name) {
            checkName(type.name, Array(sources.definitions(type.name).prefix(1)))
            switch type.kind {
            case .object, .interface:
                checkFields(type)
                checkInterfaces(type)
            case .union: checkMembers(type)
            case .enumeration: checkValues(type)
            case .inputObject:
                checkInputFields(type)
                for cycle in cycles.cycles(from: type, schema) { report(cycle) }
                for cycle in defaultCycles.cycles(from: type) { report(cycle) }
            case .scalar: break
            }
        }
    }

    private mutating func checkFields(_ type: TypeDefinition) {
        if type.fields.isEmpty {
            report("Type \(type.name) must define one or more fields.", sources.definitions(type.name))
        }
        for field in type.fields {
            checkName(field.name, sources.field(type.name, field.name))
            if !schema.named(field.type).isOutput {
                report(
                    "The type of \(type.name).\(field.name) must be Output Type but got: \(field.typeName).",
                    sources.fieldType(type.name, field.name)
                )
            }
            for argument in field.arguments {
                let owner = SchemaSources.InputOwner.field(type: type.name, name: field.name)
                let title = "\(type.name).\(field.name)(\(argument.name):)"
                checkName(argument.name, sources.input(owner, argument.name))
                if !schema.named(argument.type).isInput {
                    report(
                        "The type of \(title) must be Input Type but got: \(argument.typeName).",
                        sources.inputType(owner, argument.name)
                    )
                }
                checkDeprecation(argument, "argument \(title)", owner)
            }
        }
    }

    private mutating func checkMembers(_ type: TypeDefinition) {
        if type.members.isEmpty {
            report("Union type \(type.name) must define one or more member types.", sources.definitions(type.name))
        }
        var seen = Set<Int>()
        for member in type.members {
            let name = schema.types[member].name
            if !seen.insert(member).inserted {
                report(
                    "Union type \(type.name) can only include type \(name) once.",
                    sources.uses(of: name, in: type.name)
                )
            } else if schema.types[member].kind != .object {
                report(
                    "Union type \(type.name) can only include Object types, it cannot include \(name).",
                    sources.uses(of: name, in: type.name)
                )
            }
        }
    }

    private mutating func checkValues(_ type: TypeDefinition) {
        if type.enumValues.isEmpty {
            report("Enum type \(type.name) must define one or more values.", sources.definitions(type.name))
        }
        for value in type.enumValues { checkName(value.name, sources.enumValue(type.name, value.name)) }
    }

    private mutating func checkInputFields(_ type: TypeDefinition) {
        if type.inputFields.isEmpty {
            report("Input Object type \(type.name) must define one or more fields.", sources.definitions(type.name))
        }
        let owner = SchemaSources.InputOwner.type(type.name)
        for field in type.inputFields {
            let title = "\(type.name).\(field.name)"
            checkName(field.name, sources.input(owner, field.name))
            if !schema.named(field.type).isInput {
                report(
                    "The type of \(title) must be Input Type but got: \(field.typeName).",
                    sources.inputType(owner, field.name)
                )
            }
            checkDeprecation(field, "input field \(title)", owner)
            guard type.isOneOf else { continue }
            if field.type.isNonNull {
                report("OneOf input field \(title) must be nullable.", sources.inputType(owner, field.name))
            }
            if field.defaultSlot >= 0 {
                report("OneOf input field \(title) cannot have a default value.", sources.input(owner, field.name))
            }
        }
    }

    private mutating func report(_ cycle: InputCycles.Cycle) {
        report(
            "Cannot reference Input Object \"\(cycle.type)\" within itself through a series of non-null fields: "
                + "\"\(cycle.fields.map(\.field).joined(separator: "."))\".",
            cycle.fields.prefix(SchemaSources.placeLimit).flatMap { sources.input(.type($0.type), $0.field) }
        )
    }

    private mutating func report(_ cycle: [DefaultCycles.Field]) {
        guard let first = cycle.first else { return }
        let others = cycle.dropFirst().map(\.name).joined(separator: ", ")
        report(
            "Invalid circular reference. The default value of Input Object field \(first.name) references itself"
                + (others.isEmpty ? "." : " via the default values of: \(others)."),
            cycle.prefix(SchemaSources.placeLimit).flatMap { field in
                sources.inputDefault(.type(field.owner.name), field.definition.name)
            }
        )
    }
}
