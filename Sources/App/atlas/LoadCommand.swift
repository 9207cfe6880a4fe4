import ArgumentParser
import Diagrams
import Foundation

extension DiagramCommand {
    struct Load: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Play requests through a flowchart and print as JSON what each part lived through.",
            discussion: "What may be set, and what the report says, is described in docs/load-model.md."
        )

        @Option(help: "A JSON file with what differs from the defaults.")
        var scenario: String?
        @Option(help: "Which of the possible runs, 0 to 4294967295; goes before the scenario's.")
        var seed: UInt32?
        @OptionGroup var source: Source

        func run() throws {
            let graph = try source.graph()
            do {
                var scenario = graph.loadScenario()
                if let file = self.scenario { try scenario.read(try Self.json(in: file)) }
                if let seed { scenario.seed = seed }
                let report = try graph.simulate(scenario)
                FileHandle.standardOutput.write(Data(report.json + [UInt8(ascii: "\n")]))
            } catch let error as LoadError {
                throw Self.failure("\(error.path == "diagram" ? source.file : scenario ?? source.file): \(error)")
            }
        }

        private static func json(in file: String) throws -> JSONValue {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw failure("\(file): there is no such file")
            }
            do {
                return try JSONReader.value(of: Array(data))
            } catch {
                let before = data.prefix(error.offset)
                let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
                let column = 1 + before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
                throw failure("\(file):\(line):\(column): expected \(error.expected)")
            }
        }

        /// Says what is wrong on standard error; exit status 1.
        private static func failure(_ message: String) -> ExitCode {
            FileHandle.standardError.write(Data((message + "\n").utf8))
            return ExitCode(1)
        }
    }
}
