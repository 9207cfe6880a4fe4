/// A value that is awaited: where it belongs and how to get it.
struct Hole: Sendable {
    let offset: Int
    /// The field; `nil` for a hole that is left for a later part.
    let plan: FieldPlan?
    let work: HoleWork
}

/// How a hole is filled.
@usableFromInline
enum HoleWork: Sendable {
    /// By running a resolver that waits.
    case resolve(@Sendable (Execution) async -> Segment)
    /// By a loader that has the key in its queue, together with all holes that wait for it in the same step; then the
    /// value is written.
    case load(any BatchLoader, fill: @Sendable (inout ResponseOutput) -> Bool)
    /// Not in this part of the response.
    case later(LaterWork)
}

/// The outcome of one synchronous stretch.
///
/// Its errors have no path of their own; `steps` has them.
@usableFromInline
struct Segment: Sendable {
    let bytes: [UInt8]
    let errors: [GraphQLError]
    let holes: [Hole]
    let scopes: [NullScope]
    let steps: [PathStep]

    /// Whether the stretch's own value may not stand, so that what surrounds its hole decides.
    let failed: Bool

    /// What the items of lists cost.
    let listCost: Int
}

/// A loader as the executor sees it.
@usableFromInline
protocol BatchLoader: AnyObject, Sendable {
    /// Loads everything in the queue.
    ///
    /// - Returns: How many waiting resolvers were resumed.
    func dispatch() async -> Int

    /// Loads everything in the queue, and waits for what others are loading now.
    func dispatchAll() async
}
