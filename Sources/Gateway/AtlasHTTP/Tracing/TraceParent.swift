/// What a `traceparent` header says: which trace a request belongs to, and whether it is recorded.
///
/// Source: W3C Trace Context, "traceparent Header Field".
struct TraceParent: Equatable {
    /// 32 hexadecimal digits, not all 0.
    let traceID: String
    /// 16 hexadecimal digits, not all 0: the caller's span.
    let spanID: String
    let isSampled: Bool

    /// `nil` for what is none; a later version than 00 may say more behind what we know.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHexadecimal(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHexadecimal(parts[1], 32), !Self.isZero(parts[1]),
            Self.isHexadecimal(parts[2], 16), !Self.isZero(parts[2]),
            Self.isHexadecimal(parts[3], 2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        traceID = String(parts[1])
        spanID = String(parts[2])
        isSampled = flags & 1 == 1
    }

    /// Digits in lower case; a header with others is to be ignored.
    private static func isHexadecimal(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isZero(_ text: Substring) -> Bool { text.utf8.allSatisfy { $0 == 0x30 } }
}
