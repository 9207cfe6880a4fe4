extension LoadSimulation {
    mutating func inject(_ index: Int) {
        let injection = injections[index]
        switch injection.action {
        case nil: setRate(injection)
        case .kill:
            for link in injection.links where !links[link].isCut {
                links[link].isCut = true
                lostLinks += 1
            }
            for node in injection.nodes { lose(node, injection.replicas) }
        case .restore:
            for link in injection.links where links[link].isCut {
                links[link].isCut = false
                lostLinks -= 1
            }
            for node in injection.nodes { restore(node, injection.replicas) }
            for backlog in backlogs.indices { offer(backlog) }
        case .slow:
            for node in injection.nodes {
                stations[node].slowFactor = injection.factor
                stations[node].settle()
            }
        case .flush: for node in injection.nodes { stations[node].stored = 0 }
        }
        noteTrigger(isFlush: injection.action == .flush)
    }

    private mutating func setRate(_ injection: LoadInjection) {
        for index in sources.indices where injection.nodes.contains(sources[index].node) {
            sources[index].rate = injection.rate
            scheduleArrival(index)
        }
    }

    private mutating func lose(_ node: Int, _ replicas: Int?) {
        let all = stations[node].settings.replicas
        stations[node].touch(time)
        stations[node].lostReplicas = replicas.map { max(min($0, all), stations[node].lostReplicas) } ?? all
        stations[node].settle()
        guard !stations[node].isUp else { return }
        stations[node].waiting -= stations[node].line.count
        stations[node].line.removeAll()
        stations[node].stored = 0
        for visit in visits.indices
        where visits[visit].doing != .nothing && !visits[visit].isCarrier && Int(visits[visit].node) == node {
            let child = Int(visits[visit].child)
            if child >= 0 { visits[child].parent = -1 }
            if visits[visit].stamp != 0 { links[Int(visits[visit].link)].isProbing = false }
            proceed(finish(visit, isGood: false))
        }
    }

    private mutating func restore(_ node: Int, _ replicas: Int?) {
        stations[node].touch(time)
        stations[node].lostReplicas = max(0, stations[node].lostReplicas - (replicas ?? stations[node].lostReplicas))
        stations[node].slowFactor = 1
        stations[node].settle()
        feed(node)
    }

    /// Remembers since when nothing is lost, slow or busier than at the start.
    private mutating func noteTrigger(isFlush: Bool) {
        let rate = sources.reduce(0.0) { $0 + ($1.isUser ? $1.rate : 0) }
        if baseRate < 0 || time == 0, !isFlush { baseRate = rate }
        let isQuiet =
            lostLinks == 0 && rate <= baseRate * 1.05
            && stations.allSatisfy { $0.lostReplicas == 0 && $0.slowFactor <= 1 }
        if isQuiet, !isFlush {
            if quietSince == nil { quietSince = time }
            return
        }
        if firstTrigger == nil { firstTrigger = time }
        quietSince = isQuiet ? time : nil
    }

    // MARK: - Samples

    mutating func sample() {
        let length = time - sampled
        let size = LoadHistogram.size
        for node in stations.indices {
            stations[node].touch(time)
            let tally = stations[node].now
            var sample = LoadReport.Sample(tally, stations[node], length)
            sample.p50 = LoadHistogram.percentile(histogram, from: node * size, 0.5)
            sample.p99 = LoadHistogram.percentile(histogram, from: node * size, 0.99)
            stations[node].samples.append(sample)
            stations[node].total.add(tally)
            stations[node].now = LoadTally()
            stations[node].now.longest = stations[node].waiting
        }
        user.p50 = LoadHistogram.percentile(histogram, from: stations.count * size, 0.5)
        user.p99 = LoadHistogram.percentile(histogram, from: stations.count * size, 0.99)
        userSamples.append(user)
        userTotal.add(user)
        user = LoadReport.Users()
        for link in links.indices {
            var calls = links[link].now
            calls.breaker = links[link].state(at: time)
            links[link].samples.append(calls)
            links[link].total.add(calls)
            links[link].now = LoadReport.Calls()
        }
        for step in histogram.indices where histogram[step] > 0 {
            totalHistogram[step] += histogram[step]
            histogram[step] = 0
        }
        sampled = time
    }
}

extension LoadLink {
    /// The state that a call at this time would meet; `nil` without a breaker.
    fileprivate func state(at time: UInt64) -> LoadReport.Breaker? {
        guard settings.breaker != nil else { return nil }
        switch breaker {
        case .closed: return .closed
        case .halfOpen: return .halfOpen
        case .open: return time >= opensUntil ? .halfOpen : .open
        }
    }
}
