import AtlasCore
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A command to run in a pod.
struct ExecRequest: Sendable {
    var namespace: String
    var pod: String
    var container: String
    var words: [String]
    /// Whether it gets input.
    var hasInput = false
    /// Whether it gets a pseudo-terminal; its errors then come with its output.
    var hasTerminal = false

    /// The path and what is asked.
    var request: APIRequest {
        var query = [
            (name: "container", value: container), (name: "stdin", value: String(hasInput)),
            (name: "stdout", value: "true"), (name: "stderr", value: String(!hasTerminal)),
            (name: "tty", value: String(hasTerminal)),
        ]
        query += words.map { (name: "command", value: $0) }
        return .get("/api/v1/namespaces/\(namespace)/pods/\(pod)/exec", query)
    }
}

/// What comes from a command, one piece after the other.
struct ExecReader {
    fileprivate var frames: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
    fileprivate let writer: ExecWriter
    private var decoder = ExecDecoder()

    fileprivate init(frames: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator, writer: ExecWriter) {
        self.frames = frames
        self.writer = writer
    }

    /// The next piece; `.ended` is the last one, also if the connection is cut.
    mutating func next() async throws -> ExecPiece {
        while true {
            let frame: WebSocketFrame?
            do { frame = try await frames.next(isolation: #isolation) } catch let error as CancellationError {
                throw error
            } catch {
                return .ended(.failed("the connection was cut: \(APIConnector.text(error))"))
            }
            guard let frame else {
                try Task.checkCancellation()
                return .ended(decoder.cutOff("the connection ended before the command"))
            }
            let bytes = Array(frame.unmaskedData.readableBytesView)
            switch frame.opcode {
            case .binary, .text, .continuation:
                if let piece = decoder.take(bytes, isLast: frame.fin) { return piece }
            case .ping: try await writer.send(.pong, bytes)
            case .connectionClose: return .ended(decoder.cutOff("the cluster closed the connection before the command"))
            default: continue
            }
        }
    }
}

/// What goes to a command.
struct ExecWriter: Sendable {
    fileprivate let frames: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    let version: ExecVersion

    /// Sends input; waits while the connection takes no more.
    func input(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try await send(.binary, [ExecChannel.input] + rest.prefix(APILimits.sentBytes))
            rest = rest.dropFirst(APILimits.sentBytes)
        }
    }

    /// Says that no more input comes.
    ///
    /// The older version has no word for that; programs that Atlas runs are told the number of bytes.
    func closeInput() async throws {
        guard version == .v5 else { return }
        try await send(.binary, [ExecChannel.close, ExecChannel.input])
    }

    /// Tells the size of the terminal.
    func resize(columns: Int, rows: Int) async throws {
        try await send(.binary, [ExecChannel.resize] + Array("{\"Width\":\(columns),\"Height\":\(rows)}".utf8))
    }

    fileprivate func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) async throws {
        try await frames.write(
            WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: bytes))
        )
    }
}

extension APIClient {
    /// Runs a command in a pod; the connection ends with `body`, the command perhaps not.
    ///
    /// - Throws: `APIError` if it is refused, or what `body` throws.
    func exec<Result: Sendable>(
        _ request: ExecRequest,
        _ body: @escaping @Sendable (inout ExecReader, ExecWriter) async throws -> Result
    ) async throws -> Result {
        let (channel, version) = try await open(request.request)
        return try await channel.use { inbound, outbound in
            guard let version else {
                throw APIError(status: 502, reason: "", message: "the cluster chose none of \(ExecVersion.offer)")
            }
            let writer = ExecWriter(frames: outbound, version: version)
            var reader = ExecReader(frames: inbound.makeAsyncIterator(), writer: writer)
            return try await body(&reader, writer)
        }
    }

    /// Connects and upgrades; tries again as `send` does when nothing was started.
    private func open(_ request: APIRequest) async throws -> UpgradeHandler.Opened {
        var isRefused = false
        var attempt = 1
        while true {
            do {
                let token = try await tokens.token(isRefused: isRefused)
                return try await upgrade(request, token: token)
            } catch let error as APIError {
                // A command may not be run twice, so a connection that broke is tried again only if nothing was sent.
                var once = request
                once.method = .POST
                guard attempt < APILimits.attempts, let wait = Self.pause(after: error, attempt, once, isRefused) else {
                    throw error
                }
                isRefused = error.status == 401
                attempt += 1
                if wait > .zero { try await pause(wait) }
            }
        }
    }

    private func upgrade(_ request: APIRequest, token: String?) async throws -> UpgradeHandler.Opened {
        let text = try UpgradeHandler.request(
            request.target(connector.access.basePath),
            connector.headers(token)
        )
        let limit = TimeAmount.milliseconds(request.timeLimit.wholeMilliseconds)
        let result: EventLoopFuture<UpgradeHandler.Opened> = try await connector.connect { channel in
            let opened = channel.eventLoop.makePromise(of: UpgradeHandler.Opened.self)
            // An answer that does not come: the handler tells it when the connection is closed.
            let deadline = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
            opened.futureResult.whenComplete { _ in deadline.cancel() }
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(UpgradeHandler(request: text, opened: opened))
                return opened.futureResult
            }
        }
        do {
            return try await result.get()
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError.connection(APIConnector.text(error))
        }
    }
}
