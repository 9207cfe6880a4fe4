import AtlasAPI
import AtlasCore
import AtlasTestKit
import Testing

@testable import AtlasContent

@Suite struct ImportTests {
    @Test(arguments: TestEngine.all)
    func `the catalogue is imported once, and then costs nothing`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let files = try RealCatalogue.files()
            let first = try await run.content.importFiles(files, removeMissing: true, as: .system)
            #expect(first == ImportReport(added: files.count, changed: 0, unchanged: 0, removed: 0))
            let second = try await run.content.importFiles(files, removeMissing: true, as: .admin)
            #expect(second == ImportReport(added: 0, changed: 0, unchanged: files.count, removed: 0))
            #expect(try await run.events().count == 1)

            let neighbour = run.neighbour()
            #expect(try await neighbour.load() == [])
            for content in [run.content, neighbour] {
                let catalogue = try await content.catalogue(as: Caller())
                #expect(catalogue.diagrams.count + catalogue.labs.count + catalogue.incidents.count == files.count)
                #expect(catalogue.diagrams.first?.header.id == "a1-request-path")
                #expect(catalogue.diagrams.prefix(2).map(\.view) == [.structure, .failure])
                #expect(catalogue.incidents.map(\.date) == catalogue.incidents.map(\.date).sorted(by: >))
                #expect(catalogue.categories.count == 16)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `changed files get a new version, missing ones are hidden and may return`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            _ = try await content.importFiles([file("one"), file("two")], removeMissing: true, as: .system)
            var report = try await content.importFiles(
                [file("one", title: "Another"), file("three")],
                removeMissing: true,
                as: .system
            )
            #expect(report == ImportReport(added: 1, changed: 1, unchanged: 0, removed: 1))
            #expect(try await content.header(.lab, "two", as: .admin) == nil)
            #expect(try await content.header(.lab, "one", as: Caller())?.title == "Another")
            report = try await content.importFiles(
                [file("one", title: "Another"), file("two")],
                removeMissing: false,
                as: .system
            )
            #expect(report == ImportReport(added: 0, changed: 1, unchanged: 1, removed: 0))
            #expect(try await content.header(.lab, "two", as: Caller())?.version == 3)
            #expect(try await content.header(.lab, "three", as: Caller())?.version == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `one file with an error keeps all others out`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let broken = CatalogueFile(
                kind: .lab,
                path: "labs/two/lab.md",
                source: Sample.lab("two").replacing("level: 1", with: "level: 9")
            )
            do {
                _ = try await run.content.importFiles([file("one"), broken], removeMissing: false, as: .system)
                Issue.record("it was imported")
            } catch let error as AtlasError {
                #expect(error.code == .invalid)
                #expect(error.message.hasPrefix("labs/two/lab.md:6:8: error: "), "\(error.message)")
            }
            #expect(try await run.content.catalogue(as: .admin).labs.isEmpty)
            #expect(try await run.neighbour().catalogue(as: .admin).labs.isEmpty)
            #expect(try await run.events().isEmpty)
        }
    }

    @Test func `references are checked against the files and against what is there`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let content = run.content
            let diagram = CatalogueFile(kind: .diagram, path: "diagrams/one.md", source: Sample.diagram("one"))
            let lab = CatalogueFile(
                kind: .lab,
                path: "labs/lab/lab.md",
                source: Sample.lab("lab").replacing("related: []", with: "related: [one]")
            )
            #expect(
                await code { _ = try await content.importFiles([lab], removeMissing: false, as: .system) } == .invalid
            )
            _ = try await content.importFiles([diagram], removeMissing: false, as: .system)
            _ = try await content.importFiles([lab], removeMissing: false, as: .system)
            // The diagram is needed now.
            #expect(
                await code { _ = try await content.importFiles([lab], removeMissing: true, as: .system) } == .invalid
            )
            #expect(try await content.header(.diagram, "one", as: Caller()) != nil)
        }
    }

    @Test func `what an instructor changed stays until the file changes`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let content = run.content
            _ = try await content.importFiles([file("one"), file("two")], removeMissing: false, as: .system)
            _ = try await content.save(.lab, source: Sample.lab("one") + "\nMore.", version: 1, as: .instructor)
            try await content.remove(.lab, id: "two", version: 1, as: .instructor)
            var report = try await content.importFiles([file("one"), file("two")], removeMissing: true, as: .system)
            #expect(report == ImportReport(added: 0, changed: 0, unchanged: 2, removed: 0))
            #expect(try await content.header(.lab, "one", as: Caller())?.version == 2)
            #expect(try await content.header(.lab, "two", as: Caller()) == nil)
            report = try await content.importFiles([file("one", title: "New")], removeMissing: false, as: .system)
            #expect(report.changed == 1)
            #expect(try await content.header(.lab, "one", as: Caller())?.title == "New")
        }
    }

    @Test(arguments: TestEngine.all)
    func `what instructors removed or left open keeps no other file out`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            func diagram(_ id: String, next: String = "", title: String = "A cache") -> CatalogueFile {
                CatalogueFile(
                    kind: .diagram,
                    path: "diagrams/\(id).md",
                    source: Sample.diagram(id, title: title).replacing("next: []", with: "next: [\(next)]")
                )
            }
            let first = [diagram("one"), diagram("two", next: "one"), diagram("three")]
            _ = try await content.importFiles(first, removeMissing: true, as: .system)
            try await content.remove(.diagram, id: "one", version: 1, as: .instructor)
            let open = diagram("open", next: "nowhere").source
            #expect(try await content.save(.diagram, source: open, version: 0, as: .instructor).warnings.count == 1)

            // Another file changes, and so does the one that names what was removed.
            var files = [diagram("one"), diagram("two", next: "one"), diagram("three", title: "New")]
            var report = try await content.importFiles(files, removeMissing: true, as: .system)
            #expect(report == ImportReport(added: 0, changed: 1, unchanged: 2, removed: 0))
            files[1] = diagram("two", next: "one", title: "New")
            report = try await content.importFiles(files, removeMissing: true, as: .system)
            #expect(report == ImportReport(added: 0, changed: 1, unchanged: 2, removed: 0))
            #expect(try await content.header(.diagram, "one", as: .admin) == nil)

            // What never was there is still an error, and so is what this import itself would hide.
            for wrong in [[diagram("three", next: "nowhere")], [diagram("two", next: "three")]] {
                #expect(
                    await code { _ = try await content.importFiles(wrong, removeMissing: true, as: .system) }
                        == .invalid
                )
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `the report names instructors' versions that a changed file replaced`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            let ids = ["edited", "hidden", "same", "untouched"]
            _ = try await content.importFiles(ids.map { file($0) }, removeMissing: false, as: .system)
            _ = try await content.save(.lab, source: Sample.lab("edited") + "\nMore.", version: 1, as: .instructor)
            try await content.remove(.lab, id: "hidden", version: 1, as: .instructor)
            _ = try await content.save(.lab, source: file("same", title: "New").source, version: 1, as: .instructor)
            let files = ids.map { file($0, title: "New") }
            var report = try await content.importFiles(files, removeMissing: false, as: .system)
            let replaced = ["lab edited", "lab hidden"]
            #expect(
                report == ImportReport(added: 0, changed: 3, unchanged: 1, removed: 0, replacedEdits: replaced)
            )
            let history = try await content.history(.lab, id: "edited", as: .instructor)
            #expect(history.map { $0.savedBy?.rawValue } == [nil, "i", nil])
            report = try await content.importFiles(
                [file("edited", title: "Newer")],
                removeMissing: false,
                as: .system
            )
            #expect(report.changed == 1 && report.replacedEdits == [])
        }
    }

    @Test(arguments: TestEngine.all)
    func `two processes may import the same at once`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let files = (1...20).map { file("lab-\($0)") }
            let services = [run.content, run.neighbour(), run.neighbour()]
            try await withThrowingTaskGroup { group in
                for service in services {
                    group.addTask { _ = try await service.importFiles(files, removeMissing: false, as: .system) }
                }
                try await group.waitForAll()
            }
            for service in services {
                try await service.refresh()
                #expect(
                    try await service.catalogue(as: Caller()).labs.map(\.header.version)
                        == Array(repeating: 1, count: 20)
                )
            }
        }
    }

    @Test func `only an admin imports`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            for caller in [Caller(), .learner, .instructor] {
                #expect(
                    await code { _ = try await run.content.importFiles([], removeMissing: true, as: caller) } != nil
                )
            }
        }
    }

    @Test func `two files for one item are refused`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let files = [file("one"), CatalogueFile(kind: .lab, path: "more/one/lab.md", source: Sample.lab("one"))]
            #expect(
                await code { _ = try await run.content.importFiles(files, removeMissing: false, as: .system) }
                    == .invalid
            )
        }
    }

    private func file(_ id: String, title: String = "A small lab") -> CatalogueFile {
        CatalogueFile(
            kind: .lab,
            path: "labs/\(id)/lab.md",
            source: Sample.lab(id).replacing("title: A small lab", with: "title: \(title)")
        )
    }
}
