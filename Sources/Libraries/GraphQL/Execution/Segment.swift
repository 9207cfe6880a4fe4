/// A value that is awaited: where it belongs, how to get it, and its path from the leaf to the root.
struct Hole: Sendable {
    let offset: Int
    let work: HoleWork
    var path: [PathElement] = []
}

/// How a hole is filled.
enum HoleWork: Sendable {
    /// By running a resolver that waits.
    case resolve(@Sendable (Execution) async -> Segment)
    /// By asking a loader together with all holes that ask in the same step.
    case load(any LoadRequest)
}

/// The outcome of one synchronous stretch.
///
/// Paths in it run from the leaf towards the root.
struct Segment: Sendable {
    var bytes: [UInt8]
    var errors: [GraphQLError]
    var holes: [Hole]
    var scopes: [NullScope]

    /// Whether the stretch's own value may not stand, so that what surrounds its hole decides.
    var failed: Bool
}

/// A field that wants one value from a `DataLoader`.
protocol LoadRequest: AnyObject, Sendable {
    var loader: any BatchLoader { get }

    /// Puts the key in the loader's queue.
    func enqueue()

    /// Writes the loaded value, once the loader has dispatched its queue.
    func fill(_ output: inout ResponseOutput) -> Bool
}

/// A loader as the executor sees it.
protocol BatchLoader: AnyObject, Sendable {
    /// Loads everything in the queue.
    ///
    /// - Returns: How many waiting resolvers were resumed.
    func dispatch() async -> Int
}
