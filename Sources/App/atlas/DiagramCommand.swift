import ArgumentParser
import AtlasCore
import Diagrams
import Foundation

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram",
        abstract: "Work with one Mermaid file.",
        subcommands: [Parse.self, Picture.self, Text.self, Print.self, Fails.self, Load.self]
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
                print(try Self.json(of: try Source.graph(in: file), options: [.prettyPrinted, .sortedKeys]))
                return
            }
            while let line = readLine() { print(try Self.answer(line)) }
        }

        /// `{"ok":true,"graph":…}` or `{"ok":false,"line":…,"column":…,"message":…}`.
        private static func answer(_ line: String) throws -> String {
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8), options: [.fragmentsAllowed])
            guard let text = value as? String else {
                return #"{"ok":false,"line":1,"column":1,"message":"the line is not a JSON string"}"#
            }
            let outcome = Mermaid.parse(text)
            if let graph = outcome.graph {
                return #"{"ok":true,"graph":\#(try json(of: graph, options: [.sortedKeys]))}"#
            }
            let first = outcome.diagnostics.first { $0.severity == .error }
            let object: [String: Any] = [
                "ok": false, "line": first?.line ?? 1, "column": first?.column ?? 1, "message": first?.message ?? "",
            ]
            return try encoded(object, [.sortedKeys])
        }

        private static func encoded(
            _ object: [String: Any],
            _ options: JSONSerialization.WritingOptions
        ) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: object, options: options), as: UTF8.self)
        }

        private static func json(of graph: Graph, options: JSONSerialization.WritingOptions) throws -> String {
            let object: [String: Any] = [
                "kind": graph.kind.rawValue,
                "nodes": graph.nodes.map {
                    ["id": $0.id, "label": $0.label, "shape": $0.shape.rawValue, "kind": $0.kind.rawValue]
                },
                "edges": graph.edges.map {
                    ["id": $0.id, "from": $0.from, "to": $0.to, "label": $0.label ?? "", "arrow": graph.sign(of: $0)]
                },
                "groups": graph.groups.map {
                    ["id": $0.id, "label": $0.label, "members": $0.members] as [String: Any]
                },
            ]
            return try encoded(object, options)
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
            let object: [String: Any] = [
                "fails": answer.fails, "degrades": answer.degrades,
                "nodes": answer.nodes.map { Self.object($0) },
                "capabilities": answer.capabilities.map { Self.object($0) },
            ]
            let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
            print(String(decoding: data, as: UTF8.self))
        }

        private static func names(_ list: String) -> Set<String> {
            Set(list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }

        private static func object(_ node: FailureAnswer.NodeState) -> [String: Any] {
            ["id": node.id, "state": node.state.rawValue, "reason": node.reason, "chain": node.chain]
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
