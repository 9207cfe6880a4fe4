/// What a report says in words.
struct LoadFindings {
    private let report: LoadReport
    private let graph: Graph
    private(set) var found: [LoadReport.Finding] = []

    init(_ report: LoadReport, _ graph: Graph) {
        self.report = report
        self.graph = graph
    }

    mutating func look(quietSince: UInt64?, firstTrigger: UInt64?) {
        if let stopped = report.stopped {
            add(.stopped, report.seconds, "Stopped after \(second(report.seconds)) seconds: \(stopped).")
        }
        if let quietSince, let firstTrigger {
            aftermath(since: Double(quietSince) / 1e9, trigger: Double(firstTrigger) / 1e9)
        }
        errors()
        retries()
        for node in report.nodes {
            full(node)
            cold(node)
            backlog(node)
        }
        for edge in report.edges { breaker(edge) }
        bottleneck()
        found = Array(found.prefix(LoadLimits.findings))
    }

    // MARK: - Users

    private mutating func errors() {
        let total = report.total
        let bad = total.late + total.failed
        let ended = total.good + bad
        let p99 = LoadForm.plain((total.p99).rounded())
        guard bad > 0 else {
            if ended > 0 { add(.fine, nil, "All \(ended) requests were answered well; 99 of 100 within \(p99) ms.") }
            return
        }
        let first = report.users.firstIndex { $0.late + $0.failed > 0 } ?? 0
        let tenths = (total.errorRate * 1_000).rounded()
        let share = tenths > 0 ? LoadForm.plain(tenths / 10) : "under 0.1"
        let late = total.late > 0 ? " \(total.late) of them were answered, but too late." : ""
        let text = "\(bad) of \(ended) requests (\(share) %) went wrong, the first in second \(start(first)).\(late)"
        add(.errors, seconds(first), text)
    }

    /// What came after all triggers were gone.
    private mutating func aftermath(since: Double, trigger: Double) {
        let quiet = index(of: since)
        let before = report.users.prefix(index(of: trigger))
        let wasFine = before.isEmpty || isServed(before, 0.8)
        let hurt = report.users.dropFirst(index(of: trigger)).contains { !isServed([$0], 0.9) }
        guard wasFine, hurt, quiet < report.users.count else { return }
        var down = quiet
        while down < report.users.count, !isServed(report.users[down...down], 0.5) { down += 1 }
        let lasted = min(report.seconds, seconds(down)) - since
        if lasted >= 10 {
            let text = "Still down \(second(lasted)) s after the trigger ended: metastable."
            add(.metastable, since, text)
        }
        var recovered = report.users.count
        while recovered > quiet, isServed(report.users[(recovered - 1)...(recovered - 1)], 0.9) { recovered -= 1 }
        guard recovered < report.users.count else { return }
        let delay = max(0, seconds(recovered) - since)
        let when = delay > 0 ? "\(second(delay)) s after" : "as soon as"
        add(.recovered, max(since, seconds(recovered)), "Recovered \(when) the trigger ended.")
    }

    private func isServed(_ users: ArraySlice<LoadReport.Users>, _ share: Double) -> Bool {
        let offered = users.reduce(0) { $0 + $1.offered }
        let good = users.reduce(0) { $0 + $1.good }
        return Double(good) >= Double(offered) * share
    }

    // MARK: - Nodes

    private mutating func retries() {
        guard let node = report.nodes.max(by: { $0.total.retried < $1.total.retried }) else { return }
        let isHeavy = node.samples.map { $0.arrivals >= 10 && $0.retried * 3 >= $0.arrivals }
        guard let first = isHeavy.firstIndex(of: true), let last = isHeavy.lastIndex(of: true) else { return }
        let arrivals = node.samples[first...last].reduce(0) { $0 + $1.arrivals }
        let fresh = arrivals - node.samples[first...last].reduce(0) { $0 + $1.retried }
        let factor = LoadForm.plain((Double(arrivals) / Double(max(1, fresh)) * 10).rounded() / 10)
        let until = last + 1 < node.samples.count ? " to \(start(last + 1))" : " on"
        let text = "Retries multiplied the load on “\(node.name)” by \(factor) from second \(start(first))\(until)."
        add(.retries, seconds(first), node: node.id, text)
    }

    private mutating func full(_ node: LoadReport.Node) {
        guard node.total.turnedAway > 0, let first = node.samples.firstIndex(where: { $0.turnedAway > 0 }) else {
            return
        }
        let limit = report.scenario.nodes.first { $0.id == node.id }?.queue ?? 0
        let what = "turned away \(node.total.turnedAway) requests from second \(start(first)) on"
        add(.full, seconds(first), node: node.id, "“\(node.name)” \(what): \(limit) were waiting.")
    }

    private mutating func cold(_ node: LoadReport.Node) {
        let wanted = report.scenario.nodes.first { $0.id == node.id }?.hitRatio ?? 0
        let isBusy: (LoadReport.Sample) -> Bool = { $0.arrivals >= 10 }
        guard let worst = node.samples.filter(isBusy).compactMap({ $0.hitRatio }).min(), worst < wanted * 0.7,
            let first = node.samples.firstIndex(where: { isBusy($0) && ($0.hitRatio ?? 1) < wanted * 0.7 })
        else { return }
        let warm = node.samples.indices.first { $0 > first && (node.samples[$0].hitRatio ?? 0) >= wanted * 0.9 }
        let end = warm.map { "it was warm again in second \(start($0))" } ?? "it did not get warm again"
        let low = LoadForm.plain((worst * 100).rounded())
        let text =
            "“\(node.name)” was cold from second \(start(first)) on, with a hit ratio of \(low) % at worst; \(end)."
        add(.cold, seconds(first), node: node.id, text)
    }

    private mutating func backlog(_ node: LoadReport.Node) {
        guard node.kind.holdsMessages, let most = node.samples.max(by: { $0.queueMean < $1.queueMean }),
            let last = node.samples.last, most.queueMean >= 100
        else { return }
        let rate = Double(max(1, node.samples.reduce(0) { $0 + $1.arrivals })) / max(1, report.seconds)
        guard most.queueMean >= rate else { return }
        let peak = LoadForm.plain(Double(most.queueMax))
        let isGone = last.queueMean < most.queueMean * 0.1
        let end = isGone ? "and was worked off" : "and was not worked off"
        add(.backlog, nil, node: node.id, "The backlog of “\(node.name)” grew to \(peak) messages \(end).")
    }

    private mutating func bottleneck() {
        guard let node = report.nodes.max(by: { $0.total.utilisation < $1.total.utilisation }) else { return }
        let most = node.samples.map { $0.utilisation }.max() ?? 0
        guard most >= 0.7 else { return }
        let mean = LoadForm.plain((node.total.utilisation * 100).rounded())
        let peak = LoadForm.plain((most * 100).rounded())
        let text = "“\(node.name)” is the busiest part: \(mean) % of its slots in use, \(peak) % at the peak."
        add(.bottleneck, nil, node: node.id, text)
    }

    // MARK: - Edges

    private mutating func breaker(_ edge: LoadReport.Edge) {
        let name = graph.edge(edge.id).map { "from “\(graph.name(of: $0.from))” to “\(graph.name(of: $0.to))”" } ?? ""
        if edge.total.withheld > 0 {
            let text = "The budget held back \(edge.total.withheld) retries \(name)."
            add(.budget, nil, edge: edge.id, text)
        }
        guard edge.total.refused > 0, let first = edge.samples.firstIndex(where: { $0.refused > 0 }) else { return }
        let isOpen = edge.total.breaker != .closed
        let end = isOpen ? "was not closed again" : "closed again"
        let what = "The breaker \(name) opened in second \(start(first)), kept back \(edge.total.refused) calls"
        add(.breaker, seconds(first), edge: edge.id, "\(what) and \(end).")
    }

    // MARK: - Words

    private mutating func add(
        _ kind: LoadReport.Finding.Kind,
        _ at: Double?,
        node: String? = nil,
        edge: String? = nil,
        _ text: String
    ) {
        found.append(LoadReport.Finding(kind: kind, at: at, node: node, edge: edge, text: text))
    }

    private func seconds(_ index: Int) -> Double { Double(index) * report.scenario.interval }

    private func index(of seconds: Double) -> Int {
        min(report.users.count, max(0, Int((seconds / report.scenario.interval).rounded(.down))))
    }

    private func start(_ index: Int) -> String { second(seconds(index)) }

    private func second(_ seconds: Double) -> String { LoadForm.plain((seconds * 10).rounded() / 10) }
}
