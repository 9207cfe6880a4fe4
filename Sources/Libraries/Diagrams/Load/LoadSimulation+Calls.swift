extension LoadSimulation {
    private enum Next {
        case waits
        case done(isGood: Bool)
    }

    /// Lets a visit make its next call; when it has none left, it ends, and who waited for it goes on.
    mutating func proceed(_ visit: Int) {
        var current = visit
        while current >= 0 {
            guard case .done(let isGood) = nextCall(current) else { return }
            current = finish(current, isGood: isGood)
        }
    }

    private mutating func nextCall(_ visit: Int) -> Next {
        if visits[visit].isCarrier { return carry(visit) }
        let node = Int(visits[visit].node)
        let range = stations[node].calls
        while !visits[visit].hasFailed, Int(visits[visit].step) < range.count {
            let link = calls[range.lowerBound + Int(visits[visit].step)]
            if visits[visit].callsLeft < 0 { visits[visit].callsLeft = callCount(visit, link) }
            guard visits[visit].callsLeft > 0 else {
                visits[visit].callsLeft = -1
                visits[visit].step += 1
                continue
            }
            visits[visit].link = Int32(link)
            if !links[link].isAwaited {
                visits[visit].callsLeft -= 1
                handOver(link, isRetry: visits[visit].isRetry)
            } else if attempt(visit) || afterFailure(visit) {
                return .waits
            }
        }
        return .done(isGood: !visits[visit].hasFailed)
    }

    /// How often a visit calls an edge.
    private mutating func callCount(_ visit: Int, _ link: Int) -> Int8 {
        events += 1
        let isIdle = visits[visit].isHit || visits[visit].isAnswered && links[link].settings.isOnMiss
        if isIdle, links[link].isAwaited { return 0 }
        let wanted = links[link].settings.calls
        let whole = Int8(wanted)
        let rest = wanted - Double(whole)
        return rest > 0 && random.uniform() <= rest ? whole + 1 : whole
    }

    /// One attempt over the current edge; false when it failed at once.
    private mutating func attempt(_ visit: Int) -> Bool {
        events += 1
        let link = Int(visits[visit].link)
        guard links[link].admits(time) else {
            links[link].now.refused += 1
            visits[visit].isRefused = true
            return false
        }
        let isRepeated = countAttempt(visit, link)
        if links[link].isCut {
            wait(visit, for: -1)
            return true
        }
        let child = arrive(target(of: link), parent: visit, isRetry: isRepeated || visits[visit].isRetry)
        if child < 0 {
            links[link].note(isGood: false, time)
            return false
        }
        wait(visit, for: child)
        return true
    }

    /// Whether it is a further one.
    private mutating func countAttempt(_ visit: Int, _ link: Int) -> Bool {
        links[link].now.calls += 1
        if visits[visit].attempt > 0 {
            links[link].now.retried += 1
            return true
        }
        if let budget = links[link].settings.budget {
            links[link].tokens = min(links[link].settings.budgetBurst, links[link].tokens + budget)
        }
        return false
    }

    /// The next one in turn that is up; the next one when none is.
    private mutating func target(of link: Int) -> Int {
        let range = links[link].targets
        guard range.count > 1 else { return targets[range.lowerBound] }
        for _ in range {
            links[link].turn = (links[link].turn + 1) % range.count
            let node = targets[range.lowerBound + links[link].turn]
            if stations[node].isUp { return node }
        }
        return targets[range.lowerBound + links[link].turn]
    }

    private mutating func wait(_ visit: Int, for child: Int) {
        let link = Int(visits[visit].link)
        stamp &+= 1
        visits[visit].doing = .calling
        visits[visit].child = Int32(child)
        visits[visit].stamp = stamp
        dropStale(link)
        let due = time + UInt64(links[link].settings.timeoutMs * 1e6)
        links[link].timeouts.push(LoadRing.Entry(visit: Int32(visit), stamp: stamp, due: due))
        if !links[link].isTimerSet {
            links[link].isTimerSet = true
            schedule(.timeouts, link, at: due)
        }
    }

    // MARK: - Outcomes

    /// The child of a visit has ended; true when the visit goes on now.
    mutating func received(_ visit: Int, _ isGood: Bool, _ child: LoadVisit) -> Bool {
        let link = Int(visits[visit].link)
        visits[visit].child = -1
        visits[visit].stamp = 0
        links[link].note(isGood: isGood, time)
        guard isGood else { return !afterFailure(visit) }
        if child.isDegraded { visits[visit].isDegraded = true }
        if stations[Int(child.node)].isCache {
            let isAnswered = child.isHit || stations[Int(child.node)].isReadThrough
            if isAnswered { visits[visit].isAnswered = true } else { visits[visit].missed = child.node }
        }
        visits[visit].attempt = 0
        visits[visit].callsLeft -= 1
        return true
    }

    /// What a failed attempt leads to: true for a pause before the next one, false when the visit gives up on the call.
    private mutating func afterFailure(_ visit: Int) -> Bool {
        let link = Int(visits[visit].link)
        links[link].now.failed += 1
        let isRefused = visits[visit].isRefused
        visits[visit].isRefused = false
        if !isRefused, Int(visits[visit].attempt) < links[link].settings.retries {
            if links[link].settings.budget == nil || links[link].tokens >= 1 {
                if links[link].settings.budget != nil { links[link].tokens -= 1 }
                pause(visit, link)
                return true
            }
            links[link].now.withheld += 1
        }
        visits[visit].attempt = 0
        visits[visit].callsLeft -= 1
        if links[link].isRequired || visits[visit].isCarrier {
            visits[visit].hasFailed = true
        } else {
            visits[visit].isDegraded = true
            links[link].now.fallbacks += 1
        }
        return false
    }

    private mutating func pause(_ visit: Int, _ link: Int) {
        let settings = links[link].settings
        let longest = settings.backoffMs * 1e6 * Double(UInt64(1) << UInt64(visits[visit].attempt))
        let pause = longest * (1 - settings.jitter * random.uniform())
        visits[visit].attempt += 1
        visits[visit].doing = .pausing
        visits[visit].timer = schedule(.pauseOver, visit, at: time + UInt64(pause))
    }

    // MARK: - Timeouts

    /// Timeouts of one edge fall due in the order of the calls, so only the first needs a timer.
    mutating func expire(_ link: Int) {
        links[link].isTimerSet = false
        while let entry = links[link].timeouts.first {
            let visit = Int(entry.visit)
            let isStale = visits[visit].stamp != entry.stamp
            if !isStale, entry.due > time {
                links[link].isTimerSet = true
                schedule(.timeouts, link, at: entry.due)
                return
            }
            _ = links[link].timeouts.pop()
            if !isStale { timeOut(visit, link) }
        }
    }

    private mutating func timeOut(_ visit: Int, _ link: Int) {
        links[link].now.timedOut += 1
        let child = Int(visits[visit].child)
        if child >= 0 {
            visits[child].parent = -1
            stations[Int(visits[child].node)].now.timedOut += 1
        }
        visits[visit].child = -1
        visits[visit].stamp = 0
        links[link].note(isGood: false, time)
        if !afterFailure(visit) { proceed(visit) }
    }

    /// Forgets timeouts of calls that were answered, so that the line stays about as long as there are calls.
    private mutating func dropStale(_ link: Int) {
        while let entry = links[link].timeouts.first, visits[Int(entry.visit)].stamp != entry.stamp {
            _ = links[link].timeouts.pop()
        }
        guard links[link].timeouts.isFull else { return }
        for _ in 0..<links[link].timeouts.count {
            guard let entry = links[link].timeouts.pop() else { return }
            if visits[Int(entry.visit)].stamp == entry.stamp { links[link].timeouts.push(entry) }
        }
    }

    // MARK: - Messages

    private mutating func handOver(_ link: Int, isRetry: Bool) {
        let carrier = take()
        visits[carrier].isCarrier = true
        visits[carrier].isRetry = isRetry
        visits[carrier].link = Int32(link)
        visits[carrier].callsLeft = 1
        if attempt(carrier) || afterFailure(carrier) { return }
        giveBack(carrier)
    }

    private mutating func carry(_ carrier: Int) -> Next {
        while visits[carrier].callsLeft > 0 {
            if visits[carrier].isMessage {
                // It is back in its backlog, and taken again when it is its turn.
                store(carrier)
                return .waits
            }
            if attempt(carrier) || afterFailure(carrier) { return .waits }
        }
        return .done(isGood: true)
    }

    /// A queue keeps what was handed to it, for each of its consumers; false when it is full.
    mutating func keepMessage(_ node: Int, isRetry: Bool) -> Bool {
        let range = stations[node].backlogs
        if range.isEmpty { return true }
        for backlog in range where backlogs[backlog].ring.count >= stations[node].settings.queue {
            stations[node].now.turnedAway += 1
            return false
        }
        for backlog in range {
            let carrier = take()
            visits[carrier].isCarrier = true
            visits[carrier].isMessage = true
            visits[carrier].isRetry = isRetry
            visits[carrier].callsLeft = 1
            visits[carrier].step = Int16(backlog - range.lowerBound)
            visits[carrier].node = Int32(node)
            store(carrier)
        }
        return true
    }

    private mutating func store(_ carrier: Int) {
        let node = Int(visits[carrier].node)
        let backlog = stations[node].backlogs.lowerBound + Int(visits[carrier].step)
        stations[node].touch(time)
        stations[node].waiting += 1
        stations[node].now.longest = max(stations[node].now.longest, stations[node].waiting)
        visits[carrier].doing = .waiting
        backlogs[backlog].ring.push(LoadRing.Entry(visit: Int32(carrier)))
        offer(backlog)
    }

    /// Gives messages of a backlog to consumers with free slots.
    mutating func offer(_ backlog: Int) {
        events += 1
        let range = backlogs[backlog].deliveries
        while backlogs[backlog].ring.count > 0 {
            var isTaken = false
            for _ in range where !isTaken {
                backlogs[backlog].turn = (backlogs[backlog].turn + 1) % range.count
                isTaken = deliver(backlog, range.lowerBound + backlogs[backlog].turn)
            }
            if !isTaken { return }
        }
    }

    /// A node with a free slot takes a message from one of its backlogs; false when there is none.
    mutating func takeMessage(_ node: Int) -> Bool {
        for position in stations[node].consumed {
            let backlog = consumed[position]
            for delivery in backlogs[backlog].deliveries
            where deliveries[delivery].consumer == node && deliver(backlog, delivery) { return true }
        }
        return false
    }

    private mutating func deliver(_ backlog: Int, _ delivery: Int) -> Bool {
        let (link, consumer) = deliveries[delivery]
        let node = backlogs[backlog].node
        guard stations[node].isUp, stations[consumer].isFree, !links[link].isCut else { return false }
        guard let entry = backlogs[backlog].ring.first, links[link].admits(time) else { return false }
        _ = backlogs[backlog].ring.pop()
        stations[node].touch(time)
        stations[node].waiting -= 1
        let carrier = Int(entry.visit)
        visits[carrier].link = Int32(link)
        let isRepeated = countAttempt(carrier, link)
        let child = arrive(consumer, parent: carrier, isRetry: isRepeated || visits[carrier].isRetry)
        wait(carrier, for: child)
        return true
    }
}
