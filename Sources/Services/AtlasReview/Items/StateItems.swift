import AtlasAPI
import Diagrams

/// Which states follow which.
struct StateItems {
    let sketch: Sketch

    private static let choices = 6
    private static let mostRight = 4

    func items() -> [Item] {
        // A transition of a composite state holds for every state in it; only flat neighbourhoods are asked for.
        let composite = Set(sketch.graph.groups.map(\.id))
        let flat = sketch.things.filter { node in
            var group = node.group
            while let id = group {
                if sketch.graph.edges.contains(where: { $0.from == id }) { return false }
                group = sketch.graph.group(id)?.parent
            }
            return !composite.contains(node.id)
        }
        return flat.compactMap { successors($0, composite) }
    }

    private func successors(_ node: Node, _ composite: Set<String>) -> Item? {
        let outgoing = sketch.graph.neighbours(of: node.id).outgoing.filter { $0.to != node.id }
        guard !outgoing.isEmpty, !outgoing.contains(where: { composite.contains($0.to) }) else { return nil }
        let marks = sketch.graph.nodes.filter { $0.role != .plain }.map(\.id)
        let isThroughMark = outgoing.contains { edge in
            marks.contains(edge.to) && sketch.graph.node(edge.to)?.role != .end
        }
        guard !isThroughMark else { return nil }
        let next = Set(outgoing.map(\.to))
        let right = sketch.things.map(\.id).filter(next.contains)
        let wrong = StableHash.shuffled(
            sketch.things.map(\.id).filter { !next.contains($0) && $0 != node.id },
            node.id
        ) { $0 }
        .prefix(Self.choices - right.count)
        guard (1...Self.mostRight).contains(right.count), wrong.count >= 2 else { return nil }
        let explanation = outgoing.compactMap { edge -> String? in
            guard let carries = edge.record?.carries, !carries.isEmpty else { return nil }
            return "<li>To \(sketch.quoted(edge.to)): \(Phrase.html(Phrase.sentence(carries)))</li>"
        }
        let draft = ItemDraft(
            content: sketch.content,
            kind: .state,
            key: node.id,
            skill: .explain,
            question: .successors(node: node.id),
            prompt: "\(sketch.content.quotedTitle): which of these may come directly after \(sketch.quoted(node.id))?",
            answer: Phrase.list(right.map { Phrase.html(sketch.name($0)) }),
            explanation: "<ul>\(explanation.joined())</ul>",
            nodes: [node.id] + right,
            edges: outgoing.map(\.id)
        )
        return draft.item(
            .many,
            right.map { (.node($0), Phrase.html(sketch.name($0)), true) }
                + wrong.map { (.node($0), Phrase.html(sketch.name($0)), false) }
        )
    }
}

/// What classes and entities have, and how many belong to one another.
struct ModelItems {
    let sketch: Sketch

    func items() -> [Item] {
        sketch.things.flatMap(owners) + sketch.graph.edges.compactMap(multiplicity)
    }

    private func owners(_ node: Node) -> [Item] {
        let all = sketch.things.flatMap { thing in thing.members.map { ($0.name.lowercased(), thing.id) } }
        let mine = node.members.filter { member in
            all.count { $0.0 == member.name.lowercased() } == 1
                // `order_id` belongs to more than the order, and names it.
                && sketch.things.allSatisfy { Phrase.overlap(spaced(member.name), sketch.name($0.id)) == 0 }
        }
        let wrong = StableHash.shuffled(sketch.things.map(\.id).filter { $0 != node.id }, node.id + "owner") { $0 }
            .prefix(PartItems.wrongChoices)
        guard wrong.count == PartItems.wrongChoices else { return [] }
        // One of each is enough; a list of attributes is no knowledge.
        return mine.prefix(1).map { member in
            let word = sketch.graph.kind == .entities ? "entity" : "class"
            let has = member.kind == .method ? "the method" : "the attribute"
            let draft = ItemDraft(
                content: sketch.content,
                kind: .owner,
                key: "\(node.id).\(member.name)",
                skill: .recall,
                question: .owner(member: member.name),
                prompt:
                    "\(sketch.content.quotedTitle): which \(word) has \(has) <code>\(Phrase.html(member.name))</code>?",
                answer: Phrase.html(sketch.name(node.id)),
                explanation: Phrase.html(Phrase.sentence(node.record?.purpose ?? "")),
                nodes: [node.id]
            )
            return draft.item(
                .one,
                [(.node(node.id), draft.answer, true)]
                    + wrong.map { (.node($0), Phrase.html(sketch.name($0)), false) }
            )
        }
    }

    /// `movementId` and `movement_id` as words.
    private func spaced(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase || character == "_" { words += " " }
            if character != "_" { words.append(character) }
        }
        return words
    }

    private func multiplicity(_ edge: Edge) -> Item? {
        let heads: [Arrow.Head] = [.zeroOrOne, .exactlyOne, .zeroOrMore, .oneOrMore]
        guard sketch.graph.kind == .entities, heads.contains(edge.arrow.head) else { return nil }
        let twins = sketch.graph.edges.filter {
            Set([$0.from, $0.to]) == Set([edge.from, edge.to])
        }
        guard twins.count == 1, edge.from != edge.to else { return nil }
        let (one, other) = (sketch.quoted(edge.from), sketch.quoted(edge.to))
        let draft = ItemDraft(
            content: sketch.content,
            kind: .multiplicity,
            key: sketch.key(edge),
            skill: .recall,
            question: .multiplicity(edge: edge.id),
            prompt: "\(sketch.content.quotedTitle): how many of \(other) belong to one \(one)?",
            answer: words(edge.arrow.head),
            explanation: Phrase.html(Phrase.sentence(edge.record?.carries ?? "")),
            nodes: [edge.from, edge.to],
            edges: [edge.id]
        )
        return draft.item(.one, heads.map { (.head($0), words($0), $0 == edge.arrow.head) })
    }

    private func words(_ head: Arrow.Head) -> String {
        switch head {
        case .zeroOrOne: "None or one"
        case .exactlyOne: "Exactly one"
        case .zeroOrMore: "Any number, also none"
        case .oneOrMore: "At least one"
        default: ""
        }
    }
}
