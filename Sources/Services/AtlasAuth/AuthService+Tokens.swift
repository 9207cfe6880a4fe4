public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Crypto

extension AuthService {
    /// The account behind an access token.
    public func verify(_ accessToken: String) async throws -> Caller.Account {
        try await verified(accessToken).account
    }

    /// The account behind an access token, and how long it may be used.
    public func verified(_ accessToken: String) async throws -> VerifiedToken {
        let entry: VerifiedTokens.Entry
        if let known = verifiedTokens.entry(accessToken) {
            entry = known
        } else {
            entry = try await checkSignature(accessToken)
            verifiedTokens.remember(accessToken, entry)
        }
        guard entry.expires > clock.now() else {
            throw AtlasError(.unauthenticated, "The access token has expired.")
        }
        guard try await cache.get([Self.revocationKey(entry.account.session)]) == [nil] else {
            throw AtlasError(.unauthenticated, "This session was ended.")
        }
        return VerifiedToken(account: entry.account, expires: entry.expires)
    }

    /// Those of the sessions that were ended.
    public func ended(among sessions: [SessionID]) async throws -> Set<SessionID> {
        let found = try await cache.get(sessions.map(Self.revocationKey))
        return Set(zip(sessions, found).filter { $0.1 != nil }.map(\.0))
    }

    private func checkSignature(_ token: String) async throws -> VerifiedTokens.Entry {
        guard let keyID = AccessToken.keyID(of: token), let key = try await keys.key(keyID),
            let claims = AccessToken.verify(token, with: key), let role = Role(rawValue: claims.role)
        else { throw AtlasError(.unauthenticated, "The access token is not valid.") }
        let account = Caller.Account(user: UserID(claims.sub), role: role, session: SessionID(claims.sid))
        let milliseconds = claims.exp.multipliedReportingOverflow(by: 1_000)
        return .init(
            account: account,
            expires: Timestamp(milliseconds: milliseconds.overflow ? 0 : milliseconds.partialValue)
        )
    }

    func signIn(
        _ user: User,
        device: String,
        before: @escaping @Sendable (any SQLSession) throws -> Void
    ) async throws -> SignIn {
        // First, so that an account is not made by a sign-in that then cannot be signed.
        _ = try await keys.current()
        let (token, hash) = newRefreshToken()
        let now = clock.now()
        let session = Session(
            id: SessionID(ids.next()),
            device: Self.deviceName(device),
            createdAt: now,
            lastUsedAt: now
        )
        let ended = try await inserting {
            try await database.write { sql in
                try before(sql)
                return try SessionRepository.open(session, for: user.id, tokenHash: hash, in: sql)
            }
        }
        try await revoke(ended)
        return try await tokens(for: user, session: session.id, refreshToken: token)
    }

    func tokens(for user: User, session: SessionID, refreshToken: String) async throws -> SignIn {
        let seconds = clock.now().milliseconds / 1_000
        let claims = AccessClaims(
            iss: AccessClaims.issuer,
            sub: user.id.rawValue,
            sid: session.rawValue,
            role: user.role.rawValue,
            iat: seconds,
            exp: seconds + AuthLimits.accessTokenLife.components.seconds
        )
        return SignIn(
            accessToken: try AccessToken.sign(claims, with: try await keys.current()),
            refreshToken: refreshToken,
            expiresIn: AuthLimits.accessTokenLife,
            refreshExpiresIn: AuthLimits.sessionLife,
            user: user,
            session: session
        )
    }

    func newUser(_ registration: Registration, role: Role) -> User {
        User(
            id: UserID(ids.next()),
            email: registration.email,
            displayName: registration.displayName,
            role: role,
            createdAt: clock.now()
        )
    }

    func newRefreshToken() -> (token: String, hash: String) {
        let token = Base64URL.encode(ids.randomBytes(32))
        return (token, Self.hash(token))
    }

    /// Says "taken" in the learner's words where the database says "unique".
    func inserting<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as DatabaseError where error.kind == .unique {
            throw AtlasError(
                .conflict,
                "There is an account with this address already.",
                cause: error,
                field: "input.email"
            )
        }
    }

    /// Counts a try and throws once there were more than `limit` within `AuthLimits.window`.
    func countAttempt(_ key: String, limit: Int64) async throws {
        let count = try await cache.increment(Self.attemptsKey(key), by: 1, timeToLive: AuthLimits.window)
        guard count <= limit else {
            throw AtlasError(
                .tooMany,
                "Too many attempts. Try again in a quarter of an hour.",
                detail: "limit \(limit) for \(key.prefix { $0 != ":" })",
                retryAfter: AuthLimits.window
            )
        }
    }

    func revoke(_ sessions: [SessionID]) async throws {
        for session in sessions {
            try await cache.set(Self.revocationKey(session), [1], timeToLive: AuthLimits.accessTokenLife)
        }
    }

    static func attemptsKey(_ key: String) -> String { "auth:attempts:\(key)" }

    static func revocationKey(_ session: SessionID) -> String { "auth:revoked:\(session.rawValue)" }

    /// Refresh tokens are 256 random bits, so one fast hash is enough.
    static func hash(_ token: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(token.utf8)))
    }

    static func deviceName(_ text: String) -> String {
        let name = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isControl })).trimmed()
        return name.isEmpty ? "unknown" : String(name.prefix(AuthLimits.deviceCharacters))
    }
}
