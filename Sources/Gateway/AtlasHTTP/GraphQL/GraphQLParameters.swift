import AtlasCore
import GraphQL
import NIOCore
import NIOHTTP1

/// One operation as a client sent it.
struct GraphQLOperation: Sendable {
    /// The document's text, unless it is named instead.
    var query: String?
    /// The SHA-256 of the document's text, in hexadecimal digits.
    var hash: String?
    var name: String?
    var variables = Value.emptyObject
    /// Whether the answer is to say what the operation costs.
    var wantsCost = false

    init() {}

    init(_ request: GraphQL.Request) {
        query = request.query
        name = request.operationName
        variables = request.variables
    }
}

/// What a request asks for.
enum GraphQLBody: Sendable {
    case one(GraphQLOperation)
    case batch([GraphQLOperation])
}

/// Reads the operations out of a request.
enum GraphQLParameters {
    static func read(_ request: IncomingRequest, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQLBody {
        if request.method == .GET { return .one(try read(query: request.query ?? "", limits: limits)) }
        do throws(GraphQLRefusal) {
            return try read(request.body, limits: limits)
        } catch {
            throw isCompressed(request) ? compressed : error
        }
    }

    /// Nothing compressed can be read as JSON, so requests that can be need not be asked.
    private static func isCompressed(_ request: IncomingRequest) -> Bool {
        request.headers["content-encoding"].contains { $0.lowercased() != "identity" }
    }

    /// A small body may unpack to gigabytes, and requests are short.
    private static let compressed = GraphQLRefusal(
        .unsupportedMediaType,
        "Send the request uncompressed.",
        code: .invalid,
        headers: [("accept-encoding", "identity")]
    )

    private static func read(_ body: ByteBuffer, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQLBody {
        guard body.readableBytes > 0 else { throw malformed("The request's body is empty.") }
        let parsed = body.withUnsafeReadableBytes { bytes -> Result<Value, JSONError> in
            do throws(JSONError) {
                return .success(try JSON.parse(bytes, maxDepth: limits.jsonDepth))
            } catch {
                return .failure(error)
            }
        }
        switch parsed {
        case .success(.object(let members)): return .one(try operation(members))
        case .success(.list(let items)): return .batch(try batch(items, limits))
        case .success: throw malformed("The request's body is not a JSON object.")
        case .failure(let error):
            throw malformed("The request's body is not valid JSON, at byte \(error.offset): \(error.message)")
        }
    }

    private static func batch(_ items: [Value], _ limits: HTTPLimits) throws(GraphQLRefusal) -> [GraphQLOperation] {
        guard (1...limits.batchOperations).contains(items.count) else {
            throw malformed("A batch has 1 to \(limits.batchOperations) operations, not \(items.count).")
        }
        var operations: [GraphQLOperation] = []
        for (index, item) in items.enumerated() {
            guard case .object(let members) = item else {
                throw malformed("Operation \(index) of the batch is not a JSON object.")
            }
            operations.append(try operation(members))
        }
        return operations
    }

    private static func read(query: Substring, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQLOperation {
        var members: [Value.Member] = []
        for (name, text) in FormFields.list(query) where !text.isEmpty {
            switch name {
            case "query", "operationName", "documentId": members.append(.init(name: name, value: .string(text)))
            case "variables", "extensions":
                do throws(JSONError) {
                    members.append(
                        .init(name: name, value: try JSON.parse(Array(text.utf8), maxDepth: limits.jsonDepth))
                    )
                } catch {
                    throw malformed("\"\(name)\" is not valid JSON: \(error.message)")
                }
            default: break
            }
        }
        return try operation(members)
    }

    /// Checks the members' types.
    ///
    /// `null` counts as absent, and what is not known is ignored.
    private static func operation(_ members: [Value.Member]) throws(GraphQLRefusal) -> GraphQLOperation {
        var operation = GraphQLOperation()
        for member in members where !member.value.isNull {
            switch (member.name, member.value) {
            case ("query", .string(let text)): operation.query = text.isEmpty ? nil : text
            case ("operationName", .string(let text)): operation.name = text.isEmpty ? nil : text
            case ("documentId", .string(let text)): operation.hash = Self.hash(documentID: text)
            case ("variables", .object): operation.variables = member.value
            case ("extensions", .object): try read(extensions: member.value, &operation)
            case ("query", _), ("operationName", _), ("documentId", _):
                throw malformed("\"\(member.name)\" is not a string.")
            case ("variables", _), ("extensions", _): throw malformed("\"\(member.name)\" is not an object.")
            default: break
            }
        }
        guard operation.query != nil || operation.hash != nil else {
            throw malformed("The request has no \"query\" and no \"documentId\".")
        }
        return operation
    }

    /// Source of `persistedQuery`: the convention of Apollo's clients, version 1.
    private static func read(extensions: Value, _ operation: inout GraphQLOperation) throws(GraphQLRefusal) {
        if case .bool(true)? = extensions["cost"] { operation.wantsCost = true }
        guard let persisted = extensions["persistedQuery"], !persisted.isNull else { return }
        guard case .int(1)? = persisted["version"], case .string(let hash)? = persisted["sha256Hash"] else {
            throw malformed("\"persistedQuery\" needs \"version\" 1 and a \"sha256Hash\".")
        }
        operation.hash = hash.lowercased()
    }

    private static func hash(documentID: String) -> String {
        let prefix = "sha256:"
        return (documentID.hasPrefix(prefix) ? String(documentID.dropFirst(prefix.count)) : documentID).lowercased()
    }

    private static func malformed(_ message: String) -> GraphQLRefusal {
        GraphQLRefusal(.badRequest, message, code: .invalid)
    }
}

/// The fields of a URL's query.
enum FormFields {
    /// The most fields that are read; further ones are ignored.
    static let limit = 100

    /// Names and values, decoded, in order.
    ///
    /// Bytes that are no UTF-8 become U+FFFD.
    static func list(_ query: Substring) -> [(name: String, value: String)] {
        query.split(separator: "&").prefix(limit).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0], plusIsBlank: true), parts.count > 1 ? decoded(parts[1], plusIsBlank: true) : "")
        }
    }

    /// Text without percent-encoding.
    ///
    /// A `%` without two hexadecimal digits stays as it is.
    static func decoded(_ text: Substring, plusIsBlank: Bool) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
                continue
            }
            result.append(plusIsBlank && bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
