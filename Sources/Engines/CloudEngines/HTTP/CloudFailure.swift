import AsyncHTTPClient
import AtlasPorts

/// Why no whole answer came.
enum CloudFailure: Error, Equatable {
    /// There is no connection, or it ended before the answer began.
    case unreachable
    /// It took longer than `CloudTimeouts` say.
    case timedOut
    /// The connection ended within the answer.
    case cut
    /// The answer has more bytes than it may have.
    case tooLarge(limit: Int)

    /// Reads what the client throws; it may quote addresses and headers, so nothing of it goes further.
    ///
    /// - Parameter hasBegun: Whether the head of the answer has come.
    static func of(_ error: any Error, hasBegun: Bool) -> any Error {
        if error is CancellationError || error is CloudFailure { return error }
        switch error as? HTTPClientError {
        case .cancelled?: return CancellationError()
        case .readTimeout?, .writeTimeout?, .deadlineExceeded?: return CloudFailure.timedOut
        default: return hasBegun ? CloudFailure.cut : CloudFailure.unreachable
        }
    }

    /// What a model's reader is told.
    var modelProblem: ModelProblem {
        switch self {
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .cut: .cut
        case .tooLarge(let limit): .malformed("an answer of more than \(limit) bytes")
        }
    }
}
