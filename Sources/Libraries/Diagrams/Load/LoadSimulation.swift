/// A run: who is where, and what happens next.
///
/// Everything is in tables and refers to the rest by position. Nothing calls itself: what ends goes up to who waits for
/// it in a loop (`proceed`), and service always ends by a timer.
struct LoadSimulation {
    var stations: [LoadStation]
    var links: [LoadLink] = []
    var targets: [Int] = []
    var calls: [Int] = []
    var backlogs: [LoadBacklog] = []
    var deliveries: [(link: Int, consumer: Int)] = []
    var consumed: [Int] = []
    var sources: [LoadSource] = []
    var injections: [LoadInjection] = []

    var visits: [LoadVisit] = []
    var free: [Int32] = []
    var heap = LoadHeap()
    var time: UInt64 = 0
    let end: UInt64
    let interval: UInt64
    let patience: UInt64
    var order: UInt32 = 0
    var stamp: UInt32 = 0
    var events = 0
    var mostEvents = LoadLimits.events
    /// Arrivals have numbers of their own, so that other settings meet the same users.
    var arrivalRandom: LoadRandom
    var random: LoadRandom
    var stopped: String?

    var user = LoadReport.Users()
    var userTotal = LoadReport.Users()
    var userSamples: [LoadReport.Users] = []
    var userLatencies: UInt64 = 0
    var usersInFlight = 0
    /// One histogram per node and one for the users, of the interval and of the run.
    var histogram: [UInt32]
    var totalHistogram: [UInt32]
    var sampled: UInt64 = 0

    /// The users' rate at the start; since when nothing is lost, slow or above it; and whether something ever was.
    var baseRate = -1.0
    var quietSince: UInt64?
    var firstTrigger: UInt64?
    var lostLinks = 0

    // MARK: - Time

    mutating func run() {
        for index in injections.indices { schedule(.injection, index, at: injections[index].time) }
        for index in sources.indices { scheduleArrival(index) }
        schedule(.sample, 0, at: min(interval, end))
        // The last sample is taken at the end; what would happen at the same time after it is left out.
        while stopped == nil, sampled < end, let timer = heap.pop() {
            time = timer.time
            events += 1
            if events > mostEvents { stopped = "more than \(mostEvents) events" }
            happen(timer)
        }
        if sampled < end { sample() }
    }

    private mutating func happen(_ timer: LoadTimer) {
        let index = timer.index
        switch timer.kind {
        case .serviceDone: if visits[index].timer == timer.order { serviceDone(index) }
        case .pauseOver:
            guard visits[index].timer == timer.order else { return }
            visits[index].doing = .calling
            proceed(index)
        case .timeouts: expire(index)
        case .arrival: if sources[index].timer == timer.order { arrival(index) }
        case .injection: inject(index)
        case .sample:
            sample()
            if time < end { schedule(.sample, 0, at: min(time + interval, end)) }
        case nil: return
        }
    }

    @discardableResult
    mutating func schedule(_ kind: LoadTimer.Kind, _ index: Int, at time: UInt64) -> UInt32 {
        order &+= 1
        heap.push(LoadTimer(time: time, order: order, what: kind.rawValue << 28 | UInt32(index)))
        return order
    }

    mutating func scheduleArrival(_ source: Int) {
        sources[source].timer = 0
        guard sources[source].rate > 0 else { return }
        let gap = arrivalRandom.exponential() / sources[source].rate * 1e9
        sources[source].timer = schedule(.arrival, source, at: time + UInt64(min(gap, LoadLimits.longestNanoseconds)))
    }

    private mutating func arrival(_ source: Int) {
        let isUser = sources[source].isUser
        if isUser {
            user.offered += 1
            usersInFlight += 1
        }
        let visit = arrive(sources[source].node, parent: -1, isRetry: false)
        if visit >= 0 {
            visits[visit].isRoot = true
            visits[visit].isUser = isUser
        } else if isUser {
            user.failed += 1
            usersInFlight -= 1
        }
        scheduleArrival(source)
    }

    // MARK: - Service

    /// Somebody comes to a node; -1 when turned away.
    mutating func arrive(_ node: Int, parent: Int, isRetry: Bool) -> Int {
        stations[node].now.arrivals += 1
        if isRetry { stations[node].now.retried += 1 }
        let isFree = stations[node].isFree
        if !isFree, !stations[node].isUp || stations[node].line.count >= stations[node].settings.queue {
            stations[node].now.failed += 1
            if stations[node].isUp { stations[node].now.turnedAway += 1 }
            return -1
        }
        let visit = take()
        visits[visit].node = Int32(node)
        visits[visit].parent = Int32(parent)
        visits[visit].isRetry = isRetry
        visits[visit].arrived = time
        stations[node].inFlight += 1
        if isFree {
            begin(visit)
        } else {
            visits[visit].doing = .waiting
            stations[node].touch(time)
            stations[node].line.push(LoadRing.Entry(visit: Int32(visit)))
            stations[node].waiting += 1
            stations[node].now.longest = max(stations[node].now.longest, stations[node].waiting)
        }
        return visit
    }

    private mutating func begin(_ visit: Int) {
        let node = Int(visits[visit].node)
        stations[node].touch(time)
        stations[node].busy += 1
        stations[node].now.waits += time - visits[visit].arrived
        stations[node].now.begun += 1
        visits[visit].holdsSlot = true
        visits[visit].doing = .served
        var duration = stations[node].meanNanoseconds
        if duration > 0 {
            if !stations[node].settings.isDeterministic { duration *= random.exponential() }
            let contention = stations[node].settings.contention
            if contention > 0 {
                duration *= 1 + contention * Double(stations[node].line.count) / Double(max(1, stations[node].slots))
            }
        }
        let done = time + UInt64(min(duration, LoadLimits.longestNanoseconds))
        visits[visit].timer = schedule(.serviceDone, visit, at: done)
    }

    private mutating func serviceDone(_ visit: Int) {
        let node = Int(visits[visit].node)
        visits[visit].doing = .calling
        if !stations[node].settings.isBlocking { releaseSlot(visit) }
        if stations[node].isCache {
            let share = Double(stations[node].stored) / Double(stations[node].settings.keys)
            stations[node].now.lookups += 1
            if random.uniform() <= stations[node].settings.hitRatio * share {
                visits[visit].isHit = true
                stations[node].now.hits += 1
            }
        }
        proceed(visit)
    }

    private mutating func releaseSlot(_ visit: Int) {
        guard visits[visit].holdsSlot else { return }
        visits[visit].holdsSlot = false
        let node = Int(visits[visit].node)
        stations[node].touch(time)
        stations[node].busy -= 1
        feed(node)
    }

    /// Gives free slots to those who wait.
    mutating func feed(_ node: Int) {
        while stations[node].isUp, stations[node].busy < stations[node].slots {
            if stations[node].line.count > 0 {
                stations[node].touch(time)
                guard let entry = stations[node].line.pop() else { return }
                stations[node].waiting -= 1
                let visit = Int(entry.visit)
                let isAwaited = visits[visit].parent >= 0 || visits[visit].isRoot
                if isAwaited || !stations[node].settings.dropsExpired {
                    begin(visit)
                } else {
                    stations[node].now.failed += 1
                    stations[node].inFlight -= 1
                    giveBack(visit)
                }
            } else if !takeMessage(node) {
                return
            }
        }
    }

    // MARK: - The end of a visit

    /// Ends a visit, frees what it holds, and says who waited for it, -1 for nobody.
    mutating func finish(_ visit: Int, isGood: Bool) -> Int {
        let ended = visits[visit]
        guard !ended.isCarrier else {
            giveBack(visit)
            return -1
        }
        let node = Int(ended.node)
        let isGood = isGood && keepMessage(node, isRetry: ended.isRetry)
        let latency = time - ended.arrived
        stations[node].inFlight -= 1
        if isGood {
            stations[node].now.served += 1
            stations[node].now.latencies += latency
            histogram[node * LoadHistogram.size + LoadHistogram.step(latency)] += 1
            fill(ended)
        } else {
            stations[node].now.failed += 1
        }
        if ended.isUser { count(ended, isGood, latency) }
        releaseSlot(visit)
        giveBack(visit)
        let parent = Int(ended.parent)
        guard parent >= 0 else { return -1 }
        return received(parent, isGood, ended) ? parent : -1
    }

    /// An answered miss fills the cache: the node's own, or the one it asked.
    private mutating func fill(_ ended: LoadVisit) {
        let own = Int(ended.node)
        if ended.isHit || ended.isAnswered && !stations[own].isReadThrough { return }
        let cache = stations[own].isReadThrough ? own : Int(ended.missed)
        guard cache >= 0, stations[cache].isUp, stations[cache].stored < stations[cache].settings.keys else { return }
        stations[cache].stored += 1
    }

    private mutating func count(_ ended: LoadVisit, _ isGood: Bool, _ latency: UInt64) {
        usersInFlight -= 1
        if !isGood {
            user.failed += 1
            return
        }
        if latency <= patience { user.good += 1 } else { user.late += 1 }
        if ended.isDegraded { user.degraded += 1 }
        userLatencies += latency
        histogram[stations.count * LoadHistogram.size + LoadHistogram.step(latency)] += 1
    }

    // MARK: - The table of visits

    mutating func take() -> Int {
        if let place = free.popLast() { return Int(place) }
        if visits.count >= LoadLimits.alive, stopped == nil {
            stopped = "more than \(LoadLimits.alive) requests and messages alive"
        }
        visits.append(LoadVisit())
        return visits.count - 1
    }

    mutating func giveBack(_ visit: Int) {
        visits[visit] = LoadVisit()
        free.append(Int32(visit))
    }
}
