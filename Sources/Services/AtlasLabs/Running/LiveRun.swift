import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging
import Synchronization

/// A run that this process has: waiting, starting, with a box, or stopping.
///
/// `replace` and `stop` are called one after the other, in the turn of the learner and lab; `start`, snapshots and the end of
/// a box come when they come. What makes a box of the kept files, keeps files or ends the box holds `keeping`, so that no
/// snapshot on its way is kept over what came after it.
actor LiveRun {
    nonisolated let key: RunKey
    nonisolated let id: String
    nonisolated let lab: Lab
    let context: LabsContext
    /// When something was last typed, saved or checked.
    let activity: Mutex<Timestamp>
    nonisolated let keeping = FairLock()
    /// Called when the run has ended by itself.
    private let onEnd: @Sendable (LiveRun) async -> Void
    /// Grades the run for the command `check`.
    let grade: @Sendable (LiveRun) async throws -> LabResult

    private(set) var status: LabStatus
    var parts: Parts?
    private var extensionsUsed = 0
    private var watching: Task<Void, Never>?
    private(set) var startDuration: Duration?
    var listed: (mark: LabSnapshot.Mark, files: [LabHomeFile])?
    var savedMark: LabSnapshot.Mark?
    var lastSnapshot: Timestamp
    private var lastUsage: (at: Timestamp, used: Duration)?
    private var isTicking = false

    /// What a run has while its box runs.
    struct Parts: Sendable {
        let box: any LabBox
        let screen: LabScreen
        let pump: Task<Void, Never>
        let requests: Task<Void, Never>
    }

    init(
        key: RunKey,
        id: String,
        lab: Lab,
        status: LabStatus,
        context: LabsContext,
        onEnd: @escaping @Sendable (LiveRun) async -> Void,
        grade: @escaping @Sendable (LiveRun) async throws -> LabResult
    ) {
        self.key = key
        self.id = id
        self.lab = lab
        self.status = status
        self.context = context
        self.onEnd = onEnd
        self.grade = grade
        let now = context.clock.now()
        activity = Mutex(now)
        lastSnapshot = now
    }

    /// As clients see it.
    var current: LabStatus {
        var status = status
        if status.state == .running {
            status.idleEndsAtMilliseconds = idleEnd.milliseconds
            status.canExtend = extensionsUsed < context.settings.extensions
        }
        return status
    }

    private var idleEnd: Timestamp { activity.withLock { $0 } + context.settings.idleTime }

    /// Notes that the learner is there.
    nonisolated func touch() {
        let now = context.clock.now()
        activity.withLock { $0 = now }
    }

    // MARK: Telling

    /// Changes the status, stores it if it is another state, and tells it.
    ///
    /// - Returns: False if the run is another process's by now.
    @discardableResult
    func change(event: OutboxEvent? = nil, _ edit: (inout LabStatus) -> Void) async -> Bool {
        let before = status.state
        edit(&status)
        let status = current
        var isOurs = true
        if status.state != before || event != nil {
            do {
                isOurs = try await context.runs.update(key, run: id, status: status, event: event)
            } catch {
                context.logger.error("the state of a lab was not stored", metadata: ["error": "\(error)"])
            }
        }
        // As it is by now: what is told last must not be what was true first.
        if isOurs { await context.publish(current, to: key.user) }
        return isOurs
    }

    /// Tells place and estimate, if they are others.
    func setPosition(_ position: Int, estimateSeconds: Int?) async {
        guard status.state == .queued, status.position != position || status.estimateSeconds != estimateSeconds else {
            return
        }
        await change {
            $0.position = position
            $0.estimateSeconds = estimateSeconds
        }
    }

    // MARK: Starting

    /// Makes the box and lays the files out.
    ///
    /// - Throws: What went wrong, after it was told; `CancellationError` if the run was given up meanwhile.
    func start() async throws {
        let begin = ContinuousClock.now
        guard status.state == .queued else { throw CancellationError() }
        await change { status in
            status.state = .starting
            (status.position, status.estimateSeconds, status.reason) = (nil, nil, nil)
        }
        do {
            try await keeping.hold { @Sendable in try await self.open() }
        } catch {
            await fail(error)
            throw error
        }
        guard status.state == .starting else { throw CancellationError() }
        startDuration = ContinuousClock.now - begin
        let now = context.clock.now()
        touch()
        let seed = status.seed
        let event = try LabEvent.started(context.ids.next(), key, seed: seed, at: now)
        let end = now + context.settings.totalTime
        await change(event: event) { status in
            status.state = .running
            status.startedAtMilliseconds = now.milliseconds
            status.endsAtMilliseconds = end.milliseconds
        }
    }

    /// A new box with the files that are kept, or those of the set-up.
    private func open() async throws {
        let stored = try await context.work.begin(key)
        let assignment = try await context.assignment(lab, seed: stored.seed, owner: key.user)
        let kept = try await context.homes.load(key, stored)
        let home: LabFiles
        if let kept { home = kept } else { home = try await context.grader.startFiles(assignment) }
        let run = context.ids.next()
        let box = try await context.runtime.start(
            LabBoxSpec(
                id: "lab-\(run)",
                home: home,
                environment: ["LAB_SEED": String(stored.seed)],
                limits: lab.demands.limits,
                needs: lab.needs,
                commands: ["check"],
                owner: key.user.rawValue,
                subject: lab.id.rawValue
            )
        )
        do {
            parts = try await openScreen(box, run: run)
        } catch {
            await box.stop()
            throw error
        }
        (listed, savedMark, lastUsage) = (nil, nil, nil)
        status.seed = stored.seed
        status.canRestore = stored.canRestore
        status.savedAtMilliseconds = stored.homeSavedAt?.milliseconds
        status.usage = nil
        lastSnapshot = context.clock.now()
        if kept == nil {
            let moment = try await context.homes.save(home, of: key)
            status.savedAtMilliseconds = moment.milliseconds
        }
        watching = Task { [weak self] in
            let end = await box.ended()
            if end != .stopped { await self?.broke(end, box.id) }
        }
    }

    private func openScreen(_ box: any LabBox, run: String) async throws -> Parts {
        let size = LabScreenSize(columns: 80, rows: 24)
        let terminal = try await box.openTerminal(LabTerminalSize(columns: size.columns, rows: size.rows))
        let screen = LabScreen(run: run, terminal: terminal, size: size, clock: context.clock) { [weak self] in
            self?.touch()
        }
        let requests =
            parts?.requests
            ?? Task { [weak self] in
                for await request in box.requests { await self?.answer(request) }
            }
        return Parts(box: box, screen: screen, pump: Task { await screen.pump() }, requests: requests)
    }

    /// The terminal; a new one if the shell has ended while the box goes on.
    func screen() async throws -> LabScreen {
        guard status.state == .running, let parts else { throw AtlasError(.conflict, "The lab does not run.") }
        guard parts.screen.hasEnded else { return parts.screen }
        await keepRecording(parts.screen)
        let new = try await openScreen(parts.box, run: context.ids.next())
        guard let now = self.parts, now.screen === parts.screen else {
            // Somebody else was faster, or the lab was stopped: this terminal goes with its box at the latest.
            new.pump.cancel()
            return try await screen()
        }
        self.parts = new
        return new.screen
    }

    private func fail(_ error: any Error) async {
        let known = AtlasError.wrap(error, while: "starting lab \(key.lab)")
        context.logger.error(
            "a lab did not start",
            metadata: ["lab": "\(key.lab)", "user": "\(key.user)", "error": "\(known)"]
        )
        await close()
        await change { status in
            status.state = known.code == .unavailable ? .unavailable : .failed
            status.reason = known.message
        }
    }

    /// The box ended although nobody wanted it to.
    private func broke(_ end: LabBoxEnd, _ box: String) async {
        await keeping.hold { @Sendable in await self.takeEnd(end, of: box) }
    }

    private func takeEnd(_ end: LabBoxEnd, of box: String) async {
        guard status.state == .running, parts?.box.id == box else { return }
        let reason: String
        switch end {
        case .outOfMemory:
            reason = "The lab used more memory than it may and was ended. Your files were kept a moment before."
        case .failed(let detail):
            context.logger.error("a box broke", metadata: ["lab": "\(key.lab)", "detail": "\(detail)"])
            reason = "The lab's box ended unexpectedly. Your files were kept a moment before; start the lab again."
        case .stopped: return
        }
        // Not cancelled with the task that calls this.
        watching = nil
        await close()
        let event = try? LabEvent.stopped(context.ids.next(), key, reason: reason, at: context.clock.now())
        await change(event: event) { status in
            status.state = .failed
            (status.reason, status.usage) = (reason, nil)
        }
        await onEnd(self)
    }

    // MARK: Stopping

    /// Keeps the files and ends the run.
    ///
    /// - Parameter reason: Why, if the learner did not ask for it.
    func stop(reason: String?) async {
        await keeping.hold { @Sendable in await self.end(reason: reason) }
    }

    private func end(reason: String?) async {
        guard status.state.isActive else { return }
        let wasRunning = status.state == .running
        var reason = reason
        if wasRunning {
            await change { $0.state = .stopping }
            reason = await keepLast(reason)
        }
        await close()
        let event =
            wasRunning ? try? LabEvent.stopped(context.ids.next(), key, reason: reason, at: context.clock.now()) : nil
        await change(event: event) { status in
            status.state = .stopped
            status.reason = reason
            (status.usage, status.position, status.estimateSeconds) = (nil, nil, nil)
            (status.isChecking, status.canExtend) = (false, false)
        }
    }

    /// Keeps the files at the end.
    ///
    /// - Returns: `reason` with what became of them.
    private func keepLast(_ reason: String?) async -> String? {
        let isKept = await keepNow(tries: 2)
        // While a lab runs, its reason says what could not be kept.
        let files = isKept ? status.reason ?? reason.map { _ in "Your files are kept." } : Self.unkept
        guard let files else { return reason }
        return reason.map { "\($0) \(files)" } ?? files
    }

    /// Ends the box without keeping anything and without a word: the run is another process's, or its account is gone.
    func abandon() async {
        await keeping.hold { @Sendable in await self.giveUp() }
    }

    private func giveUp() async {
        await close(keepsRecording: false)
        status.state = .stopped
    }

    /// Puts another home into a new box: `prepare` changes what is stored while no box runs.
    ///
    /// - Throws: `AtlasError` `.unavailable` if the files cannot be kept; then nothing was changed.
    func replace(_ prepare: @Sendable () async throws -> Void) async throws {
        try await keeping.hold { @Sendable in try await self.exchange(prepare) }
    }

    /// Why what needs a running box cannot be done.
    var notRunning: AtlasError {
        status.state == .queued
            ? AtlasError(.conflict, "The lab waits for a place. That can be done once it runs.")
            : AtlasError(.conflict, "The lab is just starting or stopping. Try again in a moment.")
    }

    private func exchange(_ prepare: @Sendable () async throws -> Void) async throws {
        guard status.state == .running else { throw notRunning }
        guard await keepNow(tries: 2) else {
            throw AtlasError(.unavailable, "Your files could not be kept just now, so nothing was changed. Try again.")
        }
        await change { $0.state = .starting }
        await close()
        do {
            try await prepare()
            try await open()
        } catch {
            await fail(error)
            await onEnd(self)
            throw error
        }
        touch()
        await change { $0.state = .running }
    }

    /// Moves the end.
    func extend() async throws {
        guard status.state == .running, let end = status.endsAt else {
            throw AtlasError(.conflict, "The lab does not run.")
        }
        guard extensionsUsed < context.settings.extensions else {
            throw AtlasError(
                .conflict,
                "This run was extended \(extensionsUsed) times already. Stop it and start it again."
            )
        }
        extensionsUsed += 1
        touch()
        let later = end + context.settings.extensionTime
        await change { $0.endsAtMilliseconds = later.milliseconds }
    }

    /// Moves the end for idleness.
    func stay() async throws {
        guard status.state == .running else { throw AtlasError(.conflict, "The lab does not run.") }
        touch()
        await change { _ in }
    }

    /// Ends box, terminal and what belongs to them.
    private func close(keepsRecording: Bool = true) async {
        guard let parts else { return }
        self.parts = nil
        watching?.cancel()
        watching = nil
        await parts.box.stop()
        parts.screen.end()
        await parts.pump.value
        parts.requests.cancel()
        if keepsRecording { await keepRecording(parts.screen) }
    }

    private func keepRecording(_ screen: LabScreen) async {
        do {
            try await context.recordings.store(screen.recording, run: screen.run, of: key)
        } catch {
            context.logger.error("a recording was not kept", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Keeping time

    /// What is due: the end, keeping the files, measuring.
    ///
    /// - Returns: Why the run must be stopped now; `nil` if it goes on.
    func tick() async -> String? {
        guard status.state == .running, !isTicking else { return nil }
        isTicking = true
        defer { isTicking = false }
        let now = context.clock.now()
        if let end = status.endsAt, now >= end { return "The time of the lab was over." }
        if now >= idleEnd { return "Nothing happened for a while, so the lab was stopped." }
        if now - lastSnapshot >= context.settings.snapshotInterval { await keep() }
        await measure(now)
        return nil
    }

    private func measure(_ now: Timestamp) async {
        if let last = lastUsage, now - last.at < context.settings.usageInterval { return }
        guard let box = parts?.box, let usage = try? await box.usage() else { return }
        let elapsed = lastUsage.map { (now - $0.at).inSeconds } ?? 0
        let used = lastUsage.map { (usage.processorTime - $0.used).inSeconds } ?? 0
        lastUsage = (now, usage.processorTime)
        guard status.state == .running else { return }
        await change { status in
            status.usage = LabUsage(
                cpuPercent: elapsed > 0 ? max(0, used / elapsed * 100) : 0,
                memoryBytes: Int64(usage.memoryBytes),
                memoryLimitBytes: Int64(usage.memoryLimitBytes),
                processes: usage.processes,
                diskBytes: Int64(usage.diskBytes)
            )
        }
    }
}

extension Duration {
    /// As a number of seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
