/// Checks JSON text without building values, and without recursion: a megabyte of `[` costs a comparison, no stack.
///
/// Source: RFC 8259, and `JSON.parse` where it says less.
struct JSONScanner {
    /// How deep arrays and objects may nest.
    static let depthLimit = 64

    /// Why text is not acceptable.
    enum Failure: Error, Equatable {
        case invalid(at: Int)
        case tooDeep
        /// A placeholder that names no attachment of its packet.
        case badPlaceholder
    }

    enum Kind { case array, object, scalar }

    /// What a text holds.
    struct Scanned {
        let kind: Kind
        /// Of an array at the top, in order.
        var elements: [JSONText] = []
        /// Of an object at the top, if they were asked for.
        var members: [(name: String, value: JSONText)] = []
    }

    private enum Next { case value, elementOrEnd, keyOrEnd, key, separatorOrEnd }
    private enum Key { case other, placeholder, number }

    /// What is known of the placeholder that an open object may be.
    private struct Marks {
        var isPlaceholder = false
        var number = -1
    }

    private let bytes: ArraySlice<UInt8>
    private let end: Int
    private let attachments: Int?
    private let collectsMembers: Bool
    private var position: Int
    private var depth = 0
    /// Bit `depth` says whether what is open there is an object.
    private var objects: UInt64 = 0
    private var marks: [Marks] = []
    private var key = Key.other
    private var partStart = 0
    private var memberName = ""
    private var scanned: Scanned

    /// Checks a text, which must be one value.
    ///
    /// - Parameter attachments: How many attachments the packet has, if placeholders are to be checked.
    static func scan(
        _ bytes: ArraySlice<UInt8>,
        attachments: Int? = nil,
        collectsMembers: Bool = false
    ) throws(Failure) -> Scanned {
        var scanner = JSONScanner(bytes, attachments: attachments, collectsMembers: collectsMembers)
        try scanner.run()
        return scanner.scanned
    }

    private init(_ bytes: ArraySlice<UInt8>, attachments: Int?, collectsMembers: Bool) {
        self.bytes = bytes
        end = bytes.endIndex
        self.attachments = attachments
        self.collectsMembers = collectsMembers
        position = bytes.startIndex
        scanned = Scanned(kind: .scalar)
    }

    private mutating func run() throws(Failure) {
        skipBlanks()
        guard position < end else { throw .invalid(at: position) }
        switch bytes[position] {
        case UInt8(ascii: "["): scanned = Scanned(kind: .array)
        case UInt8(ascii: "{"): scanned = Scanned(kind: .object)
        default: break
        }
        var next = Next.value
        repeat {
            skipBlanks()
            guard position < end else { throw .invalid(at: position) }
            next = try step(next)
        } while depth > 0
        skipBlanks()
        guard position == end else { throw .invalid(at: position) }
    }

    private mutating func step(_ next: Next) throws(Failure) -> Next {
        let byte = bytes[position]
        switch next {
        case .value: return try value(byte)
        case .elementOrEnd:
            if byte == UInt8(ascii: "]") { return try close() }
            if depth == 1 { partStart = position }
            return try value(byte)
        case .keyOrEnd:
            if byte == UInt8(ascii: "}") { return try close() }
            return try name(byte)
        case .key: return try name(byte)
        case .separatorOrEnd: return try separator(byte)
        }
    }

    private mutating func separator(_ byte: UInt8) throws(Failure) -> Next {
        let isObject = objects & (1 << UInt64(depth - 1)) != 0
        if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return try close() }
        guard byte == UInt8(ascii: ",") else { throw .invalid(at: position) }
        position += 1
        if isObject { return .key }
        skipBlanks()
        if depth == 1 { partStart = position }
        return .value
    }

    // MARK: Values

    private mutating func value(_ byte: UInt8) throws(Failure) -> Next {
        let key = key
        self.key = .other
        switch byte {
        case UInt8(ascii: "["):
            try open(isObject: false)
            return .elementOrEnd
        case UInt8(ascii: "{"):
            try open(isObject: true)
            return .keyOrEnd
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"):
            try word("true")
            if key == .placeholder { marks[marks.count - 1].isPlaceholder = true }
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default:
            let start = position
            try number()
            if key == .number { marks[marks.count - 1].number = index(start..<position) }
        }
        endPart()
        return .separatorOrEnd
    }

    private mutating func open(isObject: Bool) throws(Failure) {
        guard depth < Self.depthLimit else { throw .tooDeep }
        let bit: UInt64 = 1 << UInt64(depth)
        objects = isObject ? objects | bit : objects & ~bit
        depth += 1
        position += 1
        if isObject, attachments != nil { marks.append(Marks()) }
    }

    private mutating func close() throws(Failure) -> Next {
        position += 1
        depth -= 1
        if let attachments, objects & (1 << UInt64(depth)) != 0, let mark = marks.popLast(), mark.isPlaceholder {
            guard mark.number >= 0, mark.number < attachments else { throw .badPlaceholder }
        }
        endPart()
        return .separatorOrEnd
    }

    /// Notes an element or member of what is open at the top.
    private mutating func endPart() {
        guard depth == 1 else { return }
        if scanned.kind == .array {
            scanned.elements.append(JSONText(trusted: bytes[partStart..<position]))
        } else if collectsMembers {
            scanned.members.append((memberName, JSONText(trusted: bytes[partStart..<position])))
        }
    }

    // MARK: Names

    private mutating func name(_ byte: UInt8) throws(Failure) -> Next {
        guard byte == UInt8(ascii: "\"") else { throw .invalid(at: position) }
        let start = position + 1
        try string()
        let inside = bytes[start..<position - 1]
        if attachments != nil { noteKey(inside) }
        skipBlanks()
        guard position < end, bytes[position] == UInt8(ascii: ":") else { throw .invalid(at: position) }
        position += 1
        skipBlanks()
        if depth == 1, collectsMembers {
            memberName = JSONString.decode(inside)
            partStart = position
        }
        return .value
    }

    /// A name may be written with escapes; the receiving side's `JSON.parse` reads them, and so must this.
    private mutating func noteKey(_ inside: ArraySlice<UInt8>) {
        let hasEscapes = inside.contains(UInt8(ascii: "\\"))
        let plain = hasEscapes ? Array(JSONString.decode(inside).utf8)[...] : inside
        if plain.elementsEqual("_placeholder".utf8) {
            key = .placeholder
            marks[marks.count - 1].isPlaceholder = false
        } else if plain.elementsEqual("num".utf8) {
            key = .number
            marks[marks.count - 1].number = -1
        } else {
            key = .other
        }
    }

    /// A number as an index; −1 if it is none.
    private func index(_ range: Range<Int>) -> Int {
        guard range.count <= 4 else { return -1 }
        var value = 0
        for digit in bytes[range] {
            guard (0x30...0x39).contains(digit) else { return -1 }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    // MARK: Scalars

    private mutating func skipBlanks() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func string() throws(Failure) {
        position += 1
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw .invalid(at: position)
            default: position += 1
            }
        }
        throw .invalid(at: position)
    }

    private mutating func escape() throws(Failure) {
        guard position + 1 < end else { throw .invalid(at: position) }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard position + 6 <= end else { throw .invalid(at: position) }
            for digit in bytes[position + 2..<position + 6] where JSONString.hexValue(digit) == nil {
                throw .invalid(at: position)
            }
            position += 6
        default: throw .invalid(at: position)
        }
    }

    private mutating func word(_ text: StaticString) throws(Failure) {
        let wordEnd = position + text.utf8CodeUnitCount
        guard wordEnd <= end else { throw .invalid(at: position) }
        let isSame = text.withUTF8Buffer { bytes[position..<wordEnd].elementsEqual($0) }
        guard isSame else { throw .invalid(at: position) }
        position = wordEnd
    }

    private mutating func number() throws(Failure) {
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < end, bytes[position] == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if position < end, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        guard position < end, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if position < end, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
            position += 1
        }
        try digits()
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while position < end, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > start else { throw .invalid(at: position) }
    }
}
