public import AtlasAPI
public import AtlasCore

/// A catalogue that stands still and is only read as a whole; what is special to drafts is for instructors.
public struct FixedContent: Content {
    private let learners: Catalogue
    private let writers: Catalogue

    /// The same for everybody, or another one for instructors.
    public init(_ learners: Catalogue, writers: Catalogue? = nil) {
        self.learners = learners
        self.writers = writers ?? learners
    }

    private var error: AtlasError { AtlasError(.unavailable, "This catalogue is only read as a whole.") }

    /// What the caller may see.
    public func catalogue(as caller: Caller) async throws -> Catalogue { caller.has(.instructor) ? writers : learners }

    /// Refused, as all that follows.
    public func diagrams(_ ids: [DiagramID], as caller: Caller) async throws -> [Diagram?] { throw error }
    /// Refused.
    public func labs(_ ids: [LabID], as caller: Caller) async throws -> [Lab?] { throw error }
    /// Refused.
    public func incidents(_ ids: [IncidentID], as caller: Caller) async throws -> [Incident?] { throw error }
    /// Refused.
    public func search(_ text: String, limit: Int, as caller: Caller) async throws -> [SearchHit] { throw error }
    /// Finds nothing.
    public func check(_ kind: ContentKind, source: String) -> SourceCheck { SourceCheck(findings: [], svg: nil) }
    /// Refused.
    public func save(
        _ kind: ContentKind,
        source: String,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent { throw error }
    /// Refused.
    public func remove(_ kind: ContentKind, id: String, version: Int, as caller: Caller) async throws { throw error }
    /// Refused.
    public func restore(
        _ kind: ContentKind,
        id: String,
        number: Int,
        version: Int,
        as caller: Caller
    ) async throws -> SavedContent { throw error }
    /// Refused.
    public func history(_ kind: ContentKind, id: String, as caller: Caller) async throws -> [ContentVersion] {
        throw error
    }
    /// Refused.
    public func importFiles(
        _ files: [CatalogueFile],
        removeMissing: Bool,
        as caller: Caller
    ) async throws -> ImportReport { throw error }
}
