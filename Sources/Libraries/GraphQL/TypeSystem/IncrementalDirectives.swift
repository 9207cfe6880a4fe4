/// `@defer` and `@stream`, which a schema knows when its engine delivers results in parts.
///
/// Source: GraphQL specification, proposal "Incremental delivery" (pull request 1110).
enum IncrementalDirectives {
    static let deferName = "defer"
    static let streamName = "stream"

    /// What the schema must know of the types that the arguments have.
    struct Types {
        let boolean: Int
        let string: Int
        let int: Int
    }

    /// The defaults of the arguments, in the order in which `definitions` counts them.
    static let defaults: [Value?] = [.bool(true), .int(0)]

    /// - Parameter slot: Index in `Schema.defaults` of the first of `defaults`.
    static func definitions(_ types: Types, defaultSlot slot: Int) -> [DirectiveDefinition] {
        let boolean = TypeReference(named: types.boolean).nonNull
        let condition = argument("if", "Whether to do it.", boolean, "Boolean!", slot)
        let label = argument("label", "Names the part in the response.", TypeReference(named: types.string), "String")
        let count = argument(
            "initialCount",
            "How many items the first response has.",
            TypeReference(named: types.int).nonNull,
            "Int!",
            slot + 1
        )
        return [
            DirectiveDefinition(
                name: deferName,
                description: "Delivers the fragment after the rest of the response.",
                arguments: [condition, label],
                locations: [DirectiveLocation.fragmentSpread.rawValue, DirectiveLocation.inlineFragment.rawValue],
                isRepeatable: false
            ),
            DirectiveDefinition(
                name: streamName,
                description: "Delivers the later items of the list after the rest of the response.",
                arguments: [condition, label, count],
                locations: [DirectiveLocation.field.rawValue],
                isRepeatable: false
            ),
        ]
    }

    private static func argument(
        _ name: String,
        _ description: String,
        _ type: TypeReference,
        _ typeName: String,
        _ slot: Int = -1
    ) -> InputValueDefinition {
        InputValueDefinition(
            name: name,
            description: description,
            type: type,
            typeName: typeName,
            defaultValue: slot < 0 ? nil : name == "if" ? .bool(true) : .int(0),
            defaultSlot: slot,
            directives: []
        )
    }
}
