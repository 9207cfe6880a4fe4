import AtlasAPI
import AtlasCollaboration
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Logging
import Synchronization
import Testing
import Whiteboard

/// Whiteboards on a fresh database.
struct BoardRun: Sendable {
    let database: any Database
    let pubSub = MemoryPubSub()
    let clock = ManualClock()
    let group = GroupID("g1")

    static func on(_ engine: TestEngine, _ body: @Sendable (BoardRun) async throws -> Void) async throws {
        try await withDatabase(engine) { database in
            _ = try await Migrator.migrate(database, BoardService.migrations)
            try await body(BoardRun(database: database))
        }
    }

    /// One process that serves boards: `ann`, `bob` and users called `u…` are members, `arc` of an archived group.
    ///
    /// - Parameter asked: Waited for whenever it is asked who is a member.
    func service(
        on other: (any Database)? = nil,
        telling channel: (any PubSub)? = nil,
        asked: @escaping @Sendable () async -> Void = {}
    ) -> BoardService {
        BoardService(
            database: other ?? database,
            pubSub: channel ?? pubSub,
            membership: { user, _ in
                await asked()
                let name = user.rawValue
                guard name == "ann" || name == "bob" || name == "arc" || name.hasPrefix("u") else { return nil }
                return GroupMembership(role: .member, displayName: name, isArchived: name == "arc")
            },
            clock: clock,
            ids: RandomIDSource(clock: clock),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// The log's rows as `seq client number`.
    func log() async throws -> [String] {
        try await database.rows("SELECT seq, client, number FROM board_log ORDER BY seq").map { row in
            "\(try row.int("seq")) \(try row.string("client")) \(try row.int("number"))"
        }
    }
}

/// Somebody who is signed in.
func caller(_ name: String) -> Caller {
    Caller(account: Caller.Account(user: UserID(name), role: .learner, session: SessionID("s-\(name)")))
}

/// A push that puts a note.
func notePush(_ client: String, _ number: Int, _ id: String, text: String = "") throws -> BoardPush {
    let put = #"["put","\#(id)",{"type":"note","text":"\#(text)","pos":[0,0],"size":[9,9],"z":"V"}]"#
    return try BoardPush(json: Array(#"{"c":"\#(client)","n":\#(number),"ops":[\#(put)]}"#.utf8))
}

extension BoardService {
    /// Everything that a newcomer gets.
    func whole(_ group: GroupID) async throws -> BoardWelcome {
        try await open(group, BoardHello(epoch: "", seq: 0, client: "newcomer"), as: caller("ann"))
    }
}

/// A database whose writes wait for a gate, are counted, and fail when told so.
final class WatchedDatabase: Database {
    private struct State {
        var isOpen = true
        var waiting: [CheckedContinuation<Void, Never>] = []
        var writes = 0
        var failures = 0
    }

    private let base: any Database
    private let state = Mutex(State())

    init(_ base: any Database) { self.base = base }

    var dialect: Dialect { base.dialect }
    var writes: Int { state.withLock { $0.writes } }

    func shut() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func failNext() { state.withLock { $0.failures += 1 } }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.writes += 1
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        let fails = state.withLock { state in
            defer { state.failures = max(0, state.failures - 1) }
            return state.failures > 0
        }
        if fails { throw DatabaseError(.unavailable, "told to fail") }
        return try await base.write(body)
    }

    func close() async {}
}

/// Messages that nobody carries.
struct BrokenPubSub: PubSub {
    func publish(_ message: [UInt8], to channel: String) async throws {
        throw AtlasError(.unavailable, "the channel is away")
    }

    func subscribe(to channel: String) async throws -> AsyncStream<[UInt8]> {
        throw AtlasError(.unavailable, "the channel is away")
    }
}
