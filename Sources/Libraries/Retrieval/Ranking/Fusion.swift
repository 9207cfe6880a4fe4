/// One ranking out of several.
public enum Fusion {
    /// The weight of words in `weighted`; flat between .3 and .5 on the collections that were tried.
    public static let lexicalWeight: Float = 0.4

    /// How deep each ranking is looked into.
    public static let depth = 100

    /// Reciprocal rank fusion: Σ 1/(k + rank), which looks at no scores.
    ///
    /// Source: Cormack, Clarke and Büttcher, SIGIR 2009.
    public static func reciprocalRanks(_ rankings: [[Hit]], limit: Int, k: Float = 60) -> [Hit] {
        var scores: [Int: Float] = [:]
        for ranking in rankings {
            for (rank, hit) in ranking.prefix(depth).enumerated() {
                scores[hit.document, default: 0] += 1 / (k + Float(rank + 1))
            }
        }
        return best(scores, limit)
    }

    /// A weighted sum: the lexical score as a share of the best, the similarity between the least and the greatest.
    ///
    /// - Parameters:
    ///   - lexical: Best first.
    ///   - similar: Best first, of all documents that could be found or of the best `depth`.
    ///   - lexicalWeight: 0...1; the similarity gets the rest.
    public static func weighted(
        lexical: [Hit],
        similar: [Hit],
        lexicalWeight: Float = Fusion.lexicalWeight,
        limit: Int
    ) -> [Hit] {
        var scores: [Int: Float] = [:]
        if let top = lexical.first?.score, top > 0 {
            for hit in lexical { scores[hit.document, default: 0] += lexicalWeight * hit.score / top }
        }
        if let high = similar.first?.score, let low = similar.last?.score {
            let span = high - low
            for hit in similar {
                let place = span > 0 ? (hit.score - low) / span : 1
                scores[hit.document, default: 0] += (1 - lexicalWeight) * place
            }
        }
        return best(scores, limit)
    }

    /// As the other, from the similarities of all documents: the same hits and scores, without sorting all of them.
    ///
    /// - Parameters:
    ///   - lexical: Best first; of documents that have a similarity.
    ///   - similarities: By the document's number.
    public static func weighted(
        lexical: [Hit],
        similarities: [Float],
        lexicalWeight: Float = Fusion.lexicalWeight,
        limit: Int
    ) -> [Hit] {
        var scores = [Float](repeating: 0, count: similarities.count)
        if let top = lexical.first?.score, top > 0 {
            for hit in lexical where scores.indices.contains(hit.document) {
                scores[hit.document] = lexicalWeight * hit.score / top
            }
        }
        let low = similarities.min() ?? 0
        let span = (similarities.max() ?? 0) - low
        for (document, similarity) in similarities.enumerated() {
            let place = span > 0 ? (similarity - low) / span : 1
            scores[document] += (1 - lexicalWeight) * place
        }
        return Hit.best(limit, of: scores)
    }

    private static func best(_ scores: [Int: Float], _ limit: Int) -> [Hit] {
        var best = BestHits(limit)
        for (document, score) in scores { best.take(Hit(document: document, score: score)) }
        return best.sorted()
    }
}
