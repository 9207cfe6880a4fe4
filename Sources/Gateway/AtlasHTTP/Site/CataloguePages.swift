public import AtlasAPI
import AtlasCore
import Diagrams
import NIOConcurrencyHelpers

/// The pages of Atlas, from the catalogue.
public struct CataloguePages: PageSource {
    /// How many diagrams the landing page shows besides the large one.
    private static let cardCount = 6
    /// The large one, if the catalogue has it.
    private static let heroID = DiagramID("e1-cache-aside")

    private let content: any Content
    private let kept = NIOLockedValueBox<LandingPage?>(nil)

    /// Pages of this catalogue, as a visitor sees it.
    public init(content: any Content) {
        self.content = content
    }

    private var visitor: Caller { Caller() }

    // MARK: The landing page

    /// Kept until the catalogue changes.
    public func landing() async throws -> LandingPage {
        let catalogue = try await content.catalogue(as: visitor)
        let stamp = Self.stamp(catalogue)
        if let known = kept.withLockedValue({ $0 }), known.stamp == stamp { return known }
        // Laying out seven pictures takes some milliseconds, which an event loop does not have.
        let page = await withTaskExecutorPreference(globalConcurrentExecutor) { await Self.landing(catalogue, stamp) }
        kept.withLockedValue { $0 = page }
        return page
    }

    /// Counts every save of every item, so that it changes with the catalogue.
    private static func stamp(_ catalogue: Catalogue) -> String {
        let headers = catalogue.diagrams.lazy.map(\.header)
        let saves = headers.reduce(into: Hasher()) {
            $0.combine($1.id)
            $0.combine($1.version)
            $0.combine($1.updatedAt)
        }
        return "\(saves.finalize()) \(catalogue.incidents.count) \(catalogue.labs.count)"
    }

    @concurrent
    private static func landing(_ catalogue: Catalogue, _ stamp: String) async -> LandingPage {
        let titles = Dictionary(catalogue.categories.map { ($0.id, $0.title) }) { first, _ in first }
        let structures = catalogue.diagrams.filter { $0.view == .structure }
        let hero = structures.first { $0.id == heroID } ?? structures.first ?? catalogue.diagrams.first
        var seen: Set<String> = hero.map { [$0.header.category] } ?? []
        let chosen = structures.filter { seen.insert($0.header.category).inserted }.prefix(cardCount)
        return LandingPage(
            stamp: stamp,
            diagramCount: catalogue.diagrams.count,
            incidentCount: catalogue.incidents.count,
            labCount: catalogue.labs.count,
            hero: hero.map { card($0, titles, $0.picture.svg) },
            cards: chosen.enumerated().map { card($1, titles, still($1, prefix: "card\($0)-")) }
        )
    }

    private static func card(_ diagram: Diagram, _ titles: [String: String], _ svg: String) -> LandingPage.Card {
        let header = diagram.header
        return LandingPage.Card(
            path: "/diagrams/\(header.id)",
            title: header.title,
            summary: header.summary,
            categoryTitle: titles[header.category] ?? header.category,
            level: header.level,
            svgHTML: svg
        )
    }

    /// A picture inside a link: nothing in it can be chosen, and its ids differ from all others on the page.
    private static func still(_ diagram: Diagram, prefix: String) -> String {
        let graph = diagram.picture.graph
        return SVG.render(graph, layout: LayoutEngine.layout(graph), options: SVGOptions(idPrefix: prefix))
    }

    // MARK: The client's pages

    /// The page at a path of the client's router.
    public func page(_ path: String) async throws -> PageInfo? {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.count {
        case 1: return try await listPage(path)
        case 2: return try await itemPage(kind: parts[0], id: parts[1])
        case 3 where parts[0] == "diagrams" && parts[2] == "edit":
            return PageHTML.personal("Edit \(parts[1])", "Change a diagram of the catalogue.", path)
        case 3 where parts[0] == "groups" && parts[2] == "board":
            return PageHTML.personal("Board", "Draw together with your study group.", path)
        default: return nil
        }
    }

    /// The paths of the catalogue.
    public func paths() async throws -> [String] {
        let catalogue = try await content.catalogue(as: visitor)
        return ["/", "/catalogue", "/incidents", "/labs", "/calibration"]
            + catalogue.diagrams.map { "/diagrams/\($0.header.id)" }
            + catalogue.incidents.map { "/incidents/\($0.header.id)" }
            + catalogue.labs.map { "/labs/\($0.header.id)" }
    }

    /// Title and description of the pages that are the same for everybody until somebody signs in.
    private static let personalPages: [String: (title: String, about: String)] = [
        "/editor": ("Sketch", "Write a diagram and see it drawn while you type."),
        "/today": ("Today", "What is due, what you had begun, and one thing to do next."),
        "/review": ("Review", "Go through the cards that are due."),
        "/cards": ("Your cards", "Every card that you have reviewed or put aside."),
        "/settings": ("Learning settings", "How many minutes a day, and how sure to be."),
        "/progress": ("Your progress", "What you have completed, and what comes next."),
        "/report": ("Report", "What you did and what you can do, to read or to print."),
        "/teach": ("Teaching", "Where learners are stuck, and which questions mislead."),
        "/groups": ("Study groups", "Learn with others: talk and draw together."),
        "/tutor": ("Tutor", "Your questions, and the answers with the places that say so."),
        "/sign-in": ("Sign in", "Sign in to keep your progress."),
        "/register": ("Register", "Make an account to keep your progress."),
        "/account": ("Your account", "Your account and the devices that are signed in."),
    ]

    private func listPage(_ path: String) async throws -> PageInfo? {
        switch path {
        case "/catalogue": PageHTML.catalogue(try await content.catalogue(as: visitor))
        case "/incidents": PageHTML.incidents(try await content.catalogue(as: visitor))
        case "/labs": PageHTML.labs(try await content.catalogue(as: visitor))
        case "/calibration": PageHTML.calibration
        default: Self.personalPages[path].map { PageHTML.personal($0.title, $0.about, path) }
        }
    }

    private func diagramPage(_ id: DiagramID) async throws -> PageInfo? {
        guard let diagram = try await content.diagrams([id], as: visitor).first ?? nil else { return nil }
        return PageHTML.diagram(diagram, in: try await content.catalogue(as: visitor))
    }

    private func itemPage(kind: String, id: String) async throws -> PageInfo? {
        switch kind {
        case "diagrams": try await diagramPage(DiagramID(id))
        case "incidents": try await content.incidents([IncidentID(id)], as: visitor).first?.map(PageHTML.incident)
        case "labs": try await content.labs([LabID(id)], as: visitor).first?.map(PageHTML.lab)
        case "operator" where id == "labs":
            PageHTML.personal("Labs on this machine", "What it offers, and who runs what.", "/operator/labs")
        // Whether there is such a group is nobody's business who is not signed in.
        case "groups": PageHTML.personal("Study group", "Talk and draw together.", "/groups/\(id)")
        case "tutor": PageHTML.personal("Conversation", "A conversation with the tutor.", "/tutor/\(id)")
        case "invite": PageHTML.personal("Invitation", "You are invited to a study group.", "/invite/\(id)")
        default: nil
        }
    }
}
