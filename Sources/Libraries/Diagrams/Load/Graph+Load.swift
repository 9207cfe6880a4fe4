extension Graph {
    /// A scenario with sensible values for every node and edge.
    ///
    /// Kinds, replicas, modes and needs decide; the table is in docs/load-model.md.
    public func loadScenario() -> LoadScenario {
        let dependencies = Dependency.all(of: self)
        var scenario = LoadScenario(nodes: nodes.map { LoadScenario.Node($0) }, edges: [])
        var pairs = NameTable()
        var hasCache = Array(repeating: false, count: nodes.count)
        var isFed = Array(repeating: false, count: nodes.count)
        for dependency in dependencies where dependency.callers.contains(where: { nodes[$0].kind != .worker }) {
            for target in dependency.targets { isFed[target] = true }
        }
        var isPulling = Array(repeating: false, count: nodes.count)
        for dependency in dependencies {
            let edge = edges[dependency.edge]
            guard let caller = dependency.callers.first, let target = dependency.targets.first else { continue }
            let (from, to) = (nodes[caller].kind, nodes[target].kind)
            var settings = LoadScenario.Edge(id: edge.id)
            let isFirst = !pairs.contains("\(edge.from)\n\(edge.to)")
            pairs.insert("\(edge.from)\n\(edge.to)")
            if !isFirst || (from == .dbReplica && to == .dbLeader) { settings.calls = 0 }
            if to == .dns { settings.calls = 0.02 }
            if to == .cache { settings.retries = 0 }
            if from == .client { settings.timeoutMs = 3_000 }
            if from == .worker, to.holdsMessages, isFirst, isFed[target], !isPulling[caller] {
                settings.pulls = true
                isPulling[caller] = true
            }
            if settings.pulls || (from.holdsMessages && dependency.need != .required) { settings.timeoutMs = 30_000 }
            let isBehind = to == .worker || to.isStorage && to != .cache
            settings.isOnMiss = isBehind && hasCache[caller] && dependency.need != .handedOver
            if to == .cache { for caller in dependency.callers { hasCache[caller] = true } }
            scenario.edges.append(settings)
        }
        return scenario
    }

    /// `loadScenario()` with what a JSON value says in place of the defaults.
    public func loadScenario(_ json: JSONValue) throws(LoadError) -> LoadScenario {
        var scenario = loadScenario()
        try scenario.read(json)
        return scenario
    }

    /// Plays the scenario through the graph.
    ///
    /// Time grows with the number of requests and calls, at most `LoadLimits.events`.
    public func simulate(_ scenario: LoadScenario) throws(LoadError) -> LoadReport {
        try scenario.check()
        var simulation = try LoadSimulation(self, scenario)
        simulation.run()
        return simulation.report(self, scenario)
    }
}

extension LoadScenario.Node {
    init(_ node: Node) {
        id = node.id
        replicas = min(10_000, max(1, node.record?.replicas ?? 1))
        switch node.kind {
        case .client: (servers, serviceMs) = (0, 0)
        case .dns: (servers, serviceMs) = (64, 1)
        case .cdn: (servers, serviceMs, hitRatio) = (256, 2, 0.8)
        case .lb: (servers, serviceMs) = (256, 0.5)
        case .gateway: (servers, serviceMs) = (64, 2)
        case .service, .unknown: (servers, serviceMs, isBlocking) = (32, 10, true)
        case .cache: (servers, serviceMs, hitRatio) = (16, 0.5, 0.9)
        case .dbLeader, .dbReplica: (servers, serviceMs) = (8, 5)
        case .queue, .stream: (servers, serviceMs, queue) = (16, 2, LoadLimits.defaultBacklog)
        case .worker: (servers, serviceMs, isBlocking) = (8, 20, true)
        case .store: (servers, serviceMs) = (32, 20)
        case .lock: (servers, serviceMs) = (4, 2)
        case .scheduler: (servers, serviceMs) = (64, 1)
        case .external: (servers, serviceMs) = (64, 100)
        }
        if hitRatio > 0, let percent = node.record?.numbers.first(where: { $0.name == "hit ratio" })?.percent {
            hitRatio = percent / 100
        }
    }
}

extension NodeRecord.Number {
    /// The value of `95 %`; `nil` for another form.
    fileprivate var percent: Double? {
        let bytes = Array(value.utf8)
        guard bytes.last == UInt8(ascii: "%"),
            let number = try? JSONReader.value(of: Array(bytes.dropLast()).trimmed).number, number >= 0, number <= 100
        else { return nil }
        return number
    }
}
