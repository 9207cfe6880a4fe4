import ArgumentParser
import AtlasApp
import AtlasCore
import Foundation

/// The command line of Atlas.
@main
struct AtlasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atlas",
        abstract: "A self-hosted platform on which engineers learn how distributed systems work and how they fail.",
        discussion: """
            Settings come from the command line, then the environment (ATLAS_HTTP_PORT=8080), then atlas.json, then \
            defaults. `atlas serve --print-config` lists them all.
            """,
        subcommands: [
            Serve.self, Migrate.self, Import.self, Check.self, SchemaCommand.self, UserCommand.self,
            DiagramCommand.self, LearningCommand.self, ReviewsCommand.self, SearchCommand.self, VectorsCommand.self,
            TutorCommand.self,
        ]
    )

    /// Runs the command; an error becomes one line on standard error and exit status 1.
    static func main() async {
        // What Atlas keeps is its owner's alone.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as AtlasError {
            FileHandle.standardError.write(Data("atlas: \(error.message)\n".utf8))
            if let detail = error.detail { FileHandle.standardError.write(Data("       \(detail)\n".utf8)) }
            Foundation.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}

/// Options that every command with a database takes.
struct DataOptions: ParsableArguments {
    @Option(help: "The folder of the embedded engines.")
    var data: String?

    @Option(help: "sqlite:PATH or postgres://…")
    var databaseURL: String?

    @Option(help: "The settings file.")
    var config = "atlas.json"

    /// Settings with these options on top, and `more` on top of those.
    func sources(_ more: [String: String?] = [:]) async throws -> SettingSources {
        var arguments: [String: String] = [:]
        arguments["data.folder"] = data
        arguments["database.url"] = databaseURL
        for (key, value) in more { arguments[key] = value }
        return try await SettingSources(arguments: arguments, file: config)
    }
}
