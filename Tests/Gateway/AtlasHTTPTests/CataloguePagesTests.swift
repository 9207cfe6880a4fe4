import AtlasAPI
import AtlasHTTP
import Testing

@Suite struct CataloguePagesTests {
    @Test func `the landing page shows one diagram large and others of other categories`() async throws {
        let pages = CataloguePages(content: TestContent(try .sample()))
        let landing = try await pages.landing()
        #expect(landing.diagramCount == 3)
        #expect(landing.incidentCount == 1)
        #expect(landing.labCount == 1)
        #expect(landing.hero?.path == "/diagrams/e1-cache-aside")
        #expect(landing.hero?.svgHTML.contains("tabindex") == true)
        #expect(landing.cards.map(\.path) == ["/diagrams/f1-queue"])
        #expect(landing.cards.first?.categoryTitle == "Queues & logs")
        #expect(landing.cards.first?.svgHTML.contains("card0-") == true)
        #expect(landing.cards.first?.svgHTML.contains("tabindex") == false)
    }

    @Test func `it changes with the catalogue, and only then`() async throws {
        let content = TestContent(try .sample())
        let pages = CataloguePages(content: content)
        let first = try await pages.landing()
        #expect(try await pages.landing().stamp == first.stamp)
        content.replace(try .sample(version: 2))
        #expect(try await pages.landing().stamp != first.stamp)
    }

    @Test func `an empty catalogue has a landing page too`() async throws {
        let content = TestContent(Catalogue(categories: [], diagrams: [], labs: [], incidents: []))
        let landing = try await CataloguePages(content: content).landing()
        #expect(landing.hero == nil)
        #expect(landing.cards.isEmpty)
    }

    @Test(arguments: [
        "/catalogue", "/incidents", "/labs", "/today", "/review", "/cards", "/settings", "/progress", "/report",
        "/teach", "/calibration", "/sign-in", "/register", "/account",
    ])
    func `the client's lists and forms are pages`(_ path: String) async throws {
        let page = try #require(try await CataloguePages(content: TestContent(try .sample())).page(path))
        #expect(page.path == path)
        #expect(!page.title.isEmpty)
        #expect(!page.description.isEmpty)
        #expect(page.noscriptHTML.contains("<h1>"))
        #expect(page.isPublic == ["/catalogue", "/incidents", "/labs", "/calibration"].contains(path))
    }

    @Test(arguments: ["/diagrams/e1-cache-aside", "/incidents/incident-1", "/labs/lab-1"])
    func `every item is a page that can be read without JavaScript`(_ path: String) async throws {
        let page = try #require(try await CataloguePages(content: TestContent(try .sample())).page(path))
        let id = path.split(separator: "/")[1]
        #expect(page.path == path)
        #expect(page.title == "Title of <\(id)>")
        #expect(page.description == "Summary of \(id).")
        #expect(page.noscriptHTML.contains("<h1>Title of &lt;\(id)&gt;</h1>"))
        #expect(!page.noscriptHTML.contains("<broke>") && !page.noscriptHTML.contains("<reads>"))
        #expect(!page.noscriptHTML.contains("javascript:"))
        #expect(page.isPublic)
    }

    @Test func `a page names what comes next by its title, and nothing that its reader cannot see`() async throws {
        let pages = CataloguePages(content: TestContent(try .sample()))
        let page = try #require(try await pages.page("/diagrams/e1-cache-aside"))
        #expect(page.noscriptHTML.contains("<a href=\"/diagrams/f1-queue\">Title of &lt;f1-queue&gt;</a>"))
        #expect(!page.noscriptHTML.contains("z9-draft"))
    }

    @Test(arguments: ["/nowhere", "/diagrams", "/diagrams/none", "/labs/e1-cache-aside", "/diagrams/a/b", "/other/x"])
    func `other paths are no pages`(_ path: String) async throws {
        #expect(try await CataloguePages(content: TestContent(try .sample())).page(path) == nil)
    }

    @Test func `the sitemap names every item once`() async throws {
        let paths = try await CataloguePages(content: TestContent(try .sample())).paths()
        #expect(Set(paths).count == paths.count)
        #expect(paths.contains("/diagrams/e1-cache-aside-failure"))
        #expect(paths.contains("/incidents/incident-1"))
        #expect(paths.contains("/labs/lab-1"))
    }
}
