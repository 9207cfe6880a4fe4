public import ArgumentParser
import AtlasAPI
import AtlasApp
import AtlasCore
import AtlasTutor
import Foundation

struct TutorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tutor",
        abstract: "Ask the tutor, or measure how well it finds what answers questions.",
        subcommands: [Ask.self, Evaluate.self]
    )

    struct Ask: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a question as an account and print the answer as it comes, with its places."
        )

        @OptionGroup var options: DataOptions
        @Argument(help: "The question.")
        var question: String
        @Option(help: "The account's e-mail address.")
        var email: String
        @Option(help: "The id of the diagram it is about.")
        var diagram: String?
        @Option(help: "The id of the lab it is about.")
        var lab: String?
        @Option(help: "The id of the incident it is about.")
        var incident: String?
        @Option(help: "The id of a conversation to go on with.")
        var conversation: String?

        func run() async throws {
            let atlas = try await Atlas.assemble(AtlasConfiguration(try await options.sources()))
            do {
                try await index(atlas)
                try await ask(atlas)
                await atlas.close()
            } catch {
                await atlas.close()
                throw error
            }
        }

        /// Brings the vectors up to date; where that cannot be, as beside a server that has them, words have to do.
        private func index(_ atlas: Atlas) async throws {
            do {
                try await atlas.indexTutor()
            } catch let error as AtlasError where error.code == .unavailable {
                FileHandle.standardError.write(Data("\(error.message) Only words are looked for.\n".utf8))
            }
        }

        private func ask(_ atlas: Atlas) async throws {
            let context = TutorContext(
                diagram: diagram.map(DiagramID.init),
                lab: lab.map(LabID.init),
                incident: incident.map(IncidentID.init),
                conversation: conversation.map(ConversationID.init)
            )
            let id = RandomIDSource().next()
            let asked = NewQuestion(clientID: id, text: question, context: context)
            let caller = try await atlas.caller(email: email)
            for await event in try await atlas.tutor.ask(asked, as: caller) {
                switch event {
                case .text(let text): write(text)
                case .note(let note): write("\n(\(note))\n")
                case .answer, .citation: break
                case .finished(let answer): finish(answer)
                }
            }
        }

        private func finish(_ answer: TutorAnswer) {
            write("\n\n")
            for citation in answer.citations { write("[\(citation.number)] \(citation.title) (\(citation.record))\n") }
            write("\(answer.move.rawValue), \(answer.writer), \(answer.milliseconds) ms, \(answer.tokens) tokens, ")
            write("conversation \(answer.conversation)\n")
        }

        private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    }

    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look for what answers the questions of a folder and print as JSON how often it is found.",
            discussion: """
                FOLDER holds questions.jsonl (question, answers: ids of records or of what they lie in, half) and \
                unanswerable.jsonl (question, half). Nothing is stored but the vectors.
                """
        )

        @OptionGroup var options: DataOptions
        @Argument(help: "A folder with questions.jsonl and unanswerable.jsonl.")
        var folder = "Tests/Services/AtlasTutorTests/Data"
        @Flag(help: "Look for words alone.")
        var words = false
        @Flag(help: "Also print what each decision rests on.")
        var signals = false

        func run() async throws {
            let files = ["questions.jsonl", "unanswerable.jsonl"].map { URL(filePath: folder).appending(path: $0) }
            let questions = try files.flatMap { try TutorEvaluation.questions(try Self.read($0)) }
            let atlas = try await Atlas.assemble(AtlasConfiguration(try await options.sources()))
            do {
                if !words { try await Self.index(atlas) }
                var report = try await atlas.evaluateTutor(questions)
                if !signals { report.signals = [] }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                FileHandle.standardOutput.write(try encoder.encode(report) + Data("\n".utf8))
                await atlas.close()
            } catch {
                await atlas.close()
                throw error
            }
        }

        /// Brings the vectors up to date; without them something else would be measured than was asked for.
        private static func index(_ atlas: Atlas) async throws {
            do {
                try await atlas.indexTutor()
            } catch let error as AtlasError where error.code == .unavailable {
                let message = "\(error.message) With --words only words are looked for."
                throw AtlasError(.unavailable, message, detail: error.detail, cause: error)
            }
        }

        private static func read(_ file: URL) throws -> String {
            do {
                return try String(contentsOf: file, encoding: .utf8)
            } catch {
                throw AtlasError(.notFound, "\(file.path) cannot be read.", cause: error)
            }
        }
    }
}
