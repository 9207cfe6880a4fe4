/// Why the server cannot start.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A trusted proxy is neither an address nor a network.
    case notANetwork(String)
    /// The operator's token for `/metrics` is too short.
    case weakMetricsToken
    /// The system does not let us listen there; the reason is the system's.
    case cannotListen(String, reason: String)

    /// What is wrong, in a sentence.
    public var description: String {
        switch self {
        case .notANetwork(let text): "\"\(text)\" is neither a network address nor a network such as 10.0.0.0/8."
        case .weakMetricsToken:
            "The token for /metrics needs at least \(MetricsEndpoint.shortestToken) characters."
        case .cannotListen(let place, let reason): "Cannot listen on \(place): \(reason)"
        }
    }
}
