public import AtlasCore

/// Packages of Anki, the flashcard program: `.apkg` files.
public protocol AnkiPackages: Sendable {
    /// A package that Anki reads.
    ///
    /// - Parameter at: When it is made.
    /// - Throws: `AtlasError.invalid` for more notes or reviews than `AnkiLimits` allows.
    func package(_ deck: AnkiDeck, at: Timestamp) async throws -> [UInt8]

    /// What a package holds.
    ///
    /// - Throws: `AtlasError.invalid` that says what is wrong with the file.
    func read(_ package: [UInt8]) async throws -> AnkiDeck
}

/// Bounds of packages.
public enum AnkiLimits {
    /// Bytes of a package that is read.
    public static let packageBytes = 32 * 1_024 * 1_024
    /// Bytes of its collection once it is unpacked.
    public static let collectionBytes = 256 * 1_024 * 1_024
    /// Files in a package.
    public static let files = 20_000
    /// Notes of a package.
    public static let notes = 100_000
    /// Reviews of a package.
    public static let reviews = 1_000_000
    /// Bytes of one field of a note.
    public static let fieldBytes = 256 * 1_024
}

/// Notes with what was recalled of them.
public struct AnkiDeck: Sendable, Equatable {
    /// In order; new cards come in this order.
    public var notes: [AnkiNote]

    /// A deck.
    public init(notes: [AnkiNote]) {
        self.notes = notes
    }
}

/// A note with one card.
public struct AnkiNote: Sendable, Equatable {
    /// Names the note for ever, in every collection.
    public var guid: String
    /// Parts of the deck's name are separated by `::`.
    public var deck: String
    /// HTML.
    public var front: String
    /// HTML.
    public var back: String
    /// Words without spaces.
    public var tags: [String]
    /// What is remembered of it.
    public var card: AnkiCard
    /// By time.
    public var reviews: [AnkiReview]

    /// A note.
    public init(
        guid: String,
        deck: String,
        front: String,
        back: String,
        tags: [String] = [],
        card: AnkiCard = AnkiCard(),
        reviews: [AnkiReview] = []
    ) {
        self.guid = guid
        self.deck = deck
        self.front = front
        self.back = back
        self.tags = tags
        self.card = card
        self.reviews = reviews
    }
}

/// Where in its life a card of Anki is.
public struct AnkiCard: Sendable, Equatable {
    /// Anki's `cards.type`.
    public enum Phase: Int, Sendable {
        /// Never seen.
        case new
        /// Between learning steps.
        case learning
        /// Known.
        case review
        /// Forgotten.
        case relearning
    }

    /// Where it is.
    public var phase: Phase
    /// Whether it is kept out of the queue.
    public var isSuspended: Bool
    /// When it is due; `nil` for a new card.
    public var due: Timestamp?
    /// Days between the last review and the next; 0 while it is learned.
    public var intervalDays: Int
    /// How often it was forgotten.
    public var lapses: Int
    /// FSRS's stability in days and difficulty; `nil` if unknown.
    public var memory: (stability: Double, difficulty: Double)?

    /// A card; without arguments a new one.
    public init(
        phase: Phase = .new,
        isSuspended: Bool = false,
        due: Timestamp? = nil,
        intervalDays: Int = 0,
        lapses: Int = 0,
        memory: (stability: Double, difficulty: Double)? = nil
    ) {
        self.phase = phase
        self.isSuspended = isSuspended
        self.due = due
        self.intervalDays = intervalDays
        self.lapses = lapses
        self.memory = memory
    }

    /// Compares every part.
    public static func == (left: AnkiCard, right: AnkiCard) -> Bool {
        left.phase == right.phase && left.isSuspended == right.isSuspended && left.due == right.due
            && left.intervalDays == right.intervalDays && left.lapses == right.lapses
            && left.memory?.stability == right.memory?.stability
            && left.memory?.difficulty == right.memory?.difficulty
    }
}

/// A review in Anki's log.
public struct AnkiReview: Sendable, Equatable {
    /// When.
    public var at: Timestamp
    /// 1 again, 2 hard, 3 good, 4 easy.
    public var rating: Int
    /// How long the card was looked at.
    public var duration: Duration
    /// The card's phase before it.
    public var phase: AnkiCard.Phase
    /// Days until the next; below 0 seconds.
    public var interval: Int
    /// The interval before it, as `interval`.
    public var lastInterval: Int

    /// A review.
    public init(
        at: Timestamp,
        rating: Int,
        duration: Duration,
        phase: AnkiCard.Phase,
        interval: Int = 0,
        lastInterval: Int = 0
    ) {
        self.at = at
        self.rating = rating
        self.duration = duration
        self.phase = phase
        self.interval = interval
        self.lastInterval = lastInterval
    }
}
