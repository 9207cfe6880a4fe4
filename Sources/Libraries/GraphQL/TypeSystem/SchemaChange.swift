/// One difference between two versions of a schema that clients of the older one may notice.
public struct SchemaChange: Sendable, Equatable, CustomStringConvertible {
    /// What kind of change it is, in the reference implementation's words.
    public enum Kind: String, Sendable, CaseIterable {
        /// A type is gone.
        case typeRemoved = "TYPE_REMOVED"
        /// A type is of another kind.
        case typeChangedKind = "TYPE_CHANGED_KIND"
        /// A union has one member less.
        case typeRemovedFromUnion = "TYPE_REMOVED_FROM_UNION"
        /// An enum has one value less.
        case valueRemovedFromEnum = "VALUE_REMOVED_FROM_ENUM"
        /// An input object wants a field that nobody sends yet.
        case requiredInputFieldAdded = "REQUIRED_INPUT_FIELD_ADDED"
        /// A type has one interface less.
        case implementedInterfaceRemoved = "IMPLEMENTED_INTERFACE_REMOVED"
        /// A field of an object, interface or input object is gone.
        case fieldRemoved = "FIELD_REMOVED"
        /// A field has a type that is unsafe for those who know the older one.
        case fieldChangedKind = "FIELD_CHANGED_KIND"
        /// A field wants an argument that nobody sends yet.
        case requiredArgumentAdded = "REQUIRED_ARG_ADDED"
        /// An argument of a field is gone.
        case argumentRemoved = "ARG_REMOVED"
        /// An argument of a field no longer takes all values it took.
        case argumentChangedKind = "ARG_CHANGED_KIND"
        /// A directive is gone.
        case directiveRemoved = "DIRECTIVE_REMOVED"
        /// An argument of a directive is gone.
        case directiveArgumentRemoved = "DIRECTIVE_ARG_REMOVED"
        /// A directive wants an argument that nobody sends yet.
        case requiredDirectiveArgumentAdded = "REQUIRED_DIRECTIVE_ARG_ADDED"
        /// A directive may be written only once now.
        case directiveRepeatableRemoved = "DIRECTIVE_REPEATABLE_REMOVED"
        /// A directive may not be written somewhere any more.
        case directiveLocationRemoved = "DIRECTIVE_LOCATION_REMOVED"
        /// An enum has a value that clients do not know.
        case valueAddedToEnum = "VALUE_ADDED_TO_ENUM"
        /// A union has a member that clients do not know.
        case typeAddedToUnion = "TYPE_ADDED_TO_UNION"
        /// An input object has a further field.
        case optionalInputFieldAdded = "OPTIONAL_INPUT_FIELD_ADDED"
        /// A field has a further argument.
        case optionalArgumentAdded = "OPTIONAL_ARG_ADDED"
        /// A type has a further interface.
        case implementedInterfaceAdded = "IMPLEMENTED_INTERFACE_ADDED"
        /// Leaving an argument out means something else now.
        case argumentDefaultChanged = "ARG_DEFAULT_VALUE_CHANGE"

        /// Whether a document that was valid may no longer be, or its answer no longer be understood.
        ///
        /// The other kinds are dangerous: clients go on working, perhaps differently.
        public var isBreaking: Bool {
            switch self {
            case .valueAddedToEnum, .typeAddedToUnion, .optionalInputFieldAdded, .optionalArgumentAdded,
                .implementedInterfaceAdded, .argumentDefaultChanged:
                false
            default: true
            }
        }
    }

    /// What kind of change it is.
    public let kind: Kind
    /// What has changed, as a sentence.
    public let description: String

    /// Whether clients of the older schema may break.
    public var isBreaking: Bool { kind.isBreaking }
}
