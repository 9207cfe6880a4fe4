import AtlasCore
import CZlib
import Foundation
import Learning

/// A CSV file of answers, packed with gzip or not.
enum AnswerFile {
    /// The most bytes of an unpacked file.
    private static let limit = 1 << 30

    /// Reads a log; what is wrong is said with file, line and column.
    static func log(in file: String, hasSplit: Bool) throws -> AnswerLog {
        let bytes = try bytes(of: file)
        do {
            return try AnswerLog(csv: bytes, hasSplit: hasSplit)
        } catch {
            throw AtlasError(.invalid, "\(file):\(error.line):\(error.column): \(Self.text(error.problem))")
        }
    }

    /// zlib passes a file through that is not packed.
    private static func bytes(of path: String) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw AtlasError(.notFound, "\(path): there is no such file.")
        }
        guard !isFolder.boolValue, let file = gzopen(path, "rb") else {
            throw AtlasError(.invalid, "\(path): the file cannot be read.")
        }
        var result: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 18)
        var count: Int32 = 0
        repeat {
            count = gzread(file, &part, UInt32(part.count))
            if count > 0 { result += part.prefix(Int(count)) }
        } while count > 0 && result.count <= limit
        // Only closing tells that a packed file ended too early.
        let isWhole = gzclose_r(file) == Z_OK && count == 0
        guard result.count <= limit else {
            throw AtlasError(.invalid, "\(path): the file has more than \(limit) bytes.")
        }
        guard isWhole else { throw AtlasError(.invalid, "\(path): the gzip data is damaged or ends too early.") }
        return result
    }

    private static func text(_ problem: AnswerLog.Problem) -> String {
        switch problem {
        case .missingColumn(let name): "the heading has no column \(name)"
        case .repeatedColumn(let name): "the heading has the column \(name) twice"
        case .empty(let name): "the column \(name) is empty"
        case .valueCount(let expected, let found): "there should be \(expected) values, not \(found)"
        case .correct: "the column correct must be 0 or 1"
        case .split: "the column split must be train or test"
        case .quotation: "a quotation mark is not closed, or something other than a comma stands behind it"
        case .tooManySkills: "an item may have \(AnswerLog.skillLimit) skills"
        case .tooManyAnswers: "a file may have \(AnswerLog.answerLimit) rows"
        }
    }
}
