import ArgumentParser
import AtlasCore
import Diagrams
import Foundation

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram",
        abstract: "Work with one Mermaid file.",
        subcommands: [Parse.self, Picture.self, Text.self, Print.self]
    )

    struct Source: ParsableArguments {
        @Argument(help: "A Mermaid file; - reads standard input.")
        var file: String

        /// The typed graph, or exit status 1 with every error on standard error.
        func graph() throws -> Graph {
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
        @OptionGroup var source: Source

        func run() throws {
            let graph = try source.graph()
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
            let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
            print(String(decoding: data, as: UTF8.self))
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
