/// The arguments of one field or directive, already coerced to the types of the schema.
///
/// An argument that was not given and has no default is absent. Asking for a value the schema does not promise
/// throws, so a mistaken binding becomes a field error instead of a trap.
public struct Arguments: Sendable, Equatable {
    let members: [Value.Member]

    /// Arguments with the given names and values.
    public init(_ members: [Value.Member] = []) {
        self.members = members
    }

    /// The value called `name`, or `nil` when it is absent.
    public subscript(name: String) -> Value? {
        for member in members where member.name == name { return member.value }
        return nil
    }

    /// All arguments as one object value.
    public var value: Value { .object(members) }

    /// Whether a value was given, null included.
    public func isPresent(_ name: String) -> Bool { self[name] != nil }

    /// The text or ID called `name`.
    public func string(_ name: String) throws(GraphQLError) -> String {
        guard let found = optionalString(name) else { throw missing(name, "String") }
        return found
    }

    /// The text or ID called `name`, or `nil` when it is absent or null.
    public func optionalString(_ name: String) -> String? {
        switch self[name] {
        case .string(let text)?, .enumValue(let text)?: text
        default: nil
        }
    }

    /// The whole number called `name`.
    public func int(_ name: String) throws(GraphQLError) -> Int {
        guard let found = optionalInt(name) else { throw missing(name, "Int") }
        return found
    }

    /// The whole number called `name`, or `nil` when it is absent or null.
    public func optionalInt(_ name: String) -> Int? {
        guard case .int(let number)? = self[name] else { return nil }
        return Int(exactly: number)
    }

    /// The number called `name`.
    public func double(_ name: String) throws(GraphQLError) -> Double {
        guard let found = optionalDouble(name) else { throw missing(name, "Float") }
        return found
    }

    /// The number called `name`, or `nil` when it is absent or null.
    public func optionalDouble(_ name: String) -> Double? {
        switch self[name] {
        case .double(let number)?: number
        case .int(let number)?: Double(number)
        default: nil
        }
    }

    /// The truth value called `name`.
    public func bool(_ name: String) throws(GraphQLError) -> Bool {
        guard let found = optionalBool(name) else { throw missing(name, "Boolean") }
        return found
    }

    /// The truth value called `name`, or `nil` when it is absent or null.
    public func optionalBool(_ name: String) -> Bool? {
        guard case .bool(let flag)? = self[name] else { return nil }
        return flag
    }

    /// The enum value called `name`.
    public func enumeration<E: GraphQLEnum>(_ name: String, as type: E.Type = E.self) throws(GraphQLError) -> E {
        guard let found = try optionalEnumeration(name, as: type) else { throw missing(name, "\(type)") }
        return found
    }

    /// The enum value called `name`, or `nil` when it is absent or null.
    ///
    /// - Throws: `GraphQLError` when the schema has a value that the Swift type does not know.
    public func optionalEnumeration<E: GraphQLEnum>(
        _ name: String,
        as type: E.Type = E.self
    ) throws(GraphQLError) -> E? {
        guard let text = optionalString(name) else { return nil }
        guard let found = E(graphQLName: text) else { throw missing(name, "\(type)") }
        return found
    }

    /// The list called `name`.
    public func list(_ name: String) throws(GraphQLError) -> [Value] {
        guard let found = optionalList(name) else { throw missing(name, "list") }
        return found
    }

    /// The list called `name`, or `nil` when it is absent or null.
    public func optionalList(_ name: String) -> [Value]? {
        guard case .list(let items)? = self[name] else { return nil }
        return items
    }

    /// The texts or IDs of the list called `name`; empty when it is absent or null.
    public func strings(_ name: String) -> [String] {
        (optionalList(name) ?? []).compactMap { item in
            switch item {
            case .string(let text), .enumValue(let text): text
            default: nil
            }
        }
    }

    /// The input object called `name`.
    public func object(_ name: String) throws(GraphQLError) -> Arguments {
        guard let found = optionalObject(name) else { throw missing(name, "object") }
        return found
    }

    /// The input object called `name`, or `nil` when it is absent or null.
    public func optionalObject(_ name: String) -> Arguments? {
        guard case .object(let members)? = self[name] else { return nil }
        return Arguments(members)
    }

    /// The input objects of the list called `name`; empty when it is absent or null.
    public func objects(_ name: String) -> [Arguments] {
        (optionalList(name) ?? []).compactMap { item in
            guard case .object(let members) = item else { return nil }
            return Arguments(members)
        }
    }

    /// The text called `name`, for directives the library itself reads.
    func text(_ name: String) -> String? { optionalString(name) }

    private func missing(_ name: String, _ type: String) -> GraphQLError {
        GraphQLError("Argument \"\(name)\" is not a \(type).", code: "INTERNAL")
    }
}
