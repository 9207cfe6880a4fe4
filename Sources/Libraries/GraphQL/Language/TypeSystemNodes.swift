/// The kinds of type system definitions.
enum DefinitionKind: Sendable {
    case schema, scalar, object, interface, union, enumeration, inputObject, directive

    /// The name of the node in a syntax tree.
    func nodeName(isExtension: Bool) -> String {
        let suffix = isExtension ? "Extension" : "Definition"
        return switch self {
        case .schema: "Schema" + suffix
        case .scalar: "ScalarType" + suffix
        case .object: "ObjectType" + suffix
        case .interface: "InterfaceType" + suffix
        case .union: "UnionType" + suffix
        case .enumeration: "EnumType" + suffix
        case .inputObject: "InputObjectType" + suffix
        case .directive: "Directive" + suffix
        }
    }
}

/// A definition or extension of the type system.
struct TypeSystemNode: Sendable {
    let kind: DefinitionKind
    let isExtension: Bool
    var extent = Extent(0, 0)
    var description: Int32 = -1
    var name = Name.none
    var directives = NodeRange.empty
    /// Indexes of named types in `Document.types`: interfaces of an object, members of a union.
    var types: [Int32] = []
    var fields: [FieldDefinitionNode] = []
    /// Arguments of a directive, fields of an input object.
    var inputs: [InputValueNode] = []
    var values: [EnumValueNode] = []
    var operations: [OperationTypeNode] = []
    var locations: [Name] = []
    var isRepeatable = false

    init(_ kind: DefinitionKind, isExtension: Bool) {
        self.kind = kind
        self.isExtension = isExtension
    }
}

/// A field of an object or interface definition.
struct FieldDefinitionNode: Sendable {
    let extent: Extent
    let description: Int32
    let name: Name
    let arguments: [InputValueNode]
    let type: Int32
    let directives: NodeRange
}

/// An argument definition or a field of an input object.
struct InputValueNode: Sendable {
    let extent: Extent
    let description: Int32
    let name: Name
    let type: Int32
    /// The default's value, or -1.
    let defaultValue: Int32
    let directives: NodeRange
}

/// A value of an enum definition.
struct EnumValueNode: Sendable {
    let extent: Extent
    let description: Int32
    let name: Name
    let directives: NodeRange
}

/// A root operation type of a schema definition.
struct OperationTypeNode: Sendable {
    let extent: Extent
    let kind: OperationKind
    let type: Int32
}
