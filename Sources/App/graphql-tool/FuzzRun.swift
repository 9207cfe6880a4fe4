#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import GraphQL

/// Answers made-up requests until the time is over.
///
/// A trap ends the process; the same seed then leads to the same request, whose number the last line on standard output
/// is near.
enum FuzzRun {
    /// An answer that takes more processor time counts as a hang.
    private static let limit = Duration.seconds(2)

    /// How many requests lie between two lines of progress.
    private static let interval = 50_000

    /// Whether every request was answered in time.
    static func run(seconds: UInt64, seed: UInt64) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(Int64(clamping: seconds)))
        var fuzzer = Fuzzer(seed: seed)
        var command = ConformanceCommand()
        guard var parts = try? PartsFuzzer(seed: seed) else { return false }
        var slowest = Duration.zero
        var count = 0
        while clock.now < end {
            if let problem = await parts.next() {
                print("after request \(count) of seed \(seed), delivered in parts:\n\(problem)")
                return false
            }
            let request = fuzzer.request()
            let before = processorTime()
            _ = command.answer(request)
            let time = processorTime() - before
            count += 1
            if time > slowest { slowest = time }
            guard time <= limit else {
                print("request \(count) of seed \(seed) took \(time):\n\(String(decoding: request, as: UTF8.self))")
                return false
            }
            if count % interval == 0 { print("\(count) requests of seed \(seed), the slowest took \(slowest)") }
        }
        print("\(count) requests of seed \(seed) answered, the slowest took \(slowest)")
        print("\(parts.validCount) documents were delivered in parts")
        return true
    }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
