/// The resolvers of the types of introspection.
///
/// They serve engines of any context, so none of them may ask for it.
enum IntrospectionBindings {
    static let all: [any ObjectBinding] = {
        var resolvers = Resolvers<Void>()
        bindSchema(&resolvers)
        bindType(&resolvers)
        bindMembers(&resolvers)
        return resolvers.objects
    }()

    private static func bindSchema(_ resolvers: inout Resolvers<Void>) {
        resolvers.type("__Schema", IntrospectedSchema.self) { fields in
            fields.field("description") { $0.schema.description }
            fields.field("types") { source in
                source.schema.types.indices.map {
                    IntrospectedType(schema: source.schema, reference: TypeReference(named: $0))
                }
            }
            fields.field("queryType") { $0.root(.query) }
            fields.field("mutationType") { $0.root(.mutation) }
            fields.field("subscriptionType") { $0.root(.subscription) }
            fields.field("directives") { source in
                source.schema.directives.map { IntrospectedDirective(schema: source.schema, definition: $0) }
            }
        }
        resolvers.type("__Directive", IntrospectedDirective.self) { fields in
            fields.field("name") { $0.definition.name }
            fields.field("description") { $0.definition.description }
            fields.field("isRepeatable") { $0.definition.isRepeatable }
            fields.field("locations") { $0.definition.locations.map(IntrospectedName.init) }
            fields.pureField("args") { source, arguments in
                inputs(source.definition.arguments, source.schema, arguments)
            }
        }
    }

    private static func bindType(_ resolvers: inout Resolvers<Void>) {
        resolvers.type("__Type", IntrospectedType.self) { fields in
            fields.field("kind") { IntrospectedName(name: $0.kind) }
            fields.field("name") { $0.named?.name }
            fields.field("description") { $0.named?.description }
            fields.field("specifiedByURL") { $0.named?.specifiedByURL }
            fields.field("isOneOf") { source in
                source.named.flatMap { $0.kind == .inputObject ? $0.isOneOf : nil }
            }
            fields.field("ofType") { source in
                source.reference.isBare
                    ? nil : IntrospectedType(schema: source.schema, reference: source.reference.unwrapped)
            }
            fields.pureField("fields") { source, arguments in source.fields(arguments) }
            fields.field("interfaces") { source in
                source.named.flatMap { type in
                    type.kind == .object || type.kind == .interface ? source.types(type.interfaces) : nil
                }
            }
            fields.field("possibleTypes") { source in
                source.named.flatMap { type in
                    type.isAbstract ? source.types(source.schema.possibleTypes[type.index]) : nil
                }
            }
            fields.pureField("enumValues") { source, arguments in source.enumValues(arguments) }
            fields.pureField("inputFields") { source, arguments in
                source.named.flatMap { type in
                    type.kind == .inputObject ? inputs(type.inputFields, source.schema, arguments) : nil
                }
            }
        }
    }

    private static func bindMembers(_ resolvers: inout Resolvers<Void>) {
        resolvers.type("__Field", IntrospectedField.self) { fields in
            fields.field("name") { $0.definition.name }
            fields.field("description") { $0.definition.description }
            fields.pureField("args") { source, arguments in
                inputs(source.definition.arguments, source.schema, arguments)
            }
            fields.field("type") { IntrospectedType(schema: $0.schema, reference: $0.definition.type) }
            fields.field("isDeprecated") { $0.definition.deprecationReason != nil }
            fields.field("deprecationReason") { $0.definition.deprecationReason }
        }
        resolvers.type("__InputValue", IntrospectedInput.self) { fields in
            fields.field("name") { $0.definition.name }
            fields.field("description") { $0.definition.description }
            fields.field("type") { IntrospectedType(schema: $0.schema, reference: $0.definition.type) }
            fields.field("defaultValue") { $0.schema.defaultText($0.definition) }
            fields.field("isDeprecated") { $0.definition.deprecationReason != nil }
            fields.field("deprecationReason") { $0.definition.deprecationReason }
        }
        resolvers.type("__EnumValue", IntrospectedEnumValue.self) { fields in
            fields.field("name") { $0.definition.name }
            fields.field("description") { $0.definition.description }
            fields.field("isDeprecated") { $0.definition.deprecationReason != nil }
            fields.field("deprecationReason") { $0.definition.deprecationReason }
        }
    }

    fileprivate static func inputs(
        _ definitions: [InputValueDefinition],
        _ schema: Schema,
        _ arguments: Arguments
    ) -> [IntrospectedInput] {
        let includesDeprecated = arguments.optionalBool("includeDeprecated") ?? false
        return definitions.filter { includesDeprecated || $0.deprecationReason == nil }
            .map { IntrospectedInput(schema: schema, definition: $0) }
    }
}

extension IntrospectedType {
    fileprivate var kind: String {
        if reference.isNonNull { return "NON_NULL" }
        return reference.isList ? "LIST" : schema.named(reference).kind.rawValue
    }

    fileprivate func fields(_ arguments: Arguments) -> [IntrospectedField]? {
        guard let type = named, type.kind == .object || type.kind == .interface else { return nil }
        let includesDeprecated = arguments.optionalBool("includeDeprecated") ?? false
        return type.fields.filter { includesDeprecated || $0.deprecationReason == nil }
            .map { IntrospectedField(schema: schema, definition: $0) }
    }

    fileprivate func enumValues(_ arguments: Arguments) -> [IntrospectedEnumValue]? {
        guard let type = named, type.kind == .enumeration else { return nil }
        let includesDeprecated = arguments.optionalBool("includeDeprecated") ?? false
        return type.enumValues.filter { includesDeprecated || $0.deprecationReason == nil }
            .map { IntrospectedEnumValue(definition: $0) }
    }
}

extension TypeResolvers {
    /// Binds a field that uses its arguments but not the context.
    fileprivate mutating func pureField<V: OutputValue>(
        _ name: String,
        _ get: @escaping @Sendable (Source, Arguments) -> V
    ) {
        add(name, V.outputType, isAsync: false) { source, output, plan in
            do {
                return get(source, try output.arguments(plan)).write(to: &output, at: plan.value)
            } catch {
                return output.fail(error, plan)
            }
        }
    }
}
