public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Crypto

/// Accounts, sessions and tokens over a database and a cache.
public struct AuthService: Auth {
    let accounts: AccountRepository
    let sessionRows: SessionRepository
    let database: any Database
    let cache: any Cache
    let hasher: any PasswordHasher
    let clock: any WallClock
    let ids: any IDSource
    let keys: SigningKeys
    let verifiedTokens = VerifiedTokens()
    /// Verified against when an address is unknown, so that both refusals take as long.
    let decoyHash: String

    /// - Parameter secret: The server's secret, at least 32 bytes.
    /// - Throws: `AtlasError.invalid` for a short secret.
    public init(
        database: any Database,
        cache: any Cache,
        hasher: any PasswordHasher,
        clock: any WallClock,
        ids: any IDSource,
        secret: [UInt8],
        decoyHash: String
    ) throws {
        accounts = AccountRepository(database: database)
        sessionRows = SessionRepository(database: database)
        self.database = database
        self.cache = cache
        self.hasher = hasher
        self.clock = clock
        self.ids = ids
        self.decoyHash = decoyHash
        keys = try SigningKeys(database: database, clock: clock, ids: ids, secret: secret)
    }

    /// Tells the cache which sessions ended lately, for it may have been restarted, and forgets old sessions.
    ///
    /// To be awaited before the first request is served.
    public func prepare() async throws {
        for session in try await sessionRows.ended(since: clock.now() + (.zero - AuthLimits.accessTokenLife)) {
            try await revoke([session])
        }
        try await sessionRows.prune(before: clock.now() + (.zero - AuthLimits.sessionLife))
    }

    /// Learns every few seconds of sessions that other processes ended, such as `atlas user promote`, until cancelled.
    ///
    /// - Parameter report: Called when the database could not be asked; the next round asks for the same time again.
    public func run(reportingTo report: @escaping @Sendable (any Error) -> Void = { _ in }) async {
        var since = clock.now()
        while (try? await Task.sleep(for: AuthLimits.sessionPoll)) != nil {
            do {
                let now = clock.now()
                // A transaction that ended a session may commit a little after the time it wrote.
                try await revoke(try await sessionRows.ended(since: since + (.zero - AuthLimits.sessionPoll)))
                since = now
            } catch {
                report(error)
            }
        }
    }

    /// Makes an account and signs it in.
    public func register(_ registration: Registration, device: String, as caller: Caller) async throws -> SignIn {
        let registration = try registration.checked()
        try await countAttempt("address:\(caller.address)", limit: AuthLimits.attemptsPerAddress)
        let user = newUser(registration, role: .learner)
        let hash = try await hasher.hash(registration.password)
        return try await signIn(user, device: device) { session in
            try AccountRepository.insert(user, passwordHash: hash, in: session)
        }
    }

    /// Signs in with address and password.
    public func logIn(email: String, password: String, device: String, as caller: Caller) async throws -> SignIn {
        let refusal = AtlasError(.unauthenticated, "The address or the password is wrong.")
        try await countAttempt("address:\(caller.address)", limit: AuthLimits.attemptsPerAddress)
        guard let address = try? EmailAddress.normalised(email, field: "email"),
            password.count <= AuthLimits.passwordCharacters.upperBound
        else { throw refusal }
        // By account and address, so that nobody can lock another out; and by account alone, against many addresses.
        let key = "account:\(address) \(caller.address)"
        try await countAttempt(key, limit: AuthLimits.attemptsPerAccountAndAddress)
        try await countAttempt("account:\(address)", limit: AuthLimits.attemptsPerAccount)
        let account = try await accounts.account(email: address)
        let isRight = try await hasher.verify(password, against: account?.passwordHash ?? decoyHash)
        guard let account, isRight else { throw refusal }
        try await cache.remove([Self.attemptsKey(key)])
        if hasher.needsRehash(account.passwordHash) {
            try await accounts.replaceHash(of: account.user.id, with: try await hasher.hash(password))
        }
        return try await signIn(account.user, device: device) { _ in }
    }

    /// Exchanges a refresh token.
    public func refresh(_ refreshToken: String, device: String, as caller: Caller) async throws -> SignIn {
        let (token, hash) = newRefreshToken()
        guard refreshToken.utf8.count <= 128 else { throw AtlasError(.unauthenticated, "Sign in again.") }
        let outcome = try await sessionRows.rotate(
            Self.hash(refreshToken),
            to: hash,
            device: Self.deviceName(device),
            at: clock.now()
        )
        switch outcome {
        case .rotated(let session, let user):
            return try await tokens(for: user, session: session, refreshToken: token)
        case .reused(let session):
            try await revoke([session])
            throw AtlasError(
                .unauthenticated,
                "Sign in again.",
                detail: "a refresh token of session \(session) was used twice; the session was ended"
            )
        case .refused:
            throw AtlasError(.unauthenticated, "Sign in again.")
        }
    }

    /// Ends the caller's session, or all.
    public func logOut(everywhere: Bool, as caller: Caller) async throws {
        let account = try caller.signedIn()
        let ended = try await sessionRows.end(everywhere ? nil : account.session, of: account.user, at: clock.now())
        try await revoke(ended)
    }

    /// Ends one session of the caller.
    public func endSession(_ id: SessionID, as caller: Caller) async throws -> Bool {
        let ended = try await sessionRows.end(id, of: try caller.signedIn().user, at: clock.now())
        try await revoke(ended)
        return !ended.isEmpty
    }

    /// The caller's open sessions.
    public func sessions(as caller: Caller) async throws -> [Session] {
        try await sessionRows.open(of: try caller.signedIn().user, at: clock.now())
    }

    /// Accounts in the order of `ids`.
    public func users(_ ids: [UserID], as caller: Caller) async throws -> [User?] {
        let visible = ids.filter { caller.has(.admin) || caller.account?.user == $0 }
        guard !visible.isEmpty else { return ids.map { _ in nil } }
        let found = try await accounts.users(visible)
        return ids.map { found[$0] }
    }

    /// The names that accounts show to others.
    public func displayNames(of ids: [UserID]) async throws -> [UserID: String] {
        guard !ids.isEmpty else { return [:] }
        return try await accounts.displayNames(ids)
    }

    /// Makes an account with any role.
    public func createUser(_ registration: Registration, role: Role, as caller: Caller) async throws -> User {
        try caller.require(.admin)
        let registration = try registration.checked()
        let user = newUser(registration, role: role)
        let hash = try await hasher.hash(registration.password)
        try await inserting {
            try await database.write { try AccountRepository.insert(user, passwordHash: hash, in: $0) }
        }
        return user
    }

    /// Changes a role and ends the account's sessions.
    public func setRole(_ role: Role, email: String, as caller: Caller) async throws -> User {
        try caller.require(.admin)
        let address = try EmailAddress.normalised(email, field: "email")
        let now = clock.now()
        let (user, ended) = try await database.write { session -> (User, [SessionID]) in
            guard let user = try AccountRepository.setRole(role, email: address, in: session) else {
                throw AtlasError(.notFound, "There is no account with the address \(address).")
            }
            return (user, try SessionRepository.end(nil, of: user.id, at: now, in: session))
        }
        try await revoke(ended)
        return user
    }

    /// The account with an address; for commands of the operator.
    ///
    /// - Throws: `AtlasError` — `.forbidden` unless the caller is an admin or Atlas itself; `.notFound`.
    public func user(email: String, as caller: Caller) async throws -> User {
        try caller.require(.admin)
        let address = try EmailAddress.normalised(email, field: "email")
        guard let user = try await database.read({ try AccountRepository.user(email: address, in: $0) }) else {
            throw AtlasError(.notFound, "There is no account with the address \(address).")
        }
        return user
    }
}
