/// A directive written on a definition, with its arguments coerced and defaults filled in.
public struct AppliedDirective: Sendable {
    /// The directive's name without the `@`.
    public let name: String
    /// The arguments, as its definition types them.
    public let arguments: Arguments
}

/// A field of an object or interface type.
public final class FieldDefinition: Sendable {
    /// The field's name.
    public let name: String
    /// The description, if one is given.
    public let description: String?
    /// The arguments, in order.
    public let arguments: [InputValueDefinition]
    /// The type as the schema writes it, for example `[Diagram!]!`.
    public let typeName: String
    /// The directives written on the field, in order.
    public let directives: [AppliedDirective]
    /// Why the field is deprecated, or `nil` if it is not.
    public let deprecationReason: String?

    let type: TypeReference

    init(
        name: String,
        description: String?,
        arguments: [InputValueDefinition],
        type: TypeReference,
        typeName: String,
        directives: [AppliedDirective]
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.type = type
        self.typeName = typeName
        self.directives = directives
        deprecationReason = directives.deprecationReason
    }

    /// The argument called `name`.
    public func argument(_ name: String) -> InputValueDefinition? {
        arguments.first { $0.name == name }
    }

    /// The first directive called `name` on this field.
    public func directive(_ name: String) -> AppliedDirective? {
        directives.first { $0.name == name }
    }
}

/// An argument of a field or directive, or a field of an input object.
public final class InputValueDefinition: Sendable {
    /// The name.
    public let name: String
    /// The description, if one is given.
    public let description: String?
    /// The type as the schema writes it.
    public let typeName: String
    /// The default as it is written, before coercion to the type; `nil` when there is none.
    public let defaultValue: Value?
    /// The directives written on it, in order.
    public let directives: [AppliedDirective]
    /// Why it is deprecated, or `nil` if it is not.
    public let deprecationReason: String?

    let type: TypeReference

    /// Index in `Schema.defaults`, or -1 when there is no default.
    let defaultSlot: Int

    init(
        name: String,
        description: String?,
        type: TypeReference,
        typeName: String,
        defaultValue: Value?,
        defaultSlot: Int,
        directives: [AppliedDirective]
    ) {
        self.name = name
        self.description = description
        self.type = type
        self.typeName = typeName
        self.defaultValue = defaultValue
        self.defaultSlot = defaultSlot
        self.directives = directives
        deprecationReason = directives.deprecationReason
    }

    /// Whether a value must be given: non-null and without default.
    public var isRequired: Bool { type.isNonNull && defaultSlot < 0 }
}

/// One value of an enum type.
public final class EnumValueDefinition: Sendable {
    /// The value's name.
    public let name: String
    /// The description, if one is given.
    public let description: String?
    /// The directives written on the value, in order.
    public let directives: [AppliedDirective]
    /// Why the value is deprecated, or `nil` if it is not.
    public let deprecationReason: String?

    init(name: String, description: String?, directives: [AppliedDirective]) {
        self.name = name
        self.description = description
        self.directives = directives
        deprecationReason = directives.deprecationReason
    }
}

/// The definition of a directive.
public final class DirectiveDefinition: Sendable {
    /// The name without the `@`.
    public let name: String
    /// The description, if one is given.
    public let description: String?
    /// The arguments, in order.
    public let arguments: [InputValueDefinition]
    /// Where it may be written, in the order of the definition.
    public let locations: [String]
    /// Whether it may be written more than once at one place.
    public let isRepeatable: Bool

    init(
        name: String,
        description: String?,
        arguments: [InputValueDefinition],
        locations: [String],
        isRepeatable: Bool
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.locations = locations
        self.isRepeatable = isRepeatable
    }
}

extension [AppliedDirective] {
    /// A schema may define `@deprecated` itself, without the default that the reason has.
    fileprivate var deprecationReason: String? {
        guard let arguments = first(where: { $0.name == "deprecated" })?.arguments else { return nil }
        return arguments.isPresent("reason") ? arguments.text("reason") : BuiltIn.deprecationReason
    }
}
