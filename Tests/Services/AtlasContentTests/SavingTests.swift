import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@testable import AtlasContent

@Suite struct SavingTests {
    @Test(arguments: TestEngine.all, ContentKind.allCases)
    func `an item is saved, changed, hidden and brought back`(engine: TestEngine, kind: ContentKind) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            let first = Sample.source(kind, "some-id")
            let second = first.replacing("level: ", with: "status: published\nlevel: ")
            var saved = try await content.save(kind, source: first, version: 0, as: .instructor)
            #expect(saved == SavedContent(kind: kind, id: "some-id", version: 1, warnings: []))
            run.clock.advance(by: .seconds(60))
            saved = try await content.save(kind, source: second, version: 1, as: .admin)
            #expect(saved.version == 2)
            #expect(try await content.header(kind, as: Caller())?.source == second)
            #expect(try await content.header(kind, as: Caller())?.updatedAt == run.clock.now())

            try await content.remove(kind, id: "some-id", version: 2, as: .instructor)
            #expect(try await content.header(kind, as: .instructor) == nil)
            saved = try await content.restore(kind, id: "some-id", number: 1, version: 3, as: .instructor)
            #expect(saved.version == 4)
            #expect(try await content.header(kind, as: Caller())?.source == first)

            let history = try await content.history(kind, id: "some-id", as: .instructor)
            #expect(history.map(\.number) == [4, 3, 2, 1])
            #expect(history.map(\.isRemoved) == [false, true, false, false])
            #expect(history.map { $0.savedBy?.rawValue } == ["i", "i", "a", "i"])
            #expect(history.map(\.source) == [first, second, second, first])
            let event = "content.saved {\"items\":[{\"kind\":\"\(kind.rawValue)\",\"id\":\"some-id\"}]}"
            #expect(try await run.events() == Array(repeating: event, count: 4))

            // Another process, and one that starts later, see the same.
            let neighbour = run.neighbour()
            #expect(try await neighbour.header(kind, as: Caller())?.version == 4)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a version that is not the newest is refused`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            func save(_ version: Int) async -> AtlasError.Code? {
                await code {
                    _ = try await content.save(.lab, source: Sample.lab(), version: version, as: .instructor)
                }
            }
            #expect(await save(1) == .conflict)
            #expect(await save(0) == nil)
            for version in [0, 2, -1, .max, .min] { #expect(await save(version) == .conflict) }
            #expect(await save(1) == nil)
            let removal = await code { try await content.remove(.lab, id: "small-lab", version: 1, as: .instructor) }
            #expect(removal == .conflict)
            let restoration = await code {
                _ = try await content.restore(.lab, id: "small-lab", number: 1, version: 1, as: .instructor)
            }
            #expect(restoration == .conflict)
            let history = try await content.history(.lab, id: "small-lab", as: .instructor)
            #expect(history.count == 2)
        }
    }

    @Test(arguments: TestEngine.all)
    func `of many who save at once exactly one is first`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let codes = await withTaskGroup(of: AtlasError.Code?.self) { group in
                for number in 0..<8 {
                    let content = number % 2 == 0 ? run.content : run.neighbour()
                    group.addTask {
                        await code {
                            _ = try await content.save(.lab, source: Sample.lab(), version: 0, as: .instructor)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == .conflict } == 7)
            let events = try await run.events()
            #expect(events.count == 1)
        }
    }

    @Test func `a source with errors is refused with line and column`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let source = Sample.diagram().replacing("kind: cache", with: "kind: cash")
            do {
                _ = try await run.content.save(.diagram, source: source, version: 0, as: .instructor)
                Issue.record("it was saved")
            } catch let error as AtlasError {
                #expect(error.code == .invalid)
                #expect(error.field == "source")
                #expect(
                    error.message.hasPrefix("18:11: error: “kind” is “cash”, which is not known."),
                    "\(error.message)"
                )
            }
            #expect(try await run.events().isEmpty)
        }
    }

    @Test func `references to what is not there yet are warnings, circles are errors`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let content = run.content
            let first = Sample.diagram("first").replacing("prerequisites: []", with: "prerequisites: [second]")
            let second = Sample.diagram("second").replacing("prerequisites: []", with: "prerequisites: [first]")
            let saved = try await content.save(.diagram, source: first, version: 0, as: .instructor)
            #expect(saved.warnings.map(\.line) == [10])
            #expect(
                await code { _ = try await content.save(.diagram, source: second, version: 0, as: .instructor) }
                    == .invalid
            )
        }
    }

    @Test func `only instructors write, and nobody learns what they may not see`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let content = run.content
            let writers: [(Caller, AtlasError.Code)] = [(Caller(), .unauthenticated), (.learner, .forbidden)]
            for (caller, expected) in writers {
                #expect(
                    await code { _ = try await content.save(.lab, source: Sample.lab(), version: 0, as: caller) }
                        == expected
                )
                #expect(
                    await code { try await content.remove(.lab, id: "small-lab", version: 1, as: caller) } == expected
                )
                #expect(
                    await code {
                        _ = try await content.restore(.lab, id: "small-lab", number: 1, version: 1, as: caller)
                    } == expected
                )
                #expect(
                    await code { _ = try await content.history(.lab, id: "small-lab", as: caller) } == expected
                )
            }
            #expect(await code { try await content.remove(.lab, id: "none", version: 1, as: .admin) } == .notFound)
            #expect(await code { _ = try await content.history(.lab, id: "none", as: .admin) } == .notFound)
            let restoration = await code {
                _ = try await content.restore(.lab, id: "none", number: 1, version: 1, as: .admin)
            }
            #expect(restoration == .notFound)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a draft is seen and found by instructors alone`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            let draft = Sample.lab().replacing("level: 1", with: "level: 1\nstatus: draft")
            _ = try await content.save(.lab, source: draft, version: 0, as: .instructor)
            for caller in [Caller(), .learner] {
                #expect(try await content.labs([LabID("small-lab")], as: caller).compactMap(\.self).isEmpty)
                #expect(try await content.catalogue(as: caller).labs.isEmpty)
                #expect(try await content.search("small", limit: 5, as: caller).isEmpty)
            }
            #expect(try await content.labs([LabID("small-lab")], as: .instructor).compactMap(\.self).count == 1)
            #expect(try await content.catalogue(as: .admin).labs.count == 1)
            #expect(try await content.search("small", limit: 5, as: .instructor).count == 1)
            _ = try await content.save(.lab, source: Sample.lab(), version: 1, as: .instructor)
            #expect(try await content.search("small", limit: 5, as: Caller()).count == 1)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a neighbour that runs sees a change when it is told`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let neighbour = run.neighbour()
            try await neighbour.load()
            let running = Task { try await neighbour.run() }
            _ = try await run.content.save(.lab, source: Sample.lab(), version: 0, as: .instructor)
            // The relay's part; repeated because the neighbour may not listen yet.
            while try await neighbour.header(.lab, "small-lab", as: Caller()) == nil {
                try await run.pubSub.publish([], to: ContentService.channel)
                await Task.yield()
            }
            try await run.content.remove(.lab, id: "small-lab", version: 1, as: .instructor)
            while try await neighbour.header(.lab, "small-lab", as: Caller()) != nil {
                try await run.pubSub.publish([], to: ContentService.channel)
                await Task.yield()
            }
            running.cancel()
            try await running.value
        }
    }

    @Test func `checking shows the picture also of a source with errors`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            let good = run.content.check(.diagram, source: Sample.diagram())
            #expect(good.isValid && good.svg?.contains("<svg") == true)
            let bad = run.content.check(.diagram, source: Sample.diagram().replacing("title:", with: "titel:"))
            #expect(!bad.isValid && bad.svg?.contains("<svg") == true)
            let worse = run.content.check(.diagram, source: "no diagram at all")
            #expect(!worse.isValid && worse.svg == nil)
        }
    }
}

extension ContentService {
    /// The header of an item, if the caller may see it.
    func header(_ kind: ContentKind, _ id: String = "some-id", as caller: Caller) async throws -> ItemHeader? {
        switch kind {
        case .diagram: try await diagrams([DiagramID(id)], as: caller).first??.header
        case .lab: try await labs([LabID(id)], as: caller).first??.header
        case .incident: try await incidents([IncidentID(id)], as: caller).first??.header
        }
    }
}
