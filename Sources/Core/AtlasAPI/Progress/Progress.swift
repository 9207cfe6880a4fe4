public import AtlasCore

/// What accounts have done.
public protocol ProgressTracking: Sendable {
    /// Marks a diagram as completed by the caller; a second time changes nothing.
    ///
    /// The fact and its event are stored in one transaction before this returns.
    ///
    /// - Throws: `AtlasError` — `.unauthenticated`, `.notFound` if the diagram is not published.
    func complete(_ diagram: DiagramID, as caller: Caller) async throws -> [Completion]

    /// The completions of `users`, in their order, each by time; the caller must be that user or an admin.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func completions(of users: [UserID], as caller: Caller) async throws -> [[Completion]]

    /// A sign after each change of what `user` has done, from now on; the caller must be that user or an admin.
    ///
    /// - Throws: `AtlasError.notFound` for somebody else's.
    func changes(of user: UserID, as caller: Caller) async throws -> AsyncStream<Void>
}

/// A diagram that was read to its end.
public struct Completion: Sendable, Equatable {
    /// Which.
    public let diagram: DiagramID
    /// When.
    public let at: Timestamp

    /// A completion.
    public init(diagram: DiagramID, at: Timestamp) {
        self.diagram = diagram
        self.at = at
    }
}
