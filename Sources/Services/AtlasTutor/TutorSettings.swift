import AtlasAPI

/// What an operator chooses.
public struct TutorSettings: Sendable, Equatable {
    /// Tokens of a model that one account may use on one day in UTC.
    public var tokensPerAccount = 60_000
    /// Tokens of a model that all accounts together may use on one day in UTC.
    public var tokensPerDay = 2_000_000
    /// Words that no question may have, in any case.
    public var blockedWords: [String] = []
    /// How long an answer is written on for nobody.
    public var patience = TutorLimits.patience

    /// The defaults.
    public init() {}
}
