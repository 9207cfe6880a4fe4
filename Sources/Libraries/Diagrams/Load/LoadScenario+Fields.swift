extension LoadScenario {
    /// All but what the nodes and edges of the graph have.
    mutating func exchangeTotals(_ form: inout LoadForm) {
        if let found = form.value("seed") {
            let number = found.number ?? -1
            if number >= 0, number <= 4_294_967_295, number.rounded() == number {
                seed = UInt32(number)
            } else {
                form.fail("seed", "must be a whole number from 0 to 4294967295")
            }
        }
        if form.mode == .write { form.writer.field("seed", Double(seed)) }
        form.number("seconds", &seconds, 1, LoadLimits.seconds)
        form.number("interval", &interval, 0.1, 60)
        form.number("patience", &patience, 0.01, LoadLimits.seconds)
    }

    /// Looks at every value, for scenarios that were made in Swift.
    func check() throws(LoadError) {
        var form = LoadForm(.check)
        var copy = self
        form.fields(.null, at: "scenario") { copy.exchangeTotals(&$0) }
        for index in copy.nodes.indices {
            form.fields(.null, at: "nodes." + nodes[index].id) { copy.nodes[index].exchange(&$0) }
        }
        for index in copy.edges.indices {
            let path = "edges." + edges[index].id
            form.fields(.null, at: path) { copy.edges[index].exchange(&$0, at: path) }
        }
        for (index, var step) in load.enumerated() { form.fields(.null, at: "load.\(index)") { step.exchange(&$0) } }
        for (index, var event) in events.enumerated() {
            form.fields(.null, at: "events.\(index)") { form in
                form.number("at", &event.at, 0, LoadLimits.seconds)
                form.number("factor", &event.factor, 0.01, 1_000)
            }
        }
        if load.count > LoadLimits.steps { form.fail("load", "may have at most \(LoadLimits.steps) steps") }
        if events.count > LoadLimits.steps { form.fail("events", "may hold at most \(LoadLimits.steps)") }
        if let error = form.error { throw error }
    }
}

extension LoadScenario.Node {
    mutating func exchange(_ form: inout LoadForm) {
        form.integer("replicas", &replicas, 1, 10_000)
        form.integer("servers", &servers, 0, 10_000)
        form.number("serviceMs", &serviceMs, 0, LoadLimits.milliseconds)
        form.flag("service", &isDeterministic, "exponential", "deterministic")
        form.number("contention", &contention, 0, 100)
        form.integer("queue", &queue, 0, LoadLimits.defaultBacklog)
        form.flag("blocking", &isBlocking)
        form.flag("dropExpired", &dropsExpired)
        form.number("hitRatio", &hitRatio, 0, 1)
        form.integer("keys", &keys, 1, 1_000_000_000)
        form.flag("cold", &isCold)
    }
}

extension LoadScenario.Step {
    mutating func exchange(_ form: inout LoadForm) {
        form.number("at", &at, 0, LoadLimits.seconds)
        form.number("rate", &rate, 0, LoadLimits.rate)
        if form.mode == .write, node == nil { return }
        form.string("node", &node)
    }
}

extension LoadScenario.Event {
    mutating func exchange(_ form: inout LoadForm) {
        form.number("at", &at, 0, LoadLimits.seconds)
        if form.mode == .write {
            form.writer.key(named: action.rawValue)
            form.writer.text(target)
            if action == .slow { form.writer.field("factor", factor) }
            return
        }
        var found: String?
        for (key, action) in Self.keys {
            form.string(key, &found)
            guard let name = found, target.isEmpty else { continue }
            target = name
            self.action = action
        }
        form.number("factor", &factor, 0.01, 1_000)
        if target.isEmpty { form.fail("kill", "is missing; say what to kill, restore, slow or flush") }
    }

    private static let keys: [(StaticString, Action)] = [
        ("kill", .kill), ("restore", .restore), ("slow", .slow), ("flush", .flush),
    ]
}

extension LoadScenario.Breaker {
    mutating func exchange(_ form: inout LoadForm) {
        form.integer("window", &window, 1, 64)
        form.number("failures", &failures, 0.01, 1)
        form.number("openMs", &openMs, 0, LoadLimits.milliseconds)
        form.integer("probes", &probes, 1, 100)
    }
}

extension LoadScenario.Edge {
    mutating func exchange(_ form: inout LoadForm, at path: String) {
        form.number("calls", &calls, 0, 100)
        form.number("timeoutMs", &timeoutMs, 1, LoadLimits.milliseconds)
        form.integer("retries", &retries, 0, 10)
        form.number("backoffMs", &backoffMs, 0, LoadLimits.milliseconds)
        form.number("jitter", &jitter, 0, 1)
        exchangeBudget(&form)
        form.number("budgetBurst", &budgetBurst, 0, 1_000_000)
        exchangeBreaker(&form, at: path)
        form.flag("onMiss", &isOnMiss)
        form.flag("flow", &pulls, "push", "pull")
    }

    private mutating func exchangeBudget(_ form: inout LoadForm) {
        if form.mode == .write, budget == nil {
            form.writer.field("budget", nil as String?)
            return
        }
        let found = form.value("budget")
        if found == .null {
            budget = nil
        } else if found != nil || budget != nil {
            var ratio = budget ?? 0
            form.number("budget", &ratio, 0, 10)
            budget = ratio
        }
    }

    private mutating func exchangeBreaker(_ form: inout LoadForm, at path: String) {
        if form.mode == .write {
            form.writer.key("breaker")
            guard var breaker else { return form.writer.null() }
            return form.nested { breaker.exchange(&$0) }
        }
        let found = form.value("breaker")
        if found == .null || found == .bool(false) { breaker = nil }
        if found == .bool(true), breaker == nil { breaker = LoadScenario.Breaker() }
        guard form.mode == .check ? breaker != nil : found != nil && found?.bool == nil && found != .null else {
            return
        }
        var new = breaker ?? LoadScenario.Breaker()
        form.fields(found ?? .null, at: path + ".breaker") { new.exchange(&$0) }
        breaker = new
    }
}
