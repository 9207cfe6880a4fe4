#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// Where the time comes from; rules never ask the system themselves.
public protocol WallClock: Sendable {
    /// The time now.
    func now() -> Timestamp
}

/// The system's clock.
public struct SystemClock: WallClock {
    /// The system's clock.
    public init() {}

    /// The time now, UTC.
    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands still until it is moved; for tests.
public final class ManualClock: WallClock {
    private let moment: Mutex<Timestamp>

    /// Starts at `start`.
    public init(_ start: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) {
        moment = Mutex(start)
    }

    /// The time it was last moved to.
    public func now() -> Timestamp { moment.withLock { $0 } }

    /// Moves the time forward.
    public func advance(by duration: Duration) {
        moment.withLock { $0 = $0 + duration }
    }
}

/// Where new identifiers and random bytes come from.
public protocol IDSource: Sendable {
    /// A new identifier: 26 characters, sortable by time of making, unguessable in its last 16.
    func next() -> String
    /// `count` bytes from a cryptographically secure generator.
    func randomBytes(_ count: Int) -> [UInt8]
}

/// Identifiers of 48 bits of time and 80 random bits in Crockford's base 32.
///
/// Source: the ULID specification, "Canonical String Representation".
public struct RandomIDSource: IDSource {
    private let clock: any WallClock

    /// Takes the time part from `clock`.
    public init(clock: any WallClock = SystemClock()) {
        self.clock = clock
    }

    /// A new identifier.
    public func next() -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var generator = SystemRandomNumberGenerator()
        let time = UInt64(bitPattern: clock.now().milliseconds)
        var text: [UInt8] = []
        text.reserveCapacity(26)
        for shift in stride(from: 45, through: 0, by: -5) { text.append(alphabet[Int(time >> UInt64(shift) & 31)]) }
        var low = generator.next()
        for index in 0..<16 {
            if index == 12 { low = generator.next() }
            text.append(alphabet[Int(low & 31)])
            low >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Random bytes from the system's generator.
    public func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
