// What web/tests/fsrs.mjs asks of the library Learning, compiled to WebAssembly together with it.
//
// Numbers go through one buffer of doubles, whose address is `fsrs_buffer`.

private let bufferCount = 256
nonisolated(unsafe) private let buffer = UnsafeMutablePointer<Double>.allocate(capacity: bufferCount)
nonisolated(unsafe) private var scheduler = FSRSScheduler()
nonisolated(unsafe) private var card = FSRSCard(due: 0)

/// Where the numbers are.
@_cdecl("fsrs_buffer")
public func fsrsBuffer() -> UnsafeMutablePointer<Double> { buffer }

/// Begins a sequence: 21 parameters, retention, longest interval, then the number of learning steps and the steps, and the
/// same for relearning, in milliseconds.
///
/// - Returns: 1, or 0 for numbers that make no scheduler.
@_cdecl("fsrs_begin")
public func fsrsBegin() -> Int32 {
    let count = FSRSParameters.count
    var place = count + 2
    guard let learning = steps(&place), let relearning = steps(&place) else { return 0 }
    do throws(FSRSError) {
        scheduler = try FSRSScheduler(
            parameters: FSRSParameters((0..<count).map { buffer[$0] }),
            desiredRetention: buffer[count],
            learningSteps: learning,
            relearningSteps: relearning,
            maximumInterval: Int64(buffer[count + 1])
        )
    } catch {
        return 0
    }
    card = FSRSCard(due: 0)
    return 1
}

/// Reviews the card: the buffer has rating and time in milliseconds, and gets the chance to remember before it, phase, step
/// (below 0 for none), stability, difficulty and when it is due.
///
/// - Returns: 1, or 0 for a rating that there is not.
@_cdecl("fsrs_review")
public func fsrsReview() -> Int32 {
    guard let rating = Rating(rawValue: Int(buffer[0])) else { return 0 }
    let time = Int64(buffer[1])
    buffer[0] = scheduler.retrievability(of: card, at: time)
    card = scheduler.review(card, rating, at: time)
    buffer[1] = Double(card.phase.rawValue)
    buffer[2] = Double(card.step ?? -1)
    buffer[3] = card.memory?.stability ?? 0
    buffer[4] = card.memory?.difficulty ?? 0
    buffer[5] = Double(card.due)
    return 1
}

private func steps(_ place: inout Int) -> [Int64]? {
    let count = Int(buffer[place])
    guard count >= 0, place + 1 + count <= bufferCount else { return nil }
    let first = place + 1
    place = first + count
    return (first..<place).map { Int64(buffer[$0]) }
}
