/// A schema: named types, directives and root operation types.
///
/// It never changes.
public final class Schema: Sendable {
    /// The schema's own description.
    public let description: String?
    /// All types, built-in ones included.
    public let types: [TypeDefinition]
    /// All directive definitions, built-in ones included.
    public let directives: [DirectiveDefinition]
    /// The directives written on the schema definition.
    public let appliedDirectives: [AppliedDirective]

    let roots: [OperationKind: Int]

    /// Whether the source has a schema definition that must be printed even where convention would do.
    let hasExplicitDefinition: Bool

    /// The coerced default of every input value that has one, by `InputValueDefinition.defaultSlot`; `nil` when the
    /// literal does not fit the type.
    let defaults: [Value?]

    /// Whether documents may use `@defer` and `@stream`.
    let deliversIncrementally: Bool

    let metaFields: MetaFields
    private let typeIndex: [String: Int]
    private let directiveIndex: [String: Int]

    /// For every type the object types it may turn out to be, in order; empty for leaves and inputs.
    let possibleTypes: [[Int]]

    /// For every type a set of the above, one bit per type.
    private let possibleSets: [BitSet]

    init(_ parts: SchemaParts) {
        description = parts.description
        types = parts.types
        directives = parts.directives
        appliedDirectives = parts.appliedDirectives
        roots = parts.roots
        hasExplicitDefinition = parts.hasExplicitDefinition
        typeIndex = Dictionary(
            parts.types.map { ($0.name, $0.index) },
            uniquingKeysWith: { first, _ in first }
        )
        directiveIndex = Dictionary(
            parts.directives.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        metaFields = MetaFields(typeIndex)
        possibleTypes = Self.possibleTypes(parts.types)
        possibleSets = possibleTypes.map { BitSet($0, count: parts.types.count) }
        defaults = DefaultCoercion.defaults(parts, typeIndex)
        deliversIncrementally = false
    }

    /// The schema of `base` with `@defer` and `@stream`, unless it defines directives of these names itself.
    init(addingIncrementalDirectivesTo base: Schema) {
        var types = base.types
        let int = base.typeIndex["Int"] ?? types.count
        if int == types.count { types.append(TypeDefinition(TypeDraft(kind: .scalar, name: "Int"), index: int)) }
        let used = IncrementalDirectives.Types(
            boolean: base.typeIndex["Boolean"] ?? 0,
            string: base.typeIndex["String"] ?? 0,
            int: int
        )
        let added = IncrementalDirectives.definitions(used, defaultSlot: base.defaults.count)
        directives = base.directives + added.filter { base.directiveIndex[$0.name] == nil }
        directiveIndex = Dictionary(
            directives.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        description = base.description
        appliedDirectives = base.appliedDirectives
        roots = base.roots
        hasExplicitDefinition = base.hasExplicitDefinition
        self.types = types
        typeIndex = base.typeIndex.merging([("Int", int)]) { known, _ in known }
        metaFields = base.metaFields
        possibleTypes = Self.possibleTypes(types)
        possibleSets = possibleTypes.map { BitSet($0, count: types.count) }
        defaults = base.defaults + IncrementalDirectives.defaults
        deliversIncrementally = true
    }

    private static func possibleTypes(_ types: [TypeDefinition]) -> [[Int]] {
        var possible = [[Int]](repeating: [], count: types.count)
        for type in types {
            switch type.kind {
            case .object:
                possible[type.index] = [type.index]
                for interface in Set(type.interfaces) { possible[interface].append(type.index) }
            case .union:
                possible[type.index] = type.members
            default: break
            }
        }
        return possible
    }

    /// The type called `name`.
    public func type(_ name: String) -> TypeDefinition? { typeIndex[name].map { types[$0] } }

    /// The directive called `name`.
    public func directive(_ name: String) -> DirectiveDefinition? { directiveIndex[name].map { directives[$0] } }

    /// The field called `name`, one that every composite type or the query root has by itself included.
    func field(_ name: String, of type: TypeDefinition) -> FieldDefinition? {
        if let field = type.field(name) { return field }
        guard name.utf8.starts(with: [0x5F, 0x5F]) else { return nil }
        if name == "__typename" { return type.isComposite ? metaFields.typeName : nil }
        guard type.index == roots[.query] else { return nil }
        return name == "__schema" ? metaFields.schema : name == "__type" ? metaFields.type : nil
    }

    /// The root type of a kind of operation.
    public func root(_ kind: OperationKind) -> TypeDefinition? { roots[kind].map { types[$0] } }

    /// The object types that a type may turn out to be; itself for an object type.
    public func objectTypes(of type: TypeDefinition) -> [TypeDefinition] { possibleTypes[type.index].map { types[$0] } }

    /// The fields of objects and interfaces, as `Type.field`, that carry none of some directives and whose type does
    /// not either: those a policy written with these directives does not reach.
    public func fieldsWithout(directives names: Set<String>) -> [String] {
        func isCovered(_ directives: [AppliedDirective]) -> Bool { directives.contains { names.contains($0.name) } }
        return types.filter { !$0.name.hasPrefix("__") && !isCovered($0.directives) }.flatMap { type in
            type.fields.filter { !isCovered($0.directives) }.map { "\(type.name).\($0.name)" }
        }
    }

    /// How a type is written.
    func text(_ type: TypeReference) -> String { type.text(types[type.index].name) }

    /// The named type inside a type.
    func named(_ type: TypeReference) -> TypeDefinition { types[type.index] }

    /// Whether values of the object type `object` may stand where `type` is expected.
    func isPossible(_ object: Int, for type: Int) -> Bool { possibleSets[type].contains(object) }

    /// Whether some object type belongs to both types.
    func overlap(_ left: Int, _ right: Int) -> Bool {
        left == right || possibleSets[left].intersects(possibleSets[right])
    }

    /// Whether every value of `type` is one of `expected`: equal, narrower, or non-null where null is allowed.
    func isSubtype(_ type: TypeReference, of expected: TypeReference) -> Bool {
        if type == expected { return true }
        if expected.isNonNull {
            return type.isNonNull && isSubtype(type.unwrapped, of: expected.unwrapped)
        }
        if type.isNonNull { return isSubtype(type.unwrapped, of: expected) }
        if expected.isList { return type.isList && isSubtype(type.unwrapped, of: expected.unwrapped) }
        if type.isList { return false }
        let (narrow, wide) = (types[type.index], types[expected.index])
        guard wide.isAbstract, narrow.kind == .object || narrow.kind == .interface else { return false }
        if wide.kind == .union { return wide.members.contains(narrow.index) }
        return narrow.interfaces.contains(wide.index)
    }

    /// The coerced default of an input value, if it has a valid one.
    func defaultValue(_ input: InputValueDefinition) -> Value? {
        input.defaultSlot < 0 ? nil : defaults[input.defaultSlot]
    }

    /// Whether a value must be given.
    ///
    /// A default that does not fit its type counts for nothing.
    func isRequired(_ input: InputValueDefinition) -> Bool {
        input.type.isNonNull && defaultValue(input) == nil
    }
}

/// A fixed set of small numbers.
struct BitSet: Sendable {
    private var words: [UInt64]

    init(_ members: [Int], count: Int) {
        // Most types of a large schema have no members; words for each would grow with the square of the schema.
        words = members.isEmpty ? [] : [UInt64](repeating: 0, count: (count + 63) / 64)
        for member in members { words[member / 64] |= 1 << UInt64(member % 64) }
    }

    func contains(_ member: Int) -> Bool {
        member / 64 < words.count && words[member / 64] & (1 << UInt64(member % 64)) != 0
    }

    func intersects(_ other: BitSet) -> Bool { zip(words, other.words).contains { $0 & $1 != 0 } }
}

/// What a schema is made of.
struct SchemaParts {
    var description: String?
    var types: [TypeDefinition] = []
    var directives: [DirectiveDefinition] = []
    var appliedDirectives: [AppliedDirective] = []
    var roots: [OperationKind: Int] = [:]
    var hasExplicitDefinition = false

    /// Every default with its literal, by slot.
    var defaultLiterals: [(literal: ConstantLiteral, type: TypeReference)] = []
}

/// A literal of some document.
struct ConstantLiteral {
    let document: Document
    let literal: Int32
}

/// Everything that is wrong with a schema or its bindings.
public struct SchemaProblems: Error, Sendable, CustomStringConvertible {
    /// The problems, at least one.
    public let problems: [GraphQLError]

    init(_ problems: [GraphQLError]) { self.problems = problems }

    /// The problems, one a line.
    public var description: String {
        problems.map { problem in
            let place = problem.locations.first.map { "\($0.line):\($0.column): " } ?? ""
            return place + problem.message
        }.joined(separator: "\n")
    }
}
