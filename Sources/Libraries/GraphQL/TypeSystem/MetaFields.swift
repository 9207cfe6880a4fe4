/// The fields that types have without defining them.
struct MetaFields: Sendable {
    let typeName: FieldDefinition
    let schema: FieldDefinition
    let type: FieldDefinition

    init(_ typeIndex: [String: Int]) {
        func reference(_ name: String) -> TypeReference { TypeReference(named: typeIndex[name] ?? 0) }
        let name = InputValueDefinition(
            name: "name",
            description: nil,
            type: reference("String").nonNull,
            typeName: "String!",
            defaultValue: nil,
            defaultSlot: -1,
            directives: []
        )
        func field(
            _ name: String,
            _ arguments: [InputValueDefinition],
            _ type: TypeReference,
            _ typeName: String
        ) -> FieldDefinition {
            FieldDefinition(
                name: name,
                description: nil,
                arguments: arguments,
                type: type,
                typeName: type.text(typeName),
                directives: []
            )
        }
        typeName = field("__typename", [], reference("String").nonNull, "String")
        schema = field("__schema", [], reference("__Schema").nonNull, "__Schema")
        type = field("__type", [name], reference("__Type"), "__Type")
    }
}
