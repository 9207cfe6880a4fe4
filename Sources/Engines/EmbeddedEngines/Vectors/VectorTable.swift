import AtlasPorts
import Retrieval

/// The vectors of an index in memory.
///
/// Up to `graphFrom` vectors every one is looked at, which misses none. Beyond, a graph of neighbours leads to the nearest; it is
/// built beside the table, a few vectors at a time, and used when it has all of them. Questions with a filter, and those for
/// which the graph gives too few, are answered by looking at every vector.
struct VectorTable: Sendable {
    /// Beyond so many vectors a graph is built.
    static let graphFrom = 50_000
    /// Of as many equals the right ones are chosen.
    private static let tieMargin = 32

    private struct Row {
        let id: String
        let digest: String
        let tags: [String: String]
    }

    let header: VectorLog.Header
    private let graphFrom: Int
    private var places: [String: Int] = [:]
    private var rows: [Row?] = []
    private var free: [Int] = []
    private var flat: FlatIndex
    private var graph: GraphIndex?
    /// Rows before this one are in the graph.
    private var graphEnd = 0

    init(_ header: VectorLog.Header, graphFrom: Int = VectorTable.graphFrom) {
        self.header = header
        self.graphFrom = graphFrom
        flat = FlatIndex(dimensions: header.dimensions)
    }

    var count: Int { places.count }

    func contains(_ id: String) -> Bool { places[id] != nil }

    var digests: [String: String] {
        var digests: [String: String] = [:]
        for row in rows { if let row { digests[row.id] = row.digest } }
        return digests
    }

    /// Everything, in the order of the rows.
    var records: some Sequence<VectorRecord> {
        rows.indices.lazy.compactMap { place -> VectorRecord? in
            guard let row = rows[place], let vector = flat.vector(place) else { return nil }
            return .set(id: row.id, digest: row.digest, tags: row.tags, vector: vector)
        }
    }

    mutating func apply(_ record: VectorRecord) {
        switch record {
        case .remove(let id):
            guard let place = places.removeValue(forKey: id) else { return }
            vacate(place)
        case .set(let id, let digest, let tags, let vector):
            let place = place(for: id)
            // Vectors were checked when they were written; one that does not fit is not kept.
            guard (try? flat.set(place, vector)) != nil else { return vacate(place) }
            places[id] = place
            rows[place] = Row(id: id, digest: digest, tags: tags)
        }
    }

    /// Where a vector goes: a row of the graph cannot be used again.
    private mutating func place(for id: String) -> Int {
        if let place = places[id] {
            if place >= graphEnd { return place }
            vacate(place)
        }
        if let place = free.popLast() { return place }
        rows.append(nil)
        return rows.count - 1
    }

    private mutating func vacate(_ place: Int) {
        rows[place] = nil
        flat.remove(place)
        graph?.remove(place)
        if place >= graphEnd { free.append(place) }
    }

    // MARK: Asking

    func nearest(_ vector: [Float], _ limit: Int, _ filter: [String: Set<String>]) throws -> [VectorMatch] {
        var hits: [Hit] = []
        if filter.isEmpty, let graph, graphEnd == rows.count {
            hits = try graph.search(vector, limit: limit + Self.tieMargin)
        }
        // What was taken out stays in the graph as a way, and may be almost all that the walk comes by.
        if hits.count < min(limit, count) {
            hits = try flat.search(vector, limit: limit + Self.tieMargin) { place in
                filter.isEmpty || Self.matches(rows[place]?.tags ?? [:], filter)
            }
        }
        let matches = hits.compactMap { hit in
            rows[hit.document].map { VectorMatch(id: $0.id, similarity: min(max(hit.score, -1), 1)) }
        }
        return VectorRules.ranked(matches, limit: limit)
    }

    private static func matches(_ tags: [String: String], _ filter: [String: Set<String>]) -> Bool {
        filter.allSatisfy { key, values in tags[key].map(values.contains) ?? false }
    }

    // MARK: The graph

    /// Whether there are vectors that belong into a graph and are in none.
    var needsGraph: Bool { (graph != nil || count > graphFrom) && graphEnd < rows.count }

    /// Takes some more vectors into the graph.
    mutating func growGraph(_ some: Int) {
        if graph == nil {
            // Rows that are free now stay empty: their turn in the graph passes.
            free = []
            graph = GraphIndex(dimensions: header.dimensions)
        }
        let end = min(graphEnd + some, rows.count)
        for place in graphEnd..<end {
            if let vector = flat.vector(place) { try? graph?.insert(place, vector) }
        }
        free.removeAll { $0 < end }
        graphEnd = end
    }
}
