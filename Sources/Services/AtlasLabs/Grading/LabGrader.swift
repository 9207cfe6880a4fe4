public import AtlasAPI
public import AtlasCore
public import AtlasPorts

/// Sets labs up and grades them, each time in a fresh box.
///
/// Knows neither learners nor a database.
public struct LabGrader: Sendable {
    private let runtime: any LabRuntime
    private let setupTime: Duration
    private let ids: any IDSource

    /// - Parameter setupTime: How long setting up may take.
    public init(runtime: any LabRuntime, setupTime: Duration, ids: any IDSource) {
        self.runtime = runtime
        self.setupTime = setupTime
        self.ids = ids
    }

    /// A lab with what it takes to run it.
    public struct Assignment: Sendable {
        /// The lab.
        public let lab: Lab
        /// Its programs and files.
        public let sources: LabFiles
        /// What its numbers, names and data are drawn from.
        public let seed: Int
        /// For whom; `nil` for nobody.
        ///
        /// Told to the runtime, which may keep learners apart.
        public let owner: String?

        /// A lab to set up or grade.
        public init(lab: Lab, sources: LabFiles, seed: Int, owner: String? = nil) {
            self.lab = lab
            self.sources = sources
            self.seed = seed
            self.owner = owner
        }
    }

    /// What was found.
    public struct Grade: Sendable {
        /// One criterion, without what belongs to a learner.
        public struct Criterion: Sendable, Codable, Equatable {
            /// The criterion's id.
            public let id: String
            /// Whether it holds.
            public let isPassed: Bool
            /// What the checker saw.
            public let observed: String
            /// What it would have liked to see.
            public let expected: String
            /// The hint that is about what was observed, from 1; `nil` where the checker named none.
            public var rung: Int?
        }

        /// In the lab's order.
        public let criteria: [Criterion]

        /// True if all hold.
        public var isPassed: Bool { !criteria.isEmpty && criteria.allSatisfy(\.isPassed) }

        /// The share that holds, 0...1.
        public var scoreFraction: Double {
            criteria.isEmpty ? 0 : Double(criteria.count(where: \.isPassed)) / Double(criteria.count)
        }
    }

    /// The files with which a learner begins.
    ///
    /// - Throws: `AtlasError` — `.internalError` if the set-up broke; what `LabRuntime.start` throws.
    public func startFiles(_ task: Assignment) async throws -> LabFiles {
        try await inBox(task, purpose: "setup") { box in
            try await setUp(task, in: box)
            guard let snapshot = try await box.snapshot(since: nil) else { return LabFiles() }
            guard snapshot.omittedCount == 0 else {
                throw Self.broken(
                    "set-up of \(task.lab.id) leaves too much: \(snapshot.omissions.joined(separator: "; "))"
                )
            }
            return snapshot.files
        }
    }

    /// Grades a home.
    ///
    /// - Parameters:
    ///   - home: Laid over what the set-up leaves.
    ///   - attempt: With a program `solve`, which is run before the checker; the folder is at `/attempt`.
    /// - Throws: `AtlasError` — `.internalError` with the log's detail if set-up or checker broke; `.invalid` or `.conflict`
    ///   if the files cannot be laid out.
    public func grade(_ task: Assignment, home: LabFiles, attempt: LabFiles? = nil) async throws -> Grade {
        try await inBox(task, purpose: "check", attempt: attempt) { box in
            try await setUp(task, in: box)
            try await box.lay(home)
            if let attempt, attempt["solve"] != nil {
                let words = ["/attempt/solve", "--seed", String(task.seed)]
                let limit = Duration.seconds(task.lab.demands.checkSeconds)
                let result = try await box.run(LabCommand(words, timeLimit: limit))
                guard result.exit == .exited(0) else { throw Self.broken("solve of \(task.lab.id)", result) }
            }
            return try await check(task, in: box)
        }
    }

    private func inBox<Result: Sendable>(
        _ task: Assignment,
        purpose: String,
        attempt: LabFiles? = nil,
        _ body: (any LabBox) async throws -> Result
    ) async throws -> Result {
        var folders = ["/lab": task.sources]
        if let attempt { folders["/attempt"] = attempt }
        let box = try await runtime.start(
            LabBoxSpec(
                id: "\(purpose)-\(ids.next())",
                folders: folders,
                environment: ["LAB_SEED": String(task.seed)],
                limits: task.lab.demands.limits,
                needs: task.lab.needs,
                owner: task.owner,
                subject: task.lab.id.rawValue
            )
        )
        do {
            let result = try await body(box)
            await box.stop()
            return result
        } catch {
            await box.stop()
            throw error
        }
    }

    private func setUp(_ task: Assignment, in box: any LabBox) async throws {
        let words = ["/lab/setup", "--seed", String(task.seed)]
        let result = try await box.run(LabCommand(words, timeLimit: setupTime))
        guard result.exit == .exited(0) else { throw Self.broken("set-up of \(task.lab.id)", result) }
    }

    private func check(_ task: Assignment, in box: any LabBox) async throws -> Grade {
        let result = try await box.run(
            LabCommand(
                ["/lab/check", "--seed", String(task.seed)],
                timeLimit: .seconds(task.lab.demands.checkSeconds),
                outputBytes: LabServiceLimits.checkerBytes
            )
        )
        let missing: String
        switch result.exit {
        case .exited(0): missing = "was not graded"
        case .timedOut: missing = "was not graded: the checker's \(task.lab.demands.checkSeconds) seconds were over"
        case .killed: missing = "was not graded: the checker was killed, most likely because the memory was used up"
        case .exited: throw Self.broken("checker of \(task.lab.id)", result)
        }
        guard !result.outputIsCut else { throw Self.broken("checker of \(task.lab.id) printed too much", result) }
        let report: CheckReport
        do throws(CheckReport.Problem) {
            report = try CheckReport(result.output, checks: task.lab.checks.map(\.id))
        } catch {
            throw Self.broken("checker of \(task.lab.id): \(error)", result)
        }
        let grade = Grade(report, of: task.lab, missing: missing)
        // Everything passed, and yet it did not come to its end: no such report is believed.
        guard result.exit == .exited(0) || !grade.isPassed else {
            throw Self.broken("checker of \(task.lab.id) did not end by itself", result)
        }
        return grade
    }

    private static func broken(_ what: String, _ result: LabCommandResult) -> AtlasError {
        let said = String(decoding: result.errors.suffix(LabServiceLimits.complaintBytes), as: UTF8.self)
        return broken("\(what): \(result.exit); standard error: \(said)")
    }

    private static func broken(_ detail: String) -> AtlasError {
        AtlasError(
            .internalError,
            "The lab's own programs broke, so nothing was graded. Your work is kept; the operator can see why in the log.",
            detail: detail
        )
    }
}

extension LabGrader.Grade {
    init(_ report: CheckReport, of lab: Lab, missing: String) {
        criteria = lab.checks.map { check in
            guard let line = report.lines[check.id] else {
                return Criterion(id: check.id, isPassed: false, observed: missing, expected: check.text)
            }
            return Criterion(
                id: check.id,
                isPassed: line.isPassed,
                observed: line.observed,
                expected: line.expected,
                rung: line.rung
            )
        }
    }
}

extension LabDemands {
    /// As a box takes them.
    var limits: LabLimits {
        LabLimits(
            memoryBytes: memoryMegabytes << 20,
            processes: processes,
            homeBytes: diskMegabytes << 20,
            temporaryBytes: diskMegabytes << 20
        )
    }
}
