import AtlasAPI
import AtlasContent
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation
import Logging
import Testing

@testable import AtlasLabs
@testable import KubernetesEngine

/// The labs' service, with pods in place of boxes of this machine.
@Suite struct ServiceTests {
    private static let lab = LabID("ring")

    /// A lab whose programs are written in shell; the home is where they are started.
    private struct Programs: LabSources {
        func files(of id: String) async throws -> LabFiles? {
            let setup = "#!/bin/sh\necho \"seed $2\" > start.txt\n"
            let check = """
                #!/bin/sh
                for id in a b; do
                  if [ -e "$id" ]; then pass=true; else pass=false; fi
                  echo "{\\"id\\":\\"$id\\",\\"pass\\":$pass,\\"observed\\":\\"o\\",\\"expected\\":\\"e\\",\\"hint\\":\\"$id\\"}"
                done

                """
            return try LabFiles([
                "setup": .file(Array(setup.utf8), isExecutable: true),
                "check": .file(Array(check.utf8), isExecutable: true),
            ])
        }
    }

    private static var catalogue: CatalogueFile {
        let source = """
            ---
            id: ring
            title: The lab ring
            summary: A lab for tests of labs on a cluster.
            category: I
            level: 1
            topics: [I2]
            number: 901
            tier: '0'
            minutes: 10
            objectives: [Try it.]
            files:
              - {path: a, purpose: To be written.}
            checks:
              - {id: a, text: a holds., hints: [vague, clear, concrete]}
              - {id: b, text: b holds., hints: [vague, clear, concrete]}
            needs: []
            related: []
            ---

            Do it.
            """
        return CatalogueFile(kind: .lab, path: "labs/ring/lab.md", source: source + "\n")
    }

    private func service(
        _ body: @escaping @Sendable (Bench, LabsService, ManualClock) async throws -> Void
    ) async throws {
        try await Bench.run { bench async throws in
            try await withDatabase(.sqlite) { database in
                try await withTemporaryFolder { folder in
                    _ = try await Migrator.migrate(
                        database,
                        Outbox.migrations + ContentMigrations.all + LabMigrations.all
                    )
                    let (clock, pubSub) = (bench.clock, MemoryPubSub())
                    let ids = RandomIDSource(clock: clock)
                    let content = ContentService(database: database, pubSub: pubSub, clock: clock, ids: ids)
                    _ = try await content.importFiles([Self.catalogue], removeMissing: false, as: .system)
                    let labs = LabsService(
                        LabsService.Needs(
                            database: database,
                            blobs: try FolderBlobs(folder: folder),
                            content: content,
                            sources: Programs(),
                            runtime: bench.runtime,
                            pubSub: pubSub,
                            clock: clock,
                            ids: ids,
                            logger: Logger(label: "labs") { _ in SwiftLogNoOpLogHandler() }
                        ),
                        settings: LabSettings(),
                        process: "first"
                    )
                    try await labs.prepare()
                    try await body(bench, labs, clock)
                    await labs.close()
                    #expect(bench.cluster.podPaths == [], "a pod is left")
                }
            }
        }
    }

    private func running(_ labs: LabsService, as ada: Caller) async throws {
        _ = try await labs.start(Self.lab, as: ada)
        for await status in try await labs.changes(of: Self.lab, as: ada) {
            if status.state == .running { return }
            if status.state == .failed || status.state == .unavailable {
                throw AtlasError(.unavailable, status.reason ?? "no reason")
            }
        }
    }

    private func read(_ view: any LabTerminalView, until text: String) async -> String {
        var seen = ""
        while !seen.contains(text), let output = await view.next() {
            seen += String(decoding: output.bytes, as: UTF8.self)
            view.seen(output.offset + output.bytes.count)
        }
        return seen
    }

    @Test func `a lab is started, worked in, checked, kept, gone on with and ended`() async throws {
        try await service { bench, labs, clock async throws in
            let ada = Caller(account: .init(user: UserID("ada"), role: .learner, session: SessionID("test")))
            try await running(labs, as: ada)
            #expect(bench.cluster.podPaths.count == 1)
            let start = try await labs.file("start.txt", of: Self.lab, as: ada)
            #expect(start.content.hasPrefix("seed "))

            let view = try await labs.attach(
                Self.lab,
                size: LabScreenSize(columns: 100, rows: 30),
                from: nil,
                as: ada
            )
            try await view.write(Array("echo work > notes; touch a; echo do''ne; stty size\n".utf8))
            #expect(await read(view, until: "30 100").contains("done"))

            let half = try await labs.check(Self.lab, as: ada)
            #expect(!half.isPassed)
            #expect(half.checks.map(\.isPassed) == [true, false])
            _ = try await labs.save("b", content: "x", version: nil, in: Self.lab, as: ada)
            #expect(try await labs.check(Self.lab, as: ada).isPassed)
            try await view.write(Array("check; echo status $?\n".utf8))
            #expect(await read(view, until: "status 0").contains("status 0"))
            view.leave()

            // Kept while it runs, and when it ends.
            clock.advance(by: .seconds(31))
            await labs.tick()
            let kept = try await labs.run(of: Self.lab, as: ada)
            #expect(kept?.savedAt == clock.now())
            #expect(try await labs.stop(Self.lab, as: ada).state == .stopped)
            #expect(bench.cluster.podPaths == [])

            try await running(labs, as: ada)
            #expect(try await labs.file("notes", of: Self.lab, as: ada).content == "work\n")
            _ = try await labs.reset(Self.lab, newSeed: false, as: ada)
            #expect(await code { _ = try await labs.file("notes", of: Self.lab, as: ada) } == .notFound)
            _ = try await labs.restore(Self.lab, as: ada)
            #expect(try await labs.file("notes", of: Self.lab, as: ada).content == "work\n")
            _ = try await labs.stop(Self.lab, as: ada)

            // One learner, one namespace, whatever was started.
            let owner = bench.runtime.names.namespace(of: "ada")
            #expect(bench.cluster.namespaces.contains("/api/v1/namespaces/\(owner)"))
            #expect(bench.cluster.namespaces.count == 2, "the learner's and the probe's")
        }
    }

    @Test func `an evicted pod ends the run with a reason, and the files are those last kept`() async throws {
        try await service { bench, labs, clock async throws in
            let ada = Caller(account: .init(user: UserID("ada"), role: .learner, session: SessionID("test")))
            try await running(labs, as: ada)
            _ = try await labs.save("notes", content: "kept", version: nil, in: Self.lab, as: ada)
            clock.advance(by: .seconds(31))
            await labs.tick()
            let path = try #require(bench.cluster.podPaths.first)
            bench.cluster.change {
                bench.cluster.setStatus(["phase": "Failed", "reason": "Evicted", "message": "memory"], of: path, &$0)
            }
            for await status in try await labs.changes(of: Self.lab, as: ada) where status.state == .failed {
                #expect(status.reason?.contains("ended unexpectedly") == true)
                break
            }
            #expect(await eventually { bench.cluster.podPaths == [] })
            try await running(labs, as: ada)
            #expect(try await labs.file("notes", of: Self.lab, as: ada).content == "kept")
            _ = try await labs.stop(Self.lab, as: ada)
        }
    }
}
