/// One JSON value as its UTF-8 text: what events carry, kept as the bytes that came or will be sent.
///
/// Relaying an argument costs no decoding and no encoding. A binary attachment stands in the text as
/// `{"_placeholder":true,"num":0}`; `JSONText.attachment(_:)` writes one.
public struct JSONText: Sendable, Hashable {
    /// The text: exactly one JSON value.
    public let bytes: ArraySlice<UInt8>

    /// A text that is known to be one JSON value, as the output of a JSON writer is; nothing is checked.
    public init(trusted bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// A text that is known to be one JSON value, as the output of a JSON writer is; nothing is checked.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes[...] }

    /// A text from outside; `nil` if it is not one JSON value, or nests deeper than 64.
    public init?(validating bytes: [UInt8]) {
        guard (try? JSONScanner.scan(bytes[...])) != nil else { return nil }
        self.bytes = bytes[...]
    }

    /// `null`.
    public static let null = JSONText(trusted: Array("null".utf8))
    /// `{}`.
    public static let emptyObject = JSONText(trusted: Array("{}".utf8))

    /// A string.
    public static func string(_ value: some StringProtocol) -> JSONText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count + 2)
        appendString(value, to: &bytes)
        return JSONText(trusted: bytes)
    }

    /// A whole number; exact in JavaScript up to 2^53 − 1.
    public static func integer(_ value: Int) -> JSONText { JSONText(trusted: Array(String(value).utf8)) }

    /// `true` or `false`.
    public static func bool(_ value: Bool) -> JSONText { JSONText(trusted: Array((value ? "true" : "false").utf8)) }

    /// An array.
    public static func array(_ values: [JSONText]) -> JSONText {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value.bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return JSONText(trusted: bytes)
    }

    /// An object, its members in this order.
    public static func object(_ members: KeyValuePairs<String, JSONText>) -> JSONText {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendString(member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: member.value.bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return JSONText(trusted: bytes)
    }

    /// The place of attachment `index` of the packet that this value is part of.
    public static func attachment(_ index: Int) -> JSONText {
        JSONText(trusted: Array(#"{"_placeholder":true,"num":\#(index)}"#.utf8))
    }

    /// The value if it is a string; escapes of lone surrogates read as U+FFFD.
    public var string: String? {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return nil }
        return JSONString.decode(bytes.dropFirst().dropLast())
    }

    /// The value if it is a whole number without fraction and exponent that fits 64 bits.
    public var integer: Int? { Int(String(decoding: bytes, as: UTF8.self)) }

    /// The value if it is `true` or `false`.
    public var bool: Bool? {
        if bytes.elementsEqual("true".utf8) { return true }
        return bytes.elementsEqual("false".utf8) ? false : nil
    }

    /// The values of an array; `nil` if the text is no array.
    public var elements: [JSONText]? {
        guard let scanned = try? JSONScanner.scan(bytes), scanned.kind == .array else { return nil }
        return scanned.elements
    }

    /// The value of an object's member, the last of that name; `nil` without one.
    public subscript(member: String) -> JSONText? {
        guard let scanned = try? JSONScanner.scan(bytes, collectsMembers: true) else { return nil }
        return scanned.members.last { $0.name == member }?.value
    }

    static func appendString(_ value: some StringProtocol, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(JSONString.hexDigit(byte >> 4))
                bytes.append(JSONString.hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// The inside of JSON strings.
enum JSONString {
    static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }

    static func hexValue(_ digit: UInt8) -> UInt16? {
        switch digit {
        case 0x30...0x39: UInt16(digit &- 0x30)
        case 0x41...0x46: UInt16(digit &- 0x37)
        case 0x61...0x66: UInt16(digit &- 0x57)
        default: nil
        }
    }

    /// What a string's inside, which the scanner has accepted, stands for.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                units.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"): units.append(contentsOf: String(unicodeEscape(&rest)).utf8)
            default: units.append(escape)
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// The scalar behind `\u`, two escapes of surrogates together.
    private static func unicodeEscape(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar {
        let first = hexNumber(&rest)
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard (0xD800...0xDBFF).contains(first), rest.starts(with: "\\u".utf8) else { return "\u{FFFD}" }
        var ahead = rest.dropFirst(2)
        let second = hexNumber(&ahead)
        guard (0xDC00...0xDFFF).contains(second) else { return "\u{FFFD}" }
        rest = ahead
        let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func hexNumber(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 { value = value << 4 | (rest.popFirst().flatMap(hexValue) ?? 0) }
        return value
    }
}
