import AtlasAPI
import AtlasCore
import AtlasTestKit
import Testing

@testable import AtlasContent

@Suite struct SearchTests {
    @Test(arguments: TestEngine.all)
    func `the catalogue is found by beginnings, plurals and words with one typing error`(
        engine: TestEngine
    ) async throws {
        try await withCatalogue(engine) { find in
            let aside = try await find("cache asi")
            #expect(Set(aside.prefix(2)) == ["e1-cache-aside", "e1-cache-aside-failure"])
            #expect(try await find("stamp").first == "e5-stampede")
            #expect(try await find("STAMPEDE").contains("e5-stampede-failure"))
            let stampede = try await find("stampede")
            #expect(try await find("stapmede") == stampede)
            #expect(try await find("stampdee").first == "e5-stampede")
            #expect(try await find("retry budgets").first == "l2-retry-budget")
            #expect(try await find("outbox").contains("outbox"))
            #expect(try await find("facebook") == ["facebook-2021"])
            #expect(try await find("E5").contains("e5-stampede"))
            #expect(try await find("cache xyzzyplugh").isEmpty)
            #expect(try await find("").isEmpty)
            #expect(try await find("  …  ").isEmpty)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a hit in the title comes before one in the text`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let sources = [
                Sample.lab("in-body") + "\n3. Mind the quokka.",
                Sample.lab("in-title").replacing("A small lab", with: "A quokka"),
                Sample.lab("in-summary").replacing("summary: Write", with: "summary: Quokka write"),
                Sample.lab("in-labels").replacing("work/answer.txt", with: "work/quokka.txt"),
            ]
            for source in sources { _ = try await run.content.save(.lab, source: source, version: 0, as: .instructor) }
            let hits = try await run.content.search("quokk", limit: 10, as: Caller())
            #expect(hits.map(\.id) == ["in-title", "in-labels", "in-summary", "in-body"])
            #expect(
                try await run.content.search("quokk", limit: 2, as: Caller()).map(\.id) == ["in-title", "in-labels"]
            )
        }
    }

    @Test(arguments: TestEngine.all)
    func `a draft changes nothing that visitors find`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let content = run.content
            func find(_ text: String, _ caller: Caller) async throws -> [String] {
                try await content.search(text, limit: 5, as: caller).map(\.id)
            }
            let open = Sample.lab("open").replacing("A small lab", with: "A quokka")
            _ = try await content.save(.lab, source: open, version: 0, as: .instructor)
            #expect(try await find("quokkb", Caller()) == ["open"])
            let draft = Sample.lab("draft").replacing("A small lab", with: "A quokkb")
                .replacing("level: 1", with: "level: 1\nstatus: draft")
            _ = try await content.save(.lab, source: draft, version: 0, as: .instructor)
            // For visitors the word is still a typing error, for an instructor it is one of the catalogue.
            #expect(try await find("quokkb", .instructor) == ["draft"])
            #expect(try await find("quokkb", Caller()) == ["open"])
            #expect(try await find("quokkb", .learner) == ["open"])
        }
    }

    @Test(arguments: TestEngine.all)
    func `accents, case and width make no difference`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            let source = Sample.lab().replacing("A small lab", with: "Garçon Ünïcode naïve 東京")
            _ = try await run.content.save(.lab, source: source, version: 0, as: .instructor)
            for text in ["garcon", "GARÇON", "unicod", "na\u{308}i\u{308}ve", "ｇａｒｃｏｎ", "東京", "東"] {
                #expect(try await run.content.search(text, limit: 5, as: Caller()).count == 1, "\(text)")
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `what looks like a query language is only text`(engine: TestEngine) async throws {
        try await ServiceRun.on(engine) { run in
            _ = try await run.content.save(.lab, source: Sample.lab(), version: 0, as: .instructor)
            for text in [
                "' OR '1'='1", "small\" OR \"x", "small*", "title:small", "small NEAR lab", "small & !lab", "(small",
                "small:*",
                "\\", "%", "small'); DROP TABLE labs; --", "{small lab}", "^small", "NOT", "a\u{0}b", "\u{FFFF}", "'''",
                "\"\"\"",
                "-small", "+small", "<->", "small | lab",
            ] {
                _ = try await run.content.search(text, limit: 5, as: Caller())
            }
            #expect(try await run.content.search("small*", limit: 5, as: Caller()).count == 1)
            #expect(try await run.content.search("title:small", limit: 5, as: Caller()).isEmpty)
            #expect(try await run.content.catalogue(as: Caller()).labs.count == 1)
        }
    }

    @Test func `a search has limits`() async throws {
        try await ServiceRun.on(.sqlite) { run in
            func search(_ text: String, _ limit: Int) async -> AtlasError.Code? {
                await code { _ = try await run.content.search(text, limit: limit, as: Caller()) }
            }
            #expect(await search(String(repeating: "a", count: 201), 5) == .invalid)
            #expect(await search(String(repeating: "a", count: 200), 5) == nil)
            for limit in [0, -1, 51, .max] { #expect(await search("a", limit) == .invalid) }
        }
    }

    @Test func `a snippet marks the hits and escapes the rest`() throws {
        let html = try snippet("the <b>cache</b> & \"caches\"", for: "cache")
        #expect(html.contains("&lt;b&gt;<mark>cache</mark>&lt;/b&gt; &amp; &quot;<mark>caches</mark>&quot;"), "\(html)")
    }

    @Test func `a snippet shows where most of the words are`() throws {
        let filler = String(repeating: "filler ", count: 100)
        let html = try snippet("alpha \(filler) beta gamma \(filler)", for: "beta gamma alpha")
        #expect(html.contains("<mark>beta</mark> <mark>gamma</mark>"), "\(html)")
        #expect(html.hasPrefix("… ") && html.hasSuffix(" …"))
        #expect(html.split(separator: " ").count <= ContentLimits.snippetWords + 2)
    }

    @Test func `typing errors are told from other words`() {
        func distance(_ left: String, _ right: String) -> Int {
            EditDistance.between(Array(left.utf8), Array(right.utf8))
        }
        #expect(distance("cache", "cache") == 0)
        #expect(distance("cahce", "cache") == 1)
        #expect(distance("cach", "cache") == 1)
        #expect(distance("cacche", "cache") == 1)
        #expect(distance("kache", "cache") == 1)
        #expect(distance("queue", "cache") > 1)
        #expect(distance("", "abc") == 3)
        #expect(EditDistance.between(Array("stapm".utf8), Array("stampede".utf8), isPrefix: true) == 1)
        #expect(EditDistance.nearest(to: "titel", in: ["title", "tier"]) == "title")
        #expect(EditDistance.nearest(to: "zzz", in: ["title", "tier"]) == nil)
    }

    private func snippet(_ summary: String, for typed: String) throws -> String {
        let header = ItemHeader(
            id: "x",
            title: "x",
            summary: summary,
            category: "E",
            level: 1,
            topics: [],
            isPublished: true,
            version: 1,
            updatedAt: Timestamp(milliseconds: 0),
            source: ""
        )
        let text = SearchableText(header: header, labels: [], body: [])
        let lab = try #require(CatalogueReader.read(.lab, source: Sample.lab()).item)
        let item = ReadItem(item: lab.item, links: lab.links, text: text)
        return Snippet.html(of: text, for: try #require(SearchQuery(typed, vocabulary: Vocabulary([item]))))
    }

    private func withCatalogue(
        _ engine: TestEngine,
        _ body: @Sendable (_ find: @Sendable (String) async throws -> [String]) async throws -> Void
    ) async throws {
        try await ServiceRun.on(engine) { run in
            _ = try await run.content.importFiles(RealCatalogue.files(), removeMissing: false, as: .system)
            try await body { try await run.content.search($0, limit: 10, as: Caller()).map(\.id) }
        }
    }
}
