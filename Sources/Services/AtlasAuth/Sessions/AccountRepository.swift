import AtlasAPI
import AtlasCore
import AtlasPorts

/// An account with its secret, as stored.
struct StoredAccount: Sendable {
    let user: User
    let passwordHash: String
}

/// The SQL of accounts.
struct AccountRepository: Sendable {
    let database: any Database

    func account(email: String) async throws -> StoredAccount? {
        try await database.rows("SELECT \(Self.columns) FROM users WHERE email = \(email)").first.map(Self.account)
    }

    func users(_ ids: [UserID]) async throws -> [UserID: User] {
        let rows = try await database.rows("SELECT \(Self.columns) FROM users WHERE id IN (\(list: ids))")
        return try Dictionary(rows.map { try Self.account($0).user }.map { ($0.id, $0) }) { first, _ in first }
    }

    func displayNames(_ ids: [UserID]) async throws -> [UserID: String] {
        let rows = try await database.rows("SELECT id, display_name FROM users WHERE id IN (\(list: ids))")
        return try Dictionary(
            rows.map { (UserID(try $0.string("id")), try $0.string("display_name")) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// - Throws: `DatabaseError` of kind `unique` if the address is taken.
    static func insert(_ user: User, passwordHash: String, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO users (id, email, display_name, password_hash, role, created_at)
            VALUES (\(user.id), \(user.email), \(user.displayName), \(passwordHash), \(user.role.rawValue), \(user.createdAt))
            """
        )
    }

    func replaceHash(of user: UserID, with hash: String) async throws {
        try await database.write { session in
            _ = try session.execute("UPDATE users SET password_hash = \(hash) WHERE id = \(user)")
        }
    }

    static func user(id: String, in session: any SQLSession) throws -> User? {
        try session.rows("SELECT \(columns) FROM users WHERE id = \(id)").first.map { try account($0).user }
    }

    /// Returns the changed account, or `nil` if there is none.
    static func setRole(_ role: Role, email: String, in session: any SQLSession) throws -> User? {
        try session.rows(
            "UPDATE users SET role = \(role.rawValue) WHERE email = \(email) RETURNING \(columns)"
        ).first.map { try account($0).user }
    }

    static func user(email: String, in session: any SQLSession) throws -> User? {
        try session.rows("SELECT \(columns) FROM users WHERE email = \(email)").first.map { try account($0).user }
    }

    private static let columns: Query = "id, email, display_name, password_hash, role, created_at"

    private static func account(_ row: Row) throws -> StoredAccount {
        guard let role = Role(rawValue: try row.string("role")) else {
            throw AtlasError(.internalError, "Something went wrong on our side.", detail: "unknown role in users")
        }
        return StoredAccount(
            user: User(
                id: UserID(try row.string("id")),
                email: try row.string("email"),
                displayName: try row.string("display_name"),
                role: role,
                createdAt: try row.timestamp("created_at")
            ),
            passwordHash: try row.string("password_hash")
        )
    }
}
