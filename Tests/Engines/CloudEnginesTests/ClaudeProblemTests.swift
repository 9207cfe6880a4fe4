import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Foundation
import Synchronization
import Testing

/// What a reader gets of answers that do not go well.
@Suite(.timeLimit(.minutes(2))) struct ClaudeProblemTests {
    private static let good = ClaudeDouble.Reply.answer([.text("Yes.")])

    @Test(arguments: [
        (401, "authentication_error", ModelProblem.unauthorized), (403, "permission_error", .unauthorized),
        (402, "billing_error", .spent), (400, "invalid_request_error", .refused(status: 400, "too bad")),
        (404, "not_found_error", .refused(status: 404, "too bad")),
        (413, "request_too_large", .refused(status: 413, "too bad")),
    ])
    func `what will not change is not asked again`(_ status: Int, _ type: String, _ problem: ModelProblem) async throws
    {
        try await ClaudeDouble.run([.refusal(status, type: type, message: "too\n bad")]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == problem)
            #expect(double.questions.count == 1)
            #expect(asked.events == [])
        }
    }

    @Test func `a wrong key is refused and shown nowhere`() async throws {
        try await ClaudeDouble.run([Self.good]) { double in
            let settings = try ClaudeSettings(key: "sk-wrong-key", address: double.url)
            let asked = try await Asked(ClaudeModel(settings), .example)
            #expect(asked.problem == .unauthorized)
            var dumped = ""
            dump(settings, to: &dumped)
            for text in [dumped, "\(settings)", String(reflecting: settings), "\(settings.key)"] {
                #expect(!text.contains("wrong"))
            }
        }
    }

    @Test func `words of the service that quote the key are cut`() async throws {
        let reply = ClaudeDouble.Reply.refusal(400, type: "invalid_request_error", message: "no \(ClaudeDouble.key)!")
        try await ClaudeDouble.run([reply]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == .refused(status: 400, "no (hidden)!"))
        }
    }

    @Test(arguments: [
        (500, "api_error", ModelProblem.failed(status: 500)), (529, "overloaded_error", .overloaded),
        (504, "timeout_error", .failed(status: 504)), (429, "rate_limit_error", .rateLimited(retryAfter: nil)),
        (408, "timeout_error", .refused(status: 408, "")), (409, "conflict", .refused(status: 409, "")),
    ])
    func `what may change is asked three times`(_ status: Int, _ type: String, _ problem: ModelProblem) async throws {
        let pauses = Pauses()
        try await ClaudeDouble.run([.refusal(status, type: type)]) { double in
            let asked = try await Asked(try double.model(pauses), .example)
            #expect(asked.problem == problem)
            #expect(double.questions.count == ModelLimits.attempts)
            #expect(asked.events == [.waiting(.milliseconds(500), problem), .waiting(.seconds(1), problem)])
            #expect(pauses.all == [.milliseconds(500), .seconds(1)])
        }
    }

    @Test(arguments: [
        ([("retry-after-ms", "1500"), ("retry-after", "9")], Duration.milliseconds(1_500)),
        ([("retry-after", "7")], .seconds(7)),
        ([("retry-after", "Tue, 14 Nov 2023 22:13:25 GMT")], .seconds(5)),
        ([("retry-after", "soon")], .milliseconds(500)), ([("retry-after", "-3")], .milliseconds(500)),
    ])
    func `the service's advice is followed`(_ headers: [(String, String)], _ wait: Duration) async throws {
        let pauses = Pauses()
        try await ClaudeDouble.run([.refusal(429, type: "rate_limit_error", headers: headers), Self.good]) { double in
            let asked = try await Asked(try double.model(pauses), .example)
            #expect(asked.text == "Yes.")
            #expect(pauses.all == [wait])
        }
    }

    @Test func `advice to wait for longer than a minute ends it, and is passed on`() async throws {
        let reply = ClaudeDouble.Reply.refusal(429, type: "rate_limit_error", headers: [("retry-after", "3600")])
        try await ClaudeDouble.run([reply]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == .rateLimited(retryAfter: .seconds(3_600)))
            #expect(double.questions.count == 1)
        }
    }

    @Test func `an account without money is not asked again`() async throws {
        let details = "{\"error_code\":\"enforced_spend_limit_reached\"}"
        try await ClaudeDouble.run([.refusal(429, type: "rate_limit_error", details: details)]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == .spent)
            #expect(double.questions.count == 1)
        }
    }

    @Test func `the service may forbid and demand another try`() async throws {
        let replies: [ClaudeDouble.Reply] = [
            .refusal(400, type: "invalid_request_error", headers: [("x-should-retry", "true")]),
            .refusal(500, type: "api_error", headers: [("x-should-retry", "false")]),
        ]
        try await ClaudeDouble.run(replies) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == .failed(status: 500))
            #expect(double.questions.count == 2)
        }
    }

    @Test func `an answer that is cut within a block keeps its words and its cost`() async throws {
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(["Half an", " answer "]).dropLast() + [.cut]
        try await ClaudeDouble.run([.stream(Array(steps)), Self.good]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.text == "Half an answer ")
            #expect(asked.problem == .cut)
            #expect(double.questions.count == 1)
            #expect(asked.counted == ModelUsage(input: 100, output: 4, cacheWritten: 1_000, cacheRead: 2_000))
        }
    }

    @Test func `an answer that is cut before its first word is asked for again, and both are paid`() async throws {
        let steps: [ClaudeDouble.Step] = [ClaudeDouble.start, .cut]
        try await ClaudeDouble.run([.stream(steps), Self.good]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.text == "Yes.")
            #expect(asked.events.contains(.waiting(.milliseconds(500), .cut)))
            #expect(asked.finished?.usage == ModelUsage(input: 200, output: 21, cacheWritten: 2_000, cacheRead: 4_000))
        }
    }

    @Test func `an error within the stream ends it, or begins it again before the first word`() async throws {
        let error = ClaudeDouble.Step.event(
            "error",
            "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}"
        )
        let late = [ClaudeDouble.start] + ClaudeDouble.words(["Half"]).dropLast() + [error]
        try await ClaudeDouble.run([.stream([ClaudeDouble.start, error]), .stream(Array(late)), Self.good]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.events.contains(.waiting(.milliseconds(500), .overloaded)))
            #expect(asked.text == "Half")
            #expect(asked.problem == .overloaded)
            #expect(double.questions.count == 2)
        }
    }

    @Test func `counts that cannot be are not added up`() async throws {
        let most = 100_000_000
        let start = ClaudeDouble.Step.event(
            "message_start",
            "\"message\":{\"usage\":{\"input_tokens\":\(Int.max),\"output_tokens\":-5,\"cache_read_input_tokens\":\(Int.max)}}"
        )
        try await ClaudeDouble.run([.stream([start, .cut]), Self.good]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.text == "Yes.")
            let usage = try #require(asked.finished?.usage)
            #expect(usage.input == most + 100 && usage.cacheRead == most + 2_000 && usage.output == 20)
            #expect(usage.total == 2 * most + 100 + 2_000 + 1_000 + 20)
            #expect(ModelUsage(input: .max, output: 1, cacheRead: .max).total == .max)
        }
    }

    @Test(arguments: [
        ("data: {\"type\":\"message_start\",\n\n", "an event cannot be read"),
        ("data: []\n\n", "an event cannot be read"),
        ("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", "an answer without its beginning"),
        ("data: " + String(repeating: "x", count: 1_100_000), "a line of more than 1048576 bytes"),
    ])
    func `what is no answer is called so`(_ text: String, _ words: String) async throws {
        try await ClaudeDouble.run([.stream([.raw(text)])]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == .malformed(words))
            #expect(double.questions.count == 1)
        }
    }

    @Test func `a service that says nothing is given up`() async throws {
        let timeouts = CloudTimeouts(connect: .seconds(5), idle: .milliseconds(50), total: .seconds(30))
        try await ClaudeDouble.run([.silence]) { double in
            let asked = try await Asked(try double.model(timeouts: timeouts), .example)
            #expect(asked.problem == .timedOut)
            #expect(double.questions.count == ModelLimits.attempts)
            await double.clientLeft.wait()
        }
    }

    @Test func `a service that stops in the middle is given up`() async throws {
        let timeouts = CloudTimeouts(connect: .seconds(5), idle: .milliseconds(50), total: .seconds(30))
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(["Half"]).dropLast() + [.hang]
        try await ClaudeDouble.run([.stream(Array(steps))]) { double in
            let asked = try await Asked(try double.model(timeouts: timeouts), .example)
            // On a busy machine even the first bytes may be late; then nothing was said, three times.
            #expect(asked.problem == .timedOut)
            await double.clientLeft.wait()
        }
    }

    @Test func `a service that takes too long in all is given up`() async throws {
        let timeouts = CloudTimeouts(connect: .seconds(5), idle: .seconds(30), total: .milliseconds(100))
        try await ClaudeDouble.run([.silence]) { double in
            let asked = try await Asked(try double.model(timeouts: timeouts), .example)
            #expect(asked.problem == .timedOut)
        }
    }

    @Test func `who stops reading closes the connection`() async throws {
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(["One"]).dropLast() + [.hang]
        try await ClaudeDouble.run([.stream(Array(steps))]) { double in
            let model = try double.model()
            for try await event in model.answer(.example) {
                if case .text = event { break }
            }
            await double.clientLeft.wait()
        }
    }

    @Test func `a task that is cancelled closes the connection`() async throws {
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(["One"]).dropLast() + [.hang]
        try await ClaudeDouble.run([.stream(Array(steps))]) { double in
            let model = try double.model()
            let began = TestSignal()
            let task = Task {
                for try await event in model.answer(.example) {
                    if case .text = event { began.fire() }
                }
            }
            await began.wait()
            task.cancel()
            await double.clientLeft.wait()
            _ = await task.result
        }
    }

    @Test func `where nobody listens there is no connection`() async throws {
        let pauses = Pauses()
        let url = try await HTTPDouble.run({ _, _ in }, { $0.url })
        let settings = try ClaudeSettings(key: "k", address: url)
        let asked = try await Asked(ClaudeModel(settings, retries: pauses.retries()), .example)
        #expect(asked.problem == .unreachable)
        #expect(pauses.all.count == ModelLimits.attempts - 1)
    }

    @Test(arguments: [
        "http://example.com", "ftp://127.0.0.1", "https://u:p@example.com", "example.com", "http://127.1:80",
    ])
    func `an address that would give the key away is refused`(_ address: String) {
        #expect(throws: AtlasError.self) { try ClaudeSettings(key: "k", address: address) }
    }

    @Test(arguments: ["https://api.anthropic.com", "http://localhost:1", "http://127.8.0.1:1/a/", "http://[::1]:2"])
    func `addresses over TLS or on this machine are taken`(_ address: String) throws {
        _ = try ClaudeSettings(key: " k\n", address: address)
    }

    @Test func `a request that is too large is refused here`() async throws {
        try await ClaudeDouble.run([Self.good]) { double in
            var request = ModelRequest.example
            request.messages = [ModelMessage(.user, [.text(String(repeating: "x", count: ModelLimits.requestBytes))])]
            let large = try await Asked(try double.model(), request)
            #expect(large.problem == .refused(status: 413, "more than 524288 bytes"))
            request.messages = [ModelMessage(.assistant, [.text("Hello.")])]
            let wrong = try await Asked(try double.model(), request)
            #expect(wrong.problem == .refused(status: 400, "the exchange does not begin with the learner"))
            #expect(double.questions.isEmpty)
        }
    }
}
