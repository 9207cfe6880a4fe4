import AtlasAPI

/// Mixes cards so that one has to tell their subjects apart.
enum Interleaving {
    /// How far a card may move forward.
    static let window = 10

    /// The same cards: one after another comes, of the next ten, the first that is about another diagram than the two
    /// before it and about a topic that is easily confused with the last one's; failing that, one of another category;
    /// failing that, one about another diagram.
    static func mixed<Card>(_ cards: [Card], face: (Card) -> ReviewItem) -> [Card] {
        var (rest, result) = (cards[...], [Card]())
        result.reserveCapacity(cards.count)
        while !rest.isEmpty {
            let recent = result.suffix(2).map { face($0).contentID }
            let last = result.last.map(face)
            let near = rest.indices.prefix(window)
            let fresh = near.filter { !recent.contains(face(rest[$0]).contentID) }
            let other = near.first { face(rest[$0]).contentID != recent.last }
            let chosen =
                fresh.first { index in
                    last.map { Confusable.areConfusable($0.topics, face(rest[index]).topics) } ?? true
                } ?? fresh.first { face(rest[$0]).category != last?.category } ?? fresh.first ?? other
                ?? rest.startIndex
            result.append(rest[chosen])
            rest.remove(at: chosen)
        }
        return result
    }

    /// Two lists as one, each spread evenly over the whole.
    static func spread<Card>(_ many: [Card], _ few: [Card]) -> [Card] {
        guard !many.isEmpty, !few.isEmpty else { return many + few }
        var result: [Card] = []
        let total = many.count + few.count
        var taken = 0
        for position in 0..<total {
            if (position + 1) * few.count / total > taken {
                result.append(few[taken])
                taken += 1
            } else {
                result.append(many[position - taken])
            }
        }
        return result
    }
}
