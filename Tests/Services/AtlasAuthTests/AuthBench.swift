import AtlasAuth
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines

/// An Auth service on a fresh database, with a clock that stands still.
struct AuthBench: Sendable {
    let auth: AuthService
    let clock: ManualClock
    let database: any Database

    static func run(_ engine: TestEngine, _ body: @Sendable (AuthBench) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, AuthMigrations.all)
            let clock = ManualClock()
            let auth = try await service(database, clock: clock, secret: Array(repeating: 7, count: 32))
            try await body(AuthBench(auth: auth, clock: clock, database: database))
        }
    }

    /// A second service on the same database with an empty cache: what a restart leaves.
    func restarted(secret: [UInt8] = Array(repeating: 7, count: 32)) async throws -> AuthService {
        try await Self.service(database, clock: clock, secret: secret)
    }

    private static func service(
        _ database: any Database,
        clock: ManualClock,
        secret: [UInt8]
    ) async throws -> AuthService {
        let hasher = PlainHasher()
        let auth = try AuthService(
            database: database,
            cache: MemoryCache(clock: clock),
            hasher: hasher,
            clock: clock,
            ids: RandomIDSource(clock: clock),
            secret: secret,
            decoyHash: try await hasher.hash("decoy")
        )
        try await auth.prepare()
        return auth
    }
}

/// Keeps passwords as they are: Argon2 has its own conformance test, and these tests are many.
private struct PlainHasher: PasswordHasher {
    func hash(_ password: String) async throws -> String { "plain:" + password }
    func verify(_ password: String, against hash: String) async throws -> Bool { hash == "plain:" + password }
    func needsRehash(_ hash: String) -> Bool { false }
}
