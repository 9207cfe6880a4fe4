// What `String` is in the browser: an array of UTF-8 bytes, and no more of the interface than the library uses.
//
// Swift's own String takes five machine words of bookkeeping per use and the Unicode tables for its comparisons. The
// library compares, cuts and joins bytes only, so this type in its place gives the same answers in half the code.
// As a declaration of the module it comes before Swift's for every source compiled with it, literals included.

/// What a literal in quotes is.
public typealias StringLiteralType = String

/// A text as an array of UTF-8 bytes.
public struct String: Sendable {
    /// Valid UTF-8.
    public private(set) var utf8: [UInt8]

    /// An empty text.
    public init() {
        utf8 = []
    }

    /// What is not UTF-8 becomes U+FFFD, as often as Swift does it.
    @inline(never)
    public init(decoding bytes: [UInt8], as encoding: UTF8.Type) {
        utf8 = bytes
        repair()
    }

    /// The same for bytes of any kind.
    public init(decoding bytes: some Collection<UInt8>, as encoding: UTF8.Type) {
        self.init(decoding: Array(bytes), as: encoding)
    }

    /// One character.
    @inline(never)
    public init(_ scalar: Unicode.Scalar) {
        utf8 = Array(scalar.utf8)
    }

    /// A number in decimal digits.
    @inline(never)
    public init(_ number: Int) {
        utf8 = []
        append(number)
    }

    /// A text several times.
    @inline(never)
    public init(repeating part: String, count: Int) {
        self.init()
        for _ in 0..<count { utf8 += part.utf8 }
    }

    @inline(never)
    fileprivate init(_ start: UnsafePointer<UInt8>, count: Int) {
        utf8 = Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { utf8.isEmpty }

    /// Both texts, one after the other.
    @inline(never)
    public static func + (left: String, right: String) -> String {
        var sum = left
        sum.utf8 += right.utf8
        return sum
    }

    /// Adds a text at the end.
    @inline(never)
    public static func += (left: inout String, right: String) {
        left.utf8 += right.utf8
    }

    @inline(never)
    fileprivate mutating func append(_ number: Int) {
        if number < 0 { utf8.append(45) }
        append(digitsOf: number.magnitude)
    }

    private mutating func append(digitsOf number: UInt) {
        if number >= 10 { append(digitsOf: number / 10) }
        utf8.append(48 + UInt8(truncatingIfNeeded: number % 10))
    }
}

extension String: Hashable {
    /// Whether the bytes are the same.
    @inline(never)
    public static func == (left: String, right: String) -> Bool {
        left.utf8 == right.utf8
    }

    /// By the bytes.
    @inline(never)
    public func hash(into hasher: inout Hasher) {
        hasher.combine(utf8)
    }
}

extension String: ExpressibleByStringInterpolation {
    /// A literal.
    @inline(__always)
    public init(stringLiteral text: StaticString) {
        self.init(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// A literal with values in it.
    @inline(__always)
    public init(stringInterpolation text: StringInterpolation) {
        self = text.text
    }

    /// A literal with values in it, in the making.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = String()

        /// An empty one.
        @inline(__always)
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds what stands between the values.
        @inline(__always)
        public mutating func appendLiteral(_ literal: StaticString) {
            append(literal.utf8Start, literal.utf8CodeUnitCount)
        }

        @inline(never)
        private mutating func append(_ start: UnsafePointer<UInt8>, _ count: Int) {
            text.utf8 += UnsafeBufferPointer(start: start, count: count)
        }

        /// Adds a text.
        @inline(never)
        public mutating func appendInterpolation(_ part: String) {
            text.utf8 += part.utf8
        }

        /// Adds a number.
        @inline(never)
        public mutating func appendInterpolation(_ number: Int) {
            text.append(number)
        }

        /// Adds a byte as a number.
        @inline(never)
        public mutating func appendInterpolation(_ byte: UInt8) {
            text.append(Int(byte))
        }

        /// Adds a truth.
        @inline(never)
        public mutating func appendInterpolation(_ truth: Bool) {
            text += truth ? "true" : "false"
        }
    }
}

extension String {
    @inline(never)
    private mutating func repair() {
        var position = 0
        while position < utf8.count {
            let length = lengthOfScalar(at: position)
            if length < 0 {
                utf8.replaceSubrange(position..<(position - length), with: [0xEF, 0xBF, 0xBD])
                position += 3
            } else {
                position += length
            }
        }
    }

    /// The bytes of the scalar there; for what is no scalar, minus the bytes that one U+FFFD replaces.
    private func lengthOfScalar(at position: Int) -> Int {
        let first = utf8[position]
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        let length: Int
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { low = 0xA0 }
            if first == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { low = 0x90 }
            if first == 0xF4 { high = 0x8F }
        default: return -1
        }
        for distance in 1..<length {
            guard position + distance < utf8.count else { return -distance }
            let byte = utf8[position + distance]
            guard byte >= low, byte <= high else { return -distance }
            low = 0x80
            high = 0xBF
        }
        return length
    }

    /// The characters by their numbers.
    @inline(never)
    public var unicodeScalars: [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var position = 0
        while position < utf8.count {
            let length = lengthOfScalar(at: position)
            var value = UInt32(utf8[position]) & (length < 2 ? 0x7F : 0x7F >> UInt32(length))
            for byte in utf8[position..<(position + length)].dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
            position += length
        }
        return scalars
    }
}

extension Int {
    /// Decimal digits with or without a sign.
    @inline(never)
    public init?(_ text: String) {
        var digits = text.utf8[...]
        let isNegative = digits.first == 45
        if isNegative || digits.first == 43 { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.subtractingReportingOverflow(Int(digit) - 48)
            guard !isTooLarge, !isOver else { return nil }
            value = sum
        }
        guard isNegative || value != .min else { return nil }
        self = isNegative ? value : -value
    }
}

extension [String] {
    @inline(never)
    func joined(separator: String = "") -> String {
        var text = String()
        for (position, part) in enumerated() {
            if position > 0 { text += separator }
            text += part
        }
        return text
    }
}

/// Nothing in the browser prints.
public protocol CustomStringConvertible {
    /// What would be printed.
    var description: String { get }
}
