import AtlasPorts
import Foundation

/// Why there is no answer of a model, and whether asking again may help.
struct Refusal: Error {
    let problem: ModelProblem
    let mayRetry: Bool
    /// The server's advice.
    let advice: Duration?

    init(_ problem: ModelProblem, mayRetry: Bool, advice: Duration? = nil) {
        self.problem = problem
        self.mayRetry = mayRetry
        self.advice = advice
    }

    init(_ failure: CloudFailure) {
        let isTooLarge = if case .tooLarge = failure { true } else { false }
        self.init(failure.modelProblem, mayRetry: !isTooLarge)
    }

    /// Bytes of an answer that is no success.
    static let bodyLimit = 64 << 10

    /// Reads an answer that is no success, as Anthropic and OpenAI write it: `{"error":{"type","message",…}}`.
    init(_ answer: CloudAnswer, _ retries: Retries, hide: (String) -> String) {
        let error = (try? JSONDecoder().decode(Body.self, from: Data(answer.body)))?.error
        let advice = retries.advice(answer.head)
        let mayRetry = Retries.isWorthwhile(answer.head)
        let words = Self.words(hide(error?.message ?? ""))
        switch answer.status {
        case 401, 403: self.init(.unauthorized, mayRetry: false)
        case 402: self.init(.spent, mayRetry: false)
        case 429 where error?.saysSpent == true: self.init(.spent, mayRetry: false)
        case 429: self.init(.rateLimited(retryAfter: advice), mayRetry: mayRetry, advice: advice)
        case 529: self.init(.overloaded, mayRetry: mayRetry, advice: advice)
        case 500...: self.init(.failed(status: answer.status), mayRetry: mayRetry, advice: advice)
        default: self.init(.refused(status: answer.status, words), mayRetry: mayRetry, advice: advice)
        }
    }

    /// A server's words in one line of at most 200 characters.
    static func words(_ text: String) -> String {
        String(text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ").prefix(200))
    }

    private struct Body: Decodable {
        let error: ServiceError
    }
}

/// What Anthropic and OpenAI say of an error.
struct ServiceError: Decodable {
    let type: String?
    let message: String?
    private let code: String?
    private let details: Details?

    private struct Details: Decodable {
        let code: String?

        private enum CodingKeys: String, CodingKey {
            case code = "error_code"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case type, message, code, details
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        type = try? fields.decode(String.self, forKey: .type)
        message = try? fields.decode(String.self, forKey: .message)
        code = try? fields.decode(String.self, forKey: .code)
        details = try? fields.decode(Details.self, forKey: .details)
    }

    /// Whether waiting does not help, because the account has no money left.
    var saysSpent: Bool {
        details?.code == "enforced_spend_limit_reached" || code == "insufficient_quota" || type == "billing_error"
    }
}
