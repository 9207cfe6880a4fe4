public import ArgumentParser
import AtlasAPI
import AtlasApp
public import AtlasCore
import Foundation

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the database to this version's tables.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let steps = try await Atlas.migrate(AtlasConfiguration(try await options.sources()))
        print(steps.isEmpty ? "The database is up to date." : steps.joined(separator: "\n"))
    }
}

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a folder of catalogue files into the database: everything, or nothing if a file has an error."
    )

    @OptionGroup var options: DataOptions

    @Argument(help: "The catalogue's folder.")
    var path = "catalogue"

    @Flag(help: "Hide items that were imported before and whose file is gone.")
    var removeMissing = false

    func run() async throws {
        let files = try CatalogueFolder(path: path).files()
        let atlas = try await Atlas.assemble(AtlasConfiguration(try await options.sources(["catalogue.folder": ""])))
        let report = try await atlas.content.importFiles(files, removeMissing: removeMissing, as: .system)
        await atlas.close()
        print(
            "\(report.added) added, \(report.changed) changed, \(report.unchanged) unchanged, \(report.removed) removed"
        )
        for item in report.replacedEdits { print("\(item): the file replaced an edit, which stays in the history") }
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check catalogue files: says file, line and remedy of everything that is wrong."
    )

    @Flag(help: "Run every lab's solution, which must pass, and its broken variants, which must fail.")
    var labs = false

    @Option(help: "With --labs: on how many seeds, from 1.")
    var seeds = 20

    @Option(help: "With --labs: this lab alone.")
    var only: String?

    @Argument(help: "The catalogue's folder.")
    var path = "catalogue"

    func validate() throws {
        guard (1...10_000).contains(seeds) else { throw ValidationError("--seeds is 1 to 10000.") }
        guard labs || only == nil else { throw ValidationError("--only goes with --labs.") }
    }

    func run() async throws {
        if labs { return try await runLabs() }
        let files = try CatalogueFolder(path: path).files()
        let findings = Atlas.check(files)
        for finding in findings { print("\(path)/\(finding.path):\(finding.finding)") }
        let errors = findings.count { $0.finding.severity == .error }
        print("\(files.count) files, \(errors) errors, \(findings.count - errors) warnings")
        if errors > 0 { throw ExitCode(1) }
    }

    private func runLabs() async throws {
        let trials = try LabTrials(catalogue: path, only: only, seeds: seeds)
        let isGood = try await trials.run { line in FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
        if !isGood { throw ExitCode(1) }
    }
}

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Make accounts and change their roles.",
        subcommands: [Create.self, Promote.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account. The password is read from standard input."
        )

        @OptionGroup var options: DataOptions
        @Argument(help: "The e-mail address.")
        var email: String
        @Option(help: "The name shown to others.")
        var name: String
        @Option(help: "learner, instructor or admin.")
        var role: Role = .learner

        func run() async throws {
            guard let password = Self.password(), !password.isEmpty else {
                throw AtlasError(.invalid, "No password was given on standard input.")
            }
            let atlas = try await Atlas.assemble(
                AtlasConfiguration(try await options.sources(["catalogue.folder": ""]))
            )
            let registration = Registration(email: email, password: password, displayName: name)
            let user = try await atlas.auth.createUser(registration, role: role, as: .system)
            await atlas.close()
            print("\(user.email) is \(user.role.rawValue)")
        }

        /// Asked for without echo at a terminal, else the first line of standard input.
        private static func password() -> String? {
            guard isatty(STDIN_FILENO) == 1 else { return readLine(strippingNewline: true) }
            return getpass("Password: ").map { String(cString: $0) }
        }
    }

    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change an account's role. Ends its sessions.")

        @OptionGroup var options: DataOptions
        @Argument(help: "The e-mail address.")
        var email: String
        @Argument(help: "learner, instructor or admin.")
        var role: Role

        func run() async throws {
            let atlas = try await Atlas.assemble(
                AtlasConfiguration(try await options.sources(["catalogue.folder": ""]))
            )
            let user = try await atlas.auth.setRole(role, email: email, as: .system)
            await atlas.close()
            print("\(user.email) is \(user.role.rawValue)")
        }
    }
}

extension Role: ExpressibleByArgument {}
