/// The 21 numbers that FSRS-6 knows of how a learner forgets.
///
/// Source: py-fsrs 6.3.2, `scheduler.py`, for names, defaults and bounds.
public struct FSRSParameters: Sendable, Equatable {
    /// How many there are.
    public static let count = 21

    /// w0…w20, each within its bounds.
    public let values: [Double]

    /// The parameters fitted to the reviews of many thousand learners.
    public static let defaults = FSRSParameters(unchecked: [
        0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629,
        1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
    ])

    static let lowerBounds: [Double] = [
        0.001, 0.001, 0.001, 0.001, 1, 0.001, 0.001, 0.001, 0, 0, 0.001, 0.001, 0.001, 0.001, 0, 0, 1, 0, 0, 0, 0.1,
    ]
    static let upperBounds: [Double] = [
        100, 100, 100, 100, 10, 4, 4, 0.75, 4.5, 0.8, 3.5, 5, 0.25, 0.9, 4, 1, 6, 2, 2, 0.8, 0.8,
    ]

    /// Parameters from outside.
    ///
    /// - Parameter values: w0…w20.
    /// - Throws: `FSRSError.parameterCount`, or `FSRSError.parameter` for the first that is out of bounds.
    public init(_ values: [Double]) throws(FSRSError) {
        guard values.count == Self.count else { throw .parameterCount(values.count) }
        for index in values.indices {
            guard values[index] >= Self.lowerBounds[index], values[index] <= Self.upperBounds[index] else {
                throw .parameter(index)
            }
        }
        self.values = values
    }

    /// `values` moved into their bounds.
    init(clamping values: [Double]) {
        self.values = values.indices.map { min(max(values[$0], Self.lowerBounds[$0]), Self.upperBounds[$0]) }
    }

    private init(unchecked values: [Double]) {
        self.values = values
    }

    subscript(index: Int) -> Double { values[index] }
}

/// Why a scheduler cannot be made.
public enum FSRSError: Error, Equatable, Sendable {
    /// There must be 21 parameters, not this many.
    case parameterCount(Int)
    /// The parameter at this position is not a number within its bounds.
    case parameter(Int)
    /// The desired retention must be above 0 and below 1.
    case desiredRetention
    /// There may be `FSRSScheduler.maximumSteps` steps of at least 0 ms and at most `FSRSScheduler.maximumStep`.
    case steps
    /// The longest interval must be 1…`FSRSScheduler.maximumIntervalLimit` days.
    case maximumInterval
}
