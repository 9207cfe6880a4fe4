import AtlasCore
import Foundation

/// Where a cluster's API is and how Atlas proves who it is.
public struct ClusterAccess: Sendable {
    /// What proves it.
    public enum Credential: Sendable {
        /// A token that does not change.
        case token(String)
        /// A file with a token; read again each minute, because Kubernetes replaces it.
        case tokenFile(String)
        /// A certificate and its key, in PEM.
        case certificate([UInt8], key: [UInt8])
        /// Nothing.
        case none
    }

    /// Name or address of the API server.
    public var host: String
    /// Its port.
    public var port: Int
    /// What comes before `/api`; empty or as in `/k8s/clusters/c-1`.
    public var basePath: String
    /// The name that its certificate must have, if that is not `host`.
    public var serverName: String?
    /// The authorities that may have signed it, in PEM; `nil` for those of the system.
    public var authority: [UInt8]?
    /// Who Atlas is.
    public var credential: Credential
    /// Where Atlas keeps its lease.
    public var namespace: String

    /// Access with what differs from the defaults.
    public init(
        host: String,
        port: Int = 443,
        basePath: String = "",
        serverName: String? = nil,
        authority: [UInt8]? = nil,
        credential: Credential = .none,
        namespace: String = "default"
    ) {
        self.host = host
        self.port = port
        self.basePath = basePath
        self.serverName = serverName
        self.authority = authority
        self.credential = credential
        self.namespace = namespace
    }

    /// Where service accounts find their files in a pod.
    public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Whether this process runs in a pod with a service account.
    public static func isInCluster(environment: [String: String]) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"] != nil
    }

    /// As the service account of the pod that Atlas runs in.
    ///
    /// - Throws: `AtlasError` `.unavailable` that says what is missing.
    public static func inCluster(
        environment: [String: String],
        folder: String = serviceAccountFolder
    ) throws -> ClusterAccess {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = Int(environment["KUBERNETES_SERVICE_PORT"] ?? "443"), (1...65_535).contains(port)
        else {
            throw AtlasError(
                .unavailable,
                "Atlas does not run in a cluster: KUBERNETES_SERVICE_HOST is not set. Set lab.kubernetes.kubeconfig."
            )
        }
        guard let authority = FileManager.default.contents(atPath: "\(folder)/ca.crt") else {
            throw AtlasError(.unavailable, "Atlas's pod has no service account: \(folder)/ca.crt is missing.")
        }
        guard FileManager.default.isReadableFile(atPath: "\(folder)/token") else {
            throw AtlasError(.unavailable, "Atlas's pod has no service account: \(folder)/token is missing.")
        }
        let space = FileManager.default.contents(atPath: "\(folder)/namespace").map {
            String(decoding: $0, as: UTF8.self)
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return ClusterAccess(
            host: bare,
            port: port,
            authority: [UInt8](authority),
            credential: .tokenFile("\(folder)/token"),
            namespace: space?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "default"
        )
    }

    /// `host:port` as a header has it.
    var authorityHeader: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

/// The token that requests carry.
actor TokenSource {
    private let credential: ClusterAccess.Credential
    private var kept: (token: String, at: ContinuousClock.Instant)?

    /// How long a token that was read is used before its file is read again.
    private static let life = Duration.seconds(60)

    init(_ credential: ClusterAccess.Credential) {
        self.credential = credential
    }

    /// The token; `nil` if another credential is used.
    ///
    /// - Parameter isRefused: The last one was, so that a file is read at once.
    func token(isRefused: Bool = false) throws -> String? {
        switch credential {
        case .token(let token): return token
        case .certificate, .none: return nil
        case .tokenFile(let path):
            if let kept, !isRefused, kept.at.duration(to: .now) < Self.life { return kept.token }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw APIError.connection("the token file \(path) cannot be read", isUnsent: true)
            }
            let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            kept = (token, .now)
            return token
        }
    }
}
