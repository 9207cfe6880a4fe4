public import AtlasCore
import Foundation

/// Where an InfluxDB is, and how it is asked.
///
/// `influxdb://[USER:PASSWORD@]HOST[:PORT]/DATABASE`. Another machine is asked over https, this one over http;
/// `influxdbs://` is https always. InfluxDB 1.x makes database and retention policies from this; 2.x, which is asked with a
/// token, needs a bucket for each and a DBRP mapping (docs/analytics.md).
public struct InfluxSettings: Sendable {
    private static let port = 8_086

    let endpoint: CloudEndpoint
    let database: String
    let credential: InfluxCredential
    /// How long a request may take.
    public var timeouts = CloudTimeouts(connect: .seconds(5), idle: .seconds(30), total: .seconds(60))

    /// Reads the address.
    ///
    /// - Parameter token: Of InfluxDB 2.x; takes the place of name and password.
    /// - Throws: `AtlasError.invalid`, which quotes neither.
    public init(_ url: String, token: String = "") throws(AtlasError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["influxdb", "influxdbs"].contains(scheme), parts.query == nil,
            parts.fragment == nil
        else { throw Self.malformed }
        let database = parts.path.drop { $0 == "/" }
        guard (1...64).contains(database.utf8.count), database.utf8.allSatisfy(Self.isName) else {
            throw Self.malformed
        }
        let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
        let isPlain = scheme == "influxdb" && isHere
        let place = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        endpoint = try CloudEndpoint("\(isPlain ? "http" : "https")://\(place):\(parts.port ?? Self.port)")
        self.database = String(database)
        credential = try Self.credential(user: parts.user, password: parts.password, token: token)
    }

    private static func credential(
        user: String?,
        password: String?,
        token: String
    ) throws(AtlasError) -> InfluxCredential {
        if !token.isEmpty { return .token(try Secret(token)) }
        guard let user, !user.isEmpty else { return .none }
        let pair = Data("\(user):\(password ?? "")".utf8).base64EncodedString()
        return .basic(try Secret(pair))
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 45
    }

    private static var malformed: AtlasError {
        AtlasError(
            .invalid,
            "An InfluxDB's address has to look like influxdb://user:password@host:8086/database, the database of letters, "
                + "digits, - and _."
        )
    }
}

/// How an InfluxDB knows who asks.
enum InfluxCredential: Sendable {
    case none
    /// Name and password of 1.x.
    case basic(Secret)
    /// Of 2.x.
    case token(Secret)

    /// Whether the database makes its own retention policies: only 1.x does.
    var isManaged: Bool {
        if case .token = self { return false }
        return true
    }

    /// The header that every request has.
    func header() throws(AtlasError) -> CloudClient.Credential {
        switch self {
        // The client wants one: whoever has no key says its name.
        case .none: CloudClient.Credential(name: "user-agent", secret: try Secret("atlas"))
        case .basic(let pair): CloudClient.Credential(name: "authorization", prefix: "Basic ", secret: pair)
        case .token(let token): CloudClient.Credential(name: "authorization", prefix: "Token ", secret: token)
        }
    }
}
