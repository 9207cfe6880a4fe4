public import AtlasCore
import Foundation

/// How well questions find what answers them, and how well it is told which have no answer.
public enum TutorEvaluation {
    /// A question with the places that answer it.
    public struct Question: Sendable, Decodable {
        /// In a learner's words.
        public let question: String
        /// Ids of records, empty if nothing answers it.
        ///
        /// One that names a place stands for all records below it.
        public let answers: [String]
        /// `tuning` or `held-out`.
        public let half: String

        private enum CodingKeys: String, CodingKey {
            case question
            case answers
            case half
        }

        /// Reads a question; without `answers` it has none.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            question = try container.decode(String.self, forKey: .question)
            answers = try container.decodeIfPresent([String].self, forKey: .answers) ?? []
            half = try container.decode(String.self, forKey: .half)
        }

        /// Whether a record is one of those that answer it.
        public func isAnswered(by record: String) -> Bool {
            answers.contains { record == $0 || record.hasPrefix($0 + "/") }
        }
    }

    /// Figures of one half.
    public struct Figures: Sendable, Encodable, Equatable {
        /// Questions that the catalogue answers.
        public var questions = 0
        /// The share of them with an answer in first place.
        public var hit1 = 0.0
        /// The share with an answer among the first five.
        public var hit5 = 0.0
        /// The share that was taken for one without an answer.
        public var refused = 0.0
        /// Questions that nothing answers.
        public var unanswerable = 0
        /// The share of them that was found out.
        public var abstained = 0.0
    }

    /// What was measured.
    public struct Report: Sendable, Encodable {
        /// Whose vectors were used; `nil` if only words were.
        public var embedder: String?
        /// Records that could be found.
        public var records = 0
        /// By half.
        public var halves: [String: Figures] = [:]
        /// Questions without an answer among the first five.
        public var missed: [String] = []
        /// Questions with an answer that were refused.
        public var refused: [String] = []
        /// Questions without an answer that were taken for answered.
        public var believed: [String] = []
        /// What the decision to refuse rests on, a line per question: half, answerable, coverage, known, similarity.
        public var signals: [String] = []
    }

    /// The questions of a file with one JSON object a line.
    ///
    /// - Throws: `AtlasError.invalid` with the line.
    public static func questions(_ lines: String) throws -> [Question] {
        try lines.split(separator: "\n").enumerated().map { number, line in
            do {
                return try JSONDecoder().decode(Question.self, from: Data(line.utf8))
            } catch {
                throw AtlasError(.invalid, "Line \(number + 1) is no question: \(error)")
            }
        }
    }
}

extension TutorService {
    /// Measures over questions, on behalf of `caller`; stores nothing.
    public func evaluate(
        _ questions: [TutorEvaluation.Question],
        as caller: Caller
    ) async throws -> TutorEvaluation.Report {
        let index = try await index(for: caller)
        var report = TutorEvaluation.Report()
        report.records = index.records.count(where: \.isFindable)
        for question in questions {
            let similar = await keeper.nearest(
                question.question,
                limit: Retriever.depth,
                seesDrafts: caller.has(.instructor)
            )
            if similar != nil { report.embedder = keeper.embedderID }
            let found = Retriever(index: index).find(question.question, similar: similar, gaze: Gaze(), limit: 10)
            report.take(question, found)
        }
        report.finish()
        return report
    }
}

extension TutorEvaluation.Report {
    fileprivate mutating func take(_ question: TutorEvaluation.Question, _ found: Findings) {
        var figures = halves[question.half] ?? .init()
        let signal =
            "\(question.half)\t\(question.answers.isEmpty ? 0 : 1)\t\(found.coverage)\t\(found.known)\t\(found.similarity ?? -1)"
        signals.append(signal + "\t" + question.question)
        if question.answers.isEmpty {
            figures.unanswerable += 1
            if found.isSupported { believed.append(question.question) } else { figures.abstained += 1 }
        } else {
            figures.questions += 1
            let place = found.records.firstIndex { question.isAnswered(by: $0.record.id) }
            if place == 0 { figures.hit1 += 1 }
            if let place, place < 5 { figures.hit5 += 1 } else { missed.append(question.question) }
            if !found.isSupported {
                figures.refused += 1
                refused.append(question.question)
            }
        }
        halves[question.half] = figures
    }

    fileprivate mutating func finish() {
        halves = halves.mapValues { counted in
            var figures = counted
            let (questions, others) = (Double(max(figures.questions, 1)), Double(max(figures.unanswerable, 1)))
            figures.hit1 /= questions
            figures.hit5 /= questions
            figures.refused /= questions
            figures.abstained /= others
            return figures
        }
    }
}
