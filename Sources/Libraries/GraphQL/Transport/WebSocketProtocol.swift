/// The server's side of the subprotocol `graphql-transport-ws`, without a socket or a clock.
///
/// Messages go in, and what is to be done comes out. Source: PROTOCOL.md of enisdenjo/graphql-ws; close codes as there.
///
/// ```swift
/// var socket = WebSocketProtocol()
/// for action in socket.receive(text: bytes) { perform(action) }
/// ```
public struct WebSocketProtocol: Sendable {
    /// The subprotocol's name, as the handshake carries it.
    public static let name = "graphql-transport-ws"

    /// What the owner of the socket must do.
    public enum Action: Sendable {
        /// Send a text message.
        case send([UInt8])
        /// Decide who the client is, and call `accept` or `refuse`.
        case initialise(payload: Value)
        /// Run an operation; its results are passed to `next` and `finish` with the number.
        case start(number: Int, Request)
        /// The client wants no more of an operation.
        case stop(number: Int)
        /// Close the socket.
        case close(code: UInt16, reason: String)
    }

    /// Bounds of what a client may do.
    public struct Limits: Sendable {
        /// Operations at once.
        public var operations = 100
        /// Bytes of an operation's id.
        public var idBytes = 256
        /// How deep a message's JSON may nest.
        public var jsonDepth = 100

        /// The defaults.
        public init() {}
    }

    private enum State {
        case new
        case initialising
        case ready
        case closed
    }

    private let limits: Limits
    private var state = State.new
    private var numbers: [String: Int] = [:]
    private var ids: [Int: String] = [:]
    private var lastNumber = 0

    /// A socket that was just opened.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    // MARK: What the client does

    /// A text message arrived.
    public mutating func receive(text: [UInt8]) -> [Action] {
        guard state != .closed else { return [] }
        guard let message = try? JSON.parse(text, maxDepth: limits.jsonDepth), case .object = message,
            case .string(let type)? = message["type"]
        else { return close(4_400, "The message is not a JSON object with a type.") }
        let payload = message["payload"] ?? .null
        switch type {
        case "connection_init": return initialise(payload)
        case "ping": return Self.isObject(payload) ? [.send(Self.message("pong", payload: payload))] : badPayload(type)
        case "pong": return Self.isObject(payload) ? [] : badPayload(type)
        case "subscribe": return subscribe(message, payload)
        case "complete": return complete(message)
        default: return close(4_400, "The message has an unknown type.")
        }
    }

    /// A binary message arrived.
    public mutating func receiveBinary() -> [Action] {
        close(4_400, "Messages are text.")
    }

    /// The time for `connection_init` is over.
    public mutating func initialisationIsDue() -> [Action] {
        state == .new ? close(4_408, "Connection initialisation timeout") : []
    }

    private mutating func initialise(_ payload: Value) -> [Action] {
        guard state == .new else { return close(4_429, "Too many initialisation requests") }
        guard Self.isObject(payload) else { return badPayload("connection_init") }
        state = .initialising
        return [.initialise(payload: payload.isNull ? .emptyObject : payload)]
    }

    private mutating func subscribe(_ message: Value, _ payload: Value) -> [Action] {
        guard state == .ready else { return close(4_401, "Unauthorized") }
        guard let id = id(message) else { return close(4_400, "The message has no valid id.") }
        guard case .object = payload, case .string(let query)? = payload["query"], !query.isEmpty else {
            return badPayload("subscribe")
        }
        var request = Request(query: query)
        switch payload["operationName"] ?? .null {
        case .null: break
        case .string(let name): request.operationName = name.isEmpty ? nil : name
        default: return badPayload("subscribe")
        }
        guard Self.isObject(payload["variables"] ?? .null), Self.isObject(payload["extensions"] ?? .null) else {
            return badPayload("subscribe")
        }
        if let variables = payload["variables"], !variables.isNull { request.variables = variables }
        guard numbers[id] == nil else { return close(4_409, "Subscriber for \(id) already exists") }
        guard numbers.count < limits.operations else {
            let error: Value = ["message": .string("At most \(limits.operations) operations run on one socket.")]
            return [.send(Self.message("error", id: id, payload: [error]))]
        }
        lastNumber += 1
        numbers[id] = lastNumber
        ids[lastNumber] = id
        return [.start(number: lastNumber, request)]
    }

    private mutating func complete(_ message: Value) -> [Action] {
        guard let id = id(message) else { return close(4_400, "The message has no valid id.") }
        guard let number = numbers.removeValue(forKey: id) else { return [] }
        ids[number] = nil
        return [.stop(number: number)]
    }

    private func id(_ message: Value) -> String? {
        guard case .string(let id)? = message["id"], (1...limits.idBytes).contains(id.utf8.count) else { return nil }
        return id
    }

    private mutating func badPayload(_ type: String) -> [Action] {
        close(4_400, "The payload of \(type) is not as it must be.")
    }

    private mutating func close(_ code: UInt16, _ reason: String) -> [Action] {
        guard state != .closed else { return [] }
        state = .closed
        let running = ids.keys.sorted().map(Action.stop)
        numbers = [:]
        ids = [:]
        return running + [.close(code: code, reason: reason)]
    }

    // MARK: What the server does

    /// The client is who it says; operations may begin.
    public mutating func accept() -> [Action] {
        guard state == .initialising else { return [] }
        state = .ready
        return [.send(Self.message("connection_ack"))]
    }

    /// The client, or its session, has no right to this socket.
    public mutating func refuse(_ reason: String = "Forbidden") -> [Action] {
        close(4_403, reason)
    }

    /// The client does not take what is sent to it.
    public mutating func cutOff() -> [Action] {
        close(1_013, "The client reads too slowly.")
    }

    /// Asks the client for a sign of life.
    public func ping() -> [Action] {
        state == .closed ? [] : [.send(Self.message("ping"))]
    }

    /// An operation has a result; nothing comes of one that the client has ended.
    public func next(_ number: Int, _ response: Response) -> [Action] {
        guard let id = ids[number] else { return [] }
        return [.send(Self.message("next", id: id, body: response.body))]
    }

    /// An operation is over.
    ///
    /// - Parameter refusal: The response of an operation that was not run.
    public mutating func finish(_ number: Int, refusal: Response?) -> [Action] {
        guard let id = ids.removeValue(forKey: number) else { return [] }
        numbers[id] = nil
        guard let refusal, let errors = Self.errors(of: refusal) else {
            return [.send(Self.message("complete", id: id))]
        }
        return [.send(Self.message("error", id: id, body: errors))]
    }

    /// Whether an operation still runs.
    public func isRunning(_ number: Int) -> Bool { ids[number] != nil }

    // MARK: Messages

    private static func isObject(_ payload: Value) -> Bool {
        switch payload {
        case .null, .object: true
        default: false
        }
    }

    /// The list in `{"errors":[…]}`, which is all that a refusal holds.
    private static func errors(of refusal: Response) -> ArraySlice<UInt8>? {
        let head = Array("{\"errors\":".utf8)
        guard refusal.isRequestError, refusal.body.starts(with: head), refusal.body.last == UInt8(ascii: "}") else {
            return nil
        }
        return refusal.body[head.count...].dropLast()
    }

    private static func message(_ type: StaticString, id: String? = nil, payload: Value = .null) -> [UInt8] {
        guard !payload.isNull else { return message(type, id: id, body: []) }
        var writer = JSONWriter()
        writer.value(payload)
        return message(type, id: id, body: writer.finish())
    }

    private static func message(_ type: StaticString, id: String?, body: some Sequence<UInt8>) -> [UInt8] {
        var writer = JSONWriter()
        writer.raw("{\"type\":\"")
        writer.raw(type)
        writer.byte(UInt8(ascii: "\""))
        if let id {
            writer.raw(",\"id\":")
            writer.string(id)
        }
        let body = Array(body)
        if !body.isEmpty {
            writer.raw(",\"payload\":")
            writer.raw(body)
        }
        writer.byte(UInt8(ascii: "}"))
        return writer.finish()
    }
}
