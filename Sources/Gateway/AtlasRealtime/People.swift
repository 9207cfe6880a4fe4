import AtlasAPI
import AtlasCore
import AtlasHTTP
import Synchronization

/// What the server keeps with a socket.
final class Seat: Sendable {
    struct State {
        var token: AccessToken
        var isWarned = false
        /// Groups that the socket has joined.
        var groups: Set<GroupID> = []
        /// Where its cursor is shown.
        var places: Set<Place> = []
        var pushesUnderWay = 0
        /// Terminals that it looks at, by lab.
        var terminals: [String: Realtime.OpenTerminal] = [:]
        /// Answers that it follows, by the question's `clientId`.
        var answers: [String: Realtime.FollowedAnswer] = [:]
        /// Questions that it has asked.
        var asked = 0
        /// Whether its page was left alone.
        var isAway = false
        /// Whether the account's notices are heard for it.
        var hearing: Task<Bool, Never>?
        var isGone = false
    }

    /// What was verified.
    struct AccessToken: Sendable {
        let account: Caller.Account
        let expires: Timestamp
    }

    let person: Person
    let address: String
    let state: Mutex<State>

    init(_ token: AccessToken, person: Person, address: String) {
        self.person = person
        self.address = address
        state = Mutex(State(token: token))
    }

    /// On whose behalf its events are handled.
    var caller: Caller { Caller(account: state.withLock(\.token.account), address: address) }
}

/// One account, on however many sockets of this process.
final class Person: Sendable {
    struct State {
        var sockets = 0
        /// How many of them are away.
        var awaySockets = 0
        /// Whether all of them are; of somebody who has gone, whether the last one was.
        var isAway = false
        var lastSign: ContinuousClock.Instant
        /// Whose cursor is shown at a place: the socket's that moved last.
        var pointing: [Place: ObjectIdentifier] = [:]
        var buckets: [Bucket.Kind: Bucket] = [:]
    }

    let user: UserID
    let name: String
    let state = Mutex(State(lastSign: .now))

    init(user: UserID, name: String) {
        self.user = user
        self.name = name
    }

    /// A socket, which is not away, has come.
    func enter() {
        state.withLock { state in
            state.sockets += 1
            state.isAway = false
        }
    }

    /// A socket has gone.
    func leave(wasAway: Bool) {
        state.withLock { state in
            state.sockets -= 1
            if wasAway { state.awaySockets -= 1 }
            if state.sockets > 0 { state.isAway = state.awaySockets >= state.sockets }
        }
    }

    /// A socket has said whether it is away.
    func hear(isAway: Bool, wasAway: Bool) {
        state.withLock { state in
            if isAway != wasAway { state.awaySockets += isAway ? 1 : -1 }
            state.isAway = state.awaySockets >= state.sockets
            state.lastSign = .now
        }
    }

    /// A socket moves the cursor.
    func point(_ seat: Seat, at places: [Place]) {
        state.withLock { state in
            state.lastSign = .now
            for place in places { state.pointing[place] = ObjectIdentifier(seat) }
        }
    }

    /// A socket leaves a place.
    ///
    /// - Returns: False if the cursor there is another socket's.
    func stopPointing(_ seat: Seat, at place: Place) -> Bool {
        state.withLock { state in
            guard state.pointing[place, default: ObjectIdentifier(seat)] == ObjectIdentifier(seat) else { return false }
            state.pointing[place] = nil
            return true
        }
    }

    /// Takes from a limit.
    ///
    /// - Returns: How long to wait, if nothing is left.
    func take(_ kind: Bucket.Kind, _ rate: RealtimeLimits.Rate, amount: Double = 1) -> Duration? {
        state.withLock { state in
            var bucket = state.buckets[kind] ?? Bucket(rate)
            defer { state.buckets[kind] = bucket }
            return bucket.take(amount, rate)
        }
    }
}

/// The accounts that are connected to this process: one entry for each, for as long as anybody holds it.
final class People: Sendable {
    private struct Entry {
        weak var person: Person?
    }

    private let known = Mutex<[UserID: Entry]>([:])

    /// The account's entry.
    func person(_ user: UserID, name: String) -> Person {
        known.withLock { known in
            if let person = known[user]?.person { return person }
            let person = Person(user: user, name: name)
            known[user] = Entry(person: person)
            return person
        }
    }

    /// Forgets accounts that nobody holds.
    func purge() {
        known.withLock { known in known = known.filter { $0.value.person != nil } }
    }
}

/// What is left of a limit.
struct Bucket: Sendable {
    /// What is limited.
    enum Kind: Sendable {
        case event, chat, join, push, pushBytes, pointer, terminal, question
    }

    private var left: Double
    private var at: ContinuousClock.Instant

    init(_ rate: RealtimeLimits.Rate, now: ContinuousClock.Instant = .now) {
        left = rate.burst
        at = now
    }

    mutating func take(_ amount: Double, _ rate: RealtimeLimits.Rate, now: ContinuousClock.Instant = .now) -> Duration?
    {
        let (seconds, attoseconds) = at.duration(to: now).components
        left = min(rate.burst, left + (Double(seconds) + Double(attoseconds) / 1e18) * rate.perSecond)
        at = now
        guard left < amount else {
            left -= amount
            return nil
        }
        return .milliseconds(Int64(((min(amount, rate.burst) - left) / rate.perSecond * 1_000).rounded(.up)))
    }

    /// Whether it is as if nothing had been taken.
    func isFull(_ rate: RealtimeLimits.Rate, now: ContinuousClock.Instant = .now) -> Bool {
        var copy = self
        return copy.take(rate.burst, rate, now: now) == nil
    }
}

/// A limit for each of many addresses.
final class AddressLimit: Sendable {
    /// Addresses that are remembered; when there are more, those that have all their quota are forgotten, and if that
    /// is not enough, all.
    private static let addresses = 10_000

    private let rate: RealtimeLimits.Rate
    private let buckets = Mutex<[String: Bucket]>([:])

    init(_ rate: RealtimeLimits.Rate) { self.rate = rate }

    func admits(_ address: String) -> Bool {
        buckets.withLock { buckets in
            if buckets.count >= Self.addresses {
                buckets = buckets.filter { !$0.value.isFull(rate) }
                if buckets.count >= Self.addresses { buckets = [:] }
            }
            var bucket = buckets[address] ?? Bucket(rate)
            defer { buckets[address] = bucket }
            return bucket.take(1, rate) == nil
        }
    }
}
