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
    /// How long a model may take for an answer, look-ups and tries again included; then the built-in answerer writes.
    public var modelTime = Duration.seconds(120)
    /// How long records of like meaning are looked for; then words alone decide.
    public var findingTime = Duration.seconds(5)

    /// The defaults.
    public init() {}
}
