import AtlasCore
import GraphQL
import NIOCore
import NIOHTTP1

/// Reads the operation out of a request.
enum GraphQLParameters {
    static func read(_ request: IncomingRequest, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQL.Request {
        if request.method == .GET { return try read(query: request.query ?? "", limits: limits) }
        return try read(request.body, limits: limits)
    }

    private static func read(_ body: ByteBuffer, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQL.Request {
        guard body.readableBytes > 0 else { throw malformed("The request's body is empty.") }
        let parsed = body.withUnsafeReadableBytes { bytes -> Result<Value, JSONError> in
            do throws(JSONError) {
                return .success(try JSON.parse(bytes, maxDepth: limits.jsonDepth))
            } catch {
                return .failure(error)
            }
        }
        switch parsed {
        case .success(.object(let members)): return try operation(members)
        case .success(.list): throw malformed("Batches are not accepted: send one operation per request.")
        case .success: throw malformed("The request's body is not a JSON object.")
        case .failure(let error):
            throw malformed("The request's body is not valid JSON, at byte \(error.offset): \(error.message)")
        }
    }

    private static func read(query: Substring, limits: HTTPLimits) throws(GraphQLRefusal) -> GraphQL.Request {
        var members: [Value.Member] = []
        for (name, text) in FormFields.list(query) where !text.isEmpty {
            switch name {
            case "query", "operationName": members.append(.init(name: name, value: .string(text)))
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
    private static func operation(_ members: [Value.Member]) throws(GraphQLRefusal) -> GraphQL.Request {
        var query: String?
        var name: String?
        var variables = Value.emptyObject
        var extensions: Value?
        for member in members where !member.value.isNull {
            switch (member.name, member.value) {
            case ("query", .string(let text)): query = text
            case ("operationName", .string(let text)): name = text.isEmpty ? nil : text
            case ("variables", .object): variables = member.value
            case ("extensions", .object): extensions = member.value
            case ("query", _), ("operationName", _): throw malformed("\"\(member.name)\" is not a string.")
            case ("variables", _), ("extensions", _): throw malformed("\"\(member.name)\" is not an object.")
            default: break
            }
        }
        if let query, !query.isEmpty { return GraphQL.Request(query: query, operationName: name, variables: variables) }
        guard extensions?["persistedQuery"] == nil else {
            throw GraphQLRefusal(
                .badRequest,
                "PersistedQueryNotSupported",
                code: "PERSISTED_QUERY_NOT_SUPPORTED"
            )
        }
        throw malformed("The request has no \"query\".")
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
