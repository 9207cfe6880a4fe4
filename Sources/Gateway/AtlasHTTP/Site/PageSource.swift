/// The content of the pages that the server renders; the client takes over from there.
public protocol PageSource: Sendable {
    /// What the landing page shows. Asked for on every visit, so it should be kept while nothing changes.
    func landing() async throws -> LandingPage

    /// What stands in the head of the page at `path`, and what it says without JavaScript; `nil` if there is no such page.
    ///
    /// - Parameter path: Begins with `/`, decoded, without a `/` at its end.
    func page(_ path: String) async throws -> PageInfo?

    /// The paths of all public pages, for search engines; at most 50,000.
    func paths() async throws -> [String]
}

/// One page of the client.
public struct PageInfo: Sendable, Equatable {
    /// What the page is about; the template adds the name of the site.
    public var title: String
    /// One or two sentences for search engines and previews.
    public var description: String
    /// The page's one address, as a path.
    public var path: String
    /// The page for readers without JavaScript: safe HTML.
    public var noscriptHTML: String
    /// False for pages that only make sense to the person who is signed in.
    public var isPublic: Bool

    /// A page.
    public init(title: String, description: String, path: String, noscriptHTML: String, isPublic: Bool = true) {
        self.title = title
        self.description = description
        self.path = path
        self.noscriptHTML = noscriptHTML
        self.isPublic = isPublic
    }
}

/// The landing page.
public struct LandingPage: Sendable, Equatable {
    /// One diagram on it.
    public struct Card: Sendable, Equatable {
        /// Where it leads.
        public var path: String
        /// The diagram's title.
        public var title: String
        /// The diagram's summary.
        public var summary: String
        /// The title of the diagram's category.
        public var categoryTitle: String
        /// 1, 2 or 3.
        public var level: Int
        /// The picture, with ids that no other picture on the page has.
        public var svgHTML: String

        /// A card.
        public init(path: String, title: String, summary: String, categoryTitle: String, level: Int, svgHTML: String) {
            self.path = path
            self.title = title
            self.summary = summary
            self.categoryTitle = categoryTitle
            self.level = level
            self.svgHTML = svgHTML
        }
    }

    /// Different whenever anything else here is; what was rendered is kept under it.
    public var stamp: String
    /// How many diagrams there are.
    public var diagramCount: Int
    /// How many incidents.
    public var incidentCount: Int
    /// How many labs.
    public var labCount: Int
    /// The large picture; `nil` while there is no diagram.
    public var hero: Card?
    /// Further pictures.
    public var cards: [Card]

    /// A landing page.
    public init(stamp: String, diagramCount: Int, incidentCount: Int, labCount: Int, hero: Card?, cards: [Card]) {
        self.stamp = stamp
        self.diagramCount = diagramCount
        self.incidentCount = incidentCount
        self.labCount = labCount
        self.hero = hero
        self.cards = cards
    }
}
