public import AtlasCore

/// How Claude is asked.
public struct ClaudeSettings: Sendable {
    /// Anthropic's own address.
    public static let address = "https://api.anthropic.com"

    /// The key of the account that pays.
    public var key: Secret
    /// As in `claude-sonnet-5`.
    public var model: String
    /// Where the Messages API is; `/v1/messages` is added.
    public var endpoint: CloudEndpoint
    /// `anthropic-version`.
    public var version: String
    /// How long the service may take.
    public var timeouts: CloudTimeouts

    /// Settings.
    ///
    /// - Parameters:
    ///   - key: (text) the key of the account that pays.
    ///   - model: (text, `claude-sonnet-5`) which model answers.
    ///   - address: (URL, Anthropic's) where the Messages API is.
    ///   - version: (text, `2023-06-01`) `anthropic-version`.
    /// - Throws: `AtlasError.invalid`.
    public init(
        key: String,
        model: String = "claude-sonnet-5",
        address: String = ClaudeSettings.address,
        version: String = "2023-06-01",
        timeouts: CloudTimeouts = CloudTimeouts()
    ) throws(AtlasError) {
        guard (1...128).contains(model.utf8.count), model.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AtlasError(.invalid, "A model's name has to be 1 to 128 visible ASCII characters.")
        }
        self.key = try Secret(key)
        self.model = model
        endpoint = try CloudEndpoint(address)
        self.version = version
        self.timeouts = timeouts
    }
}
