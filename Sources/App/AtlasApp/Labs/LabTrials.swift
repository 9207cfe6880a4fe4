import AtlasAPI
import AtlasContent
import AtlasCore
import AtlasHTTP
import AtlasLabs
import AtlasPorts
import Foundation
import Logging
import SandboxEngine

/// Tries the labs of a catalogue in the sandbox: a solution must pass, a broken variant must fail at what it says.
public struct LabTrials: Sendable {
    /// What `broken/*/expect.json` says.
    private struct Expectation: Decodable {
        let fails: [String]
    }

    /// One set of files that is graded.
    private struct Variant: Sendable {
        let name: String
        let files: LabFiles
        /// `nil` if everything must pass; else checks that must fail, one at least in any case.
        let mustFail: [String]?
    }

    /// A lab with everything that is tried with it.
    private struct Plan: Sendable {
        let lab: Lab
        let sources: LabFiles
        let variants: [Variant]
    }

    /// A variant on a seed.
    private struct Trial: Sendable {
        let plan: Int
        let variant: Int
        let seed: Int
    }

    /// Trials at once; the checkers of some labs measure time.
    private static let atOnce = 2

    private let labs: [Lab]
    private let path: String
    private let seeds: Int

    /// - Parameters:
    ///   - catalogue: The catalogue's folder.
    ///   - only: The id of the one lab to try.
    ///   - seeds: How many, from 1.
    /// - Throws: `AtlasError` if there is no such folder or lab.
    public init(catalogue: String, only: String?, seeds: Int) throws {
        path = catalogue
        self.seeds = seeds
        let files = try CatalogueFolder(path: catalogue).files()
        labs = CatalogueLint.labs(files).filter { only == nil || $0.id.rawValue == only }
        guard !labs.isEmpty else {
            throw AtlasError(
                .notFound,
                "There is no lab \(only.map { "“\($0)” " } ?? "")without errors in \(catalogue)."
            )
        }
    }

    /// Runs everything.
    ///
    /// - Parameter print: Gets one line per lab, as soon as it is decided, and one at the end.
    /// - Returns: Whether every lab did what it should. Labs that need what is missing here are left out and named.
    public func run(_ print: @escaping @Sendable (String) -> Void) async throws -> Bool {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-labs-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var logger = Logger(label: "labs") { _ in JSONLogHandler(label: "labs") }
        logger.logLevel = .warning
        let runtime = try SandboxRuntime(SandboxSettings(stateFolder: folder, places: Self.atOnce + 2), logger: logger)
        if let reason = await runtime.capabilities().unavailable { throw AtlasError(.unavailable, reason) }
        var (plans, failed, skipped): ([Plan], Int, Int) = ([], 0, 0)
        for lab in labs {
            let missing = await runtime.missing(lab.needs)
            guard missing.isEmpty else {
                skipped += 1
                print("\(lab.id): skipped, it needs \(missing.map(\.program).joined(separator: ", "))")
                continue
            }
            do {
                plans.append(try plan(lab))
            } catch {
                failed += 1
                print("\(lab.id): FAILED: \(AtlasError.wrap(error, while: "reading the lab").message)")
            }
        }
        let grader = LabGrader(runtime: runtime, setupTime: LabSettings().setupTime, ids: RandomIDSource())
        failed += await tryAll(plans, grader, print)
        print("\(labs.count) labs, \(failed) failed, \(skipped) skipped, \(seeds) seeds each")
        return failed == 0
    }

    private func tryAll(_ plans: [Plan], _ grader: LabGrader, _ print: @Sendable (String) -> Void) async -> Int {
        var trials = plans.enumerated().flatMap { index, plan in
            (1...seeds).flatMap { seed in
                plan.variants.indices.map { Trial(plan: index, variant: $0, seed: seed) }
            }
        }[...]
        var left = plans.map { $0.variants.count * seeds }
        var problems = plans.map { _ in [String]() }
        var times = plans.map { _ in Duration.zero }
        await withTaskGroup(of: (Int, String?, Duration).self) { group in
            func next() {
                guard let trial = trials.popFirst() else { return }
                group.addTask {
                    let start = ContinuousClock.now
                    let problem = await Self.problem(plans[trial.plan], trial, grader)
                    return (trial.plan, problem, ContinuousClock.now - start)
                }
            }
            for _ in 0..<Self.atOnce { next() }
            while let (index, problem, time) = await group.next() {
                next()
                left[index] -= 1
                times[index] += time
                if let problem { problems[index].append(problem) }
                if left[index] == 0 { print(Self.line(plans[index], problems[index], times[index], seeds)) }
            }
        }
        return problems.count { !$0.isEmpty }
    }

    private static func line(_ plan: Plan, _ problems: [String], _ time: Duration, _ seeds: Int) -> String {
        let broken = plan.variants.count { $0.mustFail != nil }
        let seconds = (Double(time.wholeMilliseconds) / 1_000 / Double(seeds * plan.variants.count) * 10).rounded() / 10
        guard !problems.isEmpty else {
            return "\(plan.lab.id): the solution passes and \(broken) broken variants fail, \(seconds) s each"
        }
        let shown = problems.prefix(5).joined(separator: "; ")
        return "\(plan.lab.id): FAILED \(problems.count) times: \(shown)" + (problems.count > 5 ? "; …" : "")
    }

    /// What went wrong with a trial; `nil` if it came out as it should.
    private static func problem(_ plan: Plan, _ trial: Trial, _ grader: LabGrader) async -> String? {
        let variant = plan.variants[trial.variant]
        let place = "\(variant.name) on seed \(trial.seed)"
        let assignment = LabGrader.Assignment(lab: plan.lab, sources: plan.sources, seed: trial.seed)
        do {
            var home = variant.files
            for own in ["solve", "expect.json"] { home.remove(own) }
            let grade = try await grader.grade(assignment, home: home, attempt: variant.files)
            let failed = grade.criteria.filter { !$0.isPassed }
            guard let mustFail = variant.mustFail else {
                guard let first = failed.first else { return nil }
                return
                    "\(place) fails \(first.id): \(first.observed.prefix(300)) (expected: \(first.expected.prefix(200)))"
            }
            if failed.isEmpty { return "\(place) passes" }
            let missed = mustFail.filter { id in !failed.contains { $0.id == id } }
            return missed.isEmpty ? nil : "\(place) passes \(missed.joined(separator: ", "))"
        } catch {
            let known = AtlasError.wrap(error, while: place)
            return "\(place): \(known.detail ?? known.message)"
        }
    }

    private func plan(_ lab: Lab) throws -> Plan {
        let folder = "\(path)/labs/\(lab.id)"
        guard let sources = try LabFolders.sources(folder) else {
            throw AtlasError(.notFound, "there is no folder \(folder)")
        }
        for program in ["setup", "check"] {
            guard case .file(_, isExecutable: true)? = sources[program] else {
                throw AtlasError(.invalid, "\(folder)/\(program) is no program")
            }
        }
        guard let solution = try LabFolders.read("\(folder)/solution", without: []) else {
            throw AtlasError(.invalid, "\(folder)/solution is missing")
        }
        var variants = [Variant(name: "solution", files: solution, mustFail: nil)]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/broken").sorted()) ?? []
        for name in names where !name.hasPrefix(".") {
            guard let files = try LabFolders.read("\(folder)/broken/\(name)", without: []) else { continue }
            let expectation = try files["expect.json"]?.bytes.map {
                try JSONDecoder().decode(Expectation.self, from: Data($0))
            }
            let fails = expectation?.fails ?? []
            if let unknown = fails.first(where: { id in !lab.checks.contains { $0.id == id } }) {
                throw AtlasError(.invalid, "\(folder)/broken/\(name)/expect.json names \(unknown), which is no check")
            }
            variants.append(Variant(name: "broken/\(name)", files: files, mustFail: fails))
        }
        guard variants.count > 1 else { throw AtlasError(.invalid, "\(folder)/broken has no variants") }
        return Plan(lab: lab, sources: sources, variants: variants)
    }
}
