public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Foundation
public import Logging
import Synchronization

/// Runs labs in boxes of this process and grades them.
public final class LabsService: Labs {
    let context: LabsContext
    let pool: LabPool
    let turns = Turns()
    let gradings: GradingRoom
    private let isProcessGone: @Sendable (String) -> Bool
    private let known = Mutex<[LabID: (at: Timestamp, availability: LabAvailability)]>([:])
    private let suspects = Mutex<Set<String>>([])

    /// What the service needs.
    public struct Needs: Sendable {
        let database: any Database
        let blobs: any Blobs
        let content: any Content
        let sources: any LabSources
        let runtime: any LabRuntime
        let pubSub: any PubSub
        let clock: any WallClock
        let ids: any IDSource
        let logger: Logger

        /// - Parameters:
        ///   - content: Asked which labs there are.
        ///   - sources: Their programs.
        public init(
            database: any Database,
            blobs: any Blobs,
            content: any Content,
            sources: any LabSources,
            runtime: any LabRuntime,
            pubSub: any PubSub,
            clock: any WallClock,
            ids: any IDSource,
            logger: Logger
        ) {
            self.database = database
            self.blobs = blobs
            self.content = content
            self.sources = sources
            self.runtime = runtime
            self.pubSub = pubSub
            self.clock = clock
            self.ids = ids
            self.logger = logger
        }
    }

    /// - Parameters:
    ///   - process: Names this process among those that share the database; another one after each start.
    ///   - isProcessGone: Whether the process of that name is known to have ended; false in doubt.
    ///   - availableMemory: What the machine could still hand out, in bytes; `nil` if that is not known.
    public init(
        _ needs: Needs,
        settings: LabSettings = LabSettings(),
        process: String,
        isProcessGone: @escaping @Sendable (String) -> Bool = { _ in false },
        availableMemory: @escaping @Sendable () -> Int64? = { nil }
    ) {
        let work = WorkRows(database: needs.database, clock: needs.clock, ids: needs.ids)
        context = LabsContext(
            settings: settings,
            runtime: needs.runtime,
            content: needs.content,
            sources: needs.sources,
            pubSub: needs.pubSub,
            clock: needs.clock,
            ids: needs.ids,
            logger: needs.logger,
            process: process,
            grader: LabGrader(runtime: needs.runtime, setupTime: settings.setupTime, ids: needs.ids),
            homes: HomeStore(work: work, blobs: needs.blobs, clock: needs.clock, ids: needs.ids),
            work: work,
            runs: RunRows(database: needs.database, clock: needs.clock),
            attempts: AttemptRows(database: needs.database, clock: needs.clock, ids: needs.ids),
            recordings: RecordingRows(
                database: needs.database,
                blobs: needs.blobs,
                kept: settings.recordingsKept
            )
        )
        self.isProcessGone = isProcessGone
        pool = LabPool(settings: settings, clock: needs.clock, availableMemory: availableMemory)
        gradings = GradingRoom(places: settings.gradingsAtOnce, seats: settings.gradingsWaiting)
    }

    // MARK: Whether it can be run

    /// How long an answer about a lab is believed.
    private static let availabilityLife = Duration.seconds(30)

    /// Whether `lab` can be started on this machine.
    public func availability(of lab: LabID) async -> LabAvailability {
        let now = context.clock.now()
        if let kept = known.withLock({ $0[lab] }), now - kept.at < Self.availabilityLife { return kept.availability }
        let found = await findAvailability(of: lab)
        known.withLock { $0[lab] = (now, found) }
        return found
    }

    private func findAvailability(of id: LabID) async -> LabAvailability {
        if let reason = await context.runtime.capabilities().unavailable { return LabAvailability(reason: reason) }
        do {
            let lab = try await context.lab(id, as: .system)
            _ = try await context.assignment(lab, seed: 1)
            let missing = await context.runtime.missing(lab.needs)
            guard !missing.isEmpty else { return LabAvailability() }
            let programs = missing.map(\.program).joined(separator: ", ")
            let remedies = missing.compactMap(\.remedy).joined(separator: "; ")
            let remedy = remedies.isEmpty ? "" : " Its operator can change that: \(remedies)."
            return LabAvailability(reason: "This lab needs \(programs), which this machine does not have.\(remedy)")
        } catch {
            return LabAvailability(reason: AtlasError.wrap(error, while: "looking at lab \(id)").message)
        }
    }

    // MARK: Status

    /// The caller's run of a lab.
    public func run(of lab: LabID, as caller: Caller) async throws -> LabStatus? {
        let key = try await key(lab, caller)
        if let live = await pool.run(key) { return await live.current }
        guard let stored = try await context.runs.find(key) else { return nil }
        return try await shown(stored)
    }

    /// The caller's active runs.
    public func runs(as caller: Caller) async throws -> [LabStatus] {
        var runs: [LabStatus] = []
        for stored in try await context.runs.active(of: try caller.signedIn().user) {
            let status: LabStatus
            if let live = await pool.run(stored.key) {
                status = await live.current
            } else {
                status = try await shown(stored)
            }
            if status.state.isActive { runs.append(status) }
        }
        return runs
    }

    /// The run as it is, and after each change.
    public func changes(of lab: LabID, as caller: Caller) async throws -> AsyncStream<LabStatus> {
        let key = try await key(lab, caller)
        let messages = try await context.pubSub.subscribe(to: LabsContext.channel(key.user))
        let first = try await run(of: lab, as: caller)
        let (statuses, continuation) = AsyncStream.makeStream(of: LabStatus.self, bufferingPolicy: .bufferingNewest(64))
        if let first { continuation.yield(first) }
        let following = Task {
            for await message in messages {
                guard let status = try? JSONDecoder().decode(LabStatus.self, from: Data(message)),
                    status.lab == lab.rawValue
                else { continue }
                continuation.yield(status)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in following.cancel() }
        return statuses
    }

    /// A stored run as clients see it.
    func shown(_ stored: StoredRun) async throws -> LabStatus {
        var status = stored.status
        if stored.isActive, isOrphan(stored) { status = Self.orphaned(status) }
        let work = try await context.work.find(stored.key)
        status.savedAtMilliseconds = work?.homeSavedAt?.milliseconds
        status.canRestore = work?.canRestore ?? false
        status.seed = work?.seed ?? status.seed
        return status
    }

    /// The caller's run of a lab that exists for them.
    func key(_ lab: LabID, _ caller: Caller) async throws -> RunKey {
        let user = try caller.signedIn().user
        _ = try await context.lab(lab, as: caller)
        return RunKey(user: user, lab: lab)
    }

    // MARK: Other processes

    /// Whether the process that has the run is gone.
    func isOrphan(_ run: StoredRun) -> Bool {
        if run.process == context.process { return false }
        return isProcessGone(run.process)
            || context.clock.now() - run.heartbeatAt > context.settings.heartbeatLife
    }

    private static func orphaned(_ status: LabStatus) -> LabStatus {
        var status = status
        status.state = .stopped
        status.reason =
            "The server was restarted while the lab ran. Start the lab to go on with the files as last kept."
        (status.usage, status.position, status.estimateSeconds) = (nil, nil, nil)
        (status.isChecking, status.canExtend) = (false, false)
        return status
    }

    /// Ends runs whose process is gone.
    func adoptOrphans() async throws {
        for stored in try await context.runs.others(than: context.process) where isOrphan(stored) {
            let status = Self.orphaned(stored.status)
            let now = context.clock.now()
            let event = try LabEvent.stopped(context.ids.next(), stored.key, reason: status.reason, at: now)
            if try await context.runs.update(stored.key, run: stored.id, status: status, event: event) {
                await context.publish(try await run(of: stored.key) ?? status, to: stored.key.user)
                try await turns.take(stored.key) { [self] in
                    // A crash between blob and row leaves a blob that no row names; one that was just written, none names yet.
                    if await pool.run(stored.key) == nil { try await context.homes.sweep(stored.key) }
                }
            }
        }
    }

    private func run(of key: RunKey) async throws -> LabStatus? {
        guard let stored = try await context.runs.find(key) else { return nil }
        return try await shown(stored)
    }

    /// Says that this process is alive; gives up runs that another process has taken, and rows that have no run.
    func beat() async throws {
        let stored = try await context.runs.beat(context.process)
        for run in await pool.all where !stored.contains(run.id) {
            guard await run.status.state.isActive, try await context.runs.find(run.key)?.id != run.id else { continue }
            context.logger.error("a run was taken over by another process", metadata: ["run": "\(run.id)"])
            await run.abandon()
            await pool.remove(run)
        }
        let strays = stored.subtracting(await pool.ids)
        let confirmed = suspects.withLock { suspects in
            defer { suspects = strays }
            return suspects.intersection(strays)
        }
        guard !confirmed.isEmpty else { return }
        try await context.runs.endStrays(confirmed, reason: "The lab ended unexpectedly. Start it again.")
    }
}
