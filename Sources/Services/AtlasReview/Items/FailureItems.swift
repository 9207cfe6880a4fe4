import AtlasAPI
import Diagrams

/// What the failure model says: what breaks, what hangs on what, what helps.
struct FailureItems {
    let sketch: Sketch

    /// Choices of an item with several right ones.
    private static let choices = 6
    /// The most right ones among them.
    private static let mostRight = 4
    /// Items of one picture that ask which change helps.
    private static let fixes = 4

    private var graph: Graph { sketch.graph }

    func items() -> [Item] {
        let lost = sketch.things.filter { $0.kind != .client }.map { node in
            (node: node, answer: graph.failing(kill: [node.id]))
        }
        var items = lost.compactMap { breaks($0.node, $0.answer) }
        if let point = singlePoint() { items.append(point) }
        items += sketch.things.compactMap(needs)
        let broken = lost.filter { !$0.answer.fails.isEmpty }
        items += StableHash.shuffled(broken, sketch.content.header.id) { $0.node.id }.prefix(Self.fixes)
            .compactMap { fix($0.node, $0.answer) }
        return items
    }

    // MARK: - What breaks

    private func breaks(_ node: Node, _ answer: FailureAnswer) -> Item? {
        let others = answer.nodes.filter { $0.id != node.id }
        let (fails, degrades) = (answer.fails, answer.degrades)
        if (1...Self.mostRight).contains(fails.count) {
            return spread(.breaks, .fails, node, others, fails)
        }
        if fails.isEmpty, (1...Self.mostRight).contains(degrades.count) {
            return spread(.degrades, .degraded, node, others, degrades)
        }
        return fails.isEmpty && degrades.isEmpty ? touches(node, others) : nil
    }

    private func lostPrompt(_ node: Node) -> String {
        let name = sketch.quoted(node.id)
        return (node.record?.replicas ?? 1) > 1 ? "All copies of \(name) are lost." : "\(name) is lost."
    }

    private func spread(
        _ kind: ItemKind,
        _ state: FailureAnswer.State,
        _ node: Node,
        _ others: [FailureAnswer.NodeState],
        _ right: [String]
    ) -> Item? {
        let near = sketch.neighbours(of: node.id)
        let rest = StableHash.shuffled(others.filter { $0.state != state }, node.id) { $0.id }
        let wrong = (rest.filter { near.contains($0.id) } + rest.filter { !near.contains($0.id) })
            .prefix(Self.choices - right.count)
        guard wrong.count >= 2, areNamedApart(right + wrong.map(\.id)) else { return nil }
        let title = sketch.content.quotedTitle
        let asked =
            state == .fails
            ? ["Which of these no longer work?", "Which of these stop, too?"]
            : ["Nothing else stops. Which of these work worse than before?", "Which of these go on, but worse?"]
        let draft = ItemDraft(
            content: sketch.content,
            kind: kind,
            key: node.id,
            skill: .predict,
            question: .state(state, losing: node.id),
            prompt: "\(title): \(lostPrompt(node)) \(StableHash.pick(asked, sketch.content.header.id + node.id))",
            answer: Phrase.list(right.map { Phrase.html(sketch.name($0)) }),
            explanation: reasons(others.filter { right.contains($0.id) } + wrong),
            nodes: [node.id] + right
        )
        return draft.item(
            .many,
            right.map { (.node($0), Phrase.html(sketch.name($0)), true) }
                + wrong.map { (.node($0.id), Phrase.html(sketch.name($0.id)), false) }
        )
    }

    private func touches(_ node: Node, _ others: [FailureAnswer.NodeState]) -> Item? {
        let near = sketch.neighbours(of: node.id)
        let rest = StableHash.shuffled(others, node.id + "touches") { $0.id }
        let wrong = (rest.filter { near.contains($0.id) } + rest.filter { !near.contains($0.id) }).prefix(3)
        guard wrong.count == 3, areNamedApart(wrong.map(\.id)) else { return nil }
        let states: [FailureAnswer.State] = [.fails, .degraded, .degraded]
        let draft = ItemDraft(
            content: sketch.content,
            kind: .touches,
            key: node.id,
            skill: .predict,
            question: .touched(losing: node.id),
            prompt: "\(sketch.content.quotedTitle): \(lostPrompt(node)) What becomes of the other parts?",
            answer: "All the others go on as before.",
            explanation: reasons(Array(wrong)),
            nodes: [node.id]
        )
        let wrongChoices = zip(wrong, states).map { other, state -> ItemDraft.Choice in
            let text = state == .fails ? "stops." : "works worse than before."
            return (.fate(node: other.id, state), "\(sketch.quoted(other.id)) \(text)", false)
        }
        return draft.item(.one, [(.nothing, draft.answer, true)] + wrongChoices)
    }

    private func areNamedApart(_ ids: [String]) -> Bool {
        Set(ids.map { sketch.name($0).lowercased() }).count == ids.count
    }

    private func reasons(_ states: [FailureAnswer.NodeState]) -> String {
        let lines = states.map { "<li>\(sketch.quoted($0.id)): \(Phrase.html($0.reason))</li>" }
        return "<ul>\(lines.joined())</ul>"
    }

    // MARK: - What hangs on what

    /// Asked of parts that a user sees or that lean on several others.
    private func needs(_ node: Node) -> Item? {
        let others = sketch.things.filter { $0.id != node.id }
        let fatal = others.filter { graph.failing(kill: [$0.id])[node.id]?.state == .fails }.map(\.id)
        let isSeen = graph.failing(kill: [])[node.id]?.isUserFacing ?? false
        guard isSeen || graph.neighbours(of: node.id).outgoing.count >= 3 else { return nil }
        guard (1...Self.mostRight).contains(fatal.count) else { return nil }
        let near = sketch.neighbours(of: node.id)
        let harmless = others.filter { !fatal.contains($0.id) }
        // That nothing hangs on a visitor needs no thought.
        let parts = harmless.filter { $0.kind != .client }
        let rest = StableHash.shuffled(parts.count >= 2 ? parts : harmless, node.id + "needs") { $0.id }
        let wrong = (rest.filter { near.contains($0.id) } + rest.filter { !near.contains($0.id) })
            .prefix(Self.choices - fatal.count).map(\.id)
        guard wrong.count >= 2, areNamedApart(fatal + wrong + [node.id]) else { return nil }
        let name = sketch.quoted(node.id)
        let draft = ItemDraft(
            content: sketch.content,
            kind: .needs,
            key: node.id,
            skill: .explain,
            question: .needs(node: node.id),
            prompt:
                "\(sketch.content.quotedTitle): which of these can \(name) not do without, directly or through others?",
            answer: Phrase.list(fatal.map { Phrase.html(sketch.name($0)) }),
            explanation: reasonsOf(node.id, losing: fatal + wrong),
            nodes: [node.id] + fatal
        )
        return draft.item(
            .many,
            fatal.map { (.node($0), Phrase.html(sketch.name($0)), true) }
                + wrong.map { (.node($0), Phrase.html(sketch.name($0)), false) }
        )
    }

    /// What becomes of a node when each of others is lost.
    private func reasonsOf(_ node: String, losing lost: [String]) -> String {
        let lines = lost.compactMap { other in
            graph.failing(kill: [other])[node].map {
                "<li>Without \(sketch.quoted(other)): \(Phrase.html($0.reason))</li>"
            }
        }
        return "<ul>\(lines.joined())</ul>"
    }

    private func singlePoint() -> Item? {
        let seen = Set(graph.failing(kill: []).capabilities.map(\.id))
        let candidates = sketch.things.map(\.id).filter { !seen.contains($0) }
        let single = Set(graph.singlePointsOfFailure())
        let seed = sketch.content.header.id + "single"
        let right = Array(
            StableHash.shuffled(candidates.filter(single.contains), seed) { $0 }.prefix(Self.mostRight - 1)
        )
        let wrong = Array(
            StableHash.shuffled(candidates.filter { !single.contains($0) }, seed) { $0 }
                .prefix(Self.choices - right.count)
        )
        guard !right.isEmpty, wrong.count >= 2, areNamedApart(right + wrong) else { return nil }
        let users = Phrase.list(seen.sorted().map(sketch.quoted))
        let draft = ItemDraft(
            content: sketch.content,
            kind: .singlePoint,
            key: "",
            skill: .predict,
            question: .singlePoint,
            prompt:
                "\(sketch.content.quotedTitle): which of these, lost alone with all copies, is enough to stop \(users)?",
            answer: Phrase.list(right.map { Phrase.html(sketch.name($0)) }),
            explanation: "",
            nodes: right
        )
        // With several users it matters which of them stops; one is enough.
        guard seen.count == 1, let user = seen.first else { return nil }
        var told = draft
        told.explanation = reasonsOf(user, losing: right + wrong)
        return told.item(
            right.count == 1 && wrong.count == 3 ? .one : .many,
            right.map { (.node($0), Phrase.html(sketch.name($0)), true) }
                + wrong.map { (.node($0), Phrase.html(sketch.name($0)), false) }
        )
    }

    // MARK: - What helps

    private func fix(_ node: Node, _ answer: FailureAnswer) -> Item? {
        let seen = Set(answer.capabilities.map(\.id))
        let fails = answer.fails
        guard let victim = fails.first(where: seen.contains) ?? fails.last else { return nil }
        let trial = RemedyTrial(graph: graph, lost: node.id, victim: victim)
        let remedies = trial.candidates.filter(isNamed)
        let near = sketch.neighbours(of: node.id).union(sketch.neighbours(of: victim)).union([node.id, victim])
        let seed = "\(sketch.content.header.id) \(node.id) \(victim)"
        let ordered = StableHash.shuffled(remedies, seed) { Claim.remedy($0).key }
        // Another copy is what one would do first; what keeps data cannot be gone without for long.
        let helpful = ordered.filter(trial.helps)
        let right = helpful.filter { $0 == .secondCopy(node: node.id) } + helpful
        let useless = ordered.filter { !trial.helps($0) }
        let isNear = { (remedy: Remedy) -> Bool in
            switch remedy {
            case .secondCopy(let copied): near.contains(copied)
            case .doWithout(let edge):
                graph.edge(edge).map { near.contains($0.from) || near.contains($0.to) } ?? false
            }
        }
        let wrong = (useless.filter(isNear) + useless.filter { !isNear($0) }).prefix(3)
        guard let chosen = right.first, wrong.count >= 2, sketch.name(node.id) != sketch.name(victim) else {
            return nil
        }
        let (name, other) = (sketch.quoted(node.id), sketch.quoted(victim))
        let isSingle = (node.record?.replicas ?? 1) <= 1
        let start =
            isSingle
            ? "The machine of \(name) is lost, and \(other) stops with it."
            : "All copies of \(name) are lost, and \(other) stops with them."
        let draft = ItemDraft(
            content: sketch.content,
            kind: .fix,
            key: "\(node.id).\(victim)",
            skill: .design,
            question: .fix(losing: node.id, of: victim),
            prompt: "\(sketch.content.quotedTitle): \(start) Which of these changes would have kept \(other) going?",
            answer: text(chosen),
            explanation: "With it, \(other) would not have stopped.",
            nodes: [node.id, victim]
        )
        return draft.item(
            .one,
            [(.remedy(chosen), draft.answer, true)] + wrong.map { (.remedy($0), text($0), false) }
        )
    }

    private func isNamed(_ remedy: Remedy) -> Bool {
        guard case .doWithout(let id) = remedy, let edge = graph.edge(id) else { return true }
        return sketch.name(edge.from) != sketch.name(edge.to)
    }

    private func text(_ remedy: Remedy) -> String {
        switch remedy {
        case .secondCopy(let node):
            return "A second \(sketch.quoted(node)) on another machine, ready to take over."
        case .doWithout(let id):
            guard let edge = graph.edge(id) else { return "" }
            return "A fallback in \(sketch.quoted(edge.from)) for when \(sketch.quoted(edge.to)) does not answer."
        }
    }
}

/// Changes a copy of the graph and asks the failure model again.
private struct RemedyTrial {
    let graph: Graph
    let lost: String
    let victim: String

    /// What could be done: a fallback wherever an answer is required, a second copy of whatever has one.
    var candidates: [Remedy] {
        var pairs: Set<String> = []
        let edges = graph.edges.filter { edge in
            guard let record = edge.record, record.required, record.mode == .sync, edge.arrow.line != .invisible else {
                return false
            }
            // A visitor has no fallback, and two edges between the same nodes would read alike.
            guard let caller = graph.node(edge.from), caller.kind != .client else { return false }
            return graph.node(edge.to) != nil
                && pairs.insert("\(edge.from)\n\(edge.to)").inserted
        }
        let copies = graph.nodes.filter {
            $0.kind != .client && $0.kind != .external && ($0.record?.replicas ?? 1) <= 1 && $0.record?.quorum == nil
        }
        return edges.map { .doWithout(edge: $0.id) } + copies.map { .secondCopy(node: $0.id) }
    }

    func helps(_ remedy: Remedy) -> Bool { state(remedy) != .fails }

    private func state(_ remedy: Remedy) -> FailureAnswer.State? {
        var changed = graph
        var kill = lost
        switch remedy {
        case .doWithout(let id):
            guard let edge = graph.edge(id) else { return nil }
            // A fallback in the caller serves every call to that node.
            for index in changed.edges.indices
            where changed.edges[index].from == edge.from && changed.edges[index].to == edge.to {
                changed.edges[index].record?.required = false
            }
        case .secondCopy(let id):
            guard let index = changed.nodes.firstIndex(where: { $0.id == id }) else { return nil }
            changed.nodes[index].record?.replicas = 2
            if id == lost { kill = "\(lost):1" }
        }
        return changed.failing(kill: [kill])[victim]?.state
    }
}
