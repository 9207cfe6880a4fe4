import AtlasPorts
import Foundation

/// A question as the Messages API takes it.
///
/// What records and people say goes into the messages only: records as `search_result` blocks with citations, never into
/// `system`. The standing instructions come first and are marked for the cache, with the tools before them; the move after
/// them is not. Where results of tools are sent and more may be asked for, everything up to them is marked as well: most of
/// the next request is the same again, and long enough to be cached. Source: Anthropic's API reference, "Messages", "Search results", "Prompt caching".
struct ClaudeRequest: Sendable {
    let body: [UInt8]
    /// The ids of the records, in the order of their blocks: what `search_result_index` counts.
    let records: [String]

    /// - Throws: `ModelProblem.refused` with 413 or 400, as the service would.
    init(_ request: ModelRequest, model: String) throws(ModelProblem) {
        guard request.messages.count <= ModelLimits.messages else {
            throw .refused(status: 413, "more than \(ModelLimits.messages) messages")
        }
        guard request.messages.first?.role == .user else {
            throw .refused(status: 400, "the exchange does not begin with the learner")
        }
        var messages: [JSONText] = []
        var records: [String] = []
        for (position, message) in request.messages.enumerated() {
            var blocks = try Self.blocks(message, &records)
            guard !blocks.isEmpty else { continue }
            if request.mayCall, position == request.messages.count - 1, message.hasResults {
                blocks[blocks.count - 1] = Self.cached(blocks[blocks.count - 1])
            }
            messages.append(.object([("role", .string(message.role.rawValue)), ("content", .array(blocks))]))
        }
        var fields: [(String, JSONText)] = [
            ("model", .string(model)), ("max_tokens", .number(max(request.maximumTokens, 1))),
            ("stream", .boolean(true)), ("metadata", .object([("user_id", .string(request.userKey))])),
        ]
        let tools = try request.tools.map { tool throws(ModelProblem) in try Self.tool(tool) }
        if !tools.isEmpty {
            fields.append(("tools", .array(tools)))
            // Tools that were called have to stay in the request, and they are the beginning of what is cached.
            if !request.mayCall { fields.append(("tool_choice", .object([("type", .string("none"))]))) }
        }
        let system = Self.system(request)
        if !system.isEmpty { fields.append(("system", .array(system))) }
        fields.append(("messages", .array(messages)))
        self.records = records
        body = JSONText.object(fields).bytes
        guard body.count <= ModelLimits.requestBytes else {
            throw .refused(status: 413, "more than \(ModelLimits.requestBytes) bytes")
        }
    }

    private static func system(_ request: ModelRequest) -> [JSONText] {
        var blocks: [JSONText] = []
        if !isBlank(request.instructions) {
            blocks.append(cached(text(request.instructions)))
        }
        if !isBlank(request.move) { blocks.append(text(request.move)) }
        return blocks
    }

    private static func tool(_ tool: ModelTool) throws(ModelProblem) -> JSONText {
        .object([
            ("name", .string(tool.name)), ("description", .string(tool.description)),
            ("input_schema", try object(tool.inputSchema, "the schema of \(tool.name)")),
        ])
    }

    /// The service wants results of tools before anything else in their turn.
    private static func blocks(_ message: ModelMessage, _ records: inout [String]) throws(ModelProblem) -> [JSONText] {
        var (results, others): ([JSONText], [JSONText]) = ([], [])
        let isResult = { (part: ModelMessage.Part) -> Bool in if case .toolResult = part { true } else { false } }
        // In the order in which the blocks will stand, because their places are counted.
        for part in message.parts.filter(isResult) + message.parts.filter({ !isResult($0) }) {
            switch (part, message.role) {
            case (.text(let words), _): if !isBlank(words) { others.append(text(words)) }
            case (.record(let id, let title, let words), .user):
                others.append(record(id, title, words))
                records.append(id)
            case (.toolCall(let id, let name, let input), .assistant):
                others.append(
                    .object([
                        ("type", .string("tool_use")), ("id", .string(id)), ("name", .string(name)),
                        ("input", try object(input, "the input of \(name)")),
                    ])
                )
            case (.toolResult(let id, let parts, let isError), .user):
                results.append(try result(id, parts, isError, &records))
            default: throw .refused(status: 400, "a part stands in the turn of the wrong side")
            }
        }
        return results + others
    }

    private static func result(
        _ id: String,
        _ parts: [ModelMessage.Part],
        _ isError: Bool,
        _ records: inout [String]
    ) throws(ModelProblem) -> JSONText {
        var content: [JSONText] = []
        for part in parts {
            switch part {
            case .text(let words): if !isBlank(words) { content.append(text(words)) }
            case .record(let id, let title, let words):
                content.append(record(id, title, words))
                records.append(id)
            case .toolCall, .toolResult: throw .refused(status: 400, "a tool's result holds another tool's part")
            }
        }
        let fields: [(String, JSONText)] = [
            ("type", .string("tool_result")), ("tool_use_id", .string(id)), ("is_error", .boolean(isError)),
        ]
        return .object(content.isEmpty ? fields : fields + [("content", .array(content))])
    }

    private static func record(_ id: String, _ title: String, _ words: String) -> JSONText {
        // The service takes neither an empty title nor an empty text.
        let title = isBlank(title) ? id : title
        return .object([
            ("type", .string("search_result")), ("source", .string(id)), ("title", .string(title)),
            ("content", .array([text(isBlank(words) ? title : words)])),
            ("citations", .object([("enabled", .boolean(true))])),
        ])
    }

    private static func text(_ words: String) -> JSONText {
        .object([("type", .string("text")), ("text", .string(words))])
    }

    /// The block as the end of what the service keeps.
    private static func cached(_ block: JSONText) -> JSONText {
        guard case .object(let fields) = block else { return block }
        return .object(fields + [("cache_control", .object([("type", .string("ephemeral"))]))])
    }

    private static func isBlank(_ words: String) -> Bool { words.allSatisfy(\.isWhitespace) }

    private static func object(_ json: String, _ what: String) throws(ModelProblem) -> JSONText {
        guard isObject(json) else { throw .refused(status: 400, "\(what) is no JSON object") }
        return .raw(json)
    }

    static func isObject(_ json: String) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(json.utf8))) is [String: Any]
    }
}

extension ModelMessage {
    fileprivate var hasResults: Bool {
        parts.contains { part in if case .toolResult = part { true } else { false } }
    }
}
