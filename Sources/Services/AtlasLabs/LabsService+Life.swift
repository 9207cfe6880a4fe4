public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Logging

/// Starting, stopping, beginning anew.
extension LabsService {
    /// Starts the lab, or puts it into the queue.
    public func start(_ id: LabID, as caller: Caller) async throws -> LabStatus {
        let lab = try await context.lab(id, as: caller)
        let key = RunKey(user: try caller.signedIn().user, lab: id)
        let availability = await availability(of: id)
        return try await turns.take(key) { [self] in
            if let live = await pool.run(key) { return await live.current }
            if let reason = availability.reason {
                let seed = try await context.work.find(key)?.seed ?? 0
                return LabStatus(lab: id, state: .unavailable, seed: seed, reason: reason)
            }
            guard await !pool.isFull else {
                throw AtlasError(
                    .tooMany,
                    "\(context.settings.queueLength) labs wait for room already. Try again later.",
                    retryAfter: .seconds(60)
                )
            }
            return try await claim(key, lab)
        }
    }

    private func claim(_ key: RunKey, _ lab: Lab) async throws -> LabStatus {
        let work = try await context.work.begin(key)
        var status = LabStatus(lab: key.lab, state: .queued, seed: work.seed)
        status.canRestore = work.canRestore
        status.savedAtMilliseconds = work.homeSavedAt?.milliseconds
        let id = context.ids.next()
        let process = context.process
        let claim = try await context.runs.claim(
            key,
            run: id,
            process: process,
            status: status,
            limit: context.settings.perAccount,
            // This process has no run of the key, so a row that says so is a leftover.
            isGone: { [self] in $0.process == process ? $0.key == key : isOrphan($0) }
        )
        switch claim {
        case .active(let stored): return try await shown(stored)
        case .tooMany(let count):
            throw AtlasError(.tooMany, "You have \(count) labs running. Stop one of them first.")
        case .mine: break
        }
        let pool = pool
        let run = LiveRun(key: key, id: id, lab: lab, status: status, context: context) { run in
            await pool.remove(run)
        } grade: { [weak self] run in
            guard let self else { throw AtlasError(.unavailable, "The server is stopping.") }
            return try await self.check(run.lab, key: run.key, within: nil)
        }
        await pool.add(run)
        return await run.current
    }

    /// Keeps the files and ends the run.
    public func stop(_ lab: LabID, as caller: Caller) async throws -> LabStatus {
        let key = try await key(lab, caller)
        return try await turns.take(key) { [self] in
            if let live = await pool.run(key) {
                await pool.stop(live, reason: nil)
                return await live.current
            }
            return try await idle(key)
        }
    }

    /// Begins anew.
    public func reset(_ lab: LabID, newSeed: Bool, as caller: Caller) async throws -> LabStatus {
        let key = try await key(lab, caller)
        return try await turns.take(key) { [self] in
            try await exchange(key) { [context] in
                let work = try await context.work.begin(key)
                let seed = newSeed ? context.work.drawSeed(otherThan: work.seed) : work.seed
                try await context.homes.reset(key, work, seed: seed)
            }
        }
    }

    /// Brings back what the last reset put away.
    public func restore(_ lab: LabID, as caller: Caller) async throws -> LabStatus {
        let key = try await key(lab, caller)
        return try await turns.take(key) { [self] in
            guard try await context.work.find(key)?.canRestore == true else {
                throw AtlasError(.conflict, "There is nothing to bring back: this lab was not reset.")
            }
            return try await exchange(key) { [context] in
                guard let work = try await context.work.find(key), work.canRestore else { return }
                try await context.work.exchange(key, of: work)
            }
        }
    }

    /// Changes the kept files by `prepare`, in a new box if one runs.
    private func exchange(_ key: RunKey, _ prepare: @Sendable () async throws -> Void) async throws -> LabStatus {
        if let live = await pool.run(key) {
            try await live.replace(prepare)
            return await live.current
        }
        _ = try await idle(key)
        try await prepare()
        return try await idle(key)
    }

    /// Moves the end of the run.
    public func extend(_ lab: LabID, as caller: Caller) async throws -> LabStatus {
        try await change(lab, caller) { try await $0.extend() }
    }

    /// Moves the end for idleness.
    public func stay(_ lab: LabID, as caller: Caller) async throws -> LabStatus {
        try await change(lab, caller) { try await $0.stay() }
    }

    private func change(
        _ lab: LabID,
        _ caller: Caller,
        _ body: @Sendable (LiveRun) async throws -> Void
    ) async throws -> LabStatus {
        let key = try await key(lab, caller)
        return try await turns.take(key) { [self] in
            guard let live = await pool.run(key) else {
                _ = try await idle(key)
                throw AtlasError(.conflict, "The lab does not run.")
            }
            try await body(live)
            return await live.current
        }
    }

    /// The status of a run that this process does not have.
    ///
    /// - Throws: `.unavailable` if another process has it.
    func idle(_ key: RunKey) async throws -> LabStatus {
        if let stored = try await context.runs.find(key) {
            guard !stored.isActive || isOrphan(stored) || stored.process == context.process else {
                throw AtlasError(
                    .unavailable,
                    "This lab runs in another process of the server, which this request did not reach. Try again.",
                    detail: "process \(stored.process)"
                )
            }
            return try await shown(stored)
        }
        let work = try await context.work.find(key)
        var status = LabStatus(lab: key.lab, state: .stopped, seed: work?.seed ?? 0)
        status.canRestore = work?.canRestore ?? false
        status.savedAtMilliseconds = work?.homeSavedAt?.milliseconds
        return status
    }

    // MARK: Keeping time

    /// Brings the machine in order: ends what earlier processes have left behind.
    public func prepare() async throws {
        let capabilities = await context.runtime.capabilities()
        guard capabilities.unavailable == nil else { return try await adoptOrphans() }
        await pool.setPlaces(capabilities.places)
        let count = try await context.runtime.removeLeftovers()
        if count > 0 {
            context.logger.warning("boxes of an earlier process were ended", metadata: ["count": "\(count)"])
        }
        try await adoptOrphans()
    }

    /// Keeps time until the task is cancelled: ends, snapshots, usage, heartbeats, old homes.
    public func run() async {
        await withTaskGroup { group in
            group.addTask { await self.every(.seconds(1)) { await self.tick() } }
            group.addTask {
                await self.every(self.context.settings.heartbeatInterval) {
                    do {
                        try await self.beat()
                        try await self.adoptOrphans()
                    } catch {
                        self.context.logger.error("the heartbeat of labs failed", metadata: ["error": "\(error)"])
                    }
                }
            }
            group.addTask { await self.every(.seconds(3_600)) { await self.forgetAged() } }
            await group.waitForAll()
        }
    }

    private func every(_ interval: Duration, _ work: () async -> Void) async {
        while (try? await Task.sleep(for: interval)) != nil { await work() }
    }

    /// Looks after every run once.
    func tick() async {
        await withTaskGroup { group in
            for run in await pool.all {
                group.addTask {
                    let reason = await run.tick()
                    if let usage = await run.status.usage {
                        await self.pool.note(memory: usage.memoryBytes, of: run.key)
                    }
                    guard let reason else { return }
                    await self.end(run, reason: reason)
                }
            }
        }
        await pool.admit()
    }

    private func end(_ run: LiveRun, reason: String) async {
        do {
            try await turns.take(run.key) { [pool] in
                guard await pool.run(run.key) === run else { return }
                await pool.stop(run, reason: reason)
            }
        } catch {
            context.logger.error("a lab was not stopped", metadata: ["error": "\(error)"])
        }
    }

    /// Stops all runs, keeping their files.
    public func close() async {
        await pool.close()
        await pool.cancelChecks()
        await withTaskGroup { group in
            for run in await pool.all {
                group.addTask {
                    await self.end(
                        run,
                        reason: "The server was restarted. Start the lab to go on."
                    )
                }
            }
        }
    }

    /// Removes the files of labs that nobody has touched for long.
    func forgetAged() async {
        do {
            let limit = context.clock.now() - context.settings.keptTime
            for key in try await context.work.untouched(since: limit, limit: LabServiceLimits.agedHomes) {
                try await turns.take(key) { [self] in
                    guard await pool.run(key) == nil else { return }
                    try await context.homes.forget(key)
                }
            }
        } catch {
            context.logger.error("old files of labs were not removed", metadata: ["error": "\(error)"])
        }
    }
}

extension Timestamp {
    fileprivate static func - (moment: Timestamp, duration: Duration) -> Timestamp { moment + (.zero - duration) }
}
