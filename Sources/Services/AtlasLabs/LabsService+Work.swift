public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Logging

/// Files, grading, hints, progress.
extension LabsService {
    // MARK: Files

    /// Regular files in the home.
    public func files(of lab: LabID, as caller: Caller) async throws -> [LabHomeFile] {
        let key = try await key(lab, caller)
        if let live = await pool.run(key), await live.parts != nil { return try await live.files() }
        return try await keptHome(key).listing
    }

    /// One file.
    public func file(_ path: String, of lab: LabID, as caller: Caller) async throws -> LabFileContent {
        let key = try await key(lab, caller)
        try HomePath.check(path)
        if let live = await pool.run(key), await live.parts != nil { return try await live.file(path) }
        guard let bytes = try await keptHome(key)[path]?.bytes else {
            throw AtlasError(.notFound, "There is no file “\(path)”.", field: "path")
        }
        return LabFileContent(path, bytes)
    }

    /// Writes one file.
    public func save(
        _ path: String,
        content: String,
        version: String?,
        in lab: LabID,
        as caller: Caller
    ) async throws -> LabHomeFile {
        let key = try await key(lab, caller)
        try HomePath.check(path)
        guard content.utf8.count <= LabFileLimits.contentBytes else {
            throw AtlasError(
                .invalid,
                "A file that is saved here has at most \(LabFileLimits.contentBytes >> 10) KiB.",
                field: "content"
            )
        }
        return try await changing(key) { live in
            try await live.save(path, content: content, version: version)
        } kept: { home in
            let current = home[path]
            try requireUnchanged(path, current, version: version)
            try home.set(.file(Array(content.utf8), isExecutable: current?.isExecutable ?? false), at: path)
            return (LabHomeFile(path, Array(content.utf8)), true)
        }
    }

    /// Removes one file.
    public func delete(_ path: String, in lab: LabID, as caller: Caller) async throws -> Bool {
        let key = try await key(lab, caller)
        try HomePath.check(path)
        return try await changing(key) { live in
            try await live.delete(path)
        } kept: { home in
            guard let file = home[path], file != .folder else { return (false, false) }
            home.remove(path)
            return (true, true)
        }
    }

    /// Changes files in the box, or, while there is none, those that are kept.
    ///
    /// - Parameter kept: Its second result says whether it has changed anything.
    private func changing<Result: Sendable>(
        _ key: RunKey,
        running: @Sendable (LiveRun) async throws -> Result,
        kept: @Sendable (inout LabFiles) throws -> (Result, Bool)
    ) async throws -> Result {
        try await turns.take(key) { [self] in
            guard let live = await pool.run(key) else { return try await changingKept(key, kept) }
            if await live.parts != nil { return try await running(live) }
            // A box may be made of the kept files just now, or any moment.
            return try await live.keeping.hold {
                if await live.parts != nil { return try await running(live) }
                return try await changingKept(key, kept)
            }
        }
    }

    private func changingKept<Result: Sendable>(
        _ key: RunKey,
        _ change: @Sendable (inout LabFiles) throws -> (Result, Bool)
    ) async throws -> Result {
        var home = try await keptHome(key)
        let (result, isChanged) = try change(&home)
        if isChanged { try await context.homes.save(home, of: key) }
        return result
    }

    /// The kept files of a lab without a box.
    private func keptHome(_ key: RunKey) async throws -> LabFiles {
        _ = try await idle(key)
        guard let work = try await context.work.find(key), let home = try await context.homes.load(key, work) else {
            throw AtlasError(.conflict, "Start the lab first; its files are made then.")
        }
        return home
    }

    // MARK: Grading

    /// Grades the files as they are.
    public func check(_ id: LabID, as caller: Caller) async throws -> LabResult {
        let lab = try await context.lab(id, as: caller)
        let key = RunKey(user: try caller.signedIn().user, lab: id)
        return try await check(lab, key: key, within: context.settings.answerTime)
    }

    /// - Parameter limit: How long the end is waited for; `nil` until it comes.
    func check(_ lab: Lab, key: RunKey, within limit: Duration?) async throws -> LabResult {
        try await grading(lab, key, within: limit) { [self] id in
            // What is graded is taken in the turn, so that no reset comes between files and seed.
            let (home, work, run) = try await turns.take(key) { [self] in
                let live = await pool.run(key)
                let parts = await live?.parts
                let home: LabFiles
                if let live, parts != nil { home = try await live.home() } else { home = try await keptHome(key) }
                return (home, try await context.work.begin(key), parts?.screen.run)
            }
            return try await grade(lab, home, work, key, id, run: run)
        }
    }

    /// Grades files that are sent along.
    public func complete(_ id: LabID, solution: String, as caller: Caller) async throws -> LabResult {
        let lab = try await context.lab(id, as: caller)
        let key = RunKey(user: try caller.signedIn().user, lab: id)
        let home = try Solution.files(solution, of: lab)
        return try await grading(lab, key, within: context.settings.answerTime) { [self] id in
            try await grade(lab, home, try await context.work.begin(key), key, id, run: nil)
        }
    }

    /// What became of a grading.
    public func grading(_ id: String, of lab: LabID, as caller: Caller) async throws -> LabResult {
        let lab = try await context.lab(lab, as: caller)
        let key = RunKey(user: try caller.signedIn().user, lab: lab.id)
        return try await outcome(id, lab, key, within: context.settings.answerTime)
    }

    /// Grades when there is room for it.
    ///
    /// - Parameter body: Is given the grading's id.
    private func grading(
        _ lab: Lab,
        _ key: RunKey,
        within limit: Duration?,
        _ body: @escaping @Sendable (String) async throws -> LabResult
    ) async throws -> LabResult {
        let id = context.ids.next()
        try await pool.check(key, id: id) { [gradings] in try await gradings.take { try await body(id) } }
        return try await outcome(id, lab, key, within: limit)
    }

    private func outcome(_ id: String, _ lab: Lab, _ key: RunKey, within limit: Duration?) async throws -> LabResult {
        switch await pool.ending(of: id, key, within: limit) {
        case .ended(let result): return try result.get()
        case .running:
            return LabResult(
                lab: lab.id,
                state: .grading,
                gradingID: id,
                attempt: 0,
                scoreFraction: 0,
                seed: try await context.work.find(key)?.seed ?? 0,
                at: context.clock.now(),
                hintsSeen: try await context.attempts.hintsSeen(key).values.reduce(0, +),
                checks: []
            )
        case .unknown:
            if let kept = try await context.attempts.attempt(from: id, of: lab, by: key.user) { return kept }
            throw AtlasError(
                .notFound,
                "Nothing is known of this check; the server may have been restarted meanwhile. Check again.",
                field: "gradingId"
            )
        }
    }

    /// Holds no connection while the checker runs.
    private func grade(
        _ lab: Lab,
        _ home: LabFiles,
        _ work: LabWork,
        _ key: RunKey,
        _ id: String,
        run: String?
    ) async throws -> LabResult {
        let assignment = try await context.assignment(lab, seed: work.seed, owner: key.user)
        let grade: LabGrader.Grade
        do {
            grade = try await context.grader.grade(assignment, home: home)
        } catch let error as AtlasError where error.code == .internalError {
            context.logger.error(
                "a lab could not be graded",
                metadata: ["lab": "\(lab.id)", "seed": "\(work.seed)", "user": "\(key.user)", "error": "\(error)"]
            )
            return LabResult(
                lab: lab.id,
                gradingID: id,
                attempt: 0,
                scoreFraction: 0,
                seed: work.seed,
                at: context.clock.now(),
                hintsSeen: 0,
                checks: [],
                error: error.message
            )
        }
        return try await context.attempts.record(grade, of: lab, seed: work.seed, run: run, grading: id, by: key.user)
    }

    /// Graded attempts, newest first.
    public func attempts(of id: LabID, limit: Int, as caller: Caller) async throws -> [LabResult] {
        let user = try caller.signedIn().user
        let lab = try await context.lab(id, as: caller)
        guard (1...LabServiceLimits.attemptsListed).contains(limit) else {
            throw AtlasError(.invalid, "Ask for 1 to \(LabServiceLimits.attemptsListed) attempts.", field: "first")
        }
        return try await context.attempts.attempts(of: lab, by: user, limit: limit)
    }

    // MARK: Hints

    /// Hints that were seen.
    public func hints(of id: LabID, as caller: Caller) async throws -> [LabHint] {
        let key = RunKey(user: try caller.signedIn().user, lab: id)
        let lab = try await context.lab(id, as: caller)
        let seen = try await context.attempts.hintsSeen(key)
        return lab.checks.flatMap { check in
            check.hints.prefix(seen[check.id] ?? 0).enumerated().map { index, text in
                LabHint(check: check.id, number: index + 1, count: check.hints.count, text: text)
            }
        }
    }

    /// The next hint of a check.
    public func revealHint(_ id: String, of lab: LabID, as caller: Caller) async throws -> LabHint {
        let key = RunKey(user: try caller.signedIn().user, lab: lab)
        guard let check = try await context.lab(lab, as: caller).checks.first(where: { $0.id == id }) else {
            throw AtlasError(.notFound, "The lab has no check “\(id.prefix(60))”.", field: "checkId")
        }
        guard !check.hints.isEmpty else {
            throw AtlasError(.notFound, "This check has no hints.", field: "checkId")
        }
        let number = try await context.attempts.reveal(key, check: id, of: check.hints.count)
        let index = min(max(number, 1), check.hints.count) - 1
        return LabHint(check: id, number: index + 1, count: check.hints.count, text: check.hints[index])
    }

    // MARK: Progress

    /// How far an account has come.
    public func progress(of user: UserID, as caller: Caller) async throws -> [LabProgress] {
        try caller.requireSelf(user)
        let work = try await context.work.all(of: user)
        return try await context.content.catalogue(as: caller).labs.map { lab in
            let own = work[lab.id]
            let state: LabProgress.State = own == nil ? .notStarted : own?.passedAt == nil ? .started : .passed
            return LabProgress(
                lab: lab.id,
                title: lab.header.title,
                state: state,
                attempts: own?.attempts ?? 0,
                bestScoreFraction: own?.bestScoreFraction ?? 0,
                passedAt: own?.passedAt
            )
        }
    }

    // MARK: Terminal

    /// Joins the terminal of a running lab.
    public func attach(
        _ lab: LabID,
        size: LabScreenSize,
        from: Int?,
        as caller: Caller
    ) async throws -> any LabTerminalView {
        let key = try await key(lab, caller)
        guard let live = await pool.run(key) else {
            _ = try await idle(key)
            throw AtlasError(.conflict, "The lab does not run. Start it first.")
        }
        return try await live.screen().view(size: size, from: from)
    }

    /// What the terminal showed.
    public func recording(of lab: LabID, attempt: Int?, as caller: Caller) async throws -> LabRecording {
        let key = try await key(lab, caller)
        var run: String?
        if let attempt {
            run = try await context.attempts.run(of: attempt, key)
            guard run != nil else {
                throw AtlasError(.notFound, "Attempt \(attempt) was not made in a terminal.", field: "attempt")
            }
        }
        if let screen = await pool.run(key)?.parts?.screen, run == nil || run == screen.run { return screen.recording }
        guard let kept = try await context.recordings.find(run, of: key) else {
            throw AtlasError(.notFound, "Nothing is recorded of it, or it is no longer kept.")
        }
        return kept
    }

    // MARK: The machine

    /// What this machine offers and who runs what.
    public func host(as caller: Caller) async throws -> LabHostReport {
        try caller.require(.admin)
        let capabilities = await context.runtime.capabilities()
        var needed: [String: [String]] = [:]
        for lab in try await context.content.catalogue(as: .system).labs {
            for program in lab.needs { needed[program, default: []].append(lab.id.rawValue) }
        }
        let missing = await context.runtime.missing(needed.keys.sorted())
        var runs: [LabHostReport.Run] = []
        for run in await pool.all { runs.append(LabHostReport.Run(user: run.key.user, status: await run.current)) }
        let starts = await pool.startTimes
        return LabHostReport(
            runtime: capabilities.runtime,
            reason: capabilities.unavailable,
            limits: [
                ("memory", capabilities.memory), ("processes", capabilities.processes),
                ("processors", capabilities.processors), ("disk", capabilities.disk),
            ].map { LabHostReport.Limit(name: $0.0, keptBy: $0.1.rawValue) },
            missing: missing.map { program in
                LabHostReport.MissingProgram(
                    program: program.program,
                    package: program.remedy ?? "",
                    labs: needed[program.program] ?? []
                )
            },
            maximum: await pool.maximum,
            memoryBudgetBytes: context.settings.memoryBudgetBytes,
            memoryBytes: await pool.memory,
            runs: runs.sorted { $0.order < $1.order },
            startMedianMilliseconds: starts.map { Int(clamping: $0.median.wholeMilliseconds) },
            startP95Milliseconds: starts.map { Int(clamping: $0.p95.wholeMilliseconds) }
        )
    }
}

extension LabHostReport.Run {
    /// By start, those that wait last, in their order.
    fileprivate var order: Int64 {
        status.startedAtMilliseconds ?? (.max - 1_000_000 + Int64(status.position ?? 0))
    }
}
