/// Compares bindings with a schema.
struct BindingCheck<Context: Sendable> {
    let schema: Schema
    let resolvers: Resolvers<Context>

    private let objects: [String: any ObjectBinding]

    init(schema: Schema, resolvers: Resolvers<Context>) {
        self.schema = schema
        self.resolvers = resolvers
        var objects: [String: any ObjectBinding] = [:]
        for binding in resolvers.objects { objects[binding.typeName] = binding }
        for (kind, binding) in resolvers.roots {
            if let name = schema.root(kind)?.name { objects[name] = binding }
        }
        self.objects = objects
    }

    /// Everything that is missing, unknown or of another type, in the order of the schema.
    func problems() -> [String] {
        var problems = resolvers.problems
        for type in schema.types where type.kind == .object && !type.name.hasPrefix("__") {
            guard let binding = objects[type.name] else {
                problems.append("Type \"\(type.name)\" is not bound.")
                continue
            }
            problems += type.fields.flatMap { check($0, type, binding) }
            for name in binding.fieldNames.sorted() where type.field(name) == nil {
                problems.append("\(type.name).\(name) is bound but not in the schema.")
            }
        }
        for binding in resolvers.objects where schema.type(binding.typeName)?.kind != .object {
            problems.append("\"\(binding.typeName)\" is bound but no object type of the schema.")
        }
        for (kind, _) in resolvers.roots where schema.root(kind) == nil {
            problems.append("The schema has no \(kind.rawValue) type, yet its fields are bound.")
        }
        return problems + scalarProblems()
    }

    private func check(_ field: FieldDefinition, _ type: TypeDefinition, _ binding: any ObjectBinding) -> [String] {
        let name = "\(type.name).\(field.name)"
        guard let bound = binding.field(field.name) else { return ["\(name) is not bound."] }
        var output = bound.output
        if bound.isLoaded, field.type.isNonNull, case .optional(let wrapped) = output { output = wrapped }
        guard let reason = mismatch(output, field.type) else { return [] }
        return ["\(name) is \(field.typeName) in the schema but \(reason)."]
    }

    private func scalarProblems() -> [String] {
        resolvers.scalars.keys.sorted().filter { schema.type($0)?.kind != .scalar }
            .map { "\"\($0)\" has rules but is no scalar of the schema." }
    }

    /// Why values of a Swift type do not fit a type of the schema, or `nil` when they do.
    private func mismatch(_ output: OutputType, _ type: TypeReference) -> String? {
        if case .dynamic = output { return nil }
        if case .optional(let wrapped) = output {
            return type.isNonNull ? "its resolver may return nil" : mismatch(wrapped, type)
        }
        let nullable = type.nullable
        if case .list(let element) = output {
            return nullable.isList ? mismatch(element, nullable.unwrapped) : "its resolver returns a list"
        }
        if nullable.isList { return "its resolver returns no list" }
        return namedMismatch(output, schema.named(type))
    }

    private func namedMismatch(_ output: OutputType, _ type: TypeDefinition) -> String? {
        let leaf = LeafKind(type)
        switch output {
        case .string: return [.string, .id, .custom].contains(leaf) ? nil : "its resolver returns text"
        case .int: return [.int, .float, .id, .custom].contains(leaf) ? nil : "its resolver returns a whole number"
        case .double: return [.float, .custom].contains(leaf) ? nil : "its resolver returns a number"
        case .bool: return [.boolean, .custom].contains(leaf) ? nil : "its resolver returns a truth value"
        case .scalar(let name): return type.name == name ? nil : "its resolver returns the scalar \(name)"
        case .enumeration(let names):
            guard leaf == .enumeration else { return "its resolver returns an enum" }
            let unknown = names.filter { type.enumValue($0) == nil }
            return unknown.isEmpty ? nil : "its resolver may return \(unknown.joined(separator: ", "))"
        case .object(let source, let name):
            let possible = schema.possibleTypes[type.index].contains { index in
                objects[schema.types[index].name]?.source == source
            }
            return possible ? nil : "its resolver returns \(name), which is not bound to it"
        case .abstract: return type.isAbstract || type.kind == .object ? nil : "its resolver returns an object"
        case .optional, .list, .dynamic: return nil
        }
    }
}
