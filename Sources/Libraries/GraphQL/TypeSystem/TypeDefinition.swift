/// The six kinds of named types.
public enum TypeKind: String, Sendable {
    /// A leaf with a textual, numeric or custom form.
    case scalar = "SCALAR"
    /// Fields with arguments.
    case object = "OBJECT"
    /// Fields that several objects promise to have.
    case interface = "INTERFACE"
    /// One of several objects.
    case union = "UNION"
    /// A leaf with a closed set of names.
    case enumeration = "ENUM"
    /// An object given as input.
    case inputObject = "INPUT_OBJECT"
}

/// A named type of a schema.
public final class TypeDefinition: Sendable {
    /// The type's kind.
    public let kind: TypeKind
    /// The type's name, unique in its schema.
    public let name: String
    /// The description, if one is given.
    public let description: String?
    /// The directives written on the type and its extensions, in order.
    public let directives: [AppliedDirective]
    /// The fields of an object or interface, in order; else empty.
    public let fields: [FieldDefinition]
    /// The fields of an input object, in order; else empty.
    public let inputFields: [InputValueDefinition]
    /// The values of an enum, in order; else empty.
    public let enumValues: [EnumValueDefinition]
    /// Whether this is an input object of which exactly one field must be given.
    public let isOneOf: Bool
    /// The address of a custom scalar's specification, if `@specifiedBy` gives one.
    public let specifiedByURL: String?

    /// Index in `Schema.types`.
    let index: Int
    /// Indexes of the interfaces an object or interface declares, in order.
    let interfaces: [Int]
    /// Indexes of a union's members, in order.
    let members: [Int]

    private let fieldIndex: [String: Int]
    private let inputIndex: [String: Int]
    private let valueIndex: [String: Int]

    init(_ draft: TypeDraft, index: Int) {
        kind = draft.kind
        name = draft.name
        description = draft.description
        directives = draft.directives
        fields = draft.fields
        inputFields = draft.inputFields
        enumValues = draft.enumValues
        isOneOf = draft.kind == .inputObject && draft.directives.contains { $0.name == "oneOf" }
        specifiedByURL =
            draft.kind == .scalar
            ? draft.directives.first { $0.name == "specifiedBy" }?.arguments.text("url") : nil
        self.index = index
        interfaces = draft.interfaces
        members = draft.members
        fieldIndex = Self.positions(draft.fields.map(\.name))
        inputIndex = Self.positions(draft.inputFields.map(\.name))
        valueIndex = Self.positions(draft.enumValues.map(\.name))
    }

    private static func positions(_ names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The field called `name`.
    public func field(_ name: String) -> FieldDefinition? {
        fieldIndex[name].map { fields[$0] }
    }

    /// The input field called `name`.
    public func inputField(_ name: String) -> InputValueDefinition? {
        inputIndex[name].map { inputFields[$0] }
    }

    /// The enum value called `name`.
    public func enumValue(_ name: String) -> EnumValueDefinition? {
        valueIndex[name].map { enumValues[$0] }
    }

    /// The first directive called `name` on this type.
    public func directive(_ name: String) -> AppliedDirective? {
        directives.first { $0.name == name }
    }

    var isComposite: Bool { kind == .object || kind == .interface || kind == .union }
    var isAbstract: Bool { kind == .interface || kind == .union }
    var isLeaf: Bool { kind == .scalar || kind == .enumeration }
    var isInput: Bool { isLeaf || kind == .inputObject }
    var isOutput: Bool { kind != .inputObject }
}

/// What a type is made of, collected before its definition is frozen.
struct TypeDraft {
    let kind: TypeKind
    let name: String
    var description: String?
    var directives: [AppliedDirective] = []
    var fields: [FieldDefinition] = []
    var inputFields: [InputValueDefinition] = []
    var enumValues: [EnumValueDefinition] = []
    var interfaces: [Int] = []
    var members: [Int] = []
}
