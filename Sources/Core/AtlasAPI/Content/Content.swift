public import AtlasCore

/// Diagrams, labs and incidents: reading, searching, writing.
public protocol Content: Sendable {
    /// Diagrams in the order of `ids`; `nil` where there is none, it was removed, or it is a draft the caller may not see.
    func diagrams(_ ids: [DiagramID], as caller: Caller) async throws -> [Diagram?]
    /// Labs, as `diagrams`.
    func labs(_ ids: [LabID], as caller: Caller) async throws -> [Lab?]
    /// Incidents, as `diagrams`.
    func incidents(_ ids: [IncidentID], as caller: Caller) async throws -> [Incident?]

    /// What the whole catalogue holds for the caller, in syllabus order (category, topic, structure before failure, id);
    /// labs by level and number, incidents newest first. Served from memory; cheap.
    func catalogue(as caller: Caller) async throws -> Catalogue

    /// Full-text search, best first.
    ///
    /// Every word matches as a prefix; a word that matches nothing is tried with one typing error forgiven.
    ///
    /// - Parameters:
    ///   - text: What was typed, at most 200 characters.
    ///   - limit: 1...50.
    func search(_ text: String, limit: Int, as caller: Caller) async throws -> [SearchHit]

    /// Checks a source without saving it.
    func check(_ kind: ContentKind, source: String) -> SourceCheck

    /// Saves a new item or a new version. The item's id is in the source.
    ///
    /// - Parameter version: The version the writer had read; 0 for a new item.
    /// - Throws: `AtlasError` — `.forbidden`, `.invalid` with the findings, `.conflict` if `version` is not the newest.
    func save(_ kind: ContentKind, source: String, version: Int, as caller: Caller) async throws -> SavedContent

    /// Hides an item; its history stays.
    func remove(_ kind: ContentKind, id: String, version: Int, as caller: Caller) async throws

    /// Makes version `number` the newest again, as a new version.
    func restore(
        _ kind: ContentKind,
        id: String,
        number: Int,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent

    /// Earlier versions, newest first, at most 50.
    func history(_ kind: ContentKind, id: String, as caller: Caller) async throws -> [ContentVersion]

    /// Brings a batch of files into the database in one transaction; unchanged files cost a hash comparison.
    ///
    /// Items that were imported before and are missing from `files` are hidden if `removeMissing` is true.
    ///
    /// - Throws: `AtlasError` — `.forbidden` unless the caller is an admin or Atlas itself; nothing is changed if any file has an error.
    func importFiles(_ files: [CatalogueFile], removeMissing: Bool, as caller: Caller) async throws -> ImportReport
}

/// A marker for identifiers of diagrams.
public enum DiagramEntity {}
/// A marker for identifiers of labs.
public enum LabEntity {}
/// A marker for identifiers of incidents.
public enum IncidentEntity {}
/// The id of a diagram.
public typealias DiagramID = Identifier<DiagramEntity>
/// The id of a lab.
public typealias LabID = Identifier<LabEntity>
/// The id of an incident.
public typealias IncidentID = Identifier<IncidentEntity>

/// The three kinds of catalogue item.
public enum ContentKind: String, Sendable, CaseIterable {
    /// A typed diagram.
    case diagram
    /// A task in a shell.
    case lab
    /// An outage, replayed.
    case incident
}

/// Everything the caller may see, without bodies that only a page needs.
public struct Catalogue: Sendable {
    /// The sixteen categories in syllabus order.
    public let categories: [Category]
    /// In syllabus order.
    public let diagrams: [Diagram]
    /// By level and number.
    public let labs: [Lab]
    /// Newest first.
    public let incidents: [Incident]
    /// Another text whenever something in the catalogue is another, and the same in every process that has the same.
    public let revision: String

    /// A catalogue.
    public init(
        categories: [Category],
        diagrams: [Diagram],
        labs: [Lab],
        incidents: [Incident],
        revision: String = ""
    ) {
        self.categories = categories
        self.diagrams = diagrams
        self.labs = labs
        self.incidents = incidents
        self.revision = revision
    }
}

/// A category of the syllabus.
public struct Category: Sendable, Equatable {
    /// A letter, A to P.
    public let id: String
    /// As in "Caching".
    public let title: String
    /// One sentence.
    public let description: String

    /// A category.
    public init(id: String, title: String, description: String) {
        self.id = id
        self.title = title
        self.description = description
    }
}

/// A hit of a search.
public struct SearchHit: Sendable, Equatable {
    /// What it is.
    public let kind: ContentKind
    /// Its id.
    public let id: String
    /// Its title.
    public let title: String
    /// Its category's letter.
    public let category: String
    /// 1, 2 or 3.
    public let level: Int
    /// Safe HTML: escaped text with the hits in `<mark>`.
    public let snippet: String

    /// A hit.
    public init(kind: ContentKind, id: String, title: String, category: String, level: Int, snippet: String) {
        self.kind = kind
        self.id = id
        self.title = title
        self.category = category
        self.level = level
        self.snippet = snippet
    }
}

/// One file of the catalogue.
public struct CatalogueFile: Sendable {
    /// What it is, by its folder.
    public let kind: ContentKind
    /// Relative to the catalogue's folder, for messages.
    public let path: String
    /// Its text.
    public let source: String

    /// A file.
    public init(kind: ContentKind, path: String, source: String) {
        self.kind = kind
        self.path = path
        self.source = source
    }
}

/// What an import did.
public struct ImportReport: Sendable, Equatable {
    /// Items that were new.
    public let added: Int
    /// Items that got a new version.
    public let changed: Int
    /// Items that were as before.
    public let unchanged: Int
    /// Items that were hidden.
    public let removed: Int
    /// Items whose newest version somebody had saved or hidden by hand before their file replaced it, as in
    /// "diagram a1-request-path"; that version stays in the history.
    public let replacedEdits: [String]

    /// A report.
    public init(added: Int, changed: Int, unchanged: Int, removed: Int, replacedEdits: [String] = []) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
        self.removed = removed
        self.replacedEdits = replacedEdits
    }
}
