/// Writes JSON into bytes, the same bytes on every platform.
///
/// Keys come out in the order in which they are written. Numbers have at most six decimals and no exponent.
public struct JSONWriter: Sendable {
    /// What was written so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty writer.
    public init() {}

    /// Writes `{`, what the body writes, and `}`.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        nested(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes `[`, one value per element, and `]`.
    public mutating func array<Element>(_ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        nested(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { body(&writer, element) }
        }
    }

    /// Writes an array of texts.
    public mutating func array(_ texts: [String]) {
        array(texts) { $0.text($1) }
    }

    /// Writes a key of an object; the next value belongs to it.
    public mutating func key(_ name: StaticString) {
        separate()
        quoted(name.utf8Start, count: name.utf8CodeUnitCount)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key that is not known beforehand; the next value belongs to it.
    public mutating func key(named name: String) {
        text(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key with a text.
    public mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        text(value)
    }

    /// Writes a key with a text or null.
    public mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { text(value) } else { null() }
    }

    /// Writes a key with a whole number.
    public mutating func field(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    /// Writes a key with a whole number or null.
    public mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// Writes a key with a number.
    public mutating func field(_ name: StaticString, _ value: Double) {
        key(name)
        number(value)
    }

    /// Writes a key with true or false.
    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a key with an array of texts.
    public mutating func field(_ name: StaticString, _ values: [String]) {
        key(name)
        array(values)
    }

    /// Writes a text with the escapes that JSON needs.
    public mutating func text(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { escaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes what is JSON already: a value, or fields of an object.
    mutating func json(_ json: [UInt8]) {
        separate()
        bytes += json
    }

    /// Writes true or false.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes null.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(value.magnitude))
    }

    /// Writes a number rounded to six decimals; what is not a number or beyond ±10¹² becomes null.
    public mutating func number(_ value: Double) {
        guard value > -1e12, value < 1e12 else { return null() }
        separate()
        let millionths = Int64((value * 1e6).rounded())
        if millionths < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(millionths.magnitude / 1_000_000)
        var rest = millionths.magnitude % 1_000_000
        guard rest > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var place: UInt64 = 100_000
        while rest > 0 {
            bytes.append(48 + UInt8(rest / place))
            rest %= place
            place /= 10
        }
    }

    private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quoted(_ start: UnsafePointer<UInt8>, count: Int) {
        bytes.append(UInt8(ascii: "\""))
        for index in 0..<count { bytes.append(start[index]) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 10:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(ascii: "n"))
        case 0..<32:
            let hex: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(hex.utf8Start[Int(byte >> 4)])
            bytes.append(hex.utf8Start[Int(byte & 15)])
        default:
            bytes.append(byte)
        }
    }

    private mutating func digits(_ value: UInt64) {
        if value >= 10 { digits(value / 10) }
        bytes.append(48 + UInt8(value % 10))
    }
}
