public import ArgumentParser
import AtlasApp
import AtlasCore
import Dispatch
import EmbeddedEngines
import Foundation
import Retrieval
import Synchronization

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Try how well questions find what answers them.",
        subcommands: [Evaluate.self]
    )

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rank a collection's documents for its questions and print as JSON how good the rankings are.",
            discussion: """
                FOLDER holds corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv or \
                qrels/test.tsv (query-id, corpus-id, score, with or without headings, or the four columns of TREC). \
                Without the model's files only words are searched, and the output says so.
                """
        )

        @Argument(help: "A folder with corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv.")
        var folder: String
        @Option(help: "Where model.safetensors and vocab.txt of all-MiniLM-L6-v2 are.")
        var model = "build/minilm"
        @Flag(help: "Compare texts by their letters, as is done where there is no model.")
        var lexical = false

        func run() throws {
            let collection = try CollectionFolder.read(folder)
            let (space, note) = lexical ? (Space.lexical, nil) : try Self.encoder(Installation.find(model))
            let rankings = Rankings(collection, space)
            let report = Report(
                documents: collection.documents.count,
                queries: rankings.bm25.count,
                embedder: space?.name,
                note: note,
                bm25: Scores(rankings.bm25),
                dense: space == nil ? nil : Scores(rankings.dense),
                hybrid: space == nil ? nil : Scores(rankings.hybrid)
            )
            let encoderJSON = JSONEncoder()
            encoderJSON.outputFormatting = [.prettyPrinted, .sortedKeys]
            FileHandle.standardOutput.write(try encoderJSON.encode(report) + Data("\n".utf8))
        }

        /// The model, or why there is none.
        private static func encoder(_ folder: String) throws -> (Space?, note: String?) {
            do {
                let encoder = try SentenceModel.load(folder)
                let space = Space(
                    name: "all-MiniLM-L6-v2",
                    dimensions: SentenceEncoder.dimensions,
                    vector: { encoder.encode($0) }
                )
                return (space, nil)
            } catch {
                guard error.code == .notFound else { throw error }
                return (nil, "\(error.message) Only words were searched; scripts/setup-embedder.sh fetches the model.")
            }
        }
    }
}

/// What texts become vectors by.
private struct Space: Sendable {
    let name: String
    let dimensions: Int
    let vector: @Sendable (String) -> [Float]

    static var lexical: Space {
        let embedder = LexicalEmbedder()
        return Space(name: embedder.id, dimensions: embedder.dimensions) { embedder.vector($0) }
    }
}

/// What `atlas search evaluate` prints.
private struct Report: Encodable {
    let documents: Int
    let queries: Int
    let embedder: String?
    let note: String?
    let bm25: Scores
    let dense: Scores?
    let hybrid: Scores?
}

/// Means over the questions that have something relevant.
private struct Scores: Encodable {
    let ndcg10: Double
    let map: Double
    let recall10: Double
    let hit5: Double

    init(_ qualities: [RetrievalQuality]) {
        let mean = RetrievalQuality.mean(qualities)
        (ndcg10, map, recall10, hit5) = (mean.gain10, mean.averagePrecision, mean.recall10, mean.hit5)
    }

    private enum CodingKeys: String, CodingKey {
        case ndcg10 = "nDCG@10"
        case map = "MAP"
        case recall10 = "recall@10"
        case hit5 = "hit@5"
    }
}

/// How good the rankings for each question are, in the order of the questions.
private struct Rankings {
    let bm25: [RetrievalQuality]
    let dense: [RetrievalQuality]
    let hybrid: [RetrievalQuality]

    init(_ collection: JudgedCollection, _ space: Space?) {
        let indexes = Indexes(collection.documents, space)
        let judged = onAllCores(collection.queries.count) { indexes.judge(collection.queries[$0]) }.compactMap { $0 }
        bm25 = judged.map(\.bm25)
        dense = judged.compactMap(\.dense)
        hybrid = judged.compactMap(\.hybrid)
    }
}

/// How good the rankings for one question are.
private struct Judged: Sendable {
    let bm25: RetrievalQuality
    var dense: RetrievalQuality?
    var hybrid: RetrievalQuality?
}

/// A collection's documents, ready to be asked for.
private struct Indexes: Sendable {
    /// How far down rankings are judged.
    private static let depth = 1_000
    /// Documents after which it is said how far the work is.
    private static let block = 1_000
    /// What takes less long is done in silence.
    private static let patience = Duration.seconds(5)

    private let space: Space?
    private var words = LexicalIndex()
    private var vectors: FlatIndex

    init(_ documents: [String], _ space: Space?) {
        self.space = space
        vectors = FlatIndex(dimensions: space?.dimensions ?? 1)
        if space != nil { vectors.reserve(documents.count) }
        let start = ContinuousClock.Instant.now
        for first in stride(from: 0, to: documents.count, by: Self.block) {
            let end = min(first + Self.block, documents.count)
            insert(documents[first..<end])
            guard end < documents.count, ContinuousClock.Instant.now - start > Self.patience else { continue }
            FileHandle.standardError.write(Data("\(end) of \(documents.count) documents are read.\n".utf8))
        }
    }

    private mutating func insert(_ documents: ArraySlice<String>) {
        for (number, document) in zip(documents.indices, documents) { words.insert(number, document) }
        guard let space else { return }
        let encoded = onAllCores(documents.count) { space.vector(documents[documents.startIndex + $0]) }
        // A space's vectors always fit.
        for (number, vector) in zip(documents.indices, encoded) { try? vectors.set(number, vector) }
    }

    /// Judges the rankings for a question; `nil` if no document answers it.
    func judge(_ query: JudgedCollection.Query) -> Judged? {
        let lexical = words.search(query.text, limit: Self.depth)
        guard let quality = RetrievalQuality(lexical.map(\.document), query.judgements) else { return nil }
        var judged = Judged(bm25: quality)
        guard let space, let similarities = try? vectors.products(space.vector(query.text)) else { return judged }
        let near = Hit.best(Self.depth, of: similarities)
        let fused = Fusion.weighted(lexical: lexical, similarities: similarities, limit: Self.depth)
        judged.dense = RetrievalQuality(near.map(\.document), query.judgements)
        judged.hybrid = RetrievalQuality(fused.map(\.document), query.judgements)
        return judged
    }
}

/// The results for the numbers below `count`, in their order.
private func onAllCores<Result: Sendable>(_ count: Int, _ result: @Sendable (Int) -> Result) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
        let one = result(number)
        results.withLock { $0[number] = one }
    }
    return results.withLock { $0.compactMap { $0 } }
}

/// Reads a collection's folder.
private enum CollectionFolder {
    static func read(_ folder: String) throws(AtlasError) -> JudgedCollection {
        let corpus = try records("\(folder)/corpus.jsonl")
        let queries = try records("\(folder)/queries.jsonl")
        let path = judgements(in: folder)
        let file = try bytes(path)
        let collection: JudgedCollection
        do throws(JudgedCollection.Problem) {
            collection = try JudgedCollection(corpus: corpus, queries: queries, judgements: file)
        } catch {
            throw invalid(path, error)
        }
        guard !collection.queries.isEmpty else {
            throw AtlasError(.invalid, "\(path): no question of queries.jsonl is judged.")
        }
        return collection
    }

    /// `qrels.tsv`; if there is none, the file that BEIR's own collections have for it.
    private static func judgements(in folder: String) -> String {
        let (ours, theirs) = ("\(folder)/qrels.tsv", "\(folder)/qrels/test.tsv")
        let manager = FileManager.default
        return !manager.fileExists(atPath: ours) && manager.fileExists(atPath: theirs) ? theirs : ours
    }

    private static func records(_ path: String) throws(AtlasError) -> [JudgedCollection.Record] {
        let file = try bytes(path)
        let decoder = JSONDecoder()
        do throws(JudgedCollection.Problem) {
            return try JudgedCollection.records(file) { line in
                try decoder.decode(JudgedCollection.Record.self, from: Data(line))
            }
        } catch {
            throw invalid(path, error)
        }
    }

    private static func bytes(_ path: String) throws(AtlasError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw AtlasError(.notFound, "\(path) cannot be read.", cause: error)
        }
    }

    private static func invalid(_ path: String, _ problem: JudgedCollection.Problem) -> AtlasError {
        AtlasError(.invalid, "\(path):\(problem.line): expected \(problem.expected).", cause: problem.cause)
    }
}
