extension LoadSimulation {
    func report(_ graph: Graph, _ scenario: LoadScenario) -> LoadReport {
        let size = LoadHistogram.size
        var total = userTotal
        total.p50 = LoadHistogram.percentile(totalHistogram, from: stations.count * size, 0.5)
        total.p99 = LoadHistogram.percentile(totalHistogram, from: stations.count * size, 0.99)
        let answered = total.good + total.late
        var report = LoadReport(
            scenario: scenario,
            stopped: stopped,
            seconds: Double(sampled) / 1e9,
            users: userSamples,
            total: total,
            inFlight: usersInFlight,
            mean: answered > 0 ? Double(userLatencies) / Double(answered) / 1e6 : 0,
            events: events,
            nodes: [],
            edges: [],
            findings: []
        )
        for (index, station) in stations.enumerated() {
            var total = LoadReport.Sample(station.total, station, sampled)
            total.p50 = LoadHistogram.percentile(totalHistogram, from: index * size, 0.5)
            total.p99 = LoadHistogram.percentile(totalHistogram, from: index * size, 0.99)
            let node = graph.nodes[index]
            report.nodes.append(
                LoadReport.Node(
                    id: node.id,
                    name: node.name,
                    kind: node.kind,
                    samples: station.samples,
                    total: total,
                    inFlight: station.inFlight
                )
            )
        }
        for link in links {
            report.edges.append(LoadReport.Edge(id: link.settings.id, samples: link.samples, total: link.total))
        }
        var findings = LoadFindings(report, graph)
        findings.look(quietSince: quietSince, firstTrigger: firstTrigger)
        report.findings = findings.found
        return report
    }
}

extension LoadReport.Sample {
    /// Without percentiles.
    init(_ tally: LoadTally, _ station: LoadStation, _ nanoseconds: UInt64) {
        arrivals = tally.arrivals
        served = tally.served
        failed = tally.failed
        timedOut = tally.timedOut
        retried = tally.retried
        turnedAway = tally.turnedAway
        let length = Double(max(1, nanoseconds))
        queueMean = Double(tally.waitingTime) / length
        queueMax = tally.longest
        let isLimited = station.settings.servers > 0 && station.slots > 0
        utilisation = isLimited ? min(1, Double(tally.busyTime) / length / Double(station.slots)) : 0
        mean = served > 0 ? Double(tally.latencies) / Double(served) / 1e6 : 0
        meanWait = tally.begun > 0 ? Double(tally.waits) / Double(tally.begun) / 1e6 : 0
        if station.isCache { hitRatio = tally.lookups > 0 ? Double(tally.hits) / Double(tally.lookups) : 0 }
        state = state(station)
    }

    private func state(_ station: LoadStation) -> LoadReport.State {
        let bad = failed + timedOut
        let all = max(served + failed, bad)
        if !station.isUp || bad > 0 && bad * 10 >= all * 9 { return .down }
        let isCrowded = !station.kind.holdsMessages && queueMean > Double(station.slots)
        if turnedAway > 0 || isCrowded || bad > 0 && bad * 10 >= all { return .overloaded }
        let isLate = served >= 10 && mean > 3 * station.idleMs && mean > 1
        if isLate || bad > 0 && bad * 100 >= all { return .slow }
        return .ok
    }
}
