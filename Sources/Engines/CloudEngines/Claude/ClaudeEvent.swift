import Foundation

/// An event of the Messages API's stream, as far as it is read.
///
/// Source: Anthropic's API reference, "Streaming messages". Events, blocks and deltas of other kinds are `.other`.
enum ClaudeEvent {
    case start(ClaudeUsage)
    case blockStart(index: Int, ClaudeBlock)
    case text(index: Int, String)
    case input(index: Int, String)
    case citation(index: Int, ClaudeCitation)
    case blockStop(index: Int)
    case delta(stop: String?, ClaudeUsage)
    case stop
    case error(ServiceError)
    case other

    private static let names: Set<String> = [
        "", "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
        "message_stop", "error",
    ]

    /// - Throws: `DecodingError` if a known event does not look as it should.
    init(_ event: EventStreamParser.Event) throws {
        guard Self.names.contains(event.name) else {
            self = .other
            return
        }
        let decoder = JSONDecoder()
        let data = Data(event.data)
        switch try decoder.decode(Kind.self, from: data).type {
        case "message_start": self = .start(try decoder.decode(Start.self, from: data).message.usage ?? ClaudeUsage())
        case "content_block_start":
            let start = try decoder.decode(BlockStart.self, from: data)
            self = .blockStart(index: start.index, start.block)
        case "content_block_delta": self = try Self.delta(decoder, data)
        case "content_block_stop": self = .blockStop(index: try decoder.decode(Place.self, from: data).index)
        case "message_delta":
            let delta = try decoder.decode(MessageDelta.self, from: data)
            self = .delta(stop: delta.delta.reason, delta.usage ?? ClaudeUsage())
        case "message_stop": self = .stop
        case "error": self = .error(try decoder.decode(Failure.self, from: data).error)
        default: self = .other
        }
    }

    private static func delta(_ decoder: JSONDecoder, _ data: Data) throws -> ClaudeEvent {
        let index = try decoder.decode(Place.self, from: data).index
        switch try decoder.decode(Delta<Kind>.self, from: data).delta.type {
        case "text_delta": return .text(index: index, try decoder.decode(Delta<Text>.self, from: data).delta.text)
        case "input_json_delta":
            return .input(index: index, try decoder.decode(Delta<Input>.self, from: data).delta.json)
        case "citations_delta":
            return .citation(index: index, try decoder.decode(Delta<Cited>.self, from: data).delta.citation)
        default: return .other
        }
    }

    private struct Kind: Decodable { let type: String }
    private struct Place: Decodable { let index: Int }
    private struct Start: Decodable { let message: Message }
    private struct Message: Decodable { let usage: ClaudeUsage? }
    private struct Delta<Content: Decodable>: Decodable { let delta: Content }
    private struct Text: Decodable { let text: String }
    private struct Cited: Decodable { let citation: ClaudeCitation }
    private struct Failure: Decodable { let error: ServiceError }

    private struct Input: Decodable {
        let json: String

        private enum CodingKeys: String, CodingKey { case json = "partial_json" }
    }

    private struct BlockStart: Decodable {
        let index: Int
        let block: ClaudeBlock

        private enum CodingKeys: String, CodingKey { case index, block = "content_block" }
    }

    private struct MessageDelta: Decodable {
        struct Reason: Decodable {
            let reason: String?

            private enum CodingKeys: String, CodingKey { case reason = "stop_reason" }
        }

        let delta: Reason
        let usage: ClaudeUsage?
    }
}

/// How a block begins.
struct ClaudeBlock: Decodable {
    let type: String
    let id: String?
    let name: String?
    let text: String?
}

/// A place that words rest on.
struct ClaudeCitation: Decodable {
    let type: String
    let index: Int?
    let source: String?
    let text: String?

    private enum CodingKeys: String, CodingKey {
        case type, source
        case index = "search_result_index"
        case text = "cited_text"
    }
}

/// What is counted; each count is that of the whole answer so far.
struct ClaudeUsage: Decodable {
    var input: Int?
    var output: Int?
    var cacheWritten: Int?
    var cacheRead: Int?

    private enum CodingKeys: String, CodingKey {
        case input = "input_tokens"
        case output = "output_tokens"
        case cacheWritten = "cache_creation_input_tokens"
        case cacheRead = "cache_read_input_tokens"
    }
}
