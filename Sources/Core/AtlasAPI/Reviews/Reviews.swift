public import AtlasCore

/// What learners recall: items made from the catalogue, and when each comes again.
///
/// All that a learner did is an append-only log. A card is what follows from its entries in the order of their times, so
/// devices may bring entries in any order.
public protocol Reviews: Sendable {
    /// Items of one diagram, lab or incident, in the order of the picture.
    ///
    /// - Throws: `AtlasError.notFound` if there is no such content for the caller.
    func items(of content: String, as caller: Caller) async throws -> [ReviewItem]

    /// Items by their ids, in their order, also those that are not asked any more; `nil` for what is not there.
    func items(_ ids: [ReviewItemID], as caller: Caller) async throws -> [ReviewItem?]

    /// What the caller has to do today, in the order in which to do it.
    ///
    /// - Parameters:
    ///   - limit: 1...100 cards.
    ///   - content: Only items of this diagram, lab or incident, due or not, without the day's limits.
    func queue(limit: Int, content: String?, as caller: Caller) async throws -> ReviewQueue

    /// Cards that the caller has reviewed or suspended, by item id.
    ///
    /// - Parameters:
    ///   - state: Only those in this state.
    ///   - onlyLeeches: Only those that are forgotten again and again.
    ///   - after: Begins after this item.
    ///   - limit: 1...100.
    func cards(
        in state: CardState?,
        onlyLeeches: Bool,
        after: ReviewItemID?,
        limit: Int,
        as caller: Caller
    ) async throws -> [ReviewCard]

    /// The answer of an item; nothing is stored.
    ///
    /// - Throws: `AtlasError.notFound`.
    func reveal(_ item: ReviewItemID, as caller: Caller) async throws -> ItemAnswer

    /// Grades an answer and stores it with its event.
    ///
    /// The same id a second time returns the grade of the first time.
    ///
    /// - Throws: `AtlasError` — `.notFound`; `.invalid` with the field that is wrong; `.conflict` if the id belongs to an
    ///   answer to another item.
    func answer(_ answer: NewAnswer, as caller: Caller) async throws -> ItemAnswer

    /// Whether the caller has answered an item, so that its answer is no secret to them: an answer was graded, or its card
    /// reviewed, and neither was taken back.
    func hasAnswered(_ item: ReviewItemID, as caller: Caller) async throws -> Bool

    /// Adds entries to the caller's log, in any order; those that are known change nothing.
    ///
    /// - Parameter reviews: At most 500.
    /// - Returns: One outcome per entry, in their order; an entry that cannot be stored does not keep the others out.
    func record(_ reviews: [NewReview], as caller: Caller) async throws -> [ReviewOutcome]

    /// Takes a review back, by an entry of its own.
    ///
    /// - Throws: `AtlasError.notFound` if the caller's log has no such review.
    func undo(_ review: String, as caller: Caller) async throws -> ReviewCard

    /// Keeps an item out of the queue, or lets it in again.
    func suspend(_ item: ReviewItemID, isSuspended: Bool, as caller: Caller) async throws -> ReviewCard

    /// The caller's log in the order of arrival.
    ///
    /// - Parameters:
    ///   - after: The cursor of the page before; 0 for the first.
    ///   - limit: 1...500.
    func log(after: Int64, limit: Int, as caller: Caller) async throws -> ReviewLogPage

    /// The caller's cards and reviews as a package of Anki (`.apkg`).
    ///
    /// - Parameter withNew: Also with items of the catalogue that the caller has not seen, as new cards.
    func exportAnki(withNew: Bool, as caller: Caller) async throws -> [UInt8]

    /// Adds the reviews of a package to the caller's log: of the cards that a package of Atlas had.
    ///
    /// Doing it again changes nothing. Notes that are no items of Atlas are left out and counted.
    ///
    /// - Parameter isPreview: Only says what would be done.
    /// - Throws: `AtlasError.invalid` that says what is wrong with the file.
    func importAnki(_ package: [UInt8], isPreview: Bool, as caller: Caller) async throws -> AnkiImport

    /// What the caller chose.
    func settings(as caller: Caller) async throws -> ReviewSettings

    /// Replaces what the caller chose.
    ///
    /// - Parameter version: The version that was read.
    /// - Throws: `AtlasError` — `.invalid` with the field; `.conflict` if `version` is not the newest.
    func save(_ settings: ReviewSettingsInput, version: Int, as caller: Caller) async throws -> ReviewSettings
}

/// What an import of a package did.
public struct AnkiImport: Sendable, Equatable {
    /// Reviews that are new in the log.
    public let added: Int
    /// Reviews that the log held before.
    public let known: Int
    /// Reviews in the future, and those of an impossible form.
    public let refused: Int
    /// Notes that are no items of Atlas.
    public let foreignNotes: Int

    /// A report.
    public init(added: Int, known: Int, refused: Int, foreignNotes: Int) {
        self.added = added
        self.known = known
        self.refused = refused
        self.foreignNotes = foreignNotes
    }
}
