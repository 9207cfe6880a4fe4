import AtlasCore
import CLibpq

/// Where a server is and who asks, as libpq's keywords.
///
/// Holds the password, so it never describes itself and no error quotes the URL it came from.
struct PostgresAddress: Sendable {
    /// What libpq is told where the URL says nothing.
    private static let defaults = [
        ("application_name", "atlas"),
        // Not the environment's.
        ("client_encoding", "UTF8"),
        ("connect_timeout", "10"),
        // A server that vanished is noticed after 30 s, not after the system's quarter of an hour.
        ("tcp_user_timeout", "30000"),
        ("keepalives_idle", "30"),
    ]

    let keywords: [String]
    let values: [String]

    /// Reads a URL or a `key=value` string as libpq does.
    ///
    /// - Throws: `AtlasError.invalid`.
    init(url: String) throws(AtlasError) {
        var known: [String: String] = [:]
        guard let options = PQconninfoParse(url, nil) else { throw Self.malformed }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { known[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        // An unescaped `@` or `/` in a password puts a part of it here, and libpq would quote it.
        let isPort = known["port", default: ""].utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2C }
        guard isPort, !known["host", default: ""].contains("@") else { throw Self.malformed }
        for (keyword, value) in Self.defaults where known[keyword] == nil { known[keyword] = value }
        keywords = Array(known.keys)
        values = Array(known.values)
    }

    private static var malformed: AtlasError {
        AtlasError(
            .invalid,
            "This is no PostgreSQL URL: postgres://user:password@host:port/database, special characters as %hh."
        )
    }
}
