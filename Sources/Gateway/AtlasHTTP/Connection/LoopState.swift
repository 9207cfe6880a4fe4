import NIOConcurrencyHelpers
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the connections of one event loop share; touched on that loop only.
final class LoopState {
    let executor: LoopTaskExecutor
    private var random: UInt64
    private var second: Int = .min
    private var date: [UInt8] = []

    init(_ loop: any EventLoop) {
        executor = LoopTaskExecutor(loop)
        random = UInt64.random(in: .min ... .max)
    }

    /// A `date` header with its line break, made anew every second.
    ///
    /// Source: RFC 9110, "Date/Time Formats", IMF-fixdate.
    func dateHeader() -> [UInt8] {
        let now = time(nil)
        if now != second {
            second = now
            date = Array("date: \(HTTPDate.text(secondsSince1970: now))\r\n".utf8)
        }
        return date
    }

    /// An id of 15 letters and digits: as many as a `String` holds without allocating memory.
    ///
    /// It tells requests apart; nothing depends on its being hard to guess.
    func requestID() -> String {
        String(unsafeUninitializedCapacity: 15) { buffer in
            var bits = nextRandom()
            for index in 0..<15 {
                if index == 12 { bits = nextRandom() }
                let digit = UInt8(truncatingIfNeeded: bits & 31)
                buffer[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
                bits >>= 5
            }
            return 15
        }
    }

    /// The next 64 random bits.
    ///
    /// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (SplitMix64).
    private func nextRandom() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One `LoopState` per event loop.
final class LoopStates: Sendable {
    private let states = NIOLockedValueBox<[ObjectIdentifier: NIOLoopBound<LoopState>]>([:])

    /// The state of `loop`; to be called on it.
    func state(of loop: any EventLoop) -> LoopState {
        let bound = states.withLockedValue { states in
            let id = ObjectIdentifier(loop)
            if let known = states[id] { return known }
            let made = NIOLoopBound(LoopState(loop), eventLoop: loop)
            states[id] = made
            return made
        }
        return bound.value
    }
}

/// Dates as HTTP writes them.
enum HTTPDate {
    static func text(secondsSince1970 seconds: Int) -> String {
        var (seconds, parts) = (time_t(seconds), tm())
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[min(max(Int(parts.tm_wday), 0), 6)]
        let month = months[min(max(Int(parts.tm_mon), 0), 11)]
        let date = "\(two(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1_900)"
        return "\(day), \(date) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
