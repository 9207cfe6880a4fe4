import AtlasAPI
import Foundation

/// What a checker printed, read without trust: its output may have been touched by what it checks.
struct CheckReport: Equatable {
    /// One criterion as the checker saw it.
    struct Line: Equatable {
        let isPassed: Bool
        let observed: String
        let expected: String
        /// The hint that is about what was observed, from 1; `nil` if none is named.
        let rung: Int?
    }

    /// By the criterion's id.
    let lines: [String: Line]

    /// Why an output is no report, for the operator's log.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Reads the standard output of a checker.
    ///
    /// - Parameter checks: The ids that may occur, each once.
    /// - Throws: `Problem`, with the number of the line.
    init(_ output: [UInt8], checks: [String]) throws(Problem) {
        var lines: [String: Line] = [:]
        let texts = output.split(separator: UInt8(ascii: "\n"))
        guard texts.count <= LabServiceLimits.checkerLines else {
            throw Problem(description: "the checker printed \(texts.count) lines")
        }
        for (index, text) in texts.enumerated() {
            guard text.count <= LabServiceLimits.checkerLineBytes else {
                throw Problem(description: "line \(index + 1) has \(text.count) bytes")
            }
            let read: Read
            do {
                read = try JSONDecoder().decode(Read.self, from: Data(text))
            } catch {
                throw Problem(
                    description: "line \(index + 1) is no result: \(String(decoding: text.prefix(200), as: UTF8.self))"
                )
            }
            guard checks.contains(read.id) else {
                throw Problem(
                    description: "line \(index + 1) is about “\(read.id.prefix(60))”, which is no check of the lab"
                )
            }
            let line = Line(
                isPassed: read.pass,
                observed: read.observed.kept,
                expected: read.expected.kept,
                rung: try Self.rung(read, line: index + 1)
            )
            guard lines.updateValue(line, forKey: read.id) == nil else {
                throw Problem(description: "line \(index + 1) is the second about “\(read.id)”")
            }
        }
        self.lines = lines
    }

    /// Reads `id`, which is the first rung, or `id/2`.
    private static func rung(_ read: Read, line: Int) throws(Problem) -> Int? {
        guard let hint = read.hint else { return nil }
        if hint == read.id { return 1 }
        guard hint.hasPrefix(read.id + "/"), let rung = Int(hint.dropFirst(read.id.count + 1)),
            (1...LabServiceLimits.rungs).contains(rung)
        else { throw Problem(description: "line \(line) names a hint “\(hint.prefix(60))” that is none of its check") }
        return rung
    }

    private struct Read: Decodable {
        let id: String
        let pass: Bool
        let observed: String
        let expected: String
        let hint: String?
    }
}

extension String {
    /// The beginning, as it is stored and shown.
    fileprivate var kept: String {
        count > LabServiceLimits.observationCharacters ? prefix(LabServiceLimits.observationCharacters) + "…" : self
    }
}
