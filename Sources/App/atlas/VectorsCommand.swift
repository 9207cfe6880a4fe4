public import ArgumentParser
import AtlasCore
import Foundation
import Retrieval

struct VectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors",
        abstract: "Measure the search for similar vectors.",
        subcommands: [Bench.self]
    )

    struct Bench: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Search made-up vectors and print processor time, bandwidth and recall as JSON."
        )

        @Option(help: "How many vectors, up to 10 million.")
        var rows: Int
        @Option(help: "Their dimensions, up to 20,000.")
        var dims: Int
        @Flag(help: "Measure the graph index too, with and without structure in the vectors.")
        var ann = false
        @Option(help: "Questions asked.")
        var queries = 50

        func validate() throws {
            guard (1...VectorLimits.rows).contains(rows) else { throw ValidationError("--rows is from 1 to 10000000.") }
            guard (1...VectorLimits.dimensions).contains(dims) else {
                throw ValidationError("--dims is from 1 to 20000.")
            }
            guard (1...10_000).contains(queries) else { throw ValidationError("--queries is from 1 to 10000.") }
        }

        func run() throws {
            var reports: [String: Report] = ["structured": try measure(structured: true)]
            if ann { reports["gaussian"] = try measure(structured: false) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            FileHandle.standardOutput.write(try encoder.encode(reports) + Data("\n".utf8))
        }

        private func measure(structured: Bool) throws -> Report {
            var source = VectorSource(dimensions: dims, structured: structured)
            var flat = FlatIndex(dimensions: dims, keepsBytes: true)
            flat.reserve(rows)
            for row in 0..<rows { try flat.set(row, source.next()) }
            let questions = (0..<queries).map { _ in source.next() }
            let exact = try Timed(questions) { try flat.search($0, limit: 10) }
            let coarse = try Timed(questions) { try flat.searchCoarsely($0, limit: 10) }
            var graphs: [Report.Graph]?
            if ann { graphs = try measureGraph(flat, questions, exact) }
            return Report(
                rows: rows,
                dims: dims,
                exact: .init(exact, recall: nil, bytes: rows * dims * 4),
                int8: .init(coarse, recall: coarse.recall(exact), bytes: rows * dims),
                hnsw: graphs
            )
        }

        private func measureGraph(_ flat: FlatIndex, _ questions: [[Float]], _ exact: Timed) throws -> [Report.Graph] {
            var graph = GraphIndex(dimensions: dims)
            graph.reserve(rows)
            let start = clock()
            for row in 0..<rows { if let vector = flat.vector(row) { try graph.insert(row, vector) } }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            return try [32, 64, 96, 128, 256, 512].map { breadth in
                let found = try Timed(questions) { try graph.search($0, limit: 10, breadth: breadth) }
                return Report.Graph(
                    breadth: breadth,
                    buildSeconds: seconds,
                    search: .init(found, recall: found.recall(exact), bytes: nil)
                )
            }
        }
    }
}

/// What `atlas vectors bench` prints.
private struct Report: Encodable {
    struct Search: Encodable {
        /// Processor time of one search.
        let millisecondsMin: Double
        let millisecondsMedian: Double
        /// Of the vectors read, at the fastest search.
        let gigabytesPerSecond: Double?
        /// The share of the exact first ten that was found.
        let recall10: Double?

        init(_ timed: Timed, recall: Double?, bytes: Int?) {
            let sorted = timed.seconds.sorted()
            let least = sorted.first ?? 0
            millisecondsMin = least * 1_000
            millisecondsMedian = (sorted.isEmpty ? 0 : sorted[sorted.count / 2]) * 1_000
            gigabytesPerSecond = least > 0 ? bytes.map { Double($0) / least / 1e9 } : nil
            recall10 = recall
        }
    }

    struct Graph: Encodable {
        let breadth: Int
        let buildSeconds: Double
        let search: Search
    }

    let rows: Int
    let dims: Int
    let exact: Search
    let int8: Search
    let hnsw: [Graph]?
}

/// Searches and the processor time that each took.
private struct Timed {
    var seconds: [Double] = []
    var found: [Set<Int>] = []

    init(_ questions: [[Float]], _ search: ([Float]) throws -> [Hit]) rethrows {
        for question in questions {
            let start = clock()
            let hits = try search(question)
            seconds.append(Double(clock() - start) / Double(CLOCKS_PER_SEC))
            found.append(Set(hits.map(\.document)))
        }
    }

    func recall(_ exact: Timed) -> Double {
        let wanted = exact.found.reduce(0) { $0 + $1.count }
        let got = zip(found, exact.found).reduce(0) { $0 + $1.0.intersection($1.1).count }
        return wanted > 0 ? Double(got) / Double(wanted) : 1
    }
}

/// Made-up vectors of length 1, the same each time.
private struct VectorSource {
    private static let centreCount = 200

    private let dimensions: Int
    private var centres: [[Float]] = []
    private var state: UInt64 = 88_172_645_463_325_252

    init(dimensions: Int, structured: Bool) {
        self.dimensions = dimensions
        guard structured else { return }
        for _ in 0..<Self.centreCount {
            centres.append((0..<dimensions).map { _ in normal() })
        }
    }

    mutating func next() -> [Float] {
        var vector = [Float](repeating: 0, count: dimensions)
        let centre = centres.isEmpty ? nil : centres[Int(bits() % UInt64(centres.count))]
        for place in 0..<dimensions { vector[place] = (centre?[place] ?? 0) + normal() * (centre == nil ? 1 : 0.7) }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    private mutating func bits() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// A sum of uniform numbers: near enough to normal, and cheap.
    private mutating func normal() -> Float {
        var sum: Float = 0
        var rest = bits()
        for _ in 0..<4 {
            sum += Float(rest & 0xFFFF) / 65_536 - 0.5
            rest >>= 16
        }
        return sum * 1.732
    }
}
