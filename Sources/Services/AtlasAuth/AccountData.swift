public import AtlasAPI
public import AtlasCore
import AtlasPorts

/// What Auth holds about an account.
extension AuthService: PersonalData {
    /// `account`.
    public var section: String { "account" }

    /// Account and sessions, without the password's hash and tokens.
    public func export(of user: UserID) async throws -> [PersonalTable] {
        let account = try await accounts.users([user])[user]
        let sessions = try await database.rows(
            """
            SELECT device, created_at, last_used_at, ended_at FROM sessions WHERE user_id = \(user) ORDER BY created_at
            """
        )
        guard let account else { return [] }
        return [
            PersonalTable(
                name: "account",
                columns: ["id", "email", "displayName", "role", "createdAt"],
                rows: [
                    [
                        .text(account.id.rawValue), .text(account.email), .text(account.displayName),
                        .text(account.role.rawValue), .text(account.createdAt.description),
                    ]
                ]
            ),
            PersonalTable(
                name: "sessions",
                columns: ["device", "createdAt", "lastUsedAt", "endedAt"],
                rows: try sessions.map { row in
                    [
                        .text(try row.string("device")), .text(try row.timestamp("created_at").description),
                        .text(try row.timestamp("last_used_at").description),
                        try row.optionalTimestamp("ended_at").map { .text($0.description) } ?? .null,
                    ]
                }
            ),
        ]
    }

    /// Ends the sessions, then removes the account with them.
    public func delete(of user: UserID) async throws {
        let ended = try await sessionRows.end(nil, of: user, at: clock.now())
        try await revoke(ended)
        try await database.write { session in
            _ = try session.execute("DELETE FROM users WHERE id = \(user)")
        }
    }
}

extension AuthService: PasswordCheck {
    /// Throws unless `password` is that of the caller's account.
    public func checkPassword(_ password: String, as caller: Caller) async throws {
        let user = try caller.signedIn().user
        try await countAttempt("account:\(user) again", limit: AuthLimits.attemptsPerAccountAndAddress)
        guard let email = try await accounts.users([user])[user]?.email,
            let account = try await accounts.account(email: email)
        else { throw AtlasError(.unauthenticated, "This account no longer exists.") }
        guard password.count <= AuthLimits.passwordCharacters.upperBound,
            try await hasher.verify(password, against: account.passwordHash)
        else { throw AtlasError(.forbidden, "The password is wrong.", field: "password") }
    }

    /// Throws if the account is the only admin.
    public func checkDispensable(_ user: UserID) async throws {
        let admins = try await database.rows("SELECT id FROM users WHERE role = 'admin' LIMIT 2")
            .map { try $0.string("id") }
        guard admins != [user.rawValue] else {
            throw AtlasError(.conflict, "You are the only admin. Make somebody else an admin first.")
        }
    }
}
