import AtlasCore
import GraphQL
import NIOHTTP1

/// Why a GraphQL request is not executed.
struct GraphQLRefusal: Error {
    let status: HTTPResponseStatus
    let message: String
    let code: String
    let headers: [(name: String, value: String)]
    let extensions: [Value.Member]

    /// GraphQL answers depend on who asks, and nobody else may keep them.
    static let cacheHeaders: [(name: String, value: String)] = [("cache-control", "no-store")]

    init(
        _ status: HTTPResponseStatus,
        _ message: String,
        code: AtlasError.Code,
        headers: [(name: String, value: String)] = [],
        extensions: [Value.Member] = []
    ) {
        self.init(status, message, code: code.rawValue, headers: headers, extensions: extensions)
    }

    init(
        _ status: HTTPResponseStatus,
        _ message: String,
        code: String,
        headers: [(name: String, value: String)] = [],
        extensions: [Value.Member] = []
    ) {
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers
        self.extensions = extensions
    }

    /// Credentials that do not count, or no longer.
    static func unauthenticated(_ message: String) -> GraphQLRefusal {
        GraphQLRefusal(
            .unauthorized,
            message,
            code: .unauthenticated,
            headers: [("www-authenticate", "Bearer")]
        )
    }

    /// More requests than the client's quota.
    static func tooMany(retryAfter wait: Duration) -> GraphQLRefusal {
        let seconds = max(1, wait.wholeSeconds)
        return GraphQLRefusal(
            .tooManyRequests,
            "Too many requests. Try again in \(seconds) s.",
            code: .tooMany,
            headers: [("retry-after", String(seconds))],
            extensions: [.init(name: "retryAfterSeconds", value: .int(seconds))]
        )
    }

    /// The response as JSON: no `data`, one error.
    var body: [UInt8] {
        var writer = GraphQL.JSONWriter()
        let members = [Value.Member(name: "code", value: .string(code))] + extensions
        writer.value(["errors": [["message": .string(message), "extensions": .object(members)]]])
        return writer.finish()
    }

    /// The response.
    func answer(as mediaType: GraphQLMediaType = .json) -> Answer {
        var answer = Answer.json(status, body)
        answer.contentType = mediaType.contentType
        answer.headers = headers + Self.cacheHeaders
        return answer
    }
}

/// The two media types of GraphQL responses.
enum GraphQLMediaType {
    /// `application/graphql-response+json`
    case response
    /// `application/json`
    case json

    var contentType: String {
        switch self {
        case .response: "application/graphql-response+json; charset=utf-8"
        case .json: "application/json; charset=utf-8"
        }
    }

    private var essence: String {
        switch self {
        case .response: "application/graphql-response+json"
        case .json: "application/json"
        }
    }

    /// The one that the client likes best: with equal weights the newer one, if it is named, and `application/json` for
    /// a client that does not care.
    static func negotiated(_ headers: HTTPHeaders) throws(GraphQLRefusal) -> GraphQLMediaType {
        guard let first = headers.first(name: "accept"), first != "*/*" else { return .json }
        let accepted = AcceptedValue.list(headers, "accept").filter { value in
            value.parameters.allSatisfy { !$0.hasPrefix("charset=") || $0.contains("utf-8") || $0.contains("utf8") }
        }
        let response = weight(.response, accepted)
        let json = weight(.json, accepted)
        guard max(response.weight, json.weight) > 0 else {
            throw GraphQLRefusal(
                .notAcceptable,
                "The answer can be application/graphql-response+json or application/json, in UTF-8.",
                code: .invalid
            )
        }
        if response.weight != json.weight { return response.weight > json.weight ? .response : .json }
        return response.isNamed ? .response : .json
    }

    /// How welcome a type is: the most specific element that matches it counts.
    private static func weight(_ type: GraphQLMediaType, _ accepted: [AcceptedValue]) -> (weight: Int, isNamed: Bool) {
        if let exact = accepted.first(where: { $0.value == type.essence }) { return (exact.weight, true) }
        let wide = accepted.first { $0.value == "application/*" } ?? accepted.first { $0.value == "*/*" }
        return (wide?.weight ?? 0, false)
    }
}

extension Duration {
    /// Seconds, a begun one as a whole.
    var wholeSeconds: Int64 {
        components.seconds + (components.attoseconds > 0 ? 1 : 0)
    }
}
