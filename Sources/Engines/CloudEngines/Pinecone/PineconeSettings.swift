public import AtlasCore

/// Which index of Pinecone is used, and where in it.
public struct PineconeSettings: Sendable {
    /// The key of the project.
    public var key: Secret
    /// The host of the one index.
    public var endpoint: CloudEndpoint
    /// Begins the names of the namespaces that are used; nothing else in the index is touched.
    public var namespace: String
    /// `X-Pinecone-Api-Version`.
    public var version: String
    /// How long the service may take.
    public var timeouts: CloudTimeouts

    /// Settings.
    ///
    /// - Parameters:
    ///   - key: (text) the key of the project.
    ///   - address: (URL) the host of the index, as the console shows it; its metric has to be cosine.
    ///   - namespace: (text, `atlas`) begins the names of the namespaces: 1 to 64 letters, digits, `-` and `_`.
    ///   - version: (text, `2026-04`) of the API.
    /// - Throws: `AtlasError.invalid`.
    public init(
        key: String,
        address: String,
        namespace: String = "atlas",
        version: String = "2026-04",
        timeouts: CloudTimeouts = CloudTimeouts(total: .seconds(60))
    ) throws(AtlasError) {
        let isName = namespace.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_")
        }
        guard (1...64).contains(namespace.utf8.count), isName else {
            throw AtlasError(.invalid, "A namespace has 1 to 64 letters, digits, - and _.")
        }
        self.key = try Secret(key)
        endpoint = try CloudEndpoint(address)
        self.namespace = namespace
        self.version = version
        self.timeouts = timeouts
    }
}
