import ArgumentParser
import AtlasApp
import AtlasCore
import Foundation
import GraphQL

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the GraphQL schema that this server answers, or check it against an older one.",
        subcommands: [Compare.self]
    )

    func run() throws { print(Atlas.schema, terminator: "") }

    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "List what has changed for clients since an older schema; exit status 1 if anything breaks them.",
            discussion: """
                One line each: breaking or dangerous, the kind, and what has changed. Dangerous is what leaves every \
                document valid but may change what it means, as a further value of an enum.
                """
        )

        @Argument(help: "The older schema: a schema.graphql, or what `atlas schema` printed; - reads standard input.")
        var file: String

        func run() throws {
            let older = try schema()
            let changes = try Schema(sdl: Atlas.schema).changes(since: older)
            let breaking = changes.filter(\.isBreaking)
            let dangerous = changes.filter { !$0.isBreaking }
            for change in breaking { print("breaking   \(change.kind.rawValue): \(change.description)") }
            for change in dangerous { print("dangerous  \(change.kind.rawValue): \(change.description)") }
            print("\(breaking.count) breaking, \(dangerous.count) dangerous")
            if !breaking.isEmpty { throw ExitCode(1) }
        }

        private func schema() throws -> Schema {
            let data =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
            guard let data else { throw AtlasError(.notFound, "There is no file \(file).") }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw AtlasError(.invalid, "\(file) is not UTF-8.")
            }
            do throws(SchemaProblems) {
                return try Schema(sdl: text)
            } catch {
                let lines = error.description.split(separator: "\n").map { "\(file):\($0)" }
                throw AtlasError(.invalid, "\(file) is not a GraphQL schema.\n" + lines.joined(separator: "\n"))
            }
        }
    }
}
