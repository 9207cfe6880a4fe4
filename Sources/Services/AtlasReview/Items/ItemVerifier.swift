import AtlasAPI
import Diagrams

/// Answers items anew from the catalogue, and compares.
///
/// It shares no step with the generator: each choice is judged by itself from what it claims, so that an item with two
/// right answers, or with a wrong one marked as right, is found.
struct ItemVerifier {
    private let diagrams: [String: Diagram]
    private let incidents: [String: Incident]
    private let labs: [String: Lab]

    init(_ catalogue: Catalogue) {
        diagrams = Dictionary(catalogue.diagrams.map { ($0.header.id, $0) }, uniquingKeysWith: { first, _ in first })
        incidents = Dictionary(catalogue.incidents.map { ($0.header.id, $0) }, uniquingKeysWith: { first, _ in first })
        labs = Dictionary(catalogue.labs.map { ($0.header.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is wrong with an item; empty if nothing is.
    func problems(_ item: Item) -> [String] {
        var problems = form(item)
        let truth: [Bool?] = item.options.map { self.truth(of: $0.claim, in: item) }
        if truth.contains(nil) { problems.append("a choice cannot be judged") }
        let isRight = truth.map { $0 ?? false }
        switch item.face.mode {
        case .reveal:
            if !item.options.isEmpty { problems.append("a card to reveal has choices") }
        case .one:
            if isRight.count(where: \.self) != 1 {
                problems.append("\(isRight.count(where: \.self)) choices are right")
            }
            if isRight != item.options.map(\.isRight) { problems.append("the marked choice is not the right one") }
        case .many:
            if isRight != item.options.map(\.isRight) { problems.append("the marked choices are not the right ones") }
            if Set(isRight).count < 2 { problems.append("all choices are right, or none") }
        case .order:
            let places = item.options.map { place(of: $0.claim, in: item) }
            let isRising = zip(places, places.dropFirst()).allSatisfy { ($0 ?? .max) < ($1 ?? .min) }
            if places.contains(nil) || !isRising { problems.append("the order is not that of the picture") }
        }
        return problems
    }

    /// What can be said of an item without the catalogue.
    private func form(_ item: Item) -> [String] {
        var problems: [String] = []
        let texts = item.face.choices.map { plain($0.html) }
        if Set(texts).count < texts.count { problems.append("two choices read alike") }
        if Set(item.options.map(\.id)).count < item.options.count { problems.append("two choices have one id") }
        if texts.contains(where: \.isEmpty) { problems.append("a choice is empty") }
        if item.face.mode != .reveal, texts.count < 3 { problems.append("there are fewer than three choices") }
        let prompt = plain(item.face.promptHTML)
        if prompt.count < 12 || item.face.promptHTML.contains("“”") { problems.append("the question is not whole") }
        let answer = plain(item.answerHTML)
        if answer.isEmpty { problems.append("there is no answer") }
        if item.face.mode == .reveal, answer.split(separator: " ").count >= 2, prompt.contains(answer) {
            problems.append("the question holds its answer")
        }
        return problems
    }

    private func plain(_ html: String) -> String {
        var (text, isTag) = ("", false)
        for character in html.lowercased() {
            if character == "<" {
                isTag = true
            } else if character == ">" {
                isTag = false
            } else if !isTag {
                text.append(character.isLetter || character.isNumber ? character : " ")
            }
        }
        return text.split(separator: " ").joined(separator: " ")
    }

    // MARK: - One choice

    /// Whether a claim answers the item's question; `nil` if it cannot be judged.
    private func truth(of claim: Claim, in item: Item) -> Bool? {
        if case .written(let position) = claim { return position == 0 }
        if let incident = incidents[item.face.contentID], item.face.contentKind == .incident {
            return truth(of: claim, item.question, in: incident)
        }
        guard let diagram = diagrams[item.face.contentID], item.face.contentKind == .diagram else { return nil }
        let graph = diagram.picture.graph
        switch (item.question, claim) {
        case (.purpose(let asked), .purpose(let picture, let node)):
            return isPurpose(of: asked, in: diagram, said: node, of: picture)
        case (.part(let asked), .node(let node)):
            return node == asked || isNear(graph.node(node)?.record?.purpose, graph.node(asked)?.record?.purpose)
        case (.cargo(let asked), .cargo(let edge)):
            return isCargo(of: asked, said: edge, in: graph)
        case (.fallback(let asked), .fallback(let picture, let edge)):
            let said = diagrams[picture]?.picture.graph.edge(edge)
            if picture == diagram.header.id, edge == asked { return true }
            return isNear(said?.record?.fallback, graph.edge(asked)?.record?.fallback)
        case (.successors(let asked), .node(let node)):
            return graph.edges.contains { $0.from == asked && $0.to == node }
        case (.owner(let member), .node(let node)):
            return graph.node(node)?.members.contains { $0.name.lowercased() == member.lowercased() }
        case (.multiplicity(let asked), .head(let head)):
            return graph.edge(asked).map { $0.arrow.head == head }
        case (.orderOfMessages, .message), (.orderOfTimes, .node):
            return true
        default:
            return failureTruth(of: claim, item.question, in: graph)
        }
    }

    private func failureTruth(of claim: Claim, _ question: Question, in graph: Graph) -> Bool? {
        switch (question, claim) {
        case (.state(let state, let lost), .node(let node)):
            return graph.failing(kill: [lost])[node].map { $0.state == state && !$0.isCause }
        case (.touched(let lost), .fate(let node, let state)):
            return graph.failing(kill: [lost])[node].map { $0.state == state }
        case (.fate(let asked, let lost), .fate(let node, let state)):
            return asked == node && graph.failing(kill: [lost])[node]?.state == state
        case (.touched(let lost), .nothing):
            return graph.failing(kill: [lost]).nodes.allSatisfy { $0.id == lost || $0.state == .works }
        case (.needs(let asked), .node(let node)):
            return graph.failing(kill: [node])[asked].map { $0.state == .fails }
        case (.singlePoint, .node(let node)):
            let answer = graph.failing(kill: [node])
            return answer.capabilities.contains { $0.state == .fails && !$0.isCause }
        case (.fix(let lost, let victim), .remedy(let remedy)):
            return helps(remedy, lost, victim, graph)
        default:
            return nil
        }
    }

    private func helps(_ remedy: Remedy, _ lost: String, _ victim: String, _ graph: Graph) -> Bool? {
        var graph = graph
        switch remedy {
        case .doWithout(let id):
            guard let fixed = graph.edge(id) else { return nil }
            graph.edges = graph.edges.map { edge in
                guard edge.from == fixed.from, edge.to == fixed.to, var record = edge.record else { return edge }
                record.required = false
                var copy = edge
                copy.record = record
                return copy
            }
            return graph.failing(kill: [lost])[victim].map { $0.state != .fails }
        case .secondCopy(let id):
            guard var node = graph.node(id), var record = node.record else { return nil }
            record.replicas = record.replicas + 1
            node.record = record
            graph.nodes = graph.nodes.map { $0.id == id ? node : $0 }
            // The machine that is lost carried one of the copies.
            let kill = lost == id ? ["\(id):\(record.replicas - 1)"] : [lost]
            return graph.failing(kill: Set(kill))[victim].map { $0.state != .fails }
        }
    }

    private func isPurpose(of asked: String, in diagram: Diagram, said node: String, of picture: String) -> Bool {
        let own = diagram.picture.graph.node(asked)
        if picture == diagram.header.id { return node == asked || isNear(purpose(node, picture), own?.record?.purpose) }
        // The same kind of part elsewhere may well do the same.
        let other = diagrams[picture]?.picture.graph.node(node)
        return other?.kind == own?.kind || isNear(other?.record?.purpose, own?.record?.purpose)
    }

    private func purpose(_ node: String, _ picture: String) -> String? {
        diagrams[picture]?.picture.graph.node(node)?.record?.purpose
    }

    /// An edge is another's answer if it joins the same nodes under the same name, leads to the same state, or says the same.
    private func isCargo(of asked: String, said edge: String, in graph: Graph) -> Bool {
        guard let one = graph.edge(asked), let other = graph.edge(edge) else { return false }
        if one.id == other.id { return true }
        if one.from == other.from, one.to == other.to, one.label == other.label { return true }
        if graph.kind == .state, one.to == other.to { return true }
        return isNear(one.record?.carries, other.record?.carries)
    }

    /// Whether two texts say about the same: half of the words of both together are in both.
    private func isNear(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return false }
        let (left, right) = (words(one), words(other))
        let all = left.union(right).count
        return all > 0 && Double(left.intersection(right).count) >= 0.5 * Double(all)
    }

    private func words(_ text: String) -> Set<Substring> {
        Set(plain(text).split(separator: " ").filter { $0.count > 2 && $0 != "the" && $0 != "and" })
    }

    private func truth(of claim: Claim, _ question: Question, in incident: Incident) -> Bool? {
        switch (question, claim) {
        case (.rootCause, .rootCause(let id)):
            return id == incident.header.id || isNear(incidents[id]?.rootCause, incident.rootCause)
        case (.firstChange, .node(let node)):
            let steps = incident.timeline.map { step in Set(step.states.filter { $0.state != .ok }.map(\.node)) }
            return steps.first { !$0.isEmpty }?.contains(node)
        case (.nextStep(let start), .step(let step)):
            return step == start + 1
        case (.orderOfSteps, .step):
            return true
        default:
            return nil
        }
    }

    // MARK: - An order

    private func place(of claim: Claim, in item: Item) -> Int? {
        let graph = diagrams[item.face.contentID]?.picture.graph
        switch (item.question, claim) {
        case (.orderOfMessages, .message(let id)): return graph?.edge(id)?.step
        case (.orderOfTimes, .node(let id)): return graph?.nodes.firstIndex { $0.id == id }
        case (.orderOfSteps, .step(let step)):
            return incidents[item.face.contentID]?.timeline.indices.contains(step) == true ? step : nil
        default: return nil
        }
    }
}
