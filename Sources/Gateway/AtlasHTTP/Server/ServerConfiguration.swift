/// How the server listens and what it believes.
public struct ServerConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 picks a free one.
    public var port: Int
    /// The folder of the built web client; it may be missing.
    public var webFolder: String
    /// Whether changed files of the web client are read anew.
    public var isDevelopment = false
    /// Whether browsers reach the server through TLS: cookies are `Secure`, and HSTS is sent.
    public var isSecure = false
    /// Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var trustedProxies: [String] = []
    /// Scheme and authority for absolute addresses, as in `https://atlas.example`; `nil` takes the request's own.
    public var publicOrigin: String?
    /// Whether GraphQL answers have the status codes of the August 2026 draft instead of those of the published audits.
    public var draftStatusCodes = false
    /// The only documents that GraphQL requests may name or send, by the SHA-256 of their text in hexadecimal digits;
    /// `nil` allows every document.
    public var allowedDocuments: [String: String]?
    /// What has to stand behind `Authorization: Bearer` to read `/metrics`, at least 32 characters; `nil` leaves it to this
    /// machine alone, and to nobody behind a proxy.
    public var metricsToken: String?
    /// All limits.
    public var limits = HTTPLimits()

    /// A configuration with the defaults for everything that is not named here.
    public init(host: String = "127.0.0.1", port: Int = 8_080, webFolder: String = "build/web") {
        self.host = host
        self.port = port
        self.webFolder = webFolder
    }
}
