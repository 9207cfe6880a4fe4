public import AtlasCore
import AtlasPorts

/// How OpenAI's embeddings are asked for.
public struct OpenAISettings: Sendable {
    /// OpenAI's own address.
    public static let address = "https://api.openai.com"

    /// The key of the account that pays.
    public var key: Secret
    /// As in `text-embedding-3-large`.
    public var model: String
    /// Of every vector.
    public var dimensions: Int
    /// Where the API is; `/v1/embeddings` is added.
    public var endpoint: CloudEndpoint
    /// How long the service may take.
    public var timeouts: CloudTimeouts

    /// Settings.
    ///
    /// - Parameters:
    ///   - key: (text) the key of the account that pays.
    ///   - model: (text, `text-embedding-3-large`) which model reads.
    ///   - dimensions: (number, 3072) of every vector; the models of the third generation can give fewer.
    ///   - address: (URL, OpenAI's) where the API is.
    /// - Throws: `AtlasError.invalid`.
    public init(
        key: String,
        model: String = "text-embedding-3-large",
        dimensions: Int = 3_072,
        address: String = OpenAISettings.address,
        timeouts: CloudTimeouts = CloudTimeouts(total: .seconds(60))
    ) throws(AtlasError) {
        guard (1...128).contains(model.utf8.count), model.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AtlasError(.invalid, "A model's name has to be 1 to 128 visible ASCII characters.")
        }
        guard (1...VectorIndexLimits.dimensions).contains(dimensions) else {
            throw AtlasError(.invalid, "Vectors have 1 to \(VectorIndexLimits.dimensions) dimensions.")
        }
        self.key = try Secret(key)
        self.model = model
        self.dimensions = dimensions
        endpoint = try CloudEndpoint(address)
        self.timeouts = timeouts
    }
}

/// What embedding has cost.
public struct EmbeddingUsage: Sendable, Equatable {
    /// Requests that were answered.
    public var requests: Int
    /// Tokens that the service counted.
    public var tokens: Int

    /// A count.
    public init(requests: Int = 0, tokens: Int = 0) {
        self.requests = requests
        self.tokens = tokens
    }
}
