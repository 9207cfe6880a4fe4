extension Schema {
    /// What clients of an older version of this schema may notice, in the older one's order: types first, then
    /// directives.
    ///
    /// The meaning is that of the reference implementation's `findBreakingChanges` and `findDangerousChanges`, a built-in
    /// scalar that nothing uses any more included.
    public func changes(since older: Schema) -> [SchemaChange] {
        var comparison = SchemaComparison(old: older, new: self)
        comparison.compareTypes()
        comparison.compareDirectives()
        return comparison.changes
    }
}

/// Collects the changes from one schema to another.
private struct SchemaComparison {
    let old: Schema
    let new: Schema
    private(set) var changes: [SchemaChange] = []

    init(old: Schema, new: Schema) {
        self.old = old
        self.new = new
    }

    private mutating func report(_ kind: SchemaChange.Kind, _ description: String) {
        changes.append(SchemaChange(kind: kind, description: description))
    }

    // MARK: Types

    mutating func compareTypes() {
        for type in old.types {
            guard let other = new.type(type.name) else {
                report(
                    .typeRemoved,
                    BuiltIn.scalars.contains(type.name)
                        ? "Standard scalar \(type.name) was removed because it is not referenced anymore."
                        : "\(type.name) was removed."
                )
                continue
            }
            guard type.kind == other.kind else {
                report(
                    .typeChangedKind,
                    "\(type.name) changed from \(type.kind.words) to \(other.kind.words)."
                )
                continue
            }
            switch type.kind {
            case .scalar: break
            case .enumeration: compareValues(type, other)
            case .union: compareMembers(type, other)
            case .inputObject: compareInputFields(type, other)
            case .object, .interface:
                compareFields(type, other)
                compareInterfaces(type, other)
            }
        }
    }

    private mutating func compareValues(_ type: TypeDefinition, _ other: TypeDefinition) {
        let values = Difference(type.enumValues, other.enumValues, name: \.name)
        for value in values.added {
            report(.valueAddedToEnum, "\(value.name) was added to enum type \(type.name).")
        }
        for value in values.removed {
            report(.valueRemovedFromEnum, "\(value.name) was removed from enum type \(type.name).")
        }
    }

    private mutating func compareMembers(_ type: TypeDefinition, _ other: TypeDefinition) {
        let members = Difference(
            type.members.map { old.types[$0] },
            other.members.map { new.types[$0] },
            name: \.name
        )
        for member in members.added {
            report(.typeAddedToUnion, "\(member.name) was added to union type \(type.name).")
        }
        for member in members.removed {
            report(.typeRemovedFromUnion, "\(member.name) was removed from union type \(type.name).")
        }
    }

    private mutating func compareInterfaces(_ type: TypeDefinition, _ other: TypeDefinition) {
        let interfaces = Difference(
            type.interfaces.map { old.types[$0] },
            other.interfaces.map { new.types[$0] },
            name: \.name
        )
        for interface in interfaces.added {
            report(
                .implementedInterfaceAdded,
                "\(interface.name) added to interfaces implemented by \(type.name)."
            )
        }
        for interface in interfaces.removed {
            report(
                .implementedInterfaceRemoved,
                "\(type.name) no longer implements interface \(interface.name)."
            )
        }
    }

    private mutating func compareInputFields(_ type: TypeDefinition, _ other: TypeDefinition) {
        let fields = Difference(type.inputFields, other.inputFields, name: \.name)
        for field in fields.added {
            if new.isRequired(field) {
                report(
                    .requiredInputFieldAdded,
                    "A required field \(field.name) on input type \(type.name) was added."
                )
            } else {
                report(
                    .optionalInputFieldAdded,
                    "An optional field \(field.name) on input type \(type.name) was added."
                )
            }
        }
        for field in fields.removed { report(.fieldRemoved, "\(type.name).\(field.name) was removed.") }
        for (field, changed) in fields.kept where !takesAllValues(changed.type, of: field.type) {
            report(
                .fieldChangedKind,
                "\(type.name).\(field.name) changed type from \(field.typeName) to \(changed.typeName)."
            )
        }
    }

    // MARK: Fields and their arguments

    private mutating func compareFields(_ type: TypeDefinition, _ other: TypeDefinition) {
        let fields = Difference(type.fields, other.fields, name: \.name)
        for field in fields.removed { report(.fieldRemoved, "\(type.name).\(field.name) was removed.") }
        for (field, changed) in fields.kept {
            compareArguments("\(type.name).\(field.name)", field.arguments, changed.arguments)
            guard !givesOnlyValues(changed.type, of: field.type) else { continue }
            report(
                .fieldChangedKind,
                "\(type.name).\(field.name) changed type from \(field.typeName) to \(changed.typeName)."
            )
        }
    }

    private mutating func compareArguments(
        _ field: String,
        _ before: [InputValueDefinition],
        _ after: [InputValueDefinition]
    ) {
        let arguments = Difference(before, after, name: \.name)
        for argument in arguments.removed { report(.argumentRemoved, "\(field) arg \(argument.name) was removed.") }
        for (argument, changed) in arguments.kept {
            if takesAllValues(changed.type, of: argument.type) {
                compareDefaults("\(field) arg \(argument.name)", argument, changed)
            } else {
                report(
                    .argumentChangedKind,
                    "\(field) arg \(argument.name) has changed type from \(argument.typeName) to \(changed.typeName)."
                )
            }
        }
        for argument in arguments.added {
            if new.isRequired(argument) {
                report(.requiredArgumentAdded, "A required arg \(argument.name) on \(field) was added.")
            } else {
                report(.optionalArgumentAdded, "An optional arg \(argument.name) on \(field) was added.")
            }
        }
    }

    /// A default that is new changes nothing for those who leave the argument out, as far as the schema tells.
    private mutating func compareDefaults(
        _ argument: String,
        _ before: InputValueDefinition,
        _ after: InputValueDefinition
    ) {
        guard let text = old.defaultText(before, isSorted: true) else { return }
        guard let changed = new.defaultText(after, isSorted: true) else {
            return report(.argumentDefaultChanged, "\(argument) defaultValue was removed.")
        }
        guard text != changed else { return }
        report(.argumentDefaultChanged, "\(argument) has changed defaultValue from \(text) to \(changed).")
    }

    // MARK: Directives

    mutating func compareDirectives() {
        let directives = Difference(old.directives, new.directives, name: \.name)
        for directive in directives.removed { report(.directiveRemoved, "\(directive.name) was removed.") }
        for (directive, changed) in directives.kept {
            let arguments = Difference(directive.arguments, changed.arguments, name: \.name)
            for argument in arguments.added where new.isRequired(argument) {
                report(
                    .requiredDirectiveArgumentAdded,
                    "A required arg \(argument.name) on directive \(directive.name) was added."
                )
            }
            for argument in arguments.removed {
                report(.directiveArgumentRemoved, "\(argument.name) was removed from \(directive.name).")
            }
            if directive.isRepeatable, !changed.isRepeatable {
                report(.directiveRepeatableRemoved, "Repeatable flag was removed from \(directive.name).")
            }
            for location in directive.locations where !changed.locations.contains(location) {
                report(.directiveLocationRemoved, "\(location) was removed from \(directive.name).")
            }
        }
    }

    // MARK: Types of fields and arguments

    /// Whether who expects values of the older type is content with those of the newer one: the same, or never null.
    private func givesOnlyValues(_ newer: TypeReference, of older: TypeReference) -> Bool {
        if older.isNonNull { return newer.isNonNull && givesOnlyValues(newer.unwrapped, of: older.unwrapped) }
        if newer.isNonNull { return givesOnlyValues(newer.unwrapped, of: older) }
        if older.isList { return newer.isList && givesOnlyValues(newer.unwrapped, of: older.unwrapped) }
        return isSame(newer, older)
    }

    /// Whether what is sent as a value of the older type is one of the newer: the same, or null where it was not allowed.
    private func takesAllValues(_ newer: TypeReference, of older: TypeReference) -> Bool {
        if older.isNonNull { return takesAllValues(newer.nullable, of: older.unwrapped) }
        if newer.isNonNull { return false }
        if older.isList { return newer.isList && takesAllValues(newer.unwrapped, of: older.unwrapped) }
        return isSame(newer, older)
    }

    private func isSame(_ newer: TypeReference, _ older: TypeReference) -> Bool {
        newer.isBare && older.isBare && new.named(newer).name == old.named(older).name
    }
}

/// Two lists of things with names, compared.
private struct Difference<Item> {
    let added: [Item]
    let removed: [Item]
    let kept: [(old: Item, new: Item)]

    init(_ old: [Item], _ new: [Item], name: (Item) -> String) {
        let before = Set(old.map(name))
        let after = Dictionary(new.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        added = new.filter { !before.contains(name($0)) }
        removed = old.filter { after[name($0)] == nil }
        kept = old.compactMap { item in after[name(item)].map { (item, $0) } }
    }
}

extension TypeKind {
    fileprivate var words: String {
        switch self {
        case .scalar: "a Scalar type"
        case .object: "an Object type"
        case .interface: "an Interface type"
        case .union: "a Union type"
        case .enumeration: "an Enum type"
        case .inputObject: "an Input type"
        }
    }
}
