import AtlasAPI
import AtlasCore
import AtlasGraphQL
import AtlasPorts
import AtlasTestKit
import GraphQL
import Testing

@testable import AtlasApp

/// Running labs as a client of GraphQL sees them, with boxes of memory.
@Suite(.timeLimit(.minutes(5))) struct LabTests {
    private static let status =
        "status seed position reason startedAt endsAt idleEndsAt savedAt canExtend canRestore checking"
    private static let start = "mutation { startLab(labId: \"hash-ring\") { \(status) } }"

    private static func runtime() -> MemoryLabRuntime {
        let runtime = MemoryLabRuntime()
        runtime.set("/lab/setup") { box, command in
            try box.change { try $0.set(.text("seed = \(command.words[2])\n"), at: "ring.py") }
            return LabCommandResult(exit: .exited(0), output: [])
        }
        runtime.set("/lab/check") { box, _ in
            let isGood = box.home["ring.py"] == .text("good")
            let line = #"{"id":"exact","pass":\#(isGood),"observed":"o","expected":"e","hint":"exact"}"#
            return LabCommandResult(exit: .exited(0), output: Array(line.utf8))
        }
        return runtime
    }

    private static func untilRunning(_ atlas: TestAtlas, _ token: String) async throws {
        let account = try await atlas.atlas.auth.verify(token)
        let context = RequestContext(
            caller: Caller(account: account),
            device: "test",
            requestID: "test",
            refreshCookie: nil
        )
        let request = Request(
            query: "subscription { labStatusChanged(labId: \"hash-ring\") { status usage { processes } } }"
        )
        let refusal = await atlas.atlas.graphQL.subscribe(request, context: context) { response in
            !response.text.contains("RUNNING")
        }
        #expect(refusal == nil)
    }

    @Test func `a learner starts a lab, edits a file, fails, takes a hint and passes`() async throws {
        try await TestAtlas.run(labRuntime: Self.runtime()) { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let lab = try await atlas.ask("{ lab(id: \"hash-ring\") { available unavailableReason needs } }")
            #expect(try lab.value("lab", "available") as? Bool == true)
            #expect(try lab.list("lab", "needs").isEmpty)
            #expect(
                try await atlas.ask("{ labRun(labId: \"hash-ring\") { status } }", token: token).text.contains("null")
            )
            let started = try await atlas.ask(Self.start, token: token)
            #expect(["QUEUED", "STARTING", "RUNNING"].contains(try started.string("startLab", "status")))
            try await Self.untilRunning(atlas, token)

            let files = try await atlas.ask(
                "{ labFiles(labId: \"hash-ring\") { path bytes version isText } labRuns { labId } }",
                token: token
            )
            #expect(try files.string("labFiles", 0, "path") == "ring.py")
            #expect(try files.string("labRuns", 0, "labId") == "hash-ring")
            let save = """
                mutation($v: String) { saveLabFile(labId: "hash-ring", path: "ring.py", content: "good", version: $v) { version } }
                """
            let check = """
                mutation { checkLab(labId: "hash-ring") {
                    attempt passed score hintsSeen error checks { id text passed observed expected hintCount hintsSeen } } }
                """
            let failed = try await atlas.ask(check, token: token)
            #expect(try failed.value("checkLab", "passed") as? Bool == false)
            #expect(try failed.string("checkLab", "checks", 0, "observed") == "was not graded")
            #expect(try failed.string("checkLab", "checks", 1, "observed") == "o")
            let hint = try await atlas.ask(
                "mutation { revealHint(labId: \"hash-ring\", checkId: \"exact\") { number of text } }",
                token: token
            )
            #expect(try hint.int("revealHint", "number") == 1)
            #expect(try await atlas.ask(save, ["v": "0"], token: token).codes == ["CONFLICT"])
            let version = try files.string("labFiles", 0, "version")
            #expect(try await atlas.ask(save, ["v": version], token: token).codes.isEmpty)
            let partly = try await atlas.ask(check, token: token)
            #expect(try partly.int("checkLab", "attempt") == 2 && partly.int("checkLab", "hintsSeen") == 1)
            #expect(try partly.value("checkLab", "score") as? Double == 0.125)
            let progress = try await atlas.ask(
                "{ labsProgress(userId: \"\(ada)\") { labId status attempts bestScore } labAttempts(labId: \"hash-ring\") { attempt } }",
                token: token
            )
            #expect(try progress.list("labAttempts").count == 2)
            let own = try progress.list("labsProgress").compactMap { $0 as? [String: Any] }
            #expect(own.first { $0["labId"] as? String == "hash-ring" }?["status"] as? String == "STARTED")
            let stopped = try await atlas.ask(
                "mutation { stopLab(labId: \"hash-ring\") { \(Self.status) } }",
                token: token
            )
            #expect(try stopped.string("stopLab", "status") == "STOPPED")
        }
    }

    /// A checker that waits for its gate, on a server that answers after a second.
    private static func withSlowChecker(
        _ body:
            @Sendable (TestAtlas, _ entered: AsyncStream<Void>, _ gate: AsyncStream<Void>.Continuation) async throws ->
            Void
    ) async throws {
        let runtime = runtime()
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let gate = AsyncStream.makeStream(of: Void.self)
        runtime.set("/lab/check") { box, _ in
            enter.yield()
            for await _ in gate.stream { break }
            let line = #"{"id":"exact","pass":\#(box.home["ring.py"] == .text("good")),"observed":"o","expected":"e"}"#
            return LabCommandResult(exit: .exited(0), output: Array(line.utf8))
        }
        try await TestAtlas.run(labRuntime: runtime, settings: ["lab.answerSeconds": "1"]) { atlas in
            try await body(atlas, entered, gate.continuation)
        }
    }

    @Test func `a check that outlives its request is answered as going on, followed, and then among the attempts`()
        async throws
    {
        try await Self.withSlowChecker { atlas, entered, gate in
            let (_, token) = try await atlas.register("ada@example.org")
            let (_, other) = try await atlas.register("eve@example.org")
            _ = try await atlas.ask(Self.start, token: token)
            try await Self.untilRunning(atlas, token)
            let first = try await atlas.ask(
                "mutation { checkLab(labId: \"hash-ring\") { state gradingId attempt passed error checks { id } } }",
                token: token
            )
            #expect(try first.string("checkLab", "state") == "GRADING" && first.int("checkLab", "attempt") == 0)
            #expect(try first.list("checkLab", "checks").isEmpty && first.value("checkLab", "passed") as? Bool == false)
            for await _ in entered { break }
            let id = try first.string("checkLab", "gradingId")
            let follow = "query($g: ID!) { labGrading(labId: \"hash-ring\", gradingId: $g) { state attempt score } }"
            #expect(
                try await atlas.ask("{ labRun(labId: \"hash-ring\") { checking } }", token: token).value(
                    "labRun",
                    "checking"
                ) as? Bool == true
            )
            #expect(try await atlas.ask(follow, ["g": id], token: token).string("labGrading", "state") == "GRADING")
            // Another one of the same lab is refused meanwhile, and nobody else can follow it.
            let again = "mutation { checkLab(labId: \"hash-ring\") { state } }"
            #expect(try await atlas.ask(again, token: token).codes == ["CONFLICT"])
            #expect(try await atlas.ask(follow, ["g": id], token: other).codes == ["NOT_FOUND"])
            #expect(try await atlas.ask(follow, ["g": id]).codes == ["UNAUTHENTICATED"])
            gate.finish()
            var state = "GRADING"
            while state == "GRADING" {
                state = try await atlas.ask(follow, ["g": id], token: token).string("labGrading", "state")
            }
            #expect(state == "GRADED")
            let known = try await atlas.ask(
                "{ labAttempts(labId: \"hash-ring\") { state gradingId attempt } }",
                token: token
            )
            #expect(try known.list("labAttempts").count == 1 && known.string("labAttempts", 0, "gradingId") == id)
            #expect(try known.string("labAttempts", 0, "state") == "GRADED")
            let run = try await atlas.ask("{ labRun(labId: \"hash-ring\") { checking } }", token: token)
            #expect(try run.value("labRun", "checking") as? Bool == false)
            #expect(try await atlas.ask(follow, ["g": "none"], token: token).codes == ["NOT_FOUND"])
        }
    }

    @Test func `a sent solution that takes long is followed without a run`() async throws {
        try await Self.withSlowChecker { atlas, entered, gate in
            let (_, token) = try await atlas.register("ada@example.org")
            let first = try await atlas.ask(
                "mutation { completeLab(labId: \"hash-ring\", solution: \"{\\\"files\\\": {\\\"ring.py\\\": \\\"good\\\"}}\") { state gradingId } }",
                token: token
            )
            #expect(try first.string("completeLab", "state") == "GRADING")
            for await _ in entered { break }
            // Asked before it ends: the answer comes with the end.
            async let followed = atlas.ask(
                "query($g: ID!) { labGrading(labId: \"hash-ring\", gradingId: $g) { state attempt score } }",
                ["g": try first.string("completeLab", "gradingId")],
                token: token
            )
            gate.finish()
            var result = try await followed
            while try result.string("labGrading", "state") == "GRADING" {
                result = try await atlas.ask(
                    "query($g: ID!) { labGrading(labId: \"hash-ring\", gradingId: $g) { state attempt score } }",
                    ["g": try first.string("completeLab", "gradingId")],
                    token: token
                )
            }
            #expect(
                try result.int("labGrading", "attempt") == 1 && result.value("labGrading", "score") as? Double == 0.125
            )
        }
    }

    @Test func `each field of running labs refuses those it is not for`() async throws {
        try await TestAtlas.run(labRuntime: Self.runtime()) { atlas in
            let (ada, token) = try await atlas.register("ada@example.org")
            let (_, other) = try await atlas.register("eve@example.org")
            _ = try await atlas.ask(Self.start, token: token)
            let id = "labId: \"hash-ring\""
            let fields = [
                "{ labRun(\(id)) { status } }", "{ labRuns { status } }", "{ labFiles(\(id)) { path } }",
                "{ labFile(\(id), path: \"x\") { content } }", "{ labAttempts(\(id)) { attempt } }",
                "{ labGrading(\(id), gradingId: \"g\") { state } }",
                "{ labHints(\(id)) { text } }", "{ labRecording(\(id)) { truncated } }", "{ labHost { runtime } }",
                "{ labsProgress(userId: \"\(ada)\") { labId } }", Self.start,
                "mutation { stopLab(\(id)) { status } }", "mutation { resetLab(\(id)) { status } }",
                "mutation { restoreLab(\(id)) { status } }", "mutation { extendLab(\(id)) { status } }",
                "mutation { stayInLab(\(id)) { status } }",
                "mutation { saveLabFile(\(id), path: \"x\", content: \"\") { path } }",
                "mutation { deleteLabFile(\(id), path: \"x\") }", "mutation { checkLab(\(id)) { passed } }",
                "mutation { revealHint(\(id), checkId: \"exact\") { text } }",
                "mutation { completeLab(\(id), solution: \"x\") { passed } }",
            ]
            for field in fields { #expect(try await atlas.ask(field).codes == ["UNAUTHENTICATED"], "\(field)") }
            #expect(try await atlas.ask(fields[8], token: token).codes == ["FORBIDDEN"])
            #expect(try await atlas.ask(fields[9], token: other).codes == ["NOT_FOUND"])
            let (_, root) = try await atlas.register("root@example.org", role: .admin)
            let host = try await atlas.ask(
                "{ labHost { runtime reason maximum limits { name keptBy } missing { program labs } runs { userId status { status } } } }",
                token: root
            )
            #expect(try host.string("labHost", "runtime") == "memory")
            #expect(try host.string("labHost", "runs", 0, "userId") == ada)
            _ = try await atlas.ask(fields[11], token: token)
        }
    }
}
