import AtlasPorts
import AtlasTestKit
import CloudEngines
import Testing

/// What a reader gets of answers that go well.
@Suite(.timeLimit(.minutes(2))) struct ClaudeAnswerTests {
    @Test func `words come with the records that they rest on`() async throws {
        let reply = ClaudeDouble.Reply.answer([.text("Sure. "), .text("It forgets the oldest.", citing: [1, 0])])
        try await ClaudeDouble.run([reply]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == nil)
            #expect(asked.text == "Sure. It forgets the oldest.")
            let rest = asked.events.filter { if case .text = $0 { false } else { true } }
            let cost = ModelUsage(input: 100, output: 20, cacheWritten: 1_000, cacheRead: 2_000)
            #expect(
                rest == [
                    .counted(ModelUsage(input: 100, output: 1, cacheWritten: 1_000, cacheRead: 2_000)), .block, .block,
                    .citation(record: "diagram/cache/node/cache", quote: "RECORD-B forgets the oldest."),
                    .citation(record: "diagram/cache/node/db", quote: "RECORD-A keeps every row."),
                    .finished(.complete, cost),
                ]
            )
            #expect(double.violations == [])
        }
    }

    @Test func `records stand in search results only, and only the instructions are cached`() async throws {
        try await ClaudeDouble.run([.answer([.text("Yes.")])]) { double in
            var request = ModelRequest.example
            request.messages[0] = ModelMessage(
                .user,
                request.messages[0].parts + [.record(id: "x", title: "", text: "")]
            )
            _ = try await Asked(try double.model(), request)
            #expect(double.violations == [])
            let question = try #require(double.questions.first)
            #expect(question.system == ["You are a tutor.", "Give a hint."])
            let system = try #require(question.object["system"] as? [[String: Any]])
            #expect(system.map { $0["cache_control"] != nil } == [true, false])
            #expect(question.records.map(\.source) == ["diagram/cache/node/db", "diagram/cache/node/cache", "x"])
            #expect(!question.textsOutsideRecords.joined().contains("RECORD-"))
            #expect(question.textsOutsideRecords.contains("What does the cache do?"))
            #expect(!String(decoding: question.http.body, as: UTF8.self).contains(ClaudeDouble.key))
            #expect(question.object["max_tokens"] as? Int == 500)
            #expect((question.object["metadata"] as? [String: Any])?["user_id"] as? String == "u1")
        }
    }

    @Test func `a tool is called, and what it found is cited`() async throws {
        let replies: [ClaudeDouble.Reply] = [
            .answer([.tool(id: "t1", name: "search", input: "{\"words\": \"lease \\u00e9\"}")], stop: "tool_use"),
            .answer([.text("Leases end.", citing: [1])]),
        ]
        try await ClaudeDouble.run(replies) { double in
            let schema = "{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"string\"}}}"
            var request = ModelRequest.example
            request.messages = [ModelMessage(.user, [.record(id: "a", title: "A", text: "a."), .text("Leases?")])]
            request.tools = [ModelTool(name: "search", description: "Finds records.", inputSchema: schema)]
            let model = try double.model()
            let first = try await Asked(model, request)
            #expect(first.finished?.stop == .toolCall)
            let input = "{\"words\": \"lease \\u00e9\"}"
            #expect(first.events.contains(.toolCall(id: "t1", name: "search", input: input)))
            request.messages += [
                ModelMessage(.assistant, [.toolCall(id: "t1", name: "search", input: input)]),
                ModelMessage(
                    .user,
                    [
                        .text("Go on."),
                        .toolResult(id: "t1", parts: [.record(id: "b", title: "B", text: "b.")], isError: false),
                    ]
                ),
            ]
            let second = try await Asked(model, request)
            #expect(second.events.contains(.citation(record: "b", quote: "b.")))
            request.mayCall = false
            _ = try await Asked(model, request)
            #expect(double.violations == [])
            let choices = double.questions.map { ($0.object["tool_choice"] as? [String: Any])?["type"] as? String }
            #expect(choices == [nil, nil, "none"])
            let isKept = double.questions.map { question in
                let messages = question.object["messages"] as? [[String: Any]]
                let blocks = messages?.last?["content"] as? [[String: Any]]
                return blocks?.last?["cache_control"] != nil
            }
            #expect(isKept == [false, true, false], "what was found is kept while more may be asked for")
            #expect(double.questions.allSatisfy { ($0.object["tools"] as? [Any])?.count == 1 })
        }
    }

    @Test func `words arrive as they are written`() async throws {
        let next = TestSignal()
        let steps: [ClaudeDouble.Step] =
            [ClaudeDouble.start] + ClaudeDouble.words(["One", " two"]).dropLast(2) + [.wait(next)]
            + ClaudeDouble.words(["One", " two"]).suffix(2) + ClaudeDouble.end()
        try await ClaudeDouble.run([.stream(Array(steps))]) { double in
            var text = ""
            for try await event in try double.model().answer(.example) {
                guard case .text(let words) = event else { continue }
                text += words
                // Without this, the double would say no more.
                if text == "One" { next.fire() }
            }
            #expect(text == "One two")
        }
    }

    @Test func `pings and whatever else the future brings are passed over`() async throws {
        let steps: [ClaudeDouble.Step] =
            [
                .raw(": a comment\n\n"), ClaudeDouble.start, .event("ping"), .event("message_moon", "\"phase\":3"),
                .raw("event: other\ndata: no JSON\n\n"),
                .event(
                    "content_block_start",
                    "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}"
                ),
                .event(
                    "content_block_delta",
                    "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"
                ),
                .event("content_block_stop", "\"index\":0"),
            ] + ClaudeDouble.words(["Fine."], at: 1) + ClaudeDouble.end("stop_sequence")
        try await ClaudeDouble.run([.stream(steps)]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.text == "Fine.")
            #expect(asked.finished?.stop == .complete)
        }
    }

    @Test(arguments: [
        ("end_turn", ModelStop.complete), ("stop_sequence", .complete), ("refusal", .refusal), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("pause_turn", .length), ("of_the_future", .length),
    ])
    func `the reason of the end is told`(_ reason: String, _ stop: ModelStop) async throws {
        try await ClaudeDouble.run([.answer([.text("So.")], stop: reason)]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.finished?.stop == stop)
        }
    }

    @Test func `a tool's input that the limit of tokens cut off is not given`() async throws {
        let reply = { ClaudeDouble.Reply.answer([.tool(id: "t", name: "search", input: "{\"words\": \"le")], stop: $0) }
        try await ClaudeDouble.run([reply("max_tokens"), reply("tool_use")]) { double in
            let cut = try await Asked(try double.model(), .example)
            #expect(cut.finished?.stop == .length)
            #expect(!cut.events.contains { if case .toolCall = $0 { true } else { false } })
            let wrong = try await Asked(try double.model(), .example)
            #expect(wrong.problem == .malformed("a tool's input is no JSON object"))
        }
    }

    @Test func `an answer that is too long is cut, counted, and no longer listened to`() async throws {
        let words = String(repeating: "Zwölf ", count: 2_000)
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(Array(repeating: words, count: 20)).dropLast() + [.hang]
        try await ClaudeDouble.run([.stream(Array(steps))]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.problem == nil)
            #expect(asked.finished?.stop == .length)
            #expect(asked.text.utf8.count <= ModelLimits.answerBytes)
            #expect(asked.text.utf8.count > ModelLimits.answerBytes - 8)
            #expect(try #require(asked.finished).usage.output >= ModelLimits.answerBytes / 4 - 2)
            await double.clientLeft.wait()
        }
    }

    @Test func `a citation of something that was not sent is dropped`() async throws {
        try await ClaudeDouble.run([.answer([.text("So.", citing: [7])])]) { double in
            let asked = try await Asked(try double.model(), .example)
            #expect(asked.text == "So.")
            #expect(!asked.events.contains { if case .citation = $0 { true } else { false } })
        }
    }

    @Test func `a connection serves one question after the other`() async throws {
        try await ClaudeDouble.run({ ClaudeDouble.quoting($0, $1) }) { double in
            let model = try double.model()
            for _ in 0..<3 {
                let asked = try await Asked(model, .example)
                #expect(asked.text == "RECORD-A keeps every row. RECORD-B forgets the oldest. ")
                #expect(asked.finished?.stop == .complete)
            }
        }
    }
}
