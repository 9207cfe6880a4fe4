/// One configuration key.
public struct Setting: Sendable {
    /// Dotted, as in `database.url`; in the environment `ATLAS_DATABASE_URL`.
    public let key: String
    /// The value when nothing is set, as text.
    public let fallback: String
    /// What it means, with its unit.
    public let meaning: String
    /// Whether its value is never shown.
    public let isSecret: Bool

    init(_ key: String, _ fallback: String, _ meaning: String, isSecret: Bool = false) {
        self.key = key
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    /// Every key there is.
    ///
    /// A key in `atlas.json` that is not here stops the start.
    public static let all = [
        Setting("data.folder", "data", "where the embedded engines keep everything"),
        Setting("http.host", "127.0.0.1", "the address to listen on"),
        Setting("http.port", "8080", "the port to listen on; 0 picks a free one"),
        Setting("http.secure", "false", "true behind TLS: cookies are Secure and HSTS is sent"),
        Setting("http.publicOrigin", "", "https://HOST as people type it, for the site map"),
        Setting("http.trustedProxies", "", "addresses whose X-Forwarded-For is believed, separated by commas"),
        Setting("http.requestsPerMinute", "100", "GraphQL requests per minute of one account"),
        Setting(
            "http.visitorRequestsPerMinute",
            "300",
            "GraphQL requests per minute of one address without an account"
        ),
        Setting("graphql.costPerMinute", "200000", "what the GraphQL requests of one account may cost per minute"),
        Setting(
            "graphql.visitorCostPerMinute",
            "400000",
            "what the GraphQL requests of one address without an account may cost per minute"
        ),
        Setting(
            "graphql.allowedDocuments",
            "",
            "a JSON file {SHA-256: document} of the only GraphQL documents that are answered; empty: every document"
        ),
        Setting(
            "database.url",
            "sqlite:",
            "sqlite:PATH (without a path: atlas.sqlite in the data folder) or postgres://…",
            isSecret: true
        ),
        Setting(
            "database.replicaURLs",
            "",
            "postgres:// addresses of read replicas, separated by commas",
            isSecret: true
        ),
        Setting("database.connections", "8", "connections to PostgreSQL, at most"),
        Setting(
            "auth.secret",
            "",
            "seals the signing keys; empty: a file in the data folder, made at the first start",
            isSecret: true
        ),
        Setting("catalogue.folder", "catalogue", "the files that `atlas serve` imports at its start; empty: none"),
        Setting("web.folder", "build/web", "the built web client"),
        Setting("development", "false", "introspection, and files are watched for changes"),
        Setting("log.level", "info", "trace, debug, info, notice, warning or error"),
    ]

    /// The known key that is nearest to `key` in edits.
    public static func nearest(to key: String) -> String {
        all.map(\.key).min { distance($0, key) < distance($1, key) } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8.prefix(64)), Array(right.utf8.prefix(64)))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
