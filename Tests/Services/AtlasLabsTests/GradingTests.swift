import AtlasAPI
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import Foundation
import Synchronization
import Testing

@Suite struct GradingTests {
    @Test(arguments: TestEngine.all)
    func `a check grades the files in a fresh box, gives partial credit, and counts attempts`(
        engine: TestEngine
    ) async throws {
        try await LabBench.run(engine) { bench in
            let ada = bench.person("ada")
            #expect(await code { _ = try await bench.labs.check(LabBench.ring, as: ada) } == .conflict)
            let seed = try await bench.running(as: ada).seed
            try bench.box().change { try $0.set(.text("1"), at: "a") }
            let open = Mutex<[Int]>([])
            bench.runtime.set("/lab/check") { box, command in
                open.withLock { $0.append(bench.database.open) }
                #expect(command.words == ["/lab/check", "--seed", "\(seed)"])
                #expect(box.spec.folders["/lab"]?["check"] != nil && box.home["ring.py"] == .text("seed \(seed)\n"))
                let lines = LabBench.line("a", box.home["a"] != nil) + LabBench.line("b", box.home["b"] != nil)
                return LabCommandResult(exit: .exited(0), output: Array(lines.utf8))
            }
            let first = try await bench.labs.check(LabBench.ring, as: ada)
            #expect(first.attempt == 1 && first.scoreFraction == 0.5 && !first.isPassed && first.seed == seed)
            #expect(first.checks.map(\.isPassed) == [true, false] && first.checks.map(\.hintCount) == [3, 3])
            #expect(first.checks[1].observed == "o" && first.checks[1].text == "b holds.")
            #expect(open.withLock { $0 } == [0], "a connection was held while the checker ran")

            _ = try await bench.labs.revealHint("b", of: LabBench.ring, as: ada)
            try bench.box().change { try $0.set(.text("1"), at: "b") }
            let second = try await bench.labs.check(LabBench.ring, as: ada)
            #expect(second.isPassed && second.attempt == 2 && second.hintsSeen == 1 && second.scoreFraction == 1)
            #expect(try await bench.labs.attempts(of: LabBench.ring, limit: 10, as: ada).map(\.attempt) == [2, 1])
            #expect(try await bench.labs.attempts(of: LabBench.ring, limit: 10, as: ada).map(\.hintsSeen) == [1, 0])
            let progress = try await bench.labs.progress(of: UserID("ada"), as: ada)
            #expect(progress.map(\.state) == [.passed, .notStarted])
            #expect(progress[0].attempts == 2 && progress[0].bestScoreFraction == 1)
            _ = try await bench.labs.check(LabBench.ring, as: ada)
            let events = try await bench.events()
            #expect(events.filter { $0 == "lab.checked" }.count == 3)
            #expect(events.filter { $0 == "lab.completed" }.count == 1)
            // Not running: what was kept is graded.
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            #expect(try await bench.labs.check(LabBench.ring, as: ada).isPassed)
            #expect(bench.runtime.boxes.isEmpty)
        }
    }

    @Test func `the event of a check says what analytics need`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let result = try await bench.labs.check(LabBench.ring, as: ada)
            let event = try #require(
                try await Outbox.pending(10, in: bench.database).first { $0.type == "lab.checked" }
            )
            let read = try #require(try JSONSerialization.jsonObject(with: Data(event.payload)) as? [String: Any])
            #expect(read["userId"] as? String == "ada" && read["labId"] as? String == "ring")
            #expect(read["passed"] as? Bool == false && read["score"] as? Double == 0)
            #expect(read["hintsSeen"] as? Int == 0 && read["seed"] as? Int == result.seed)
            #expect(read["at"] as? String == bench.clock.now().description && read["id"] as? String == event.id)
            #expect(event.queue == "analytics-events" && event.channel == "progress:ada")
        }
    }

    @Test func `a criterion without a line fails, and a checker that broke never passes`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let (a, b) = (LabBench.line("a", true), LabBench.line("b", true))
            let graded: [(LabExit, String, [Bool])] = [
                (.exited(0), a, [true, false]), (.exited(0), "", [false, false]), (.exited(0), b + a, [true, true]),
                (.timedOut, a, [true, false]), (.killed(9), b, [false, true]),
            ]
            for (exit, output, passed) in graded {
                bench.runtime.set("/lab/check") { _, _ in LabCommandResult(exit: exit, output: Array(output.utf8)) }
                let result = try await bench.labs.check(LabBench.ring, as: ada)
                #expect(result.checks.map(\.isPassed) == passed && result.error == nil)
                for check in result.checks where !check.isPassed { #expect(check.observed.hasPrefix("was not graded")) }
            }
            let broken: [(LabExit, String, Bool)] = [
                (.exited(1), a + b, false), (.exited(0), a + a + b, false), (.exited(0), a + b + "oops\n", false),
                (.exited(0), a + LabBench.line("c", true), false), (.timedOut, a + b, false),
                (.killed(9), a + b, false),
                (.exited(0), a + b, true),
                (.exited(0), #"{"id":"a","pass":1,"observed":"","expected":"","hint":"a"}"#, false),
                (.exited(0), #"{"id":"a","pass":true}"#, false), (.exited(0), "[1]", false),
                (.exited(0), String(repeating: "[", count: 20_000), false),
            ]
            let before = try await bench.labs.attempts(of: LabBench.ring, limit: 50, as: ada).count
            for (exit, output, isCut) in broken {
                bench.runtime.set("/lab/check") { _, _ in
                    LabCommandResult(exit: exit, output: Array(output.utf8), errors: "Traceback", outputIsCut: isCut)
                }
                let result = try await bench.labs.check(LabBench.ring, as: ada)
                #expect(!result.isPassed && result.attempt == 0 && result.checks.isEmpty, "\(output.prefix(80))")
                #expect(result.error?.contains("broke") == true && result.error?.contains("Traceback") == false)
            }
            bench.runtime.set("/lab/setup") { _, _ in LabCommandResult(exit: .exited(3), output: []) }
            #expect(try await bench.labs.check(LabBench.ring, as: ada).error != nil)
            #expect(try await bench.labs.attempts(of: LabBench.ring, limit: 50, as: ada).count == before)
            #expect(bench.runtime.boxes.count == 1, "a box of a grading is left")
        }
    }

    @Test func `a sent solution is graded as the files are, and does not touch them`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            bench.grade { home in home["ring.py"] == .text("good") ? ["a", "b"] : [] }
            let one = try await bench.labs.complete(LabBench.ring, solution: "good", as: ada)
            #expect(one.isPassed && one.attempt == 1)
            let sent = #"{"files": {"ring.py": "good", "more/x.txt": "1"}}"#
            #expect(try await bench.labs.complete(LabBench.ring, solution: sent, as: ada).isPassed)
            #expect(try await bench.labs.complete(LabBench.ring, solution: "bad", as: ada).isPassed == false)
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada) == nil)
            for bad in [
                #"{"files": {"../ring.py": "good"}}"#, #"{"files": {"/etc/passwd": ""}}"#, #"{"files": {}}"#,
                String(repeating: "x", count: LabFileLimits.solutionBytes + 1),
            ] {
                #expect(
                    await code { _ = try await bench.labs.complete(LabBench.ring, solution: bad, as: ada) } == .invalid
                )
            }
            // A lab with two files cannot guess which is meant.
            #expect(await code { _ = try await bench.labs.complete(LabBench.pair, solution: "x", as: ada) } == .invalid)
        }
    }

    @Test func `few are graded at once, some wait, and more are sent away`() async throws {
        var settings = LabSettings()
        (settings.gradingsAtOnce, settings.gradingsWaiting) = (1, 1)
        // However busy the machine, each is answered when it is graded.
        settings.answerTime = .seconds(600)
        try await LabBench.run(settings: settings) { bench in
            let (people, gate) = (["ada", "bob", "cy"].map { bench.person($0) }, AsyncStream.makeStream(of: Void.self))
            let running = Mutex((now: 0, most: 0))
            let (entered, enter) = AsyncStream.makeStream(of: Void.self)
            bench.runtime.set("/lab/check") { _, _ in
                running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                enter.yield()
                for await _ in gate.stream { break }
                running.withLock { $0.now -= 1 }
                return LabCommandResult(exit: .exited(0), output: [])
            }
            async let first = bench.labs.complete(LabBench.ring, solution: "1", as: people[0])
            for await _ in entered { break }
            // The same learner's second one is refused at once.
            #expect(
                await code { _ = try await bench.labs.complete(LabBench.ring, solution: "1", as: people[0]) }
                    == .conflict
            )
            async let second = bench.labs.complete(LabBench.ring, solution: "1", as: people[1])
            while await bench.labs.gradings.waitingCount == 0 { await Task.yield() }
            let third = await code { _ = try await bench.labs.complete(LabBench.ring, solution: "1", as: people[2]) }
            #expect(third == .tooMany)
            gate.continuation.finish()
            let attempts = try await [first.attempt, second.attempt]
            #expect(attempts == [1, 1])
            #expect(running.withLock { $0.most } == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `hints come one after the other, and are counted`(engine: TestEngine) async throws {
        try await LabBench.run(engine) { bench in
            let ada = bench.person("ada")
            let labs = bench.labs
            #expect(try await labs.revealHint("a", of: LabBench.ring, as: ada).text == "vague")
            #expect(try await labs.revealHint("a", of: LabBench.ring, as: ada).number == 2)
            let third = try await labs.revealHint("a", of: LabBench.ring, as: ada)
            #expect(third == LabHint(check: "a", number: 3, count: 3, text: "concrete"))
            #expect(try await labs.revealHint("a", of: LabBench.ring, as: ada) == third)
            #expect(try await labs.hints(of: LabBench.ring, as: ada).map(\.text) == ["vague", "clear", "concrete"])
            #expect(try await labs.hints(of: LabBench.ring, as: bench.person("bob")).isEmpty)
            #expect(await code { _ = try await labs.revealHint("z", of: LabBench.ring, as: ada) } == .notFound)
        }
    }

    @Test(arguments: TestEngine.all)
    func `the ladder is entered at the hint that is about what was observed`(engine: TestEngine) async throws {
        try await LabBench.run(engine) { bench in
            let ada = bench.person("ada")
            let line = { (id: String, isPassed: Bool, hint: String) in
                #"{"id":"\#(id)","pass":\#(isPassed),"observed":"o","expected":"e","hint":"\#(hint)"}"# + "\n"
            }
            let says = { (text: String) in
                bench.runtime.set("/lab/check") { _, _ in LabCommandResult(exit: .exited(0), output: Array(text.utf8)) }
            }
            says(line("a", false, "a/2") + line("b", true, "b/3"))
            let result = try await bench.labs.complete(LabBench.ring, solution: "x", as: ada)
            #expect(result.checks.map(\.hint) == [2, nil])
            #expect(
                try await bench.labs.attempts(of: LabBench.ring, limit: 1, as: ada)[0].checks.map(\.hint) == [2, nil]
            )
            let first = try await bench.labs.revealHint("a", of: LabBench.ring, as: ada)
            #expect(first == LabHint(check: "a", number: 2, count: 3, text: "clear"))
            #expect(try await bench.labs.hints(of: LabBench.ring, as: ada).map(\.text) == ["vague", "clear"])
            #expect(try await bench.labs.revealHint("a", of: LabBench.ring, as: ada).number == 3)
            // What holds has no place to begin, and a rung beyond the ladder is its last.
            #expect(try await bench.labs.revealHint("b", of: LabBench.ring, as: ada).number == 1)
            says(line("a", true, "a") + line("b", false, "b/9"))
            #expect(
                try await bench.labs.complete(LabBench.ring, solution: "x", as: ada).checks.map(\.hint) == [nil, 3]
            )
            #expect(try await bench.labs.revealHint("b", of: LabBench.ring, as: ada).number == 3)
            for bad in ["b", "a/0", "a/x", "a/", "a/100"] {
                says(line("a", false, bad) + line("b", true, "b"))
                let broken = try await bench.labs.complete(LabBench.ring, solution: "x", as: ada)
                #expect(broken.state == .broken && broken.attempt == 0, "\(bad)")
            }
        }
    }

    @Test func `the command check in the terminal grades and says what failed`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let box = try bench.box()
            #expect(box.spec.commands == ["check"])
            try box.change { try $0.set(.text("1"), at: "a") }
            let failed = await box.ask("check")
            #expect(failed.status == 1 && failed.text.contains("pass  a: a holds.") && failed.text.contains("FAIL  b"))
            #expect(failed.text.contains("1 of 2 passed, attempt 1."))
            try box.change { try $0.set(.text("1"), at: "b") }
            #expect(await box.ask("check").status == 0)
            #expect(try await bench.labs.attempts(of: LabBench.ring, limit: 5, as: ada).count == 2)
        }
    }
}
