/// A use of a named type under any number of list and non-null wrappers, in 12 bytes and without allocation.
struct TypeReference: Sendable, Hashable {
    /// Index of the named type in `Schema.types`.
    let named: Int32

    /// Two bits per wrapper, the outermost lowest: 1 is non-null, 2 is list, 0 ends.
    let wrapping: UInt64

    /// The most wrappers one type may have, which fits `[[…]!]!` sixteen deep.
    static let wrapperLimit = 32

    init(named: Int, wrapping: UInt64 = 0) {
        self.named = Int32(truncatingIfNeeded: named)
        self.wrapping = wrapping
    }

    private init(_ named: Int32, _ wrapping: UInt64) {
        self.named = named
        self.wrapping = wrapping
    }

    /// The index of the named type.
    var index: Int { Int(named) }

    var isNonNull: Bool { wrapping & 3 == 1 }

    var isList: Bool { wrapping & 3 == 2 }

    /// Whether this is a named type without wrappers.
    var isBare: Bool { wrapping == 0 }

    /// The type inside the outermost wrapper.
    var unwrapped: TypeReference { TypeReference(named, wrapping >> 2) }

    /// This type without its outermost non-null wrapper, if it has one.
    var nullable: TypeReference { isNonNull ? unwrapped : self }

    /// This type, non-null.
    var nonNull: TypeReference { isNonNull ? self : TypeReference(named, wrapping << 2 | 1) }

    /// A list of this type.
    var list: TypeReference { TypeReference(named, wrapping << 2 | 2) }

    /// How it is written in a schema, given the name of the named type.
    func text(_ name: String) -> String {
        if isBare { return name }
        let inner = unwrapped.text(name)
        return isNonNull ? inner + "!" : "[" + inner + "]"
    }
}
