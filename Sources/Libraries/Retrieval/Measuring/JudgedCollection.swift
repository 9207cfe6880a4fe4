/// A collection for measuring retrieval: documents, questions, and which documents answer which question.
///
/// Its files are those of BEIR: `corpus.jsonl`, `queries.jsonl` and judgements, which may have TREC's four columns too.
/// Only a line feed ends a line; carriage returns before it, a byte order mark at the beginning and empty lines are
/// passed over. Source: BEIR's README, on custom data sets; `trec_eval`, on the format of judgements.
public struct JudgedCollection: Sendable {
    /// A question and what answers it.
    public struct Query: Sendable, Equatable {
        /// What is asked.
        public let text: String
        /// Grades by the document's number; documents that are judged but missing have numbers below 0.
        public let judgements: [Int: Int]
    }

    /// A line of `corpus.jsonl` or `queries.jsonl`.
    public struct Record: Sendable, Equatable, Decodable {
        /// `_id`; the digits of one that is a number.
        public let id: String
        /// Empty where there is none.
        public let title: String
        /// The text.
        public let text: String

        private enum CodingKeys: String, CodingKey {
            case id = "_id"
            case title, text
        }

        /// Reads a record; `title` may be missing.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            id = try Self.id(in: values)
            title = try values.decodeIfPresent(String.self, forKey: .title) ?? ""
            text = try values.decode(String.self, forKey: .text)
        }

        private static func id(in values: KeyedDecodingContainer<CodingKeys>) throws -> String {
            do {
                return try values.decode(String.self, forKey: .id)
            } catch DecodingError.typeMismatch {
                let number = try values.decode(Int64.self, forKey: .id)
                return String(number)
            }
        }

        /// What a document is found by.
        fileprivate var content: String { title.allSatisfy(\.isWhitespace) ? text : "\(title). \(text)" }
    }

    /// A line that is not what it should be.
    public struct Problem: Error {
        /// From 1.
        public let line: Int
        /// What should stand there, as in "a JSON object".
        public let expected: String
        /// What the decoder says.
        public let cause: (any Error)?
    }

    /// By number, from 0 in the order of the corpus.
    public let documents: [String]
    /// The questions that are judged, in the order of their file.
    public let queries: [Query]

    /// - Parameter judgements: The file. A line is query, document and grade, or query, anything, document and grade; the
    ///   first one may be headings.
    /// - Throws: `Problem` with a line of the judgements.
    public init(corpus: [Record], queries: [Record], judgements: [UInt8]) throws(Problem) {
        var numbers: [String: Int] = [:]
        numbers.reserveCapacity(corpus.count)
        for (number, record) in corpus.enumerated() { numbers[record.id] = number }
        var judged: [String: [Int: Int]] = [:]
        for judgement in try Judgement.all(in: judgements) {
            let document = numbers[judgement.document] ?? -judgement.line
            judged[judgement.query, default: [:]][document] = judgement.grade
        }
        documents = corpus.map(\.content)
        self.queries = queries.compactMap { record in
            judged[record.id].map { Query(text: record.text, judgements: $0) }
        }
    }

    /// The records of a file with one JSON object a line.
    ///
    /// - Parameter decode: Reads an object.
    /// - Throws: `Problem` with the line.
    public static func records(
        _ file: [UInt8],
        decode: (ArraySlice<UInt8>) throws -> Record
    ) throws(Problem) -> [Record] {
        var records: [Record] = []
        for line in FileLine.all(in: file) {
            do {
                records.append(try decode(line.bytes))
            } catch {
                throw Problem(line: line.number, expected: "a JSON object with _id and text", cause: error)
            }
        }
        return records
    }
}

/// How relevant a document is to a question.
private struct Judgement {
    private static let columns = 3...4

    let line: Int
    let query: String
    let document: String
    let grade: Int

    static func all(in file: [UInt8]) throws(JudgedCollection.Problem) -> [Judgement] {
        var all: [Judgement] = []
        for (place, line) in FileLine.all(in: file).enumerated() {
            let fields = line.fields(columns)
            let isHeading = place == 0 && fields.count >= columns.lowerBound && Double(fields.last ?? "") == nil
            if isHeading { continue }
            guard let judgement = Judgement(line.number, fields) else {
                throw JudgedCollection.Problem(
                    line: line.number,
                    expected: "query-id, corpus-id and a whole number as score, with tabs or spaces between them",
                    cause: nil
                )
            }
            all.append(judgement)
        }
        return all
    }

    private init?(_ line: Int, _ fields: [String]) {
        guard Self.columns.contains(fields.count), let query = fields.first, let last = fields.last,
            let grade = Self.grade(last)
        else { return nil }
        self.line = line
        self.query = query
        document = fields[fields.count - 2]
        self.grade = grade
    }

    /// A whole number, also one that is written as `1.0`.
    private static func grade(_ text: String) -> Int? { Int(text) ?? Double(text).flatMap { Int(exactly: $0) } }
}

/// A line with something in it.
private struct FileLine {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineFeed = UInt8(ascii: "\n")
    private static let tab = UInt8(ascii: "\t")

    /// From 1.
    let number: Int
    /// Without its line feed.
    let bytes: ArraySlice<UInt8>

    static func all(in file: [UInt8]) -> [FileLine] {
        let text = file.starts(with: byteOrderMark) ? file.dropFirst(byteOrderMark.count) : file[...]
        let lines = text.split(separator: lineFeed, omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { place, bytes in
            bytes.allSatisfy { isBlank($0) } ? nil : FileLine(number: place + 1, bytes: bytes)
        }
    }

    /// What stands between tabs, if that makes as many as are wanted, else between tabs and spaces; none without UTF-8.
    func fields(_ wanted: ClosedRange<Int>) -> [String] {
        guard String(validating: bytes, as: UTF8.self) != nil else { return [] }
        let parts = bytes.split(separator: Self.tab)
        let fields = wanted.contains(parts.count) ? parts : bytes.split { Self.isBlank($0) }
        return fields.map { String(decoding: Self.trimmed($0), as: UTF8.self) }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let end = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
        return bytes[...end].drop { isBlank($0) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == tab || byte == UInt8(ascii: "\r")
    }
}
