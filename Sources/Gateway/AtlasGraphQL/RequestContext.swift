import AtlasAPI
public import AtlasCore
public import GraphQL
import Synchronization

/// What one GraphQL request knows: who asks, from which device, and the browser's cookie.
public final class RequestContext: Sendable {
    /// What is to happen to the browser's refresh cookie.
    public enum CookieChange: Sendable, Equatable {
        /// Set it to the token, for this long.
        case set(String, life: Duration)
        /// Remove it.
        case clear
    }

    /// Who asks.
    public let caller: Caller
    /// The browser or program, as it named itself.
    public let device: String
    /// The request's id, for logs and masked errors.
    public let requestID: String
    /// The refresh token that came in the browser's cookie.
    public let refreshCookie: String?
    /// Takes notes of the parts of the request; `nil` for one that is not traced.
    public let trace: (any OperationTrace)?
    private let change = Mutex<CookieChange?>(nil)
    private let groups = Mutex<GroupLoaders?>(nil)
    private let completed = Mutex<Task<Set<DiagramID>, any Error>?>(nil)

    /// A context for one request.
    public init(
        caller: Caller,
        device: String,
        requestID: String,
        refreshCookie: String?,
        trace: (any OperationTrace)? = nil
    ) {
        self.caller = caller
        self.device = device
        self.requestID = requestID
        self.refreshCookie = refreshCookie
        self.trace = trace
    }

    /// What the answer must do to the refresh cookie; `nil` to leave it alone.
    public var cookieChange: CookieChange? { change.withLock { $0 } }

    /// The caller's completed diagrams, asked for once however many diagrams want to know, until one more is completed;
    /// `nil` for a visitor.
    func completedDiagrams(_ progress: any ProgressTracking) async throws -> Set<DiagramID>? {
        guard let user = caller.account?.user else { return nil }
        let caller = caller
        let task = completed.withLock { task in
            let asked =
                task
                ?? Task {
                    Set(try await progress.completions(of: [user], as: caller).first?.map(\.diagram) ?? [])
                }
            task = asked
            return asked
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Forgets which diagrams the caller has completed, because that has changed.
    func forgetCompletions() {
        completed.withLock { $0 = nil }
    }

    /// What belongs to the groups of this request, asked for once for all of them.
    func groupLoaders(_ service: any StudyGroups) -> GroupLoaders {
        groups.withLock { loaders in
            let known = loaders ?? GroupLoaders(service, caller)
            loaders = known
            return known
        }
    }

    /// Forgets what belongs to groups, because a mutation is about to change it.
    func forgetGroups() {
        groups.withLock { $0 = nil }
    }

    func setCookie(_ change: CookieChange) {
        self.change.withLock { $0 = change }
    }
}
