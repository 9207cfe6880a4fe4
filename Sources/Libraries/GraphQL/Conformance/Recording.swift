/// An object of a recorded answer: its fields by response key.
struct RecordedObject: GraphQLObject {
    let fields: Value
}

/// Any value of a recorded answer.
struct RecordedValue: OutputValue {
    let value: Value

    static var outputType: OutputType { .dynamic }

    func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        if value.isNull { return value.write(to: &output, at: position) }
        if let message = value["$error"]?.text { return output.fail(message, at: position) }
        if let leaf = value["$leaf"] { return leaf.write(to: &output, at: position) }
        if position.anyItem != nil {
            guard case .list(let items) = value else { return value.write(to: &output, at: position) }
            return items.map(RecordedValue.init).write(to: &output, at: position)
        }
        // An interface that nothing implements has no selections either.
        guard !position.selections.isEmpty || position.type.isAbstract else {
            return value.write(to: &output, at: position)
        }
        if position.type.isAbstract, value["$type"]?.text == nil {
            return output.fail(Self.unresolved(position), at: position)
        }
        return writeObject(&output, position)
    }

    private static func unresolved(_ position: ValuePosition) -> String {
        "Abstract type \"\(position.type.name)\" must resolve to an Object type at runtime for field "
            + "\"\(position.label.coordinate)\". Either the \"\(position.type.name)\" type should provide a "
            + "\"resolveType\" function or each possible type should provide an \"isTypeOf\" function."
    }

    private func writeObject(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        let name = value["$type"]?.text ?? position.type.name
        let selection = position.selections.first { $0.typeName == name }
        if position.type.name.hasPrefix("__") {
            output.writer.raw("{}")
            return true
        }
        guard
            let selection = (selection ?? (position.type.kind == .object ? position.selections[0] : nil))
                as? TypedSelection<RecordedObject>
        else { return output.unresolvedType(name, at: position) }
        return selection.run(RecordedObject(fields: value["fields"] ?? [:]), &output)
    }
}

/// Binds every object type to recorded fields.
struct RecordedBinding: ObjectBinding {
    let typeName: String
    let isAsync: Bool

    var source: ObjectIdentifier { ObjectIdentifier(RecordedObject.self) }
    var sourceName: String { "RecordedObject" }
    var fieldNames: [String] { [] }

    func field(_ name: String) -> BoundField? { BoundField(output: .dynamic, isAsync: isAsync, isLoaded: false) }

    func selection(_ typeName: String, _ drafts: [StepDraft]) -> any SelectionPlan {
        let isAsync = isAsync
        var fields: [String: TypedField<RecordedObject>] = [:]
        for case .resolved(let plan) in drafts.map(\.kind) {
            fields[plan.definition.name] = TypedField(output: .dynamic, isAsync: isAsync, isLoaded: false) {
                Self.run(Recording.answer($0.fields, $2), &$1, $2, isAsync)
            }
        }
        return TypedBinding<RecordedObject>(typeName: typeName, fields: fields).selection(typeName, drafts)
    }

    static func run(_ answer: Value, _ output: inout ResponseOutput, _ plan: FieldPlan, _ isAsync: Bool) -> Bool {
        do {
            _ = try output.arguments(plan)
        } catch {
            return output.fail(error, plan)
        }
        guard isAsync else { return Recording.write(answer, &output, plan) }
        return output.postpone(
            .resolve { execution in
                await Task.yield()
                var inner = ResponseOutput(execution: execution)
                let written = Recording.write(answer, &inner, plan)
                return inner.finish(written: written)
            },
            plan
        )
    }
}

/// An engine that answers from a recording.
enum Recording {
    struct Root: Sendable {
        let fields: Value
    }

    /// What a recording says of a field.
    static func answer(_ fields: Value, _ plan: FieldPlan) -> Value { fields[plan.label.responseKey] ?? [:] }

    static func write(_ answer: Value, _ output: inout ResponseOutput, _ plan: FieldPlan) -> Bool {
        if let message = answer["error"]?.text { return output.fail(GraphQLError(message), plan) }
        return RecordedValue(value: answer["value"] ?? .null).write(to: &output, at: plan.value)
    }

    /// An engine whose resolvers wait or not.
    static func engine(_ schema: Schema, isAsync: Bool, inParts: Bool = false) -> Engine<Root> {
        var bindings: [Int: any ObjectBinding] = [:]
        for type in schema.types where type.kind == .object {
            bindings[type.index] = RecordedBinding(typeName: type.name, isAsync: isAsync)
        }
        for binding in IntrospectionBindings.all {
            if let type = schema.type(binding.typeName) { bindings[type.index] = binding }
        }
        var roots: [OperationKind: TypedBinding<Void>] = [:]
        for kind in [OperationKind.query, .mutation, .subscription] {
            guard let type = schema.root(kind) else { continue }
            var fields: [String: TypedField<Void>] = [:]
            for field in type.fields {
                fields[field.name] = TypedField(output: .dynamic, isAsync: isAsync, isLoaded: false) {
                    _,
                    output,
                    plan in
                    let root = output.context(as: Root.self)
                    return RecordedBinding.run(answer(root.fields, plan), &output, plan, isAsync)
                }
            }
            roots[kind] = TypedBinding(typeName: type.name, fields: fields)
        }
        var options = EngineOptions<Root>()
        options.incrementalDelivery = inParts
        options.maxCost = nil
        options.maxDepth = 200
        options.maxAliases = 10_000
        options.maxRootFields = 10_000
        options.maxDirectives = 10_000
        options.maxVariables = 10_000
        options.maxErrors = 1_000
        return Engine(schema: schema, bindings: bindings, roots: roots, options: options)
    }
}
