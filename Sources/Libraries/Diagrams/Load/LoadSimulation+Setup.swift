extension LoadSimulation {
    init(_ graph: Graph, _ scenario: LoadScenario) throws(LoadError) {
        let dependencies = Dependency.all(of: graph)
        try LoadSimulation.admit(graph, scenario, dependencies)
        stations = graph.nodes.indices.map { LoadStation(graph.nodes[$0], scenario.nodes[$0]) }
        end = UInt64(scenario.seconds * 1e9)
        interval = UInt64(scenario.interval * 1e9)
        patience = UInt64(scenario.patience * 1e9)
        arrivalRandom = LoadRandom(seed: UInt64(scenario.seed))
        random = LoadRandom(seed: UInt64(scenario.seed) | 1 << 32)
        histogram = Array(repeating: 0, count: (graph.nodes.count + 1) * LoadHistogram.size)
        totalHistogram = histogram
        let wiring = try LoadWiring(graph, scenario, dependencies)
        connect(wiring, dependencies, scenario)
        addSources(wiring, graph)
        injections = try LoadSimulation.injections(graph, scenario, dependencies, &sources)
    }

    private static func admit(
        _ graph: Graph,
        _ scenario: LoadScenario,
        _ dependencies: [Dependency]
    ) throws(LoadError) {
        guard graph.kind == .flowchart || graph.kind == .sequence else {
            throw LoadError("diagram", "this \(graph.kind.words) has no requests; use a flowchart or sequence diagram")
        }
        let (nodes, edges) = (graph.nodes.count, dependencies.count)
        guard nodes > 0, nodes <= LoadLimits.nodes, edges <= LoadLimits.edges else {
            let limits = "1 to \(LoadLimits.nodes) nodes and at most \(LoadLimits.edges) edges with calls"
            throw LoadError("diagram", "has \(nodes) nodes and \(edges) edges with calls; \(limits) can be simulated")
        }
        var isSame = scenario.nodes.count == nodes && scenario.edges.count == edges
        if isSame {
            for index in 0..<nodes where scenario.nodes[index].id != graph.nodes[index].id { isSame = false }
            for index in 0..<edges where scenario.edges[index].id != graph.edges[dependencies[index].edge].id {
                isSame = false
            }
        }
        guard isSame else {
            throw LoadError("nodes", "belong to another diagram; start from loadScenario() of this one")
        }
        let intervals = scenario.seconds / scenario.interval
        guard intervals * Double(nodes + edges) <= Double(LoadLimits.samples) else {
            let most = LoadLimits.samples / (nodes + edges)
            let what = "\(nodes) nodes and \(edges) edges"
            throw LoadError("interval", "must be longer: \(most) intervals are the most for \(what)")
        }
    }

    // MARK: - Tables

    private mutating func connect(_ wiring: LoadWiring, _ dependencies: [Dependency], _ scenario: LoadScenario) {
        for (index, dependency) in dependencies.enumerated() {
            let settings = scenario.edges[index]
            var link = LoadLink(
                settings: settings,
                isAwaited: dependency.need != .handedOver,
                isRequired: dependency.need == .required,
                tokens: settings.budgetBurst
            )
            link.targets = targets.count..<(targets.count + dependency.targets.count)
            targets += dependency.targets
            links.append(link)
        }
        for node in stations.indices {
            let first = calls.count
            calls += wiring.calls[node]
            stations[node].calls = first..<calls.count
            let awaits = wiring.calls[node].contains { links[$0].isAwaited }
            stations[node].isReadThrough = stations[node].isCache && awaits
            let firstBacklog = backlogs.count
            let isStream = stations[node].kind == .stream
            for (position, delivery) in wiring.deliveries[node].enumerated() {
                let isNew = position == 0 || (isStream && wiring.deliveries[node][position - 1].link != delivery.link)
                if isNew {
                    backlogs.append(LoadBacklog(node: node, deliveries: deliveries.count..<deliveries.count))
                }
                deliveries.append((delivery.link, delivery.consumer))
                let last = backlogs.count - 1
                backlogs[last].deliveries = backlogs[last].deliveries.lowerBound..<deliveries.count
            }
            stations[node].backlogs = firstBacklog..<backlogs.count
        }
        for node in stations.indices {
            let first = consumed.count
            for backlog in backlogs.indices
            where backlogs[backlog].deliveries.contains(where: { deliveries[$0].consumer == node }) {
                consumed.append(backlog)
            }
            stations[node].consumed = first..<consumed.count
        }
        for node in wiring.childrenFirst {
            var idle = stations[node].settings.serviceMs
            for link in wiring.calls[node] where links[link].isAwaited {
                guard let target = targets[links[link].targets].first else { continue }
                idle += links[link].settings.calls * stations[target].idleMs
            }
            stations[node].idleMs = idle
        }
    }

    private mutating func addSources(_ wiring: LoadWiring, _ graph: Graph) {
        for node in wiring.entries { sources.append(LoadSource(node: node, isUser: true, rate: 0)) }
        for node in graph.nodes.indices
        where graph.nodes[node].kind.startsWork && !wiring.isCalled[node] && !wiring.calls[node].isEmpty
            && !wiring.entries.contains(node) && stations[node].consumed.isEmpty
        {
            sources.append(LoadSource(node: node, isUser: false, rate: 1))
        }
    }
}

extension LoadStation {
    init(_ node: Node, _ settings: LoadScenario.Node) {
        self.settings = settings
        kind = node.kind
        quorum = min(settings.replicas, max(1, node.record?.quorum ?? 1))
        if settings.hitRatio > 0, !settings.isCold { stored = settings.keys }
        settle()
    }
}

// MARK: - What is done

extension LoadSimulation {
    /// The steps of the load and the events, resolved; a step at a node that is no source yet makes it one.
    private static func injections(
        _ graph: Graph,
        _ scenario: LoadScenario,
        _ dependencies: [Dependency],
        _ sources: inout [LoadSource]
    ) throws(LoadError) -> [LoadInjection] {
        var names = NameTable()
        for node in graph.nodes { names.insert(node.id) }
        let entries = sources.filter { $0.isUser }.map { $0.node }
        var result: [LoadInjection] = []
        for (index, step) in scenario.load.enumerated() {
            var injection = LoadInjection(time: UInt64(step.at * 1e9))
            injection.nodes = entries
            injection.rate = step.rate / Double(max(1, entries.count))
            if let id = step.node {
                guard let node = names[id] else { throw unknown(id, names, "load.\(index).node") }
                injection.nodes = [node]
                injection.rate = step.rate
                if !sources.contains(where: { $0.node == node }) {
                    sources.append(LoadSource(node: node, isUser: !graph.nodes[node].kind.startsWork, rate: 0))
                }
            }
            result.append(injection)
        }
        let members = GroupMembers(graph)
        for (index, event) in scenario.events.enumerated() {
            let place = "events.\(index).\(event.action.rawValue)"
            var injection = LoadInjection(time: UInt64(event.at * 1e9), action: event.action)
            injection.factor = event.factor
            injection.nodes = members.of(event.target)
            if injection.nodes.isEmpty { resolve(event, graph, dependencies, names, &injection) }
            if injection.nodes.isEmpty, injection.links.isEmpty { throw unknown(event.target, names, place) }
            if event.action == .slow || event.action == .flush {
                guard injection.links.isEmpty, injection.replicas == nil else {
                    throw LoadError(place, "must name a node or a group, not an edge or replicas")
                }
            }
            for node in injection.nodes where event.action == .flush && scenario.nodes[node].hitRatio <= 0 {
                throw LoadError(place, "“\(graph.nodes[node].id)” is no cache; give it a hitRatio above 0")
            }
            result.append(injection)
        }
        return result
    }

    /// An edge, or `ID:N` for N replicas.
    private static func resolve(
        _ event: LoadScenario.Event,
        _ graph: Graph,
        _ dependencies: [Dependency],
        _ names: NameTable,
        _ injection: inout LoadInjection
    ) {
        for (index, dependency) in dependencies.enumerated() where graph.edges[dependency.edge].id == event.target {
            injection.links.append(index)
        }
        let parts = event.target.split(at: UInt8(of: ":"))
        guard injection.links.isEmpty, parts.count > 1, let last = parts.last,
            last.utf8.count <= FailureModel.replicaDigits, let number = Int(last), number > 0,
            let node = names[parts.dropLast().joined(separator: ":")]
        else { return }
        injection.nodes = [node]
        injection.replicas = number
    }

    private static func unknown(_ id: String, _ names: NameTable, _ place: String) -> LoadError {
        let near = names.nearest(to: id)
        let remedy = near.isEmpty ? "" : "; did you mean \(near.joined(by: ", ", last: " or "))?"
        return LoadError(place, "the diagram has no “\(id)”\(remedy)")
    }
}
