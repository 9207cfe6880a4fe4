extension KnowledgeModel {
    /// Weights that are stored together.
    public struct Part: Hashable, Sendable {
        /// What the weights are of.
        public enum Kind: UInt8, Sendable {
            /// All items and skills.
            case shared = 0
            /// One item.
            case item = 1
            /// One skill.
            case skill = 2
            /// Two answers at some distance.
            case distance = 3
            /// Two answers at any distance.
            case pair = 4
        }

        /// What they are of.
        public let kind: Kind
        /// The item, the skill, or the place in a table; 0 for the shared ones.
        public let id: UInt64

        /// A part.
        public init(kind: Kind, id: UInt64) {
            self.kind = kind
            self.id = id
        }
    }

    /// The parts that learning from an answer changes, each once; storing them stores all that was learned.
    public func touched(item: UInt64, skills: [UInt64], learner: LearnerState) -> [Part] {
        var parts = [Part(kind: .shared, id: 0), Part(kind: .item, id: item)]
        for skill in skills { parts.append(Part(kind: .skill, id: skill)) }
        Self.each(variant.distances, item, learner) { slot, _ in
            parts.append(Part(kind: .distance, id: UInt64(slot)))
        }
        Self.each(variant.pairs, item, learner, byDistance: false) { slot, _ in
            parts.append(Part(kind: .pair, id: UInt64(slot)))
        }
        var seen: Set<Part> = []
        return parts.filter { seen.insert($0).inserted }
    }

    /// The weights of a part, each followed by its sum of squared gradients; those at the start for a part that is new.
    public subscript(part: Part) -> [Double] {
        get {
            switch part.kind {
            case .shared: (0..<16).flatMap { [shared[$0], sharedSquares[$0]] }
            case .item:
                (itemPositions[part.id].map { Array(items[$0..<$0 + 4]) } ?? Array(repeating: Weight(), count: 4))
                    .flatMap { [$0.value, $0.squares] }
            case .skill:
                [skillPositions[part.id].map { skills[$0] } ?? Skill()].flatMap {
                    [
                        $0.bias.value, $0.bias.squares, $0.wins.value, $0.wins.squares, $0.fails.value,
                        $0.fails.squares,
                    ]
                }
            case .distance: Self.weight(at: part.id, in: distances)
            case .pair: Self.weight(at: part.id, in: pairs)
            }
        }
    }

    /// Puts back what `subscript` gave.
    ///
    /// - Returns: False, and nothing is changed, if there are not as many weights as the part has, if one is not finite, a
    ///   sum of squares is below 1, or the part does not exist in this variant.
    public mutating func restore(_ weights: [Double], of part: Part) -> Bool {
        guard weights.count == self[part].count, !weights.isEmpty, weights.allSatisfy({ $0.isFinite }),
            stride(from: 1, to: weights.count, by: 2).allSatisfy({ weights[$0] >= 1 })
        else { return false }
        let pairs = stride(from: 0, to: weights.count, by: 2).map {
            Weight(value: weights[$0], squares: weights[$0 + 1])
        }
        switch part.kind {
        case .shared:
            for index in 0..<16 {
                shared[index] = pairs[index].value
                sharedSquares[index] = pairs[index].squares
            }
        case .item:
            guard let position = position(ofItem: part.id) else { return false }
            items.replaceSubrange(position..<position + 4, with: pairs)
        case .skill:
            guard let position = position(ofSkill: part.id) else { return false }
            skills[position] = Skill(bias: pairs[0], wins: pairs[1], fails: pairs[2])
        case .distance: distances[Int(part.id)] = pairs[0]
        case .pair: self.pairs[Int(part.id)] = pairs[0]
        }
        return true
    }

    private mutating func position(ofItem id: UInt64) -> Int? {
        if let known = itemPositions[id] { return known }
        guard itemPositions.count < Self.itemLimit else { return nil }
        itemPositions[id] = items.count
        for _ in 0..<4 { items.append(Weight()) }
        return items.count - 4
    }

    private mutating func position(ofSkill id: UInt64) -> Int? {
        if let known = skillPositions[id] { return known }
        guard skillPositions.count < Self.skillLimit else { return nil }
        skillPositions[id] = skills.count
        skills.append(Skill())
        return skills.count - 1
    }

    /// Empty for a place that the table does not have.
    private static func weight(at place: UInt64, in table: [Weight]) -> [Double] {
        guard place < UInt64(table.count) else { return [] }
        let weight = table[Int(place)]
        return [weight.value, weight.squares]
    }
}
