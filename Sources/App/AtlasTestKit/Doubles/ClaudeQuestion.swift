import Foundation

/// A request to the double of the Messages API.
public struct ClaudeQuestion: Sendable {
    /// A `search_result` block.
    public struct Record: Sendable, Equatable {
        /// Its id.
        public let source: String
        /// Its title.
        public let title: String
        /// Its text.
        public let text: String

        init(_ source: String, _ title: String, _ text: String) {
            self.source = source
            self.title = title
            self.text = text
        }
    }

    /// The request.
    public let http: HTTPDouble.Question
    /// The records of all messages, in the order that citations count.
    public let records: [Record]
    /// Every text that does not stand in a record: instructions, turns, tools.
    public let textsOutsideRecords: [String]
    /// What the service would refuse.
    public let violations: [String]

    init(_ http: HTTPDouble.Question) {
        self.http = http
        var reader = Reader()
        reader.read(http)
        records = reader.records
        textsOutsideRecords = reader.texts
        violations = reader.violations
    }

    /// The body's JSON.
    public var object: [String: Any] { http.object }

    /// The texts of `system`, in order.
    public var system: [String] {
        (object["system"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
    }

    /// The messages.
    public var messages: [[String: Any]] { object["messages"] as? [[String: Any]] ?? [] }
}

/// Looks at every part of a request.
private struct Reader {
    private static let fields: Set<String> = [
        "model", "max_tokens", "messages", "system", "stream", "stop_sequences", "temperature", "top_p", "top_k",
        "tools",
        "tool_choice", "metadata", "thinking", "service_tier",
    ]

    var records: [ClaudeQuestion.Record] = []
    var texts: [String] = []
    var violations: [String] = []
    private var breakpoints = 0
    private var calls: Set<String> = []

    init() {}

    mutating func read(_ http: HTTPDouble.Question) {
        require(
            http.method == "POST" && http.path == "/v1/messages",
            "\(http.method) \(http.path) is not the Messages API"
        )
        require(http.headers["anthropic-version"] == "2023-06-01", "anthropic-version: header is required")
        require(http.headers["content-type"] == "application/json", "content-type has to be application/json")
        require(http.body.count <= 32 << 20, "the request is too large")
        let object = http.object
        for field in object.keys where !Self.fields.contains(field) {
            violations.append("\(field): Extra inputs are not permitted")
        }
        require((object["model"] as? String)?.isEmpty == false, "model: Field required")
        require((object["max_tokens"] as? Int ?? 0) >= 1, "max_tokens: Input should be greater than or equal to 1")
        require(object["stream"] as? Bool == true, "this double only streams")
        for block in object["system"] as? [[String: Any]] ?? [] { readText(block, "system") }
        for tool in object["tools"] as? [[String: Any]] ?? [] { readTool(tool) }
        let messages = object["messages"] as? [[String: Any]] ?? []
        require((1...100_000).contains(messages.count), "messages: at least one message is required")
        require(messages.first?["role"] as? String == "user", "messages: first message must use the \"user\" role")
        for message in messages { readMessage(message) }
        require(breakpoints <= 4, "A maximum of 4 blocks with cache_control may be provided.")
    }

    private mutating func require(_ holds: Bool, _ words: String) { if !holds { violations.append(words) } }

    private mutating func readTool(_ tool: [String: Any]) {
        let name = tool["name"] as? String ?? ""
        let isName = name.range(of: "^[a-zA-Z0-9_-]{1,128}$", options: .regularExpression) != nil
        require(isName, "tools: a name has to match ^[a-zA-Z0-9_-]{1,128}$")
        let schema = tool["input_schema"] as? [String: Any]
        require(schema?["type"] as? String == "object", "tools.input_schema.type: Input should be 'object'")
        texts += [name, tool["description"] as? String ?? ""]
    }

    private mutating func readMessage(_ message: [String: Any]) {
        let role = message["role"] as? String ?? ""
        require(role == "user" || role == "assistant", "messages: role has to be user or assistant")
        let content = message["content"] as? [[String: Any]] ?? []
        require(!content.isEmpty, "messages: content must be non-empty")
        var isPastResults = false
        for block in content {
            let type = block["type"] as? String ?? ""
            if type == "tool_result" {
                require(!isPastResults, "tool_result blocks have to come first")
            } else {
                isPastResults = true
            }
            switch (type, role) {
            case ("text", _): readText(block, "messages")
            case ("search_result", "user"): readRecord(block)
            case ("tool_use", "assistant"):
                calls.insert(block["id"] as? String ?? "")
                require(block["input"] is [String: Any], "tool_use.input: Input should be a valid dictionary")
            case ("tool_result", "user"): readResult(block)
            default: violations.append("messages: \(type) does not belong to \(role)")
            }
        }
    }

    private mutating func readResult(_ block: [String: Any]) {
        let id = block["tool_use_id"] as? String ?? ""
        require(calls.contains(id), "tool_result: unexpected tool_use_id \(id)")
        for part in block["content"] as? [[String: Any]] ?? [] {
            switch part["type"] as? String {
            case "text": readText(part, "tool_result")
            case "search_result": readRecord(part)
            default: violations.append("tool_result: a part of another kind")
            }
        }
    }

    private mutating func readText(_ block: [String: Any], _ place: String) {
        let text = block["text"] as? String ?? ""
        let isBlank = text.allSatisfy(\.isWhitespace)
        require(block["type"] as? String == "text" && !isBlank, "\(place): text content blocks must be non-empty")
        texts.append(text)
        if let control = block["cache_control"] as? [String: Any] {
            breakpoints += 1
            require(control["type"] as? String == "ephemeral", "cache_control.type: Input should be 'ephemeral'")
        }
    }

    private mutating func readRecord(_ block: [String: Any]) {
        let (source, title) = (block["source"] as? String, block["title"] as? String)
        require(source?.isEmpty == false, "search_result.source: Field required")
        require(title?.isEmpty == false, "search_result.title: Field required")
        let content = block["content"] as? [[String: Any]] ?? []
        let isWhole = content.allSatisfy { part in
            part["type"] as? String == "text" && (part["text"] as? String)?.isEmpty == false
        }
        require(!content.isEmpty && isWhole, "search_result.content: text blocks are required")
        let citations = block["citations"] as? [String: Any]
        require(citations?["enabled"] as? Bool == true, "search_result.citations has to be enabled for all or none")
        let text = content.compactMap { $0["text"] as? String }.joined()
        records.append(ClaudeQuestion.Record(source ?? "", title ?? "", text))
    }
}
