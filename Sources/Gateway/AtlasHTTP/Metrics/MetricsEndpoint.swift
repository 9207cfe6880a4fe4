import Crypto
import NIOHTTP1

/// `/metrics`: for whoever runs the server, and nobody else.
///
/// It is answered to a request with the operator's token, and to this machine itself as long as nothing speaks of a
/// proxy: behind one, everybody seems to come from this machine. To all others there is no such page.
struct MetricsEndpoint: Sendable {
    /// The shortest token that cannot be guessed.
    static let shortestToken = 32

    private let token: SHA256Digest?
    private let hasProxy: Bool

    /// - Throws: `ServerError.weakMetricsToken`.
    init(_ configuration: ServerConfiguration) throws {
        token = try configuration.metricsToken.map { token in
            guard token.utf8.count >= Self.shortestToken else { throw ServerError.weakMetricsToken }
            return SHA256.hash(data: Array(token.utf8))
        }
        hasProxy = !configuration.trustedProxies.isEmpty || configuration.isSecure || configuration.publicOrigin != nil
    }

    /// Whether a request may be answered.
    ///
    /// - Parameter address: The other end of the socket; without trusted proxies, that is the client's address.
    func admits(_ headers: HTTPHeaders, address: String) -> Bool {
        if let given = headers.first(name: "authorization") {
            guard let token, given.prefix(7).lowercased() == "bearer " else { return false }
            // Digests are compared in constant time.
            return SHA256.hash(data: Array(given.dropFirst(7).utf8)) == token
        }
        guard !hasProxy, Self.isThisMachine(address) else { return false }
        return !Self.forwarded.contains { headers.contains(name: $0) } && Self.namesThisMachine(headers)
    }

    /// What proxies add.
    private static let forwarded = [
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via",
    ]

    private static func isThisMachine(_ address: String) -> Bool {
        guard address != "::1" else { return true }
        let plain = address.lowercased().hasPrefix("::ffff:") ? address.dropFirst(7) : address[...]
        // Not only the beginning: `127.0.0.1.example` is a name that anybody may own.
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts.first == 127 && !parts.contains(nil)
    }

    /// A page of another site, whose name was made to lead here, must not read the answer.
    private static func namesThisMachine(_ headers: HTTPHeaders) -> Bool {
        guard !headers.contains(name: "origin"), let host = headers.first(name: "host")?.lowercased() else {
            return false
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return name == "localhost" || name == "[::1]" || isThisMachine(String(name))
    }

    /// The metrics as text.
    static func answer(_ metrics: [Metric]) -> Answer {
        var answer = Answer(.ok)
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8"
        answer.headers = [("cache-control", "no-store")]
        answer.body = .bytes(Array(Metric.text(metrics).utf8))
        answer.isCompressible = true
        return answer
    }
}
