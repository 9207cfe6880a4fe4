public import AtlasCore

/// Where a Redis server is: `redis://[[user]:password@]host[:port][/database]`.
///
/// Holds the password, so it never describes itself and no error quotes the URL it came from.
public struct RedisAddress: Sendable {
    let host: String
    let port: Int
    let user: String
    let password: String
    let database: Int

    /// Reads a URL; in the password, `%hh` stands for special characters.
    ///
    /// - Throws: `AtlasError.invalid`.
    public init(url: String) throws(AtlasError) {
        guard url.hasPrefix("redis://") else { throw Self.malformed }
        var rest = url.dropFirst("redis://".count)
        var (user, password) = ("", "")
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = Self.decoded(parts[0]), let secret = Self.decoded(parts[1]) else {
                throw Self.malformed
            }
            (user, password) = (name, secret)
            rest = rest[rest.index(after: at)...]
        }
        let pieces = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let place = pieces.first, let (host, port) = Self.place(place) else { throw Self.malformed }
        let number = pieces.count == 2 && !pieces[1].isEmpty ? Int(pieces[1]) : 0
        guard let database = number, (0...10_000).contains(database) else { throw Self.malformed }
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    private static func place(_ text: Substring) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":"), text.last != "]" else {
            return text.isEmpty ? nil : (unbracketed(text), 6_379)
        }
        guard let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port), colon != text.startIndex
        else { return nil }
        return (unbracketed(text[..<colon]), port)
    }

    private static func unbracketed(_ host: Substring) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static var malformed: AtlasError {
        AtlasError(
            .invalid,
            "This is no Redis URL: redis://user:password@host:port/database, special characters as %hh."
        )
    }
}
