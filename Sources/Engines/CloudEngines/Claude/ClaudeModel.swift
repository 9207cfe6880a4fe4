public import AtlasPorts
import Synchronization

/// Claude, over the Messages API.
///
/// The answer comes as it is written. Records are sent as search results, so that the service itself says which words rest on
/// which record. Nothing is kept between questions.
public final class ClaudeModel: LanguageModel {
    /// Bytes of one stream, whatever is in it.
    private static let streamBytes = 16 << 20
    /// Bytes that may follow the end of an answer, so that its connection can be used again.
    private static let tailBytes = 4 << 10

    private let settings: ClaudeSettings
    private let client: CloudClient
    private let retries: Retries

    /// The model's id, as in `claude-sonnet-5`.
    public var name: String { settings.model }

    /// Asks nothing yet.
    public convenience init(_ settings: ClaudeSettings) {
        self.init(settings, retries: Retries())
    }

    /// As `init(_:)`, with pauses of a test's own.
    package init(_ settings: ClaudeSettings, retries: Retries) {
        self.settings = settings
        self.retries = retries
        client = CloudClient(
            settings.endpoint,
            CloudClient.Credential(name: "x-api-key", secret: settings.key),
            settings.timeouts
        )
    }

    /// Asks; who stops reading closes the connection.
    public func answer(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task { [self] in
                do {
                    try await run(request, continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
        }
    }

    private typealias Pieces = AsyncThrowingStream<ModelEvent, any Error>.Continuation

    private func run(_ request: ModelRequest, _ pieces: Pieces) async throws {
        let question = try ClaudeRequest(request, model: settings.model)
        let outgoing = CloudRequest(
            path: "/v1/messages",
            headers: [("anthropic-version", settings.version), ("accept", "text/event-stream")],
            body: question.body
        )
        var spent = ModelUsage()
        var tries = 0
        while true {
            let attempt = ClaudeAttempt(ClaudeAnswer(records: question.records, before: spent), pieces)
            guard let refusal = try await ask(outgoing, attempt), !attempt.hasEnded else { return }
            tries += 1
            let (hasGiven, cost) = attempt.state
            if cost != spent { pieces.yield(.counted(cost)) }
            spent = cost
            guard refusal.mayRetry, !hasGiven,
                let pause = retries.wait(afterTries: tries, advice: refusal.advice)
            else { throw refusal.problem }
            pieces.yield(.waiting(pause, refusal.problem))
            try await retries.pause(pause)
        }
    }

    /// One try; `nil` if the answer has come to its end.
    private func ask(_ request: CloudRequest, _ attempt: ClaudeAttempt) async throws -> Refusal? {
        do {
            return try await client.stream(request) { [self] head, body in
                try await read(head, body, attempt)
            }
        } catch let failure as CloudFailure {
            return Refusal(failure)
        } catch let refusal as Refusal {
            return refusal
        } catch is EventStreamParser.TooLong {
            return ClaudeAnswer.malformed("a line of more than \(EventStreamParser.limitBytes) bytes")
        }
    }

    private func read(_ head: CloudHead, _ body: CloudBody, _ attempt: ClaudeAttempt) async throws -> Refusal? {
        guard head.status == 200 else {
            // The status says enough if the words do not come.
            let words = (try? await body.all(limit: Refusal.bodyLimit)) ?? []
            return Refusal(CloudAnswer(head: head, body: words), retries, hide: client.hideKey)
        }
        var parser = EventStreamParser()
        var room = Self.streamBytes
        try await body.read { bytes in
            room -= bytes.count
            guard room >= 0 else { throw CloudFailure.tooLarge(limit: Self.streamBytes) }
            if attempt.hasEnded { room = min(room, Self.tailBytes) } else { try parser.take(bytes, attempt.take) }
            return !attempt.isCut
        }
        try Task.checkCancellation()
        return attempt.hasEnded ? nil : Refusal(CloudFailure.cut)
    }
}

/// One try: an answer and who reads it.
private final class ClaudeAttempt: Sendable {
    private let answer: Mutex<ClaudeAnswer>
    private let pieces: AsyncThrowingStream<ModelEvent, any Error>.Continuation

    init(_ answer: sending ClaudeAnswer, _ pieces: AsyncThrowingStream<ModelEvent, any Error>.Continuation) {
        self.answer = Mutex(answer)
        self.pieces = pieces
    }

    var isCut: Bool { answer.withLock(\.isCut) }
    var hasEnded: Bool { answer.withLock(\.hasEnded) }
    var state: (hasGiven: Bool, cost: ModelUsage) { answer.withLock { ($0.hasGiven, $0.cost) } }

    /// - Throws: `Refusal`.
    @Sendable func take(_ event: EventStreamParser.Event) throws {
        for piece in try answer.withLock({ try $0.take(event) }) { pieces.yield(piece) }
        // The reader need not wait for the connection.
        if hasEnded { pieces.finish() }
    }
}
