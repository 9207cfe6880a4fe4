package import AtlasCore
import AtlasPorts

/// When a request is sent again, and when not.
///
/// Source: the SDKs of Anthropic and OpenAI (`_base_client`): connection errors, 408, 409, 429 and 5xx, unless the server says
/// otherwise; its advice in milliseconds, seconds or as a date; without advice .5·2ⁿ s, at most 8 s, less up to a quarter.
/// Unlike them, advice beyond a minute ends the tries instead of being ignored: who asked earlier would be refused again.
package struct Retries: Sendable {
    /// Advice that is followed.
    package static let longestAdvice = Duration.seconds(60)
    /// Without advice.
    package static let longestGuess = Duration.seconds(8)

    private let attempts: Int
    private let clock: any WallClock
    private let random: @Sendable () -> Double
    private let pauseBody: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - attempts: Tries in all.
    ///   - clock: For advice that is a date.
    ///   - random: From 0 to below 1.
    ///   - pause: Waits.
    package init(
        attempts: Int = ModelLimits.attempts,
        clock: any WallClock = SystemClock(),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.attempts = attempts
        self.clock = clock
        self.random = random
        pauseBody = pause
    }

    /// How long to wait after a number of tries have failed; `nil` to give up.
    package func wait(afterTries tries: Int, advice: Duration?) -> Duration? {
        guard tries < attempts else { return nil }
        if let advice { return advice <= Self.longestAdvice ? advice : nil }
        var guess = Duration.milliseconds(500)
        for _ in 1..<max(tries, 1) where guess < Self.longestGuess { guess = guess * 2 }
        return min(guess, Self.longestGuess) * (1 - 0.25 * random())
    }

    /// Waits.
    package func pause(_ duration: Duration) async throws { try await pauseBody(duration) }

    /// What the server advises; `nil` for nothing, or nothing that can be read.
    func advice(_ head: CloudHead) -> Duration? {
        advice(milliseconds: head.header("retry-after-ms"), retryAfter: head.header("retry-after"))
    }

    /// As `advice` of a head.
    package func advice(milliseconds: String?, retryAfter: String?) -> Duration? {
        if let number = milliseconds.flatMap({ Double($0) }), let wait = Self.duration(milliseconds: number) {
            return wait
        }
        guard let retryAfter else { return nil }
        if let seconds = Double(retryAfter) { return Self.duration(milliseconds: seconds * 1_000) }
        guard let date = HTTPDate.timestamp(retryAfter) else { return nil }
        return Self.duration(milliseconds: Double((date - clock.now()).wholeMilliseconds))
    }

    private static func duration(milliseconds: Double) -> Duration? {
        guard milliseconds > 0, milliseconds.isFinite else { return nil }
        // A year and a century are the same: longer than anybody waits.
        return .milliseconds(Int64(min(milliseconds.rounded(.up), 31_536_000_000)))
    }

    /// Whether a status may change by itself.
    static func isWorthwhile(_ head: CloudHead) -> Bool {
        switch head.header("x-should-retry") {
        case "true"?: true
        case "false"?: false
        default: [408, 409, 429].contains(head.status) || head.status >= 500
        }
    }
}

/// Source: RFC 9110, section 5.6.7.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func timestamp(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].count == 2, parts[3].count == 4,
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
