/// A JSON value that was read.
public indirect enum JSONValue: Sendable, Equatable {
    /// Null.
    case null
    /// True or false.
    case bool(Bool)
    /// A number; at most 15 significant digits are exact.
    case number(Double)
    /// A text.
    case text(String)
    /// An array.
    case array([JSONValue])
    /// An object, in the order of the source.
    case object([Field])

    /// A key with its value.
    public struct Field: Sendable, Equatable {
        /// The key.
        public var key: String
        /// The value.
        public var value: JSONValue
    }

    /// The value of a key; `nil` where there is none or this is not an object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        for field in fields where field.key == key { return field.value }
        return nil
    }

    /// The text; `nil` for another type.
    public var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    /// The number; `nil` for another type.
    public var number: Double? {
        if case .number(let number) = self { return number }
        return nil
    }

    /// The whole number; `nil` for another type, a fraction or more than 2³¹ - 1, which is all that fits everywhere.
    public var integer: Int? {
        guard let number, number.rounded() == number, number.magnitude <= 2_147_483_647 else { return nil }
        return Int(number)
    }

    /// True or false; `nil` for another type.
    public var bool: Bool? {
        if case .bool(let bool) = self { return bool }
        return nil
    }

    /// The elements; empty for another type.
    public var elements: [JSONValue] {
        if case .array(let elements) = self { return elements }
        return []
    }
}
