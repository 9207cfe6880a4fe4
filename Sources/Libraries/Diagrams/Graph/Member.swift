/// A line inside the box of a class, an entity or a state.
public struct Member: Sendable, Equatable {
    /// What a member is.
    public enum Kind: String, Sendable, CaseIterable {
        /// Data: a field of a class, a column of an entity, a further line of a state.
        case attribute
        /// An operation of a class.
        case method
    }

    /// Who may use a member of a class; the raw value is the sign in front of it.
    public enum Visibility: String, Sendable, CaseIterable {
        /// Everybody.
        case `public` = "+"
        /// The class alone.
        case `private` = "-"
        /// The class and those that inherit from it.
        case protected = "#"
        /// The package.
        case package = "~"

        /// The word, such as "public".
        public var words: String {
            switch self {
            case .public: "public"
            case .private: "private"
            case .protected: "protected"
            case .package: "package"
            }
        }
    }

    /// What an attribute of an entity is good for.
    public enum Key: String, Sendable, CaseIterable {
        /// Identifies the row.
        case primary = "PK"
        /// Refers to another entity.
        case foreign = "FK"
        /// Occurs once.
        case unique = "UK"

        /// Whether a word is read as a key, in letters of either case.
        static func isWritten(_ word: String) -> Bool {
            let letters = Array(word.utf8)
            guard letters.count == 2, letters[1] | 32 == 107 else { return false }
            return letters[0] | 32 == 112 || letters[0] | 32 == 102 || letters[0] | 32 == 117
        }

        /// The words, such as "primary key".
        public var words: String {
            switch self {
            case .primary: "primary key"
            case .foreign: "foreign key"
            case .unique: "unique key"
            }
        }
    }

    /// Data or operation.
    public var kind: Kind
    /// Who may use it; `nil` when not said, and outside of class diagrams.
    public var visibility: Visibility?
    /// The name; for an attribute of a class all that is written, such as "String owner" or "id : int".
    public var name: String
    /// What stands between the parentheses of a method.
    public var parameters: String
    /// The type of an entity's attribute or what a method returns; `nil` when not said.
    public var type: String?
    /// Whether a method has no body.
    public var isAbstract: Bool
    /// Whether it belongs to the class, not to its instances.
    public var isStatic: Bool
    /// What an attribute of an entity is good for.
    public var keys: [Key]
    /// What is said about an attribute of an entity.
    public var comment: String?

    /// Makes a member.
    public init(
        kind: Kind = .attribute,
        visibility: Visibility? = nil,
        name: String,
        parameters: String = "",
        type: String? = nil,
        isAbstract: Bool = false,
        isStatic: Bool = false,
        keys: [Key] = [],
        comment: String? = nil
    ) {
        self.kind = kind
        self.visibility = visibility
        self.name = name
        self.parameters = parameters
        self.type = type
        self.isAbstract = isAbstract
        self.isStatic = isStatic
        self.keys = keys
        self.comment = comment
    }

    /// As a class box shows it, such as "+deposit(amount) : bool".
    public var text: String {
        let sign = visibility?.rawValue ?? ""
        guard kind == .method else { return sign + name }
        let result = type.map { " : \($0)" } ?? ""
        return "\(sign)\(name)(\(parameters))\(result)"
    }
}
