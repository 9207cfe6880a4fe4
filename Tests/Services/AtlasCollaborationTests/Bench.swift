import AtlasAPI
import AtlasAnalytics
import AtlasAuth
import AtlasCollaboration
import AtlasContent
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Logging
import Synchronization

/// The services on a fresh database, with a clock that stands still and an empty catalogue.
struct Bench: Sendable {
    let database: CountingDatabase
    let clock: ManualClock
    let pubSub: MemoryPubSub
    let auth: AuthService
    let services: Collaboration

    var groups: any StudyGroups { services.groups }
    var chat: any GroupChat { services.chat }
    var notices: any Notifications { services.notices }
    var peers: any PeerMatching { services.peers }

    static func run(_ engine: TestEngine, _ body: @Sendable (Bench) async throws -> Void) async throws {
        try await withDatabase(engine) { base in
            let migrations =
                Outbox.migrations + AuthMigrations.all + ContentMigrations.all + ProgressService.migrations
                + CollaborationMigrations.all
            _ = try await Migrator.migrate(base, migrations)
            let (clock, pubSub, database) = (ManualClock(), MemoryPubSub(), CountingDatabase(base: base))
            let auth = try AuthService(
                database: database,
                cache: MemoryCache(clock: clock),
                hasher: PlainHasher(),
                clock: clock,
                ids: RandomIDSource(clock: clock),
                secret: Array(repeating: 7, count: 32),
                decoyHash: ""
            )
            let services = services(database, auth, pubSub, clock)
            try await body(
                Bench(database: database, clock: clock, pubSub: pubSub, auth: auth, services: services)
            )
        }
    }

    /// Another process on the same database.
    func neighbour() -> Collaboration { Self.services(database, auth, pubSub, clock) }

    /// A new account.
    func person(_ name: String) async throws -> Caller {
        let address = "\(RandomIDSource(clock: clock).next())@example.org"
        let registration = Registration(email: address, password: "unlikely phrase", displayName: name)
        let user = try await auth.createUser(registration, role: .learner, as: .system)
        return Caller(account: .init(user: user.id, role: .learner, session: SessionID("test")))
    }

    /// A group with an owner, a moderator and a member.
    func staffedGroup(
        _ visibility: GroupVisibility = .open
    ) async throws -> (id: GroupID, owner: Caller, moderator: Caller, member: Caller) {
        let owner = try await person("Olga")
        let group = try await groups.create(GroupSettings(name: "Raft readers", visibility: visibility), as: owner)
        let (moderator, member) = (try await person("Mo"), try await person("Mel"))
        let code = try await groups.makeInvitation(to: group.id, life: .seconds(600), uses: 9, as: owner).code
        for caller in [moderator, member] { _ = try await groups.join(invitation: code, as: caller) }
        _ = try await groups.setRole(.moderator, of: try moderator.user, in: group.id, as: owner)
        return (group.id, owner, moderator, member)
    }

    /// Posts a message.
    @discardableResult
    func say(_ text: String, in group: GroupID, as caller: Caller, cid: String? = nil) async throws -> ChatEntry {
        let cid = cid ?? RandomIDSource(clock: clock).next()
        return try await chat.post(NewMessage(cid: cid, content: text), to: group, as: caller)
    }

    /// The whole log, page by page.
    func log(of group: GroupID, as caller: Caller) async throws -> [ChatEntry] {
        var entries: [ChatEntry] = []
        while true {
            let page = try await chat.entries(of: group, after: entries.last?.seq ?? 0, limit: 200, as: caller)
            entries += page.entries
            if page.entries.isEmpty || page.entries.last?.seq == page.head { return entries }
        }
    }

    private static func services(
        _ database: any Database,
        _ auth: any Auth,
        _ pubSub: MemoryPubSub,
        _ clock: ManualClock
    ) -> Collaboration {
        let ids = RandomIDSource(clock: clock)
        let content = ContentService(database: database, pubSub: pubSub, clock: clock, ids: ids)
        let progress = ProgressService(
            database: database,
            content: content,
            pubSub: pubSub,
            clock: clock,
            ids: ids
        )
        return Collaboration(
            database: database,
            auth: auth,
            content: content,
            progress: progress,
            pubSub: pubSub,
            clock: clock,
            ids: ids,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

extension Caller {
    /// The account.
    var user: UserID {
        get throws { try signedIn().user }
    }
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}

/// Keeps passwords as they are: hashing is not what is tested here.
private struct PlainHasher: PasswordHasher {
    func hash(_ password: String) async throws -> String { "plain:" + password }
    func verify(_ password: String, against hash: String) async throws -> Bool { hash == "plain:" + password }
    func needsRehash(_ hash: String) -> Bool { false }
}

/// A database that counts the statements sent to it.
final class CountingDatabase: Database {
    private let base: any Database
    private let count = Mutex(0)

    init(base: any Database) { self.base = base }

    var dialect: Dialect { base.dialect }

    /// Statements that `body` sends, if nobody else sends any.
    func statements(_ body: () async throws -> Void) async throws -> Int {
        let before = count.withLock { $0 }
        try await body()
        return count.withLock { $0 } - before
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await base.read { [self] in try body(CountingSession(base: $0, database: self)) }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await base.write { [self] in try body(CountingSession(base: $0, database: self)) }
    }

    func close() async { await base.close() }

    fileprivate func add() { count.withLock { $0 += 1 } }
}

private final class CountingSession: SQLSession {
    let base: any SQLSession
    let database: CountingDatabase

    init(base: any SQLSession, database: CountingDatabase) {
        self.base = base
        self.database = database
    }

    var dialect: Dialect { base.dialect }

    func rows(_ query: Query) throws -> [Row] {
        database.add()
        return try base.rows(query)
    }

    func execute(_ query: Query) throws -> Int {
        database.add()
        return try base.execute(query)
    }

    func script(_ text: String) throws { try base.script(text) }
}
