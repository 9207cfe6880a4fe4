/// Turns the variables of a request into values of their declared types, or says what is wrong with them.
///
/// Source: GraphQL September 2025, 6.1.2, "Coercing Variable Values".
struct VariableCoercion {
    let schema: Schema
    let scalars: [String: ScalarCoding]
    let document: Document
    let suggests: Bool

    private(set) var errors: [GraphQLError] = []

    /// The most errors that are reported.
    private static let errorLimit = 50

    /// The variable whose value is being coerced.
    private var current: VariableNode?

    init(schema: Schema, scalars: [String: ScalarCoding], document: Document, suggests: Bool) {
        self.schema = schema
        self.scalars = scalars
        self.document = document
        self.suggests = suggests
    }

    /// The values of an operation's variables; meaningful only while `errors` is empty.
    mutating func values(_ operation: OperationNode, given: Value) -> VariableValues {
        guard !operation.variables.isEmpty else { return .none }
        var values = VariableValues(symbols: document.symbols.count)
        for index in operation.variables.indices where errors.count < Self.errorLimit {
            let variable = document.variables[index]
            current = variable
            values[variable.name] = value(variable, given[document.text(variable.name)])
        }
        if errors.count >= Self.errorLimit {
            errors = Array(errors.prefix(Self.errorLimit))
            errors.append(
                GraphQLError("Too many errors processing variables, error limit reached. Execution aborted.")
            )
        }
        return values
    }

    private mutating func value(_ variable: VariableNode, _ given: Value?) -> Value? {
        let name = document.text(variable.name)
        guard let type = schema.reference(variable.type, in: document), schema.named(type).isInput else {
            let text = document.typeText(variable.type)
            report(
                "Variable \"$\(name)\" expected value of type \"\(text)\" which cannot be used as an input type.",
                document.types[Int(variable.type)].extent
            )
            return nil
        }
        guard let given else {
            if variable.defaultValue >= 0 {
                return LiteralCoercion(schema: schema, scalars: scalars, document: document, variables: .none)
                    .value(variable.defaultValue, type)
            }
            if type.isNonNull {
                report(
                    "Variable \"$\(name)\" of required type \"\(schema.text(type))\" was not provided.",
                    variable.extent
                )
            }
            return nil
        }
        if given.isNull, type.isNonNull {
            report("Variable \"$\(name)\" of non-null type \"\(schema.text(type))\" must not be null.", variable.extent)
            return nil
        }
        return coerce(given, type, [])
    }

    // MARK: Types

    private mutating func coerce(_ value: Value, _ type: TypeReference, _ path: [PathElement]) -> Value? {
        if type.isNonNull {
            if !value.isNull { return coerce(value, type.unwrapped, path) }
            return invalid(value, path, "Expected non-nullable type \"\(schema.text(type))\" not to be null.")
        }
        if value.isNull { return .null }
        if type.isList {
            guard case .list(let items) = value else { return coerce(value, type.unwrapped, path).map { .list([$0]) } }
            return .list(
                items.enumerated().map { index, item in
                    errors.count < Self.errorLimit
                        ? coerce(item, type.unwrapped, path + [.index(index)]) ?? .null : .null
                }
            )
        }
        let named = schema.named(type)
        if named.kind == .inputObject { return object(value, named, path) }
        return leaf(value, named, path)
    }

    private mutating func object(_ value: Value, _ type: TypeDefinition, _ path: [PathElement]) -> Value? {
        guard case .object(let given) = value else {
            return invalid(value, path, "Expected type \"\(type.name)\" to be an object.")
        }
        let known = Dictionary(given.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        var members: [Value.Member] = []
        for field in type.inputFields {
            guard let fieldValue = known[field.name] else {
                if let fallback = schema.defaultValue(field) {
                    members.append(Value.Member(name: field.name, value: fallback))
                } else if field.type.isNonNull {
                    _ = invalid(
                        value,
                        path,
                        "Field \"\(field.name)\" of required type \"\(field.typeName)\" was not provided."
                    )
                }
                continue
            }
            let coerced = coerce(fieldValue, field.type, path + [.key(field.name)])
            members.append(Value.Member(name: field.name, value: coerced ?? .null))
        }
        for member in given where type.inputField(member.name) == nil && errors.count < Self.errorLimit {
            let similar = suggests ? Suggestions.names(for: member.name, among: type.inputFields.map(\.name)) : []
            let name = Parser.cut(member.name)
            let question = Suggestions.question(similar)
            _ = invalid(value, path, "Field \"\(name)\" is not defined by type \"\(type.name)\"." + question)
        }
        if type.isOneOf { checkOneOf(value, members, type, path) }
        return .object(members)
    }

    private mutating func checkOneOf(
        _ value: Value,
        _ members: [Value.Member],
        _ type: TypeDefinition,
        _ path: [PathElement]
    ) {
        if members.count != 1 {
            _ = invalid(value, path, "Exactly one key must be specified for OneOf type \"\(type.name)\".")
        }
        if let first = members.first, value[first.name]?.isNull ?? false {
            _ = invalid(.null, path + [.key(first.name)], "Field \"\(first.name)\" must be non-null.")
        }
    }

    private mutating func leaf(_ value: Value, _ type: TypeDefinition, _ path: [PathElement]) -> Value? {
        do {
            return try InputLeaf(type: type, scalars: scalars, suggests: suggests).coerce(value)
        } catch {
            return invalid(value, path, error.message)
        }
    }

    // MARK: Errors

    private mutating func invalid(_ value: Value, _ path: [PathElement], _ reason: String) -> Value? {
        guard let variable = current else { return nil }
        let name = document.text(variable.name)
        var message = "Variable \"$\(name)\" got invalid value \(Inspection.text(value))"
        if !path.isEmpty { message += " at \"\(name)\(PathText.text(path))\"" }
        report(message + "; " + reason, variable.extent)
        return nil
    }

    private mutating func report(_ message: String, _ extent: Extent) {
        errors.append(GraphQLError(message, locations: [document.location(extent)]))
    }
}

/// Paths as messages show them.
enum PathText {
    /// `.name` for a key, `[0]` for an index.
    static func text(_ path: [PathElement]) -> String {
        path.map { element in
            switch element {
            case .key(let key): ".\(key)"
            case .index(let index): "[\(index)]"
            }
        }.joined()
    }
}

/// The rules for JSON input of leaf types.
struct InputLeaf {
    let type: TypeDefinition
    let scalars: [String: ScalarCoding]
    let suggests: Bool

    func coerce(_ value: Value) throws(GraphQLError) -> Value {
        switch LeafKind(type) {
        case .int: return try int(value)
        case .float: return try float(value)
        case .string:
            if case .string = value { return value }
            throw GraphQLError("String cannot represent a non string value: \(Inspection.text(value))")
        case .boolean:
            if case .bool = value { return value }
            throw GraphQLError("Boolean cannot represent a non boolean value: \(Inspection.text(value))")
        case .id: return try id(value)
        case .enumeration: return try enumeration(value)
        default: return try custom(value)
        }
    }

    private func int(_ value: Value) throws(GraphQLError) -> Value {
        switch value {
        case .int(let number) where Int32(exactly: number) != nil:
            return value
        case .double(let number) where Int32(exactly: number) != nil:
            return .int(Int64(number))
        case .double(let number) where !number.isFinite || number.rounded() != number:
            throw GraphQLError("Int cannot represent non-integer value: \(Inspection.text(value))")
        case .int, .double:
            throw GraphQLError("Int cannot represent non 32-bit signed integer value: \(Inspection.text(value))")
        default:
            throw GraphQLError("Int cannot represent non-integer value: \(Inspection.text(value))")
        }
    }

    private func float(_ value: Value) throws(GraphQLError) -> Value {
        switch value {
        case .int(let number): return .double(Double(number))
        case .double(let number) where number.isFinite: return value
        default: throw GraphQLError("Float cannot represent non numeric value: \(Inspection.text(value))")
        }
    }

    private func id(_ value: Value) throws(GraphQLError) -> Value {
        switch value {
        case .string: return value
        case .int(let number): return .string(String(number))
        case .double(let number) where number.isFinite && number.rounded() == number:
            return .string(NumberText.shortest(number))
        default: throw GraphQLError("ID cannot represent value: \(Inspection.text(value))")
        }
    }

    private func enumeration(_ value: Value) throws(GraphQLError) -> Value {
        let names = type.enumValues.map(\.name)
        guard case .string(let name) = value else {
            let text = Inspection.text(value)
            let question =
                suggests ? Suggestions.question(Suggestions.names(for: text, among: names), "the enum value") : ""
            throw GraphQLError("Enum \"\(type.name)\" cannot represent non-string value: \(text)." + question)
        }
        guard type.enumValue(name) != nil else {
            let question =
                suggests ? Suggestions.question(Suggestions.names(for: name, among: names), "the enum value") : ""
            throw GraphQLError("Value \"\(Parser.cut(name))\" does not exist in \"\(type.name)\" enum." + question)
        }
        return .enumValue(name)
    }

    private func custom(_ value: Value) throws(GraphQLError) -> Value {
        guard let parse = scalars[type.name]?.parse else { return value }
        do {
            return try parse(value)
        } catch let error as GraphQLError {
            throw error
        } catch {
            throw GraphQLError("Expected type \"\(type.name)\".")
        }
    }
}
