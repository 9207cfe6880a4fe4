import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
public import SocketIO
import Synchronization

/// An Engine.IO endpoint: the sessions behind one path.
///
/// `SocketIOServer` has one; alone it is for programs that want nothing but messages.
public final class EngineIOServer: Sendable {
    /// How it behaves.
    public let options: EngineIOOptions
    let settings: EngineSettings
    let loops = EngineLoops()
    private let makeUser: @Sendable (EngineConnection) -> any EngineUser
    private let sessions = NIOLockedValueBox<[String: NIOLoopBound<EngineConnection>]>([:])
    private let isDraining = Atomic(false)
    private let onDrain: @Sendable () -> Void

    /// An endpoint that answers every message with what `answer` makes of it.
    public convenience init(
        options: EngineIOOptions,
        answer: @escaping @Sendable (EngineMessage) -> EngineMessage?
    ) {
        self.init(options, onDrain: {}) { AnsweringUser($0, answer) }
    }

    init(
        _ options: EngineIOOptions,
        onDrain: @escaping @Sendable () -> Void,
        makeUser: @escaping @Sendable (EngineConnection) -> any EngineUser
    ) {
        self.options = options
        self.onDrain = onDrain
        self.makeUser = makeUser
        settings = EngineSettings(options)
    }

    /// What has happened here so far.
    public var counts: EngineIOCounts {
        var counts = loops.counters.counts
        counts.waiting = loops.all.reduce(0) { $0 + $1.waiting }
        return counts
    }

    // MARK: Sessions

    func session(_ id: String) -> NIOLoopBound<EngineConnection>? { sessions.withLockedValue { $0[id] } }

    /// Whether a new session may be opened for a client.
    func admits(_ address: String) -> Bool {
        guard loops.counters.sessions.load(ordering: .relaxed) < options.sessions else { return false }
        return options.admit?(address) ?? true
    }

    var isStopping: Bool { isDraining.load(ordering: .relaxed) }

    /// Makes a session on the calling event loop.
    func makeSession(
        _ transport: EngineTransport,
        _ client: SocketClient,
        on eventLoop: any EventLoop
    ) -> (EngineConnection, any EngineUser) {
        var generator = SystemRandomNumberGenerator()
        let session = EngineSession(
            id: Base64.randomID(using: &generator),
            transport: transport,
            settings: settings,
            now: EngineLoop.now()
        )
        let connection = EngineConnection(self, session, client, loop: loops.loop(of: eventLoop))
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        sessions.withLockedValue { $0[session.id] = bound }
        loops.counters.sessions.increment()
        loops.counters.opened.increment()
        return (connection, makeUser(connection))
    }

    func remove(_ connection: EngineConnection) {
        let wasThere = sessions.withLockedValue { $0.removeValue(forKey: connection.id) != nil }
        if wasThere { loops.counters.sessions.subtract(1, ordering: .relaxed) }
    }

    // MARK: Stopping

    /// Opens no more sessions, and closes those there are in random order within `EngineIOOptions.drainTime`.
    public func drain() async {
        isDraining.store(true, ordering: .relaxed)
        onDrain()
        let all = sessions.withLockedValue { Array($0.values) }
        guard !all.isEmpty else { return }
        let window = Int64(clamping: options.drainTime.milliseconds)
        await withTaskGroup(of: Void.self) { group in
            for session in all {
                // What sockets are told when the server begins to stop goes out first.
                let delay = TimeAmount.milliseconds(.random(in: min(20, window)...max(20, window)))
                let loop = loops.loop(of: session.eventLoop)
                let isTime = session.eventLoop.scheduleTask(in: delay) {}.futureResult
                group.addTask {
                    // An error means that the loop is gone, and with it the session.
                    guard (try? await isTime.get()) != nil else { return }
                    // On a busy machine what was sent before may still wait for the loop.
                    await withCheckedContinuation { continuation in
                        let close: @Sendable () -> Void = {
                            session.value.close(.shuttingDown)
                            continuation.resume()
                        }
                        loop.append(.work(close))
                    }
                }
            }
        }
    }

    // MARK: Answers

    /// The answer to a request that polls or posts.
    func payload(_ body: [UInt8]) -> Answer {
        var answer = Answer(.ok)
        answer.contentType = "text/plain; charset=UTF-8"
        answer.body = .bytes(body)
        // Compressing more than this on the event loop would hold up others.
        answer.isCompressible = body.count <= Self.compressedBytes
        return answer
    }

    private static let compressedBytes = 64 * 1_024

    func refusal(_ error: EngineError) -> Answer {
        var answer = Answer(HTTPResponseStatus(statusCode: error.status))
        answer.contentType = "application/json"
        answer.body = .bytes(error.json)
        return answer
    }
}

extension EngineSettings {
    init(_ options: EngineIOOptions) {
        self.init()
        pingInterval = max(1, options.pingInterval.milliseconds)
        pingTimeout = max(1, options.pingTimeout.milliseconds)
        upgradeTimeout = options.upgradeTimeout.milliseconds
        closeTimeout = options.closeTimeout.milliseconds
        maxPayload = options.maxPayload
        volatileQueueBytes = options.volatileQueueBytes
        queueBytes = options.queueBytes
        queuePackets = options.queuePackets
    }
}

extension EngineIOOptions.Origins {
    /// Whether a request may come from where it says it does.
    func allows(_ headers: HTTPHeaders) -> Bool {
        switch self {
        case .any: true
        case .own(let others):
            headers.first(name: "origin").map { others.contains($0) } ?? false || Origin.isOurs(headers)
        }
    }
}

/// Sends back what a function makes of each message.
private final class AnsweringUser: EngineUser {
    private unowned let connection: EngineConnection
    private let answer: @Sendable (EngineMessage) -> EngineMessage?

    init(_ connection: EngineConnection, _ answer: @escaping @Sendable (EngineMessage) -> EngineMessage?) {
        self.connection = connection
        self.answer = answer
    }

    var deadline: UInt64 { .max }

    func receive(text: ArraySlice<UInt8>) { send(answer(EngineMessage(text: Array(text)))) }

    func receive(binary: [UInt8]) { send(answer(EngineMessage(binary: binary))) }

    private func send(_ message: EngineMessage?) {
        guard let message else { return }
        connection.send(OutgoingPacket(message), isVolatile: false)
    }

    func tick(now: UInt64) {}

    func ended(_ reason: DisconnectReason) {}
}
