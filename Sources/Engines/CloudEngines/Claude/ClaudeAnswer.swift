import AtlasPorts

/// One answer as it comes: events in, pieces out.
struct ClaudeAnswer {
    /// Bytes of output that are counted as one token where the service could not say.
    private static let bytesPerToken = 4
    /// No answer costs more; a count beyond is a mistake of the service, and sums of such counts would not fit.
    private static let mostTokens = 100_000_000

    private enum Block {
        case text(citations: [ModelEvent])
        case tool(id: String, name: String, input: String)
        case other
    }

    private let records: [String]
    private let known: Set<String>
    private let before: ModelUsage
    private var usage = ModelUsage()
    private var hasStarted = false
    private var blocks: [Int: Block] = [:]
    private var bytes = 0
    /// Bytes of quotes; they repeat what was sent, and have its limit.
    private var quoted = 0
    private var reason: String?
    private var hasBrokenTool = false

    /// Whether words, a citation or a call has been given.
    private(set) var hasGiven = false
    /// Whether the end has been given; what comes after it is not read.
    private(set) var hasEnded = false
    /// Whether the end is ours and not the service's, which may still be writing.
    private(set) var isCut = false

    /// - Parameters:
    ///   - records: Their ids, in the order of the request.
    ///   - before: What earlier tries have cost.
    init(records: [String], before: ModelUsage) {
        self.records = records
        known = Set(records)
        self.before = before
    }

    /// What all tries have cost, if the answer ends here.
    var cost: ModelUsage {
        var cost = usage
        cost.output = max(cost.output, (bytes + Self.bytesPerToken - 1) / Self.bytesPerToken)
        return cost.adding(before)
    }

    /// What all tries have cost in the service's words.
    private var counted: ModelUsage { usage.adding(before) }

    /// - Throws: `Refusal`.
    mutating func take(_ event: EventStreamParser.Event) throws -> [ModelEvent] {
        guard !hasEnded else { return [] }
        let read: ClaudeEvent
        do {
            read = try ClaudeEvent(event)
        } catch {
            throw Self.malformed("an event cannot be read")
        }
        switch read {
        case .other: return []
        case .error(let error): throw Self.refusal(error)
        case .start(let counts):
            guard !hasStarted else { throw Self.malformed("an answer begins twice") }
            hasStarted = true
            count(counts)
            return [.counted(counted)]
        default:
            guard hasStarted else { throw Self.malformed("an answer without its beginning") }
            return try takeContent(read)
        }
    }

    private mutating func takeContent(_ event: ClaudeEvent) throws -> [ModelEvent] {
        switch event {
        case .blockStart(let index, let block): return try open(index, block)
        case .text(let index, let text):
            guard case .text = blocks[index] else { throw Self.malformed("words without their block") }
            return give(text)
        case .input(let index, let json):
            guard case .tool(let id, let name, let input) = blocks[index] else {
                throw Self.malformed("a tool's input without its block")
            }
            guard json.utf8.count <= ModelLimits.answerBytes - bytes else { return cut() }
            bytes += json.utf8.count
            blocks[index] = .tool(id: id, name: name, input: input + json)
        case .citation(let index, let citation):
            guard case .text(var citations) = blocks[index] else { throw Self.malformed("a citation without words") }
            if let found = resolved(citation) {
                quoted += citation.text?.utf8.count ?? 0
                guard quoted <= ModelLimits.requestBytes else { return cut() }
                citations.append(found)
                blocks[index] = .text(citations: citations)
            }
        case .blockStop(let index): return try close(index)
        case .delta(let stop, let counts):
            count(counts)
            reason = stop ?? reason
        case .stop: return try end()
        case .start, .error, .other: break
        }
        return []
    }

    private mutating func open(_ index: Int, _ block: ClaudeBlock) throws -> [ModelEvent] {
        guard blocks[index] == nil else { throw Self.malformed("a block begins twice") }
        switch block.type {
        case "text":
            blocks[index] = .text(citations: [])
            return [.block] + give(block.text ?? "")
        case "tool_use":
            guard let id = block.id, let name = block.name else { throw Self.malformed("a tool's call without a name") }
            blocks[index] = .tool(id: id, name: name, input: "")
        default: blocks[index] = .other
        }
        return []
    }

    /// A citation holds for its whole block, so it is given with the block's end, whenever it came.
    private mutating func close(_ index: Int) throws -> [ModelEvent] {
        guard let block = blocks.removeValue(forKey: index) else { throw Self.malformed("a block ends twice") }
        switch block {
        case .text(let citations): return citations
        case .tool(let id, let name, let input):
            let json = input.isEmpty ? "{}" : input
            // An input that was cut by the limit of tokens; the reason comes later.
            guard ClaudeRequest.isObject(json) else {
                hasBrokenTool = true
                return []
            }
            hasGiven = true
            return [.toolCall(id: id, name: name, input: json)]
        case .other: return []
        }
    }

    private mutating func give(_ text: String) -> [ModelEvent] {
        guard !text.isEmpty else { return [] }
        guard text.utf8.count > ModelLimits.answerBytes - bytes else {
            bytes += text.utf8.count
            hasGiven = true
            return [.text(text)]
        }
        var room = ModelLimits.answerBytes - bytes
        let fitting = text.prefix { character in
            room -= character.utf8.count
            return room >= 0
        }
        bytes += fitting.utf8.count
        return (fitting.isEmpty ? [] : [.text(String(fitting))]) + cut()
    }

    private mutating func cut() -> [ModelEvent] {
        (hasGiven, hasEnded, isCut) = (true, true, true)
        return [.finished(.length, cost)]
    }

    private mutating func end() throws -> [ModelEvent] {
        guard blocks.isEmpty else { throw Self.malformed("the answer ends within a block") }
        let stop: ModelStop
        switch reason {
        case "end_turn"?, "stop_sequence"?: stop = .complete
        case "tool_use"?: stop = .toolCall
        case "refusal"?: stop = .refusal
        case nil: throw Self.malformed("the answer ends without a reason")
        // `max_tokens`, `model_context_window_exceeded`, `pause_turn`; a reason of the future is not taken for completeness.
        default: stop = .length
        }
        if hasBrokenTool, stop != .length { throw Self.malformed("a tool's input is no JSON object") }
        hasEnded = true
        return [.finished(stop, counted)]
    }

    private func resolved(_ citation: ClaudeCitation) -> ModelEvent? {
        guard citation.type == "search_result_location", let quote = citation.text else { return nil }
        if let index = citation.index, records.indices.contains(index),
            citation.source == nil || citation.source == records[index]
        {
            return .citation(record: records[index], quote: quote)
        }
        guard let source = citation.source, known.contains(source) else { return nil }
        return .citation(record: source, quote: quote)
    }

    private mutating func count(_ counts: ClaudeUsage) {
        usage.input = Self.count(counts.input) ?? usage.input
        usage.output = Self.count(counts.output) ?? usage.output
        usage.cacheWritten = Self.count(counts.cacheWritten) ?? usage.cacheWritten
        usage.cacheRead = Self.count(counts.cacheRead) ?? usage.cacheRead
    }

    private static func count(_ tokens: Int?) -> Int? { tokens.map { min(max($0, 0), mostTokens) } }

    static func malformed(_ what: String) -> Refusal { Refusal(.malformed(what), mayRetry: false) }

    /// An error that comes when the status was 200 already.
    private static func refusal(_ error: ServiceError) -> Refusal {
        let words = Refusal.words(error.message ?? "")
        switch error.type {
        case "overloaded_error"?: return Refusal(.overloaded, mayRetry: true)
        case "rate_limit_error"?:
            return error.saysSpent
                ? Refusal(.spent, mayRetry: false) : Refusal(.rateLimited(retryAfter: nil), mayRetry: true)
        case "authentication_error"?, "permission_error"?: return Refusal(.unauthorized, mayRetry: false)
        case "billing_error"?: return Refusal(.spent, mayRetry: false)
        case "timeout_error"?: return Refusal(.timedOut, mayRetry: true)
        case "invalid_request_error"?: return Refusal(.refused(status: 400, words), mayRetry: false)
        case "not_found_error"?: return Refusal(.refused(status: 404, words), mayRetry: false)
        case "request_too_large"?: return Refusal(.refused(status: 413, words), mayRetry: false)
        default: return Refusal(.failed(status: 500), mayRetry: true)
        }
    }
}

extension ModelUsage {
    /// Sums that saturate; counts come from outside.
    func adding(_ other: ModelUsage) -> ModelUsage {
        func sum(_ left: Int, _ right: Int) -> Int {
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? .max : sum
        }
        return ModelUsage(
            input: sum(input, other.input),
            output: sum(output, other.output),
            cacheWritten: sum(cacheWritten, other.cacheWritten),
            cacheRead: sum(cacheRead, other.cacheRead)
        )
    }
}
