/// A Swift value that a resolver may return.
///
/// Text, numbers, truth values, optionals and arrays conform already. Make an object type conform by declaring it a
/// `GraphQLObject`, an enum by declaring it a `GraphQLEnum`, a type of your own for a custom scalar a `GraphQLScalar`,
/// and a choice among objects (for a union or interface) a `GraphQLAbstract`.
public protocol OutputValue: Sendable {
    /// What the engine compares with the schema's type at start.
    static var outputType: OutputType { get }

    /// Writes the value as JSON. The engine calls this; conforming types rarely need to.
    ///
    /// - Returns: `false` when nothing valid can stand at `position`; the reason is then reported already.
    func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool
}

/// The shape of a Swift type as the schema check sees it.
public indirect enum OutputType: Sendable {
    /// Text: `String`, `ID` or a custom scalar.
    case string
    /// A whole number: `Int`, `Float`, `ID` or a custom scalar.
    case int
    /// A number: `Float` or a custom scalar.
    case double
    /// A truth value: `Boolean` or a custom scalar.
    case bool
    /// An enum whose Swift type knows these names.
    case enumeration([String])
    /// The custom scalar of this name.
    case scalar(String)
    /// An object type bound with `Resolvers.type`, and its Swift name for messages.
    case object(ObjectIdentifier, String)
    /// One of several objects, known when the value is.
    case abstract
    /// Perhaps nothing: a nullable type.
    case optional(OutputType)
    /// A list type.
    case list(OutputType)
    /// Anything, checked when the value is written.
    case dynamic
}

/// A Swift type that stands for an object type of the schema.
///
/// The conformance has no members; the fields are bound with `Resolvers.type(_:_:_:)`.
public protocol GraphQLObject: OutputValue {
    /// The object type this value belongs to, for a Swift type that is bound to several; `nil` means there is one.
    var graphQLTypeName: String? { get }
}

extension GraphQLObject {
    /// `nil`: the Swift type is bound to one object type.
    @inlinable public var graphQLTypeName: String? { nil }

    /// An object of this Swift type.
    public static var outputType: OutputType { .object(ObjectIdentifier(Self.self), "\(Self.self)") }

    /// Writes the selected fields.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        if position.onlySource == ObjectIdentifier(Self.self), let selection = position.only {
            return unsafeDowncast(selection, to: TypedSelection<Self>.self).run(self, &output)
        }
        guard let selection = position.selection(for: ObjectIdentifier(Self.self)) else {
            return writeNamed(to: &output, at: position)
        }
        return unsafeDowncast(selection, to: TypedSelection<Self>.self).run(self, &output)
    }

    @usableFromInline
    func writeNamed(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        guard let selection = position.selection(for: ObjectIdentifier(Self.self), named: graphQLTypeName) else {
            return output.unresolvedType("\(graphQLTypeName ?? "\(Self.self)")", at: position)
        }
        return unsafeDowncast(selection, to: TypedSelection<Self>.self).run(self, &output)
    }
}

/// A Swift type that holds one of several objects, for fields of union or interface type.
///
/// ```swift
/// enum SearchResult: GraphQLAbstract {
///     case diagram(Diagram), lab(Lab)
///     var object: any GraphQLObject { switch self { case .diagram(let it): it; case .lab(let it): it } }
/// }
/// ```
public protocol GraphQLAbstract: OutputValue {
    /// The object held.
    var object: any GraphQLObject { get }
}

extension GraphQLAbstract {
    /// One of several objects.
    public static var outputType: OutputType { .abstract }

    /// Writes the object held.
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        object.write(to: &output, at: position)
    }
}

/// A Swift enum that stands for an enum type of the schema.
///
/// An enum with text raw values needs nothing more when the raw values are the schema's names.
public protocol GraphQLEnum: OutputValue, CaseIterable {
    /// The schema's name of the case.
    var graphQLName: String { get }

    /// The case with the schema's name, if the Swift type has it.
    init?(graphQLName: String)
}

extension GraphQLEnum {
    /// An enum with these cases.
    public static var outputType: OutputType { .enumeration(allCases.map(\.graphQLName)) }

    /// The case with this name.
    public init?(graphQLName: String) {
        guard let found = Self.allCases.first(where: { $0.graphQLName == graphQLName }) else { return nil }
        self = found
    }

    /// Writes the name.
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        output.writer.string(graphQLName)
        return true
    }
}

extension GraphQLEnum where Self: RawRepresentable, RawValue == String {
    /// The raw value.
    public var graphQLName: String { rawValue }
}

/// A Swift type of your own that stands for a custom scalar.
public protocol GraphQLScalar: OutputValue {
    /// The scalar's name in the schema.
    static var graphQLScalarName: String { get }

    /// Writes exactly one JSON value.
    func write(to writer: inout JSONWriter)
}

extension GraphQLScalar {
    /// The scalar of this name.
    public static var outputType: OutputType { .scalar(graphQLScalarName) }

    /// Writes the scalar.
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        write(to: &output.writer)
        return true
    }
}
