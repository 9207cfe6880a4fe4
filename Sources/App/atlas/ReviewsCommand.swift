public import ArgumentParser
import AtlasAPI
import AtlasApp
import AtlasCore
import AtlasReview
import Foundation

struct ReviewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reviews",
        abstract: "Take an account's cards and reviews to Anki, and reviews made there back.",
        subcommands: [Export.self, Import.self]
    )

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write a package (.apkg) that Anki imports.")

        @OptionGroup var options: DataOptions
        @Argument(help: "The account's e-mail address.")
        var email: String
        @Argument(help: "The file to write.")
        var file: String
        @Flag(help: "Also items of the catalogue that the account has not seen, as new cards.")
        var all = false

        func run() async throws {
            let package = try await onBehalf(of: email, options) { atlas, caller in
                try await atlas.reviews.exportAnki(withNew: all, as: caller)
            }
            do {
                try Data(package).write(to: URL(filePath: file), options: .atomic)
            } catch {
                throw AtlasError(.invalid, "\(file) cannot be written.", cause: error)
            }
            print("\(file): \(package.count) bytes")
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add the reviews of a package to the account's log; doing it again changes nothing."
        )

        @OptionGroup var options: DataOptions
        @Argument(help: "The account's e-mail address.")
        var email: String
        @Argument(help: "A package of Atlas that Anki has exported again.")
        var file: String

        func run() async throws {
            let package: Data
            do {
                package = try Data(contentsOf: URL(filePath: file))
            } catch {
                throw AtlasError(.invalid, "\(file) cannot be read.", cause: error)
            }
            let report = try await onBehalf(of: email, options) { atlas, caller in
                try await atlas.reviews.importAnki([UInt8](package), isPreview: false, as: caller)
            }
            print("\(report.added) reviews added, \(report.known) known before, \(report.refused) refused")
            if report.foreignNotes > 0 { print("\(report.foreignNotes) notes are no items of Atlas and were left out") }
        }
    }
}

/// Runs `body` for an account, on the engines of the settings.
private func onBehalf<Result>(
    of email: String,
    _ options: DataOptions,
    _ body: (Atlas, Caller) async throws -> Result
) async throws -> Result {
    let atlas = try await Atlas.assemble(AtlasConfiguration(try await options.sources(["catalogue.folder": ""])))
    do {
        let result = try await body(atlas, try await atlas.caller(email: email))
        await atlas.close()
        return result
    } catch {
        await atlas.close()
        throw error
    }
}
