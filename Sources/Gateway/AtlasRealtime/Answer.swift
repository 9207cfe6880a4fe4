import AtlasAPI
import AtlasCore
import AtlasHTTP
import Logging
import SocketIO

/// Why an event was not done, as its acknowledgement says it.
struct RealtimeError: Error {
    let code: String
    let message: String
    var retryAfter: Duration?

    init(_ code: String, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The words for an error of a service.
    init(_ error: AtlasError) {
        let code =
            switch error.code {
            case .notFound: "NOT_MEMBER"
            case .invalid: "INVALID"
            case .unauthenticated: "UNAUTHORIZED"
            case .forbidden: "FORBIDDEN"
            case .conflict: "CONFLICT"
            case .tooMany: "RATE_LIMITED"
            case .unavailable: "UNAVAILABLE"
            case .internalError: "INTERNAL"
            }
        self.init(code, error.message, retryAfter: error.retryAfter)
    }

    static func invalid(_ message: String) -> RealtimeError { RealtimeError("INVALID", message) }

    static func tooMany(_ wait: Duration) -> RealtimeError {
        RealtimeError("RATE_LIMITED", "That is too much at once.", retryAfter: wait)
    }
}

extension Realtime {
    /// Answers an event with what `work` returns, `{"ok":true}` for nothing, or with its error.
    func answer(_ event: SocketEvent, _ work: () async throws -> JSONText?) async {
        do {
            let value = try await work()
            event.acknowledgement?.send([value ?? .object(["ok": .bool(true)])])
        } catch {
            refuse(event, error)
        }
    }

    /// Answers an event with an error.
    func refuse(_ event: SocketEvent, _ error: any Error) {
        let told: RealtimeError
        if let error = error as? RealtimeError {
            told = error
        } else {
            let error = AtlasError.wrap(error, while: "handling \(event.name)")
            told = RealtimeError(error)
            // A defect is for the log; what a client did wrong is not.
            if error.code == .internalError || error.code == .unavailable {
                logger.error("an event failed", metadata: ["event": "\(event.name)", "error": "\(error)"])
            }
        }
        event.acknowledgement?.fail(told.code, told.message, retryAfter: told.retryAfter)
    }
}

/// What an event carries, read with an error that says what is wrong.
struct Fields {
    private let object: JSONText
    private let limits: RealtimeLimits

    init(_ event: SocketEvent, _ limits: RealtimeLimits) throws(RealtimeError) {
        guard let object = event[0], object.bytes.first == UInt8(ascii: "{") else {
            throw .invalid("\(event.name) takes one object.")
        }
        self.object = object
        self.limits = limits
    }

    /// The object itself.
    var bytes: ArraySlice<UInt8> { object.bytes }

    subscript(_ name: String) -> JSONText? {
        guard let value = object[name], !value.bytes.elementsEqual("null".utf8) else { return nil }
        return value
    }

    /// An id: text of at most `idBytes`.
    func id(_ name: String) throws(RealtimeError) -> String {
        guard let id = try optionalID(name) else { throw .invalid("\(name) is missing.") }
        return id
    }

    func optionalID(_ name: String) throws(RealtimeError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= limits.idBytes else {
            throw .invalid("\(name) is no id.")
        }
        return text
    }

    func group() throws(RealtimeError) -> GroupID { GroupID(try id("groupId")) }

    /// A text; its length is for the service to judge.
    func text(_ name: String) throws(RealtimeError) -> String {
        guard let text = self[name]?.string else { throw .invalid("\(name) is no text.") }
        return text
    }

    /// A whole number that is not negative.
    func count(_ name: String) throws(RealtimeError) -> Int {
        guard let number = self[name]?.integer, number >= 0 else { throw .invalid("\(name) is no whole number.") }
        return number
    }

    func flag(_ name: String) throws(RealtimeError) -> Bool {
        guard let flag = self[name]?.bool else { throw .invalid("\(name) is neither true nor false.") }
        return flag
    }

    /// A finite number.
    func number(_ name: String) throws(RealtimeError) -> Double {
        guard let value = self[name], let number = Double(String(decoding: value.bytes, as: UTF8.self)),
            number.isFinite, abs(number) <= 1e9
        else { throw .invalid("\(name) is no number.") }
        return number
    }

    /// An object in it.
    func object(_ name: String) throws(RealtimeError) -> Fields {
        guard let value = self[name], value.bytes.first == UInt8(ascii: "{") else {
            throw .invalid("\(name) is no object.")
        }
        return Fields(value, limits)
    }

    /// A list of ids.
    func ids(_ name: String) throws(RealtimeError) -> [String]? {
        guard let value = self[name] else { return nil }
        guard let elements = value.elements, elements.count <= limits.selection else {
            throw .invalid("\(name) is no list of at most \(limits.selection) ids.")
        }
        var ids: [String] = []
        for element in elements {
            guard let id = element.string, id.utf8.count <= limits.idBytes else {
                throw .invalid("\(name) holds no ids.")
            }
            ids.append(id)
        }
        return ids
    }

    private init(_ object: JSONText, _ limits: RealtimeLimits) {
        self.object = object
        self.limits = limits
    }
}
