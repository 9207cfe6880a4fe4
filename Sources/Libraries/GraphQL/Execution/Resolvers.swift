/// The table that binds a schema's types and fields to Swift.
///
/// `Engine` checks it against the schema at start and reports every field that is missing, unknown or of another
/// type, all at once. A type may be bound in several calls, for example one per feature; a later binding of the same
/// field replaces the earlier one.
public struct Resolvers<Context: Sendable>: Sendable {
    var objects: [any ObjectBinding] = []
    var roots: [OperationKind: TypedBinding<Void>] = [:]
    var scalars: [String: ScalarCoding] = [:]
    var streams: [String: StreamBinding] = [:]

    /// Bindings that contradict each other, found while they were made.
    var problems: [String] = []

    /// Creates an empty table.
    public init() {}

    /// Binds fields of an object type to a Swift type.
    ///
    /// Values of this Swift type in a field of interface or union type are resolved to this object type.
    public mutating func type<Source: GraphQLObject>(
        _ name: String,
        _ source: Source.Type,
        _ fields: (inout TypeResolvers<Source, Context>) -> Void
    ) {
        var table = TypeResolvers<Source, Context>()
        fields(&table)
        guard let index = objects.firstIndex(where: { $0.typeName == name }) else {
            objects.append(TypedBinding(typeName: name, fields: table.bound))
            return
        }
        guard let known = objects[index] as? TypedBinding<Source> else {
            problems.append("Type \"\(name)\" is bound to both \(objects[index].sourceName) and \(source).")
            return
        }
        objects[index] = known.adding(table.bound)
    }

    /// Binds fields of the query root.
    public mutating func query(_ fields: (inout TypeResolvers<Void, Context>) -> Void) {
        root(.query, fields)
    }

    /// Binds fields of the mutation root.
    ///
    /// They run one after another.
    public mutating func mutation(_ fields: (inout TypeResolvers<Void, Context>) -> Void) {
        root(.mutation, fields)
    }

    /// Binds fields of the subscription root to streams of events.
    public mutating func subscription(_ fields: (inout SubscriptionResolvers<Context>) -> Void) {
        var table = SubscriptionResolvers<Context>()
        fields(&table)
        streams.merge(table.streams) { $1 }
        root(.subscription) { $0.bound = table.bound }
    }

    /// Gives a custom scalar its rules.
    ///
    /// - Parameters:
    ///   - serialize: Turns a result that is given as `Value` into what the response carries. Results of Swift types
    ///     write themselves and do not pass through it.
    ///   - parse: Checks input and turns it into what resolvers see; what it throws is reported to the client.
    public mutating func scalar(
        _ name: String,
        serialize: (@Sendable (Value) throws -> Value)? = nil,
        parse: (@Sendable (Value) throws -> Value)? = nil
    ) {
        scalars[name] = ScalarCoding(serialize: serialize, parse: parse)
    }

    private mutating func root(
        _ kind: OperationKind,
        _ fields: (inout TypeResolvers<Void, Context>) -> Void
    ) {
        var table = TypeResolvers<Void, Context>()
        fields(&table)
        let known = roots[kind] ?? TypedBinding(typeName: kind.rawValue, fields: [:])
        roots[kind] = known.adding(table.bound)
    }
}

/// The rules of a custom scalar.
struct ScalarCoding: Sendable {
    typealias Transform = @Sendable (Value) throws -> Value

    let serialize: Transform?
    let parse: Transform?
}
