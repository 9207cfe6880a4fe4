/// A GraphQL input or output value, independent of any schema.
///
/// Object members keep their order. Numbers that fit 64 bits without a fraction are `int`.
public enum Value: Sendable, Equatable {
    /// The null value.
    case null
    /// A whole number.
    case int(Int64)
    /// A number with a fraction, or one beyond 64 bits; infinite when the text was beyond a double.
    case double(Double)
    /// Text.
    case string(String)
    /// True or false.
    case bool(Bool)
    /// The name of an enum value, from a document literal or after coercion to an enum type.
    case enumValue(String)
    /// An ordered list.
    case list([Value])
    /// Named members in order; a name occurs once.
    case object([Member])

    /// One named member of an object value.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: Value

        /// Creates a member.
        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// An object without members.
    public static var emptyObject: Value { .object([]) }

    /// The member called `name`, or `nil` when this is no object or has no such member.
    public subscript(name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Whether this is null.
    public var isNull: Bool {
        if case .null = self { return true }
        return false
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    /// An object whose members keep the literal's order.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
