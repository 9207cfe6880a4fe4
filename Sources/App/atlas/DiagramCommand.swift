import ArgumentParser
import AtlasCore
import Diagrams
import Foundation

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram",
        abstract: "Work with one Mermaid file.",
        subcommands: [Parse.self, Picture.self, Text.self, Print.self, Fails.self, Load.self, Answer.self]
    )

    struct Source: ParsableArguments {
        @Argument(help: "A Mermaid file; - reads standard input.")
        var file: String

        func graph() throws -> Graph { try Self.graph(in: file) }

        /// The typed graph, or exit status 1 with every error on standard error.
        static func graph(in file: String) throws -> Graph {
            let data =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
            guard let data else { throw AtlasError(.notFound, "There is no file \(file).") }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw AtlasError(.invalid, "\(file) is not UTF-8.")
            }
            let outcome = Mermaid.parse(text)
            for diagnostic in outcome.diagnostics {
                FileHandle.standardError.write(Data("\(file):\(diagnostic)\n".utf8))
            }
            guard let graph = outcome.graph else { throw ExitCode(1) }
            return graph
        }
    }

    struct Parse: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the typed graph as JSON.")

        @Argument(help: "A Mermaid file; - reads standard input.")
        var file = "-"

        @Flag(help: "Read one JSON string per line from standard input, answer one line each.")
        var jsonl = false

        func run() throws {
            guard jsonl else {
                var writer = JSONWriter()
                writer.graph(try Source.graph(in: file))
                return print(String(decoding: writer.bytes, as: UTF8.self))
            }
            while let line = readLine() { print(Self.answer(line)) }
        }

        /// `{"ok":true,"graph":…,"printed":…}` or `{"ok":false,"line":…,"column":…,"message":…}`.
        private static func answer(_ line: String) -> String {
            var writer = JSONWriter()
            let value = try? JSONReader.value(of: Array(line.utf8))
            let outcome = value?.text.map { Mermaid.parse($0) }
            let first = outcome?.diagnostics.first { $0.severity == .error }
            writer.object { writer in
                writer.field("ok", outcome?.graph != nil)
                if let graph = outcome?.graph {
                    writer.key("graph")
                    writer.graph(graph)
                    writer.field("printed", Mermaid.print(graph))
                } else {
                    writer.field("line", first?.line ?? 1)
                    writer.field("column", first?.column ?? 1)
                    writer.field("message", first?.message ?? "the line is not a JSON string")
                }
            }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    struct Answer: ParsableCommand {
        enum Question: String, ExpressibleByArgument, CaseIterable {
            case render, failing, simulate
        }

        static let configuration = CommandConfiguration(
            abstract: "Answer requests, one JSON object per line, as the engine in the browser does."
        )

        @Argument(help: "What is asked: render, failing or simulate.")
        var question: Question

        func run() {
            while let line = readLine() {
                let request = Array(line.utf8)
                let answer =
                    switch question {
                    case .render: DiagramRequests.render(request)
                    case .failing: DiagramRequests.failing(request)
                    case .simulate: DiagramRequests.simulate(request)
                    }
                print(String(decoding: answer, as: UTF8.self))
            }
        }
    }

    struct Fails: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print as JSON what fails and what degrades when parts are lost."
        )

        @Option(help: "What is lost, separated by commas: a node, ID:N for N of its replicas, a group or an edge.")
        var kill = ""
        @Option(help: "What answers too late, named in the same way.")
        var slow = ""
        @OptionGroup var source: Source

        func run() throws {
            let answer = try source.graph().failing(kill: Self.names(kill), slow: Self.names(slow))
            if !answer.unknown.isEmpty {
                throw AtlasError(.notFound, "The diagram has no \(answer.unknown.joined(separator: ", ")).")
            }
            var writer = JSONWriter()
            writer.object { $0.fields(of: answer) }
            print(String(decoding: writer.bytes, as: UTF8.self))
        }

        private static func names(_ list: String) -> Set<String> {
            Set(list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }

    struct Picture: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "svg",
            abstract: "Print the picture as an SVG file that stands alone."
        )
        @OptionGroup var source: Source

        func run() throws {
            let graph = try source.graph()
            var options = SVGOptions()
            options.embedStylesheet = true
            print(SVG.render(graph, layout: LayoutEngine.layout(graph), options: options))
        }
    }

    struct Text: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the picture in words.")
        @OptionGroup var source: Source

        func run() throws {
            let graph = try source.graph()
            print(Words.short(graph))
            for entry in Words.outline(graph) {
                print(String(repeating: "  ", count: entry.depth) + "- " + entry.text)
            }
        }
    }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the graph as Mermaid again.")
        @OptionGroup var source: Source

        func run() throws { print(Mermaid.print(try source.graph())) }
    }
}
