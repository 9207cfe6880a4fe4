/// Answers of many learners, in the order in which they were given.
public struct AnswerLog: Sendable {
    /// One answer.
    public struct Answer: Sendable, Equatable {
        /// Position of the learner among those of the log, by first appearance.
        public var learner: Int
        /// Stands for the item.
        public var item: UInt64
        /// Stand for the item's skills.
        public var skills: [UInt64]
        /// Whether it was right.
        public var isCorrect: Bool
        /// Whether it is for testing: a model is not fitted to it.
        public var isTest: Bool
    }

    /// What stands wrongly where.
    public struct Failure: Error, Equatable, Sendable {
        /// From 1; the heading is line 1.
        public var line: Int
        /// Bytes from the start of the line, from 1.
        public var column: Int
        /// What is wrong.
        public var problem: Problem
    }

    /// What can be wrong in a file.
    public enum Problem: Equatable, Sendable {
        /// The heading lacks this column.
        case missingColumn(String)
        /// The heading has this column twice.
        case repeatedColumn(String)
        /// This column has no value in the row.
        case empty(String)
        /// The row has fewer or more values than the heading.
        case valueCount(expected: Int, found: Int)
        /// `correct` is not 0 or 1.
        case correct
        /// `split` is not train or test.
        case split
        /// A quotation mark is not closed, or something stands behind it.
        case quotation
        /// A row has more than `AnswerLog.skillLimit` skills.
        case tooManySkills
        /// The file has more than `AnswerLog.answerLimit` rows.
        case tooManyAnswers
    }

    /// The most skills of one item.
    public static let skillLimit = 64
    /// The most answers.
    public static let answerLimit = 20_000_000

    /// In the order of the file.
    public private(set) var answers: [Answer] = []
    /// How many learners there are.
    public private(set) var learnerCount = 0

    /// Reads a CSV file with a heading.
    ///
    /// Columns `user`, `item`, `skills` (joined by `;`, may be empty), `correct` (0 or 1) and, if asked for, `split` (train
    /// or test); others are passed over. A whole number in decimal digits stands for itself, up to 18 digits; where a
    /// column has another value, its values are numbered in the order of their first appearance.
    ///
    /// - Parameters:
    ///   - csv: RFC 4180, lines ended by LF, CRLF or CR; a quoted value may not hold a line break.
    ///   - hasSplit: Whether there must be a column `split`; else every answer is for training.
    /// - Throws: The first thing that is wrong.
    public init(csv: [UInt8], hasSplit: Bool) throws(Failure) {
        var table = CSVReader(csv)
        let columns = try Columns(heading: try table.next() ?? [], hasSplit: hasSplit)
        var users = Names()
        var items = Names()
        var skills = Names()
        while let row = try table.next() {
            if row.count == 1, row[0].bytes.isEmpty { continue }
            let line = table.line
            guard row.count == columns.count else {
                let column = (row.last?.column ?? 1)
                throw Failure(
                    line: line,
                    column: column,
                    problem: .valueCount(expected: columns.count, found: row.count)
                )
            }
            guard answers.count < Self.answerLimit else {
                throw Failure(line: line, column: 1, problem: .tooManyAnswers)
            }
            answers.append(
                Answer(
                    learner: users.position(of: try columns.user(row, line)),
                    item: UInt64(items.position(of: try columns.item(row, line))),
                    skills: try columns.skills(row, line).map { UInt64(skills.position(of: $0)) },
                    isCorrect: try columns.isCorrect(row, line),
                    isTest: try columns.isTest(row, line)
                )
            )
        }
        learnerCount = users.count
        for index in answers.indices {
            answers[index].item = items.number(at: answers[index].item)
            for place in answers[index].skills.indices {
                answers[index].skills[place] = skills.number(at: answers[index].skills[place])
            }
        }
    }
}

/// The values of one column, numbered by first appearance.
private struct Names {
    private var positions: [ArraySlice<UInt8>: Int] = [:]
    private var numbers: [UInt64] = []
    private var areNumbers = true

    var count: Int { positions.count }

    mutating func position(of name: ArraySlice<UInt8>) -> Int {
        if let position = positions[name] { return position }
        let position = positions.count
        positions[name] = position
        let number = Self.number(name)
        numbers.append(number ?? 0)
        // One that is no number makes names of all, or a number would stand for two things.
        if number == nil { areNumbers = false }
        return position
    }

    /// What the value at a position stands for.
    func number(at position: UInt64) -> UInt64 {
        areNumbers ? numbers[Int(position)] : position
    }

    /// At most 18 digits and no needless zero in front.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 18, digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + UInt64(digit - 48)
        }
        return value
    }
}

/// Where in a row the columns of a log stand.
private struct Columns {
    let count: Int
    private let places: [Int]

    private static let names: [StaticString] = ["user", "item", "skills", "correct", "split"]

    init(heading: [CSVReader.Value], hasSplit: Bool) throws(AnswerLog.Failure) {
        count = heading.count
        var places: [Int] = []
        for name in Self.names.prefix(hasSplit ? 5 : 4) {
            let found = heading.indices.filter { Self.bytes(name).elementsEqual(heading[$0].bytes) }
            guard let place = found.first else {
                throw AnswerLog.Failure(line: 1, column: 1, problem: .missingColumn(Self.text(name)))
            }
            guard found.count == 1 else {
                throw AnswerLog.Failure(
                    line: 1,
                    column: heading[found[1]].column,
                    problem: .repeatedColumn(Self.text(name))
                )
            }
            places.append(place)
        }
        self.places = places
    }

    func user(_ row: [CSVReader.Value], _ line: Int) throws(AnswerLog.Failure) -> ArraySlice<UInt8> {
        try filled(0, row, line)
    }

    func item(_ row: [CSVReader.Value], _ line: Int) throws(AnswerLog.Failure) -> ArraySlice<UInt8> {
        try filled(1, row, line)
    }

    func skills(_ row: [CSVReader.Value], _ line: Int) throws(AnswerLog.Failure) -> [ArraySlice<UInt8>] {
        let value = row[places[2]]
        let skills = value.bytes.split(separator: UInt8(ascii: ";"))
        guard skills.count <= AnswerLog.skillLimit else {
            throw AnswerLog.Failure(line: line, column: value.column, problem: .tooManySkills)
        }
        return skills
    }

    func isCorrect(_ row: [CSVReader.Value], _ line: Int) throws(AnswerLog.Failure) -> Bool {
        let value = row[places[3]]
        guard value.bytes.count == 1, let digit = value.bytes.first, digit == 48 || digit == 49 else {
            throw AnswerLog.Failure(line: line, column: value.column, problem: .correct)
        }
        return digit == 49
    }

    func isTest(_ row: [CSVReader.Value], _ line: Int) throws(AnswerLog.Failure) -> Bool {
        guard places.count == 5 else { return false }
        let value = row[places[4]]
        if Self.bytes("test").elementsEqual(value.bytes) { return true }
        guard Self.bytes("train").elementsEqual(value.bytes) else {
            throw AnswerLog.Failure(line: line, column: value.column, problem: .split)
        }
        return false
    }

    private func filled(
        _ index: Int,
        _ row: [CSVReader.Value],
        _ line: Int
    ) throws(AnswerLog.Failure) -> ArraySlice<UInt8> {
        let value = row[places[index]]
        guard value.bytes.isEmpty else { return value.bytes }
        throw AnswerLog.Failure(line: line, column: value.column, problem: .empty(Self.text(Self.names[index])))
    }

    private static func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    private static func text(_ name: StaticString) -> String {
        String(decoding: bytes(name), as: UTF8.self)
    }
}
