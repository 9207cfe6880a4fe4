import Foundation
import Synchronization

/// A Messages API on loopback: checks every request as the service would, and speaks its documented stream.
///
/// Source: Anthropic's API reference, "Messages", "Streaming messages", "Search results", "Errors".
public final class ClaudeDouble: Sendable {
    /// The one key that is accepted.
    public static let key = "sk-ant-double-0123456789abcdef"

    /// What is answered.
    public enum Reply: Sendable {
        /// Blocks, streamed piece by piece; `stop` is a `stop_reason`.
        case answer([Block], stop: String = "end_turn")
        /// The stream, step by step.
        case stream([Step])
        /// A status that is no success. `details` is JSON.
        case refusal(Int, type: String, message: String = "", headers: [(String, String)] = [], details: String? = nil)
        /// Nothing, until the client goes.
        case silence
    }

    /// A block of an answer.
    public enum Block: Sendable {
        /// Words that rest on records, given by their place among all records of the request.
        case text(String, citing: [Int] = [])
        /// A call of a tool; `input` is JSON.
        case tool(id: String, name: String, input: String)
    }

    /// A step of a stream.
    public enum Step: Sendable {
        /// An event; `json` without its `type`.
        case event(String, String = "")
        /// Bytes as they are.
        case raw(String)
        /// Waits for a signal.
        case wait(TestSignal)
        /// Closes the connection.
        case cut
        /// Waits until the client goes.
        case hang
    }

    /// Tokens that answers are said to have cost.
    public static let usage = (input: 100, output: 20, cacheWritten: 1_000, cacheRead: 2_000)

    private struct State {
        var questions: [ClaudeQuestion] = []
        var violations: [String] = []
    }

    private let http: HTTPDouble
    private let state: Box

    /// Where it listens.
    public var url: String { http.url }
    /// What was asked, in order.
    public var questions: [ClaudeQuestion] { state.value.withLock(\.questions) }
    /// What was wrong with requests; such requests were answered with 400 or 401.
    public var violations: [String] { state.value.withLock(\.violations) }
    /// Fires when a client has closed a connection on which an answer was being given.
    public var clientLeft: TestSignal { state.left }

    private final class Box: Sendable {
        let value = Mutex(State())
        let left = TestSignal()
    }

    private init(_ http: HTTPDouble, _ state: Box) {
        self.http = http
        self.state = state
    }

    /// Runs `body` with a double.
    ///
    /// - Parameter reply: What is answered to the question and its number, from 1.
    public static func run<Result: Sendable>(
        _ reply: @escaping @Sendable (ClaudeQuestion, Int) async throws -> Reply,
        _ body: (ClaudeDouble) async throws -> Result
    ) async throws -> Result {
        let state = Box()
        return try await HTTPDouble.run { question, exchange in
            let asked = ClaudeQuestion(question)
            let number = state.value.withLock { state in
                state.questions.append(asked)
                state.violations += asked.violations
                return state.questions.count
            }
            guard question.headers["x-api-key"] == key else {
                return try await refuse(401, "authentication_error", "invalid x-api-key", [], nil, exchange)
            }
            if let violation = asked.violations.first {
                return try await refuse(400, "invalid_request_error", violation, [], nil, exchange)
            }
            try await Self.answer(try await reply(asked, number), asked, exchange, state)
        } _: { http in
            try await body(ClaudeDouble(http, state))
        }
    }

    /// As `run`, with one reply after the other; the last one is repeated.
    public static func run<Result: Sendable>(
        _ replies: [Reply],
        _ body: (ClaudeDouble) async throws -> Result
    ) async throws -> Result {
        try await run({ _, number in replies[min(number, replies.count) - 1] }, body)
    }

    /// Cites every record with its first sentence; without records it says that it knows nothing.
    public static func quoting(_ question: ClaudeQuestion, _ number: Int) -> Reply {
        let blocks = question.records.enumerated().map { place, record in
            Block.text(record.text.split(separator: ".").first.map { "\($0). " } ?? record.title, citing: [place])
        }
        return .answer(blocks.isEmpty ? [.text("I have nothing to go by.")] : blocks)
    }

    // MARK: Answering

    private static func answer(
        _ reply: Reply,
        _ question: ClaudeQuestion,
        _ exchange: HTTPDouble.Exchange,
        _ state: Box
    ) async throws {
        switch reply {
        case .refusal(let status, let type, let message, let headers, let details):
            try await refuse(status, type, message, headers, details, exchange)
        case .silence:
            await exchange.closed()
            state.left.fire()
        case .answer(let blocks, let stop):
            try await stream(steps(blocks, stop, question.records), exchange, state)
        case .stream(let steps): try await stream(steps, exchange, state)
        }
    }

    private static func stream(_ steps: [Step], _ exchange: HTTPDouble.Exchange, _ state: Box) async throws {
        do {
            try await exchange.head(200, [("content-type", "text/event-stream"), ("request-id", "req_double")])
            for step in steps {
                switch step {
                case .event(let name, let json): try await exchange.send(Array(event(name, json).utf8))
                case .raw(let text): try await exchange.send(Array(text.utf8))
                case .wait(let signal): await signal.wait()
                case .cut: return exchange.cut()
                case .hang:
                    await exchange.closed()
                    return state.left.fire()
                }
            }
            try await exchange.end()
        } catch {
            state.left.fire()
            throw error
        }
    }

    private static func refuse(
        _ status: Int,
        _ type: String,
        _ message: String,
        _ headers: [(String, String)],
        _ details: String?,
        _ exchange: HTTPDouble.Exchange
    ) async throws {
        let more = details.map { ",\"details\":\($0)" } ?? ""
        let error = "{\"type\":\(quoted(type)),\"message\":\(quoted(message))\(more)}"
        try await exchange.reply(
            status,
            headers + [("content-type", "application/json"), ("request-id", "req_double")],
            "{\"type\":\"error\",\"error\":\(error),\"request_id\":\"req_double\"}"
        )
    }

    // MARK: The stream

    /// An event as it stands in the stream.
    public static func event(_ name: String, _ json: String = "") -> String {
        "event: \(name)\ndata: {\"type\":\(quoted(name))\(json.isEmpty ? "" : ",\(json)")}\n\n"
    }

    /// The event that begins an answer.
    public static let start = Step.event(
        "message_start",
        """
        "message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-double",\
        "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":\(usage.input),"output_tokens":1,\
        "cache_creation_input_tokens":\(usage.cacheWritten),"cache_read_input_tokens":\(usage.cacheRead)}}
        """
    )

    /// The events that end an answer.
    public static func end(_ stop: String = "end_turn") -> [Step] {
        let delta = "\"delta\":{\"stop_reason\":\(quoted(stop)),\"stop_sequence\":null}"
        return [
            .event("message_delta", "\(delta),\"usage\":{\"output_tokens\":\(usage.output)}"), .event("message_stop"),
        ]
    }

    /// The events of a block of words, in pieces.
    public static func words(_ pieces: [String], at index: Int = 0) -> [Step] {
        [.event("content_block_start", "\"index\":\(index),\"content_block\":{\"type\":\"text\",\"text\":\"\"}")]
            + pieces.map { .event("content_block_delta", textDelta($0, index)) }
            + [.event("content_block_stop", "\"index\":\(index)")]
    }

    private static func textDelta(_ text: String, _ index: Int) -> String {
        "\"index\":\(index),\"delta\":{\"type\":\"text_delta\",\"text\":\(quoted(text))}"
    }

    private static func steps(_ blocks: [Block], _ stop: String, _ records: [ClaudeQuestion.Record]) -> [Step] {
        var steps: [Step] = [start, .event("ping")]
        for (index, block) in blocks.enumerated() {
            switch block {
            case .text(let text, let citing):
                var events = words(pieces(text), at: index)
                let citations = citing.map { Step.event("content_block_delta", citation($0, index, records)) }
                events.insert(contentsOf: citations, at: events.count - 1)
                steps += events
            case .tool(let id, let name, let input):
                let start = "{\"type\":\"tool_use\",\"id\":\(quoted(id)),\"name\":\(quoted(name)),\"input\":{}}"
                steps.append(.event("content_block_start", "\"index\":\(index),\"content_block\":\(start)"))
                for piece in [""] + pieces(input) {
                    let delta = "{\"type\":\"input_json_delta\",\"partial_json\":\(quoted(piece))}"
                    steps.append(.event("content_block_delta", "\"index\":\(index),\"delta\":\(delta)"))
                }
                steps.append(.event("content_block_stop", "\"index\":\(index)"))
            }
        }
        return steps + end(stop)
    }

    private static func citation(_ place: Int, _ index: Int, _ records: [ClaudeQuestion.Record]) -> String {
        let record = records.indices.contains(place) ? records[place] : ClaudeQuestion.Record("", "", "")
        return """
            "index":\(index),"delta":{"type":"citations_delta","citation":{"type":"search_result_location",\
            "cited_text":\(quoted(record.text)),"source":\(quoted(record.source)),"title":\(quoted(record.title)),\
            "search_result_index":\(place),"start_block_index":0,"end_block_index":1}}
            """
    }

    /// Words one by one, with their spaces.
    private static func pieces(_ text: String) -> [String] {
        text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map { $0 == 0 ? "\($1)" : " \($1)" }
    }

    /// A text as JSON.
    public static func quoted(_ text: String) -> String {
        let json = try? JSONSerialization.data(withJSONObject: [text], options: .withoutEscapingSlashes)
        return String(decoding: (json ?? Data("[\"\"]".utf8)).dropFirst().dropLast(), as: UTF8.self)
    }
}
