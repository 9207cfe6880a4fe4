/// Which addresses the catalogue may link to.
enum WebAddress {
    /// The longest address.
    static let byteLimit = 2_000

    /// True for `https://host…` without spaces, quotes, user names and the like.
    static func isSafe(_ text: String) -> Bool { isSafe(Array(text.utf8)[...]) }

    /// True for a safe address and for a path on this site, as in `/diagrams/e1-cache-aside` or `#how-it-fails`.
    static func isSafeLink(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= byteLimit, bytes.allSatisfy(isHarmless) else { return false }
        if first == UInt8(ascii: "#") { return true }
        // Two slashes would lead to another host.
        if first == UInt8(ascii: "/") { return bytes.dropFirst().first != UInt8(ascii: "/") }
        return isSafe(bytes)
    }

    private static func isSafe(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= byteLimit, bytes.starts(with: "https://".utf8), bytes.allSatisfy(isHarmless) else {
            return false
        }
        let host = bytes.dropFirst(8).prefix { !"/?#".utf8.contains($0) }
        return host.contains(UInt8(ascii: ".")) && host.first != UInt8(ascii: ".")
            && host.allSatisfy { byte in
                byte.isASCIIDigit || byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
            }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        byte > .space && byte != 0x7F && !"\"'<>\\`".utf8.contains(byte)
    }
}
