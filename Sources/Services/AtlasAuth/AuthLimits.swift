/// Every limit of the Auth service.
public enum AuthLimits {
    /// The life of an access token.
    public static let accessTokenLife = Duration.seconds(900)
    /// The life of a session that is not used.
    public static let sessionLife = Duration.seconds(30 * 86_400)
    /// How long one signing key signs.
    public static let keyRotation = Duration.seconds(86_400)
    /// Open sessions of one account; one more ends the oldest.
    public static let sessionsPerUser = 50
    /// Sign-in attempts on one account from one address within `window`; a success starts the count anew.
    public static let attemptsPerAccountAndAddress: Int64 = 10
    /// Sign-in attempts on one account from everywhere within `window`.
    public static let attemptsPerAccount: Int64 = 200
    /// How often sessions are looked for that another process ended.
    public static let sessionPoll = Duration.seconds(5)
    /// Sign-in and registration attempts from one address within `window`.
    public static let attemptsPerAddress: Int64 = 60
    /// The window that attempts are counted in.
    public static let window = Duration.seconds(900)
    /// Bytes of an e-mail address.
    ///
    /// Source: RFC 5321, section 4.5.3.1.3.
    public static let emailBytes = 254
    /// Characters of a password.
    public static let passwordCharacters = 8...128
    /// Characters of a display name.
    public static let displayNameCharacters = 1...60
    /// Characters kept of a device's name.
    public static let deviceCharacters = 120
    /// Verified access tokens remembered in memory, so that the signature is checked once.
    public static let rememberedTokens = 4_096
    /// Bytes of an access token that are looked at; a longer one is refused unread.
    public static let tokenBytes = 2_048
}
