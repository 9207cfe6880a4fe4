/// Base64, strict: the standard alphabet, padded, no line breaks, no bits left over.
///
/// Source: RFC 4648, sections 4 and 5.
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Appends the text of `bytes`.
    public static func encode(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            for shift: UInt32 in [18, 12, 6, 0] { text.append(digits[Int(bits >> shift & 63)]) }
            (bits, count) = (0, 0)
        }
        guard count > 0 else { return }
        bits <<= count == 1 ? 16 : 8
        text.append(digits[Int(bits >> 18 & 63)])
        text.append(digits[Int(bits >> 12 & 63)])
        text.append(count == 2 ? digits[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
        text.append(UInt8(ascii: "="))
    }

    /// What a text stands for; `nil` if it is not Base64.
    public static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for digit in text.dropLast(padding) {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 1
            guard count == 4 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
            bytes.append(UInt8(truncatingIfNeeded: bits))
            (bits, count) = (0, 0)
        }
        switch count {
        case 0: return padding == 0 ? bytes : nil
        case 2:
            guard bits & 15 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            guard bits & 3 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return bytes
    }

    /// Random bytes as text that may stand in a URL: 22 characters for 128 bits.
    public static func randomID(using generator: inout some RandomNumberGenerator) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(22)
        for _ in 0..<2 {
            var bits = generator.next() as UInt64
            for _ in 0..<11 {
                let digit = digits[Int(bits & 63)]
                text.append(digit == UInt8(ascii: "+") ? 0x2D : digit == UInt8(ascii: "/") ? 0x5F : digit)
                bits >>= 6
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Whether bytes are UTF-8.
public enum UTF8Check {
    /// True if `bytes` are whole, shortest forms of Unicode scalars.
    ///
    /// Source: Unicode Standard, table 3-7.
    public static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        var index = bytes.startIndex
        let end = bytes.endIndex
        while index < end {
            let lead = bytes[index]
            index += 1
            guard lead >= 0x80 else { continue }
            let count: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: count = 1
            case 0xE0: (count, second) = (2, 0xA0...0xBF)
            case 0xED: (count, second) = (2, 0x80...0x9F)
            case 0xE1...0xEF: count = 2
            case 0xF0: (count, second) = (3, 0x90...0xBF)
            case 0xF1...0xF3: count = 3
            case 0xF4: (count, second) = (3, 0x80...0x8F)
            default: return false
            }
            guard end - index >= count, second.contains(bytes[index]) else { return false }
            for next in bytes[index + 1..<index + count] where next & 0xC0 != 0x80 { return false }
            index += count
        }
        return true
    }
}
