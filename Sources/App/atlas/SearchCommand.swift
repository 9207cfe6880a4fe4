public import ArgumentParser
import AtlasApp
import AtlasCore
import EmbeddedEngines
import Foundation
import Retrieval

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
                FOLDER holds corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels.tsv (query-id, corpus-id, \
                score, with a line of headings). Without the model's files only words are searched, and the output says so.
                """
        )

        @Argument(help: "A folder with corpus.jsonl, queries.jsonl and qrels.tsv.")
        var folder: String
        @Option(help: "Where model.safetensors and vocab.txt of all-MiniLM-L6-v2 are.")
        var model = "build/minilm"
        @Flag(help: "Compare texts by their letters, as is done where there is no model.")
        var lexical = false

        func run() throws {
            let collection = try Collection(folder)
            let (space, note) = lexical ? (Space.lexical, nil) : try Self.encoder(model)
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
                    vector: encoder.encode
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
private struct Space {
    let name: String
    let dimensions: Int
    let vector: (String) -> [Float]

    static var lexical: Space {
        let embedder = LexicalEmbedder()
        return Space(name: embedder.id, dimensions: embedder.dimensions, vector: embedder.vector)
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

/// Every question's rankings, judged.
private struct Rankings {
    /// How far down rankings are judged.
    private static let depth = 1_000

    var bm25: [RetrievalQuality] = []
    var dense: [RetrievalQuality] = []
    var hybrid: [RetrievalQuality] = []

    init(_ collection: Collection, _ space: Space?) {
        var words = LexicalIndex()
        var vectors = FlatIndex(dimensions: space?.dimensions ?? 1)
        for (number, document) in collection.documents.enumerated() {
            words.insert(number, document)
            // A space's vectors always fit.
            if let space { try? vectors.set(number, space.vector(document)) }
        }
        for query in collection.queries {
            let lexical = words.search(query.text, limit: Self.depth)
            guard let quality = RetrievalQuality(lexical.map(\.document), query.judgements) else { continue }
            bm25.append(quality)
            guard let space,
                let similar = try? vectors.search(space.vector(query.text), limit: collection.documents.count)
            else { continue }
            let fused = Fusion.weighted(lexical: lexical, similar: similar, limit: Self.depth)
            dense += [RetrievalQuality(similar.prefix(Self.depth).map(\.document), query.judgements)].compactMap { $0 }
            hybrid += [RetrievalQuality(fused.map(\.document), query.judgements)].compactMap { $0 }
        }
    }
}

/// A collection for measuring retrieval, in the layout of BEIR.
private struct Collection {
    struct Query {
        let text: String
        /// By the document's number; documents that are judged but missing have numbers below 0.
        let judgements: [Int: Int]
    }

    private struct Line: Decodable {
        let id: String
        let title: String?
        let text: String

        private enum CodingKeys: String, CodingKey {
            case id = "_id"
            case title, text
        }
    }

    let documents: [String]
    let queries: [Query]

    init(_ folder: String) throws(AtlasError) {
        let corpus = try Self.lines("\(folder)/corpus.jsonl")
        var numbers: [String: Int] = [:]
        for (number, line) in corpus.enumerated() { numbers[line.id] = number }
        documents = corpus.map { line in line.title.map { "\($0). \(line.text)" } ?? line.text }
        let path = "\(folder)/qrels.tsv"
        var judgements: [String: [Int: Int]] = [:]
        for (index, line) in try Self.text(path).split(separator: "\n").enumerated().dropFirst() {
            let fields = line.split(separator: "\t")
            guard fields.count == 3, let grade = Int(fields[2]) else {
                throw AtlasError(
                    .invalid,
                    "\(path):\(index + 1): expected query-id, corpus-id and score, separated by tabs."
                )
            }
            judgements[String(fields[0]), default: [:]][numbers[String(fields[1])] ?? -1 - index] = grade
        }
        queries = try Self.lines("\(folder)/queries.jsonl").compactMap { line in
            judgements[line.id].map { Query(text: line.text, judgements: $0) }
        }
        guard !queries.isEmpty else { throw AtlasError(.invalid, "\(path): no question of queries.jsonl is judged.") }
    }

    private static func text(_ path: String) throws(AtlasError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw AtlasError(.notFound, "\(path) cannot be read as UTF-8.", cause: error)
        }
    }

    private static func lines(_ path: String) throws(AtlasError) -> [Line] {
        let decoder = JSONDecoder()
        var lines: [Line] = []
        for (index, line) in try text(path).split(separator: "\n").enumerated() {
            do {
                lines.append(try decoder.decode(Line.self, from: Data(line.utf8)))
            } catch {
                throw AtlasError(
                    .invalid,
                    "\(path):\(index + 1): expected a JSON object with _id and text.",
                    cause: error
                )
            }
        }
        return lines
    }
}
