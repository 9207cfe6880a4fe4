import AtlasCore
import Foundation

/// What the API server answered instead of doing it, or why it could not be asked.
struct APIError: Error, Sendable, CustomStringConvertible {
    /// The status of HTTP; 0 if no answer came.
    let status: Int
    /// The API's word for it, as in `AlreadyExists`; empty if there is none.
    let reason: String
    /// What the server or the connection says, for the log.
    let message: String
    /// How long to wait, if the server says so.
    var retryAfter: Duration?
    /// Whether the server cannot have done anything.
    var isUnsent = false

    /// No answer.
    static func connection(_ message: String, isUnsent: Bool = false) -> APIError {
        APIError(status: 0, reason: "", message: message, isUnsent: isUnsent)
    }

    /// An answer that is an error; its body is a `Status` object, mostly.
    init(status: Int, body: [UInt8], retryAfter: String?) {
        let told = try? JSONDecoder().decode(APIStatus.self, from: Data(body))
        let causes = told?.details?.causes?.compactMap { cause in
            cause.message.map { (cause.field.map { "\($0): " } ?? "") + $0 }
        }
        let text = told?.message ?? String(decoding: body.prefix(500), as: UTF8.self)
        self.init(
            status: status,
            reason: told?.reason ?? "",
            message: causes.map { $0.isEmpty ? text : "\(text) (\($0.joined(separator: "; ")))" } ?? text
        )
        let seconds = retryAfter.flatMap { Int($0) } ?? told?.details?.retryAfterSeconds
        self.retryAfter = seconds.map { .seconds(min(max($0, 0), 3_600)) }
    }

    init(
        status: Int,
        reason: String,
        message: String,
        retryAfter: Duration? = nil,
        isUnsent: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
        self.isUnsent = isUnsent
    }

    /// There is no such object.
    var isNotFound: Bool { status == 404 }
    /// There is one of this name.
    var alreadyExists: Bool { status == 409 && reason == "AlreadyExists" }
    /// What was watched from is too old; list anew.
    var isGone: Bool { status == 410 || reason == "Expired" || reason == "Gone" }
    /// A `ResourceQuota` says no.
    var exceedsQuota: Bool { status == 403 && message.contains("exceeded quota") }
    /// A `LimitRange` says no: one container alone wants more than is allowed.
    var exceedsLimits: Bool { status == 403 && message.contains("usage per Container is") }
    /// A quota was just made and is not counted yet.
    var awaitsQuota: Bool { status == 403 && message.contains("status unknown for quota") }
    /// The namespace is being removed.
    var isInEndingNamespace: Bool {
        (status == 403 || status == 409) && message.contains("is being terminated")
    }

    var description: String { "\(status) \(reason): \(message)" }

    /// In the words of learners and operators.
    func atlas(_ doing: String) -> AtlasError {
        let detail = "\(doing): \(self)"
        func unavailable(_ text: String, after: Duration? = nil) -> AtlasError {
            AtlasError(.unavailable, text, detail: detail, cause: self, retryAfter: retryAfter ?? after)
        }
        switch status {
        case 0: return unavailable("The cluster that runs the labs cannot be reached.", after: .seconds(10))
        case 401: return unavailable("The cluster that runs the labs does not accept Atlas's credentials.")
        case 403 where exceedsQuota:
            return AtlasError(
                .tooMany,
                "Your share of the cluster is used up. Stop another lab first.",
                detail: detail,
                cause: self,
                retryAfter: .seconds(30)
            )
        case 403 where exceedsLimits:
            return unavailable("This lab needs more than one learner may have in this cluster.")
        case 403:
            return unavailable(
                "The cluster forbids what the labs need. Its operator finds what Atlas must be allowed in docs/labs-kubernetes.md."
            )
        case 404: return unavailable("What this needs is not in the cluster any more.")
        case 409:
            return AtlasError(.conflict, "The cluster has something else of this name.", detail: detail, cause: self)
        case 422, 400: return unavailable("The cluster refuses to run this lab as it is described.")
        case 429: return unavailable("The cluster that runs the labs is overloaded.", after: .seconds(10))
        default: return unavailable("The cluster that runs the labs has a problem of its own.", after: .seconds(10))
        }
    }
}
