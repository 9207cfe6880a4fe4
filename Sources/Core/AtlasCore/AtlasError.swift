/// The one error that crosses layers in Atlas.
///
/// Each edge converts it once: GraphQL `extensions.code`, HTTP status, exit code of the command.
public struct AtlasError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; the list is closed.
    public enum Code: String, Sendable, CaseIterable {
        /// It does not exist, or the caller may not know that it does.
        case notFound = "NOT_FOUND"
        /// The input is wrong; the message says what and where.
        case invalid = "INVALID"
        /// Nobody is signed in, or the token is expired or forged.
        case unauthenticated = "UNAUTHENTICATED"
        /// Signed in, but not allowed.
        case forbidden = "FORBIDDEN"
        /// The state has changed since the caller last read it, or the name is taken.
        case conflict = "CONFLICT"
        /// A limit was reached; try again later.
        case tooMany = "TOO_MANY"
        /// Something Atlas needs is not there just now.
        case unavailable = "UNAVAILABLE"
        /// A defect or a broken dependency; the message says no more.
        case internalError = "INTERNAL"
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence a learner may read.
    public let message: String
    /// What only the log may see.
    public let detail: String?
    /// The error underneath, for the log.
    public let cause: (any Error)?
    /// With `tooMany` and `unavailable`: how long to wait before another try.
    public let retryAfter: Duration?
    /// With `invalid`: the input's field, as in `input.email`.
    public let field: String?

    /// Makes an error where its meaning is known.
    public init(
        _ code: Code,
        _ message: String,
        detail: String? = nil,
        cause: (any Error)? = nil,
        retryAfter: Duration? = nil,
        field: String? = nil
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.cause = cause
        self.retryAfter = retryAfter
        self.field = field
    }

    /// Wraps any error, keeping an `AtlasError` as it is and adding what was being done.
    public static func wrap(_ error: any Error, while doing: String) -> AtlasError {
        guard let known = error as? AtlasError else {
            return AtlasError(.internalError, "Something went wrong on our side.", detail: doing, cause: error)
        }
        let detail = known.detail.map { "\(doing): \($0)" } ?? doing
        return AtlasError(
            known.code,
            known.message,
            detail: detail,
            cause: known.cause,
            retryAfter: known.retryAfter,
            field: known.field
        )
    }

    /// Code, message, detail and cause, for the log.
    public var description: String {
        var text = "\(code.rawValue): \(message)"
        if let detail { text += " [\(detail)]" }
        if let cause { text += " caused by \(cause)" }
        return text
    }
}
