public import AtlasCore

/// Accounts, sessions and tokens.
public protocol Auth: Sendable {
    /// Makes an account and signs it in.
    ///
    /// - Throws: `AtlasError` — `.invalid` with the field, `.conflict` if the address is taken, `.tooMany`.
    func register(_ registration: Registration, device: String, as caller: Caller) async throws -> SignIn

    /// Signs in with address and password.
    ///
    /// Takes as long for an unknown address as for a wrong password.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated` without saying which of the two was wrong, `.tooMany`.
    func logIn(email: String, password: String, device: String, as caller: Caller) async throws -> SignIn

    /// Exchanges a refresh token, which works once. A second use ends every session made from the same sign-in.
    ///
    /// - Throws: `AtlasError.unauthenticated`.
    func refresh(_ refreshToken: String, device: String, as caller: Caller) async throws -> SignIn

    /// Ends the caller's session, or all sessions of its account.
    func logOut(everywhere: Bool, as caller: Caller) async throws

    /// Ends one session of the caller.
    ///
    /// - Returns: False if there is no such session.
    func endSession(_ id: SessionID, as caller: Caller) async throws -> Bool

    /// The caller's open sessions, the last used first; at most 100.
    func sessions(as caller: Caller) async throws -> [Session]

    /// The account behind an access token, without asking the database: signature, expiry, and one look into the
    /// cache for a revocation.
    ///
    /// - Throws: `AtlasError.unauthenticated`.
    func verify(_ accessToken: String) async throws -> Caller.Account

    /// As `verify`, for a connection that may outlive the token.
    ///
    /// - Throws: `AtlasError.unauthenticated`.
    func verified(_ accessToken: String) async throws -> VerifiedToken

    /// Those of the sessions that were ended less than an access token's life ago.
    func ended(among sessions: [SessionID]) async throws -> Set<SessionID>

    /// Accounts in the order of `ids`; `nil` where there is none or the caller may not see it.
    func users(_ ids: [UserID], as caller: Caller) async throws -> [User?]

    /// The names that accounts show to others; unknown accounts are absent.
    ///
    /// Asked by services for people who may see each other; whether they may is theirs to know.
    ///
    /// - Parameter ids: At most 1,000.
    func displayNames(of ids: [UserID]) async throws -> [UserID: String]

    /// Makes an account with any role; for the command line.
    ///
    /// - Throws: as `register`, and `.forbidden` unless the caller is an admin or Atlas itself.
    func createUser(_ registration: Registration, role: Role, as caller: Caller) async throws -> User

    /// Changes the role of the account with this address, and ends its sessions so that old tokens cannot keep the old role.
    func setRole(_ role: Role, email: String, as caller: Caller) async throws -> User
}

/// What a new account is made of.
public struct Registration: Sendable {
    /// An e-mail address, at most 254 bytes; compared without regard to case.
    public let email: String
    /// 8 to 128 characters, not a common password.
    public let password: String
    /// 1 to 60 characters after trimming.
    public let displayName: String

    /// A registration, not yet checked.
    public init(email: String, password: String, displayName: String) {
        self.email = email
        self.password = password
        self.displayName = displayName
    }
}

/// An account as its owner sees it.
public struct User: Sendable, Equatable {
    /// Its id.
    public let id: UserID
    /// The address, in lower case.
    public let email: String
    /// The name shown to others.
    public let displayName: String
    /// What it may do.
    public let role: Role
    /// When it was made.
    public let createdAt: Timestamp

    /// An account.
    public init(id: UserID, email: String, displayName: String, role: Role, createdAt: Timestamp) {
        self.id = id
        self.email = email
        self.displayName = displayName
        self.role = role
        self.createdAt = createdAt
    }
}

/// The tokens of a fresh sign-in or refresh.
public struct SignIn: Sendable, CustomStringConvertible {
    /// A signed token, valid for `expiresIn`.
    public let accessToken: String
    /// To be exchanged once.
    public let refreshToken: String
    /// The access token's life.
    public let expiresIn: Duration
    /// The refresh token's life, for the cookie.
    public let refreshExpiresIn: Duration
    /// The account.
    public let user: User
    /// The session.
    public let session: SessionID

    /// A sign-in.
    public init(
        accessToken: String,
        refreshToken: String,
        expiresIn: Duration,
        refreshExpiresIn: Duration,
        user: User,
        session: SessionID
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresIn = expiresIn
        self.refreshExpiresIn = refreshExpiresIn
        self.user = user
        self.session = session
    }

    /// Says whose it is, without the tokens: it may end in a log.
    public var description: String { "sign-in of \(user.id) in session \(session)" }
}

/// One sign-in on one device.
public struct Session: Sendable, Equatable {
    /// Its id.
    public let id: SessionID
    /// The browser or program, as it named itself, at most 120 characters.
    public let device: String
    /// When it began.
    public let createdAt: Timestamp
    /// When its tokens were last refreshed.
    public let lastUsedAt: Timestamp

    /// A session.
    public init(id: SessionID, device: String, createdAt: Timestamp, lastUsedAt: Timestamp) {
        self.id = id
        self.device = device
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }
}

/// What an access token says, its signature checked.
public struct VerifiedToken: Sendable, Equatable {
    /// Whose it is.
    public let account: Caller.Account
    /// When it is of no more use.
    public let expires: Timestamp

    /// A token that was checked.
    public init(account: Caller.Account, expires: Timestamp) {
        self.account = account
        self.expires = expires
    }
}
