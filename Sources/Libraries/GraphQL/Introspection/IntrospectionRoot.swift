/// The two fields that every query root has for introspection.
enum IntrospectionRoot: Sendable {
    case schema(Schema)
    case type(Schema)

    func write(to output: inout ResponseOutput, _ plan: FieldPlan) -> Bool {
        switch self {
        case .schema(let schema):
            return IntrospectedSchema(schema: schema).write(to: &output, at: plan.value)
        case .type(let schema):
            do {
                let name = try output.arguments(plan).string("name")
                let type = schema.type(name).map { type in
                    IntrospectedType(schema: schema, reference: TypeReference(named: type.index))
                }
                return type.write(to: &output, at: plan.value)
            } catch {
                return output.fail(error, plan)
            }
        }
    }
}

/// `__Schema`.
struct IntrospectedSchema: GraphQLObject {
    let schema: Schema

    func root(_ kind: OperationKind) -> IntrospectedType? {
        schema.root(kind).map { IntrospectedType(schema: schema, reference: TypeReference(named: $0.index)) }
    }
}

/// `__Type`: a named type or a wrapper.
struct IntrospectedType: GraphQLObject {
    let schema: Schema
    let reference: TypeReference

    /// The named type, or `nil` for a wrapper.
    var named: TypeDefinition? { reference.isBare ? schema.named(reference) : nil }

    func types(_ indexes: [Int]) -> [IntrospectedType] {
        indexes.map { IntrospectedType(schema: schema, reference: TypeReference(named: $0)) }
    }
}

/// `__Field`.
struct IntrospectedField: GraphQLObject {
    let schema: Schema
    let definition: FieldDefinition
}

/// `__InputValue`.
struct IntrospectedInput: GraphQLObject {
    let schema: Schema
    let definition: InputValueDefinition
}

/// `__EnumValue`.
struct IntrospectedEnumValue: GraphQLObject {
    let definition: EnumValueDefinition
}

/// `__Directive`.
struct IntrospectedDirective: GraphQLObject {
    let schema: Schema
    let definition: DirectiveDefinition
}

/// The name of an enum value of introspection.
struct IntrospectedName: OutputValue {
    let name: String

    static var outputType: OutputType { .dynamic }

    func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        output.writer.string(name)
        return true
    }
}
