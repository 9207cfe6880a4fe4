extension SchemaValidator {
    mutating func checkInterfaces(_ type: TypeDefinition) {
        var seen = Set<Int>()
        for index in type.interfaces {
            let interface = schema.types[index]
            if interface.kind != .interface {
                report(
                    "Type \(type.name) must only implement Interface types, it cannot implement \(interface.name).",
                    sources.uses(of: interface.name, in: type.name)
                )
            } else if index == type.index {
                report(
                    "Type \(type.name) cannot implement itself because it would create a circular reference.",
                    sources.uses(of: interface.name, in: type.name)
                )
            } else if !seen.insert(index).inserted {
                report(
                    "Type \(type.name) can only implement \(interface.name) once.",
                    sources.uses(of: interface.name, in: type.name)
                )
            } else {
                checkAncestors(type, interface)
                checkImplementation(type, interface)
            }
        }
    }

    /// A type declares the interfaces of its interfaces too.
    private mutating func checkAncestors(_ type: TypeDefinition, _ interface: TypeDefinition) {
        for index in interface.interfaces where !type.interfaces.contains(index) {
            let ancestor = schema.types[index].name
            let message =
                index == type.index
                ? "Type \(type.name) cannot implement \(interface.name) because it would create a circular reference."
                : "Type \(type.name) must implement \(ancestor) because it is implemented by \(interface.name)."
            report(
                message,
                sources.uses(of: ancestor, in: interface.name) + sources.uses(of: interface.name, in: type.name)
            )
        }
    }

    private mutating func checkImplementation(_ type: TypeDefinition, _ interface: TypeDefinition) {
        for promised in interface.fields {
            guard let field = type.field(promised.name) else {
                report(
                    "Interface field \(interface.name).\(promised.name) expected but \(type.name) does not provide it.",
                    sources.field(interface.name, promised.name) + sources.definitions(type.name)
                )
                continue
            }
            if !schema.isSubtype(field.type, of: promised.type) {
                report(
                    "Interface field \(interface.name).\(promised.name) expects type \(promised.typeName) "
                        + "but \(type.name).\(field.name) is type \(field.typeName).",
                    sources.fieldType(interface.name, promised.name) + sources.fieldType(type.name, field.name)
                )
            }
            checkArguments(type, field, interface, promised)
            if field.deprecationReason != nil, promised.deprecationReason == nil {
                report(
                    "Interface field \(interface.name).\(promised.name) is not deprecated, "
                        + "so implementation field \(type.name).\(field.name) must not be deprecated.",
                    sources.deprecation(type.name, field.name) + sources.fieldType(type.name, field.name)
                )
            }
        }
    }

    private mutating func checkArguments(
        _ type: TypeDefinition,
        _ field: FieldDefinition,
        _ interface: TypeDefinition,
        _ promised: FieldDefinition
    ) {
        let owner = SchemaSources.InputOwner.field(type: type.name, name: field.name)
        let promisedOwner = SchemaSources.InputOwner.field(type: interface.name, name: promised.name)
        for argument in promised.arguments {
            let title = "\(interface.name).\(promised.name)(\(argument.name):)"
            guard let own = field.argument(argument.name) else {
                report(
                    "Interface field argument \(title) expected but \(type.name).\(field.name) does not provide it.",
                    sources.input(promisedOwner, argument.name) + sources.field(type.name, field.name)
                )
                continue
            }
            if own.type != argument.type {
                report(
                    "Interface field argument \(title) expects type \(argument.typeName) "
                        + "but \(type.name).\(field.name)(\(argument.name):) is type \(own.typeName).",
                    sources.inputType(promisedOwner, argument.name) + sources.inputType(owner, argument.name)
                )
            }
        }
        for argument in field.arguments where promised.argument(argument.name) == nil && schema.isRequired(argument) {
            report(
                "Object field \(type.name).\(field.name) includes required argument \(argument.name) "
                    + "that is missing from the Interface field \(interface.name).\(promised.name).",
                sources.input(owner, argument.name) + sources.field(interface.name, promised.name)
            )
        }
    }
}
