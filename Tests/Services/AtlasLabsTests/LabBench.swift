import AtlasAPI
import AtlasContent
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation
import Logging
import Synchronization
import Testing

/// The service on a fresh database, with boxes of memory and a clock that stands still.
struct LabBench: Sendable {
    let database: WatchedDatabase
    let blobs: HookedBlobs
    let clock: ManualClock
    let pubSub: MemoryPubSub
    let content: ContentService
    let runtime: MemoryLabRuntime
    let labs: LabsService

    static let ring = LabID("ring")
    static let pair = LabID("pair")

    static func run(
        _ engine: TestEngine = .sqlite,
        settings: LabSettings = LabSettings(),
        _ body: @Sendable (LabBench) async throws -> Void
    ) async throws {
        try await withDatabase(engine) { base in
            try await withTemporaryFolder { folder in
                _ = try await Migrator.migrate(base, Outbox.migrations + ContentMigrations.all + LabMigrations.all)
                let (clock, pubSub, database) = (ManualClock(), MemoryPubSub(), WatchedDatabase(base: base))
                let ids = RandomIDSource(clock: clock)
                let content = ContentService(database: database, pubSub: pubSub, clock: clock, ids: ids)
                let files = [
                    lab("ring", checks: ["a", "b"], files: ["ring.py"]), lab("pair", checks: ["a"], files: ["x", "y"]),
                ]
                _ = try await content.importFiles(files, removeMissing: false, as: .system)
                let runtime = MemoryLabRuntime()
                runtime.set("/lab/setup") { box, command in
                    try box.change { try $0.set(.text("seed \(command.words[2])\n"), at: "ring.py") }
                    return LabCommandResult(exit: .exited(0), output: [])
                }
                let bench = LabBench(
                    database: database,
                    blobs: HookedBlobs(try FolderBlobs(folder: folder)),
                    clock: clock,
                    pubSub: pubSub,
                    content: content,
                    runtime: runtime,
                    labs: nil,
                    settings: settings
                )
                bench.grade { home in
                    ["a", "b"].filter { home[$0] != nil }
                }
                try await body(bench)
                await bench.labs.close()
                #expect(runtime.boxes.isEmpty, "a box is left")
            }
        }
    }

    private init(
        database: WatchedDatabase,
        blobs: HookedBlobs,
        clock: ManualClock,
        pubSub: MemoryPubSub,
        content: ContentService,
        runtime: MemoryLabRuntime,
        labs: LabsService?,
        settings: LabSettings,
        process: String = "first",
        gone: Set<String> = []
    ) {
        self.database = database
        self.blobs = blobs
        self.clock = clock
        self.pubSub = pubSub
        self.content = content
        self.runtime = runtime
        self.labs =
            labs
            ?? LabsService(
                LabsService.Needs(
                    database: database,
                    blobs: blobs,
                    content: content,
                    sources: Programs(),
                    runtime: runtime,
                    pubSub: pubSub,
                    clock: clock,
                    ids: RandomIDSource(clock: clock),
                    logger: Logger(label: "labs") { _ in SwiftLogNoOpLogHandler() }
                ),
                settings: settings,
                process: process,
                isProcessGone: { gone.contains($0) }
            )
    }

    /// Another process on the same database and blobs, with boxes of its own.
    func neighbour(_ name: String, knowingGone gone: Set<String> = []) -> LabBench {
        LabBench(
            database: database,
            blobs: blobs,
            clock: clock,
            pubSub: pubSub,
            content: content,
            runtime: MemoryLabRuntime(),
            labs: nil,
            settings: LabSettings(),
            process: name,
            gone: gone
        )
    }

    /// An account; its name is its id.
    func person(_ name: String, role: Role = .learner) -> Caller {
        Caller(account: .init(user: UserID(name), role: role, session: SessionID("test")))
    }

    /// The checker passes what `passed` says of the home, and prints a line for each of the lab's checks.
    func grade(_ passed: @escaping @Sendable (LabFiles) -> [String]) {
        runtime.set("/lab/check") { box, _ in
            let good = passed(box.home)
            let ids = box.spec.needs == ["pair"] ? ["a"] : ["a", "b"]
            let lines = ids.map { Self.line($0, good.contains($0)) }
            return LabCommandResult(exit: .exited(0), output: Array(lines.joined().utf8))
        }
    }

    static func line(_ id: String, _ isPassed: Bool) -> String {
        #"{"id":"\#(id)","pass":\#(isPassed),"observed":"o","expected":"e","hint":"\#(id)"}"# + "\n"
    }

    /// Starts a lab and waits until it runs.
    @discardableResult
    func running(_ lab: LabID = LabBench.ring, as caller: Caller) async throws -> LabStatus {
        _ = try await labs.start(lab, as: caller)
        return try await status(of: lab, as: caller) { $0.state == .running }
    }

    /// Waits for a status.
    func status(
        of lab: LabID = LabBench.ring,
        as caller: Caller,
        _ isMeant: (LabStatus) -> Bool
    ) async throws -> LabStatus {
        for await status in try await labs.changes(of: lab, as: caller) where isMeant(status) { return status }
        throw AtlasError(.notFound, "The stream has ended.")
    }

    /// The box of a running lab.
    func box() throws -> MemoryLabBox {
        try #require(runtime.boxes.first { $0.id.hasPrefix("lab-") })
    }

    /// Events in the outbox, in no order.
    func events() async throws -> [String] {
        try await Outbox.pending(100, in: database).map(\.type)
    }

    private static func lab(_ id: String, checks: [String], files: [String]) -> CatalogueFile {
        let checkLines = checks.map { "  - {id: \($0), text: \($0) holds., hints: [vague, clear, concrete]}" }
        let fileLines = files.map { "  - {path: \($0), purpose: To be written.}" }
        let source = """
            ---
            id: \(id)
            title: The lab \(id)
            summary: A lab for tests of the service that runs labs.
            category: I
            level: 1
            topics: [I2]
            number: \(id == "ring" ? 901 : 902)
            tier: '0'
            minutes: 10
            objectives: [Try it.]
            files:
            \(fileLines.joined(separator: "\n"))
            checks:
            \(checkLines.joined(separator: "\n"))
            needs: [\(id == "pair" ? "pair" : "")]
            related: []
            ---

            Do it.
            """
        return CatalogueFile(kind: .lab, path: "labs/\(id)/lab.md", source: source + "\n")
    }

    /// Programs of memory; what they do, the runtime knows.
    private struct Programs: LabSources {
        func files(of id: String) async throws -> LabFiles? {
            try LabFiles([
                "setup": .file([], isExecutable: true), "check": .file([], isExecutable: true),
            ])
        }
    }
}

/// A database that knows how many connections are held.
final class WatchedDatabase: Database {
    private let base: any Database
    private let held = Mutex(0)

    init(base: any Database) { self.base = base }

    var dialect: Dialect { base.dialect }
    /// Transactions that are open now.
    var open: Int { held.withLock { $0 } }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws -> Result {
        held.withLock { $0 += 1 }
        defer { held.withLock { $0 -= 1 } }
        return try await base.read(body)
    }

    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> Result) async throws -> Result {
        held.withLock { $0 += 1 }
        defer { held.withLock { $0 -= 1 } }
        return try await base.write(body)
    }

    func close() async {}
}

/// Blobs that tell of what is about to be done with them.
final class HookedBlobs: Blobs {
    typealias Hook = @Sendable (_ key: String) async throws -> Void

    private let base: any Blobs
    private let hooks = Mutex<(put: Hook?, get: Hook?)>((nil, nil))

    init(_ base: any Blobs) { self.base = base }

    /// Called before bytes are stored, which waits for it, or fails with it.
    func beforePut(_ hook: Hook?) { hooks.withLock { $0.put = hook } }
    /// Called before bytes are read.
    func beforeGet(_ hook: Hook?) { hooks.withLock { $0.get = hook } }

    func put(_ bytes: [UInt8], at key: String) async throws {
        try await hooks.withLock(\.put)?(key)
        try await base.put(bytes, at: key)
    }

    func get(_ key: String) async throws -> [UInt8]? {
        try await hooks.withLock(\.get)?(key)
        return try await base.get(key)
    }

    func remove(_ key: String) async throws { try await base.remove(key) }

    func keys(under prefix: String, limit: Int) async throws -> [String] {
        try await base.keys(under: prefix, limit: limit)
    }
}

/// Lets what comes to it wait until it is opened.
struct Gate: Sendable {
    private let arrivals = AsyncStream.makeStream(of: Void.self)
    private let opening = Promise<Void>()

    /// Waits until the gate is open.
    func pass() async {
        arrivals.continuation.yield()
        await opening.value()
    }

    /// Waits until somebody has come.
    func arrival() async { for await _ in arrivals.stream { return } }

    func open() { opening.resolve(()) }
}

/// The code of the error that `body` throws; `nil` if it throws none.
func code(_ body: () async throws -> Void) async -> AtlasError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? AtlasError)?.code ?? .internalError
    }
}
