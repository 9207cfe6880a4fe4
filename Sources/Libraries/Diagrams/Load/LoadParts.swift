/// A node while it is simulated.
struct LoadStation {
    var settings: LoadScenario.Node
    var kind: NodeKind
    var quorum: Int
    /// Its calls, a range of `LoadSimulation.calls`.
    var calls = 0..<0
    /// The backlogs that it keeps, a range of `LoadSimulation.backlogs`.
    var backlogs = 0..<0
    /// The backlogs that it takes messages from, a range of `LoadSimulation.consumed`.
    var consumed = 0..<0
    /// Milliseconds that a request takes when nothing waits anywhere.
    var idleMs = 0.0

    var lostReplicas = 0
    var slowFactor = 1.0
    var isUp = true
    /// How many can be served at a time.
    var slots = 0
    /// Mean service time.
    var meanNanoseconds = 0.0
    var busy = 0
    var line = LoadRing()
    /// Those in the line and in its backlogs.
    var waiting = 0
    var inFlight = 0
    /// What a cache holds.
    var stored = 0

    var changed: UInt64 = 0
    var now = LoadTally()
    var total = LoadTally()
    var samples: [LoadReport.Sample] = []

    /// Whether somebody who comes now is served at once.
    var isFree: Bool { isUp && busy < slots && line.count == 0 }
    var isCache: Bool { settings.hitRatio > 0 }
    /// Whether it fetches what it misses itself.
    var isReadThrough = false

    mutating func settle() {
        isUp = settings.replicas - lostReplicas >= quorum
        let replicas = max(0, settings.replicas - lostReplicas)
        slots = settings.servers == 0 ? Int(Int32.max) : settings.servers * replicas
        meanNanoseconds = settings.serviceMs * 1e6 * slowFactor
    }

    /// Brings the sums over time up to date; to be called before `busy` or `waiting` changes.
    mutating func touch(_ time: UInt64) {
        let passed = time - changed
        now.waitingTime += passed &* UInt64(waiting)
        now.busyTime += passed &* UInt64(busy)
        changed = time
    }
}

/// What is counted at a node during an interval or a run.
struct LoadTally {
    var arrivals = 0
    var served = 0
    var failed = 0
    var timedOut = 0
    var retried = 0
    var turnedAway = 0
    var lookups = 0
    var hits = 0
    var longest = 0
    /// Nanoseconds times requests.
    var waitingTime: UInt64 = 0
    var busyTime: UInt64 = 0
    /// Nanoseconds until service began, over those for whom it began.
    var waits: UInt64 = 0
    var begun = 0
    /// Nanoseconds from arrival to answer, over those served.
    var latencies: UInt64 = 0

    mutating func add(_ other: LoadTally) {
        arrivals += other.arrivals
        served += other.served
        failed += other.failed
        timedOut += other.timedOut
        retried += other.retried
        turnedAway += other.turnedAway
        lookups += other.lookups
        hits += other.hits
        longest = max(longest, other.longest)
        waitingTime += other.waitingTime
        busyTime += other.busyTime
        waits += other.waits
        begun += other.begun
        latencies += other.latencies
    }
}

/// An edge while it is simulated.
struct LoadLink {
    enum Breaker: UInt8 {
        case closed
        case halfOpen
        case open
    }

    var settings: LoadScenario.Edge
    /// Any of them will do; a range of `LoadSimulation.targets`.
    var targets = 0..<0
    var isAwaited: Bool
    var isRequired: Bool
    var isCut = false
    /// Which target is next.
    var turn = 0
    var tokens: Double
    var timeouts = LoadRing()
    var isTimerSet = false

    var breaker = Breaker.closed
    /// The last outcomes, the newest lowest, 1 for a failure; and how many there were.
    var outcomes: UInt64 = 0
    var outcomeCount = 0
    var opensUntil: UInt64 = 0
    var goodProbes = 0
    var isProbing = false

    var now = LoadReport.Calls()
    var total = LoadReport.Calls()
    var samples: [LoadReport.Calls] = []

    /// Whether a call may be tried.
    mutating func admits(_ time: UInt64) -> Bool {
        guard settings.breaker != nil, breaker != .closed else { return true }
        if breaker == .open {
            guard time >= opensUntil else { return false }
            breaker = .halfOpen
            goodProbes = 0
            isProbing = false
        }
        if isProbing { return false }
        isProbing = true
        return true
    }

    mutating func note(isGood: Bool, _ time: UInt64) {
        guard let rule = settings.breaker else { return }
        switch breaker {
        case .open: return
        case .halfOpen:
            isProbing = false
            goodProbes += 1
            if !isGood { return open(rule, time) }
            guard goodProbes >= rule.probes else { return }
            breaker = .closed
            (outcomes, outcomeCount) = (0, 0)
        case .closed:
            outcomes = outcomes << 1 | (isGood ? 0 : 1)
            outcomeCount = min(64, outcomeCount + 1)
            guard !isGood, outcomeCount >= rule.window else { return }
            let failures = (outcomes & (UInt64.max >> UInt64(64 - rule.window))).nonzeroBitCount
            if Double(failures) >= rule.failures * Double(rule.window) { open(rule, time) }
        }
    }

    private mutating func open(_ rule: LoadScenario.Breaker, _ time: UInt64) {
        breaker = .open
        opensUntil = time + UInt64(rule.openMs * 1e6)
    }
}

/// A request or message at one place.
struct LoadVisit {
    enum Doing: UInt8 {
        /// The place in the table is free.
        case nothing
        case waiting
        case served
        /// It waits for an answer.
        case calling
        /// It waits before another attempt.
        case pausing
    }

    var doing = Doing.nothing
    /// A hand-over: it is at no node and only sees to it that one call is made.
    var isCarrier = false
    /// A hand-over whose message lies in a backlog between attempts.
    var isMessage = false
    /// It comes from outside.
    var isRoot = false
    /// It comes from a user.
    var isUser = false
    var holdsSlot = false
    /// It is there only because of a retry, here or further up.
    var isRetry = false
    /// The cache that it visits had it.
    var isHit = false
    /// A cache that it called had it.
    var isAnswered = false
    var isDegraded = false
    var hasFailed = false
    /// Retries make no sense: the breaker is open.
    var isRefused = false
    /// Calls left of this edge; below 0 when not yet known.
    var callsLeft: Int8 = -1
    var attempt: UInt8 = 0
    /// The position in the calls of its node.
    var step: Int16 = 0
    var node: Int32 = 0
    /// Who waits for it and whom it waits for; -1 for nobody.
    var parent: Int32 = -1
    var child: Int32 = -1
    /// The edge of the call that is made.
    var link: Int32 = 0
    /// The cache that missed, -1 for none.
    var missed: Int32 = -1
    /// The order of the timer that belongs to it.
    var timer: UInt32 = 0
    /// The attempt that a timeout belongs to; 0 for none.
    var stamp: UInt32 = 0
    var arrived: UInt64 = 0
}

/// Messages of a queue, or those of a stream for one consumer.
struct LoadBacklog {
    var node: Int
    /// Who takes from it, a range of `LoadSimulation.deliveries`.
    var deliveries: Range<Int>
    var turn = 0
    var ring = LoadRing()
}

/// Where requests come in.
struct LoadSource {
    var node: Int
    var isUser: Bool
    var rate: Double
    var timer: UInt32 = 0
}

/// What is done to the system at a time.
struct LoadInjection {
    var time: UInt64
    /// `nil` for a new rate.
    var action: LoadScenario.Event.Action?
    var nodes: [Int] = []
    /// How many of them; `nil` for all.
    var replicas: Int?
    var links: [Int] = []
    var factor = 1.0
    var rate = 0.0
}
