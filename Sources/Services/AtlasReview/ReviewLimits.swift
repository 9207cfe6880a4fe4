public import AtlasCore

/// Bounds of reviews.
public enum ReviewLimits {
    /// Entries of one call.
    public static let batch = 500
    /// Entries of one learner's log.
    public static let entries: Int64 = 1_000_000
    /// Cards of one answer.
    public static let page = 100
    /// Bytes of an id that a client makes.
    public static let idBytes = 64
    /// Bytes of an item's id.
    public static let itemIDBytes = 240
    /// How far a device's clock may be ahead.
    public static let ahead = Duration.seconds(5 * 60)
    /// How old a review may be when it arrives.
    public static let age = Duration.seconds(400 * 86_400)
    /// What of the time on one card counts; longer, and the learner was away.
    public static let duration = Duration.seconds(10 * 60)
    /// Choices of one answer.
    public static let choices = 20
    /// Lapses that make a leech.
    public static let leechLapses = 8
    /// Due cards that are looked at to choose the next ones.
    static let window = 5_000
    /// Learning cards that come early when nothing else is left.
    static let lookAhead = Duration.seconds(20 * 60)
    /// New items of one diagram, lab or incident in one day.
    static let newPerContent = 5
    /// The newest reviews that say how long one takes.
    static let timedReviews = 200

    static func checkID(_ id: String, field: String = "id") throws(AtlasError) {
        guard (1...idBytes).contains(id.utf8.count), id.utf8.allSatisfy(isPlain) else {
            throw AtlasError(.invalid, "An id is 1 to \(idBytes) letters, digits, “-” and “_”.", field: field)
        }
    }

    /// Items that are gone may still be reviewed, by a device that was away; their ids have the form of an id.
    static func isItemID(_ id: ReviewItemText) -> Bool {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        return id.utf8.count <= itemIDBytes && parts.count >= 3 && parts.allSatisfy { !$0.isEmpty }
            && ["diagram", "lab", "incident"].contains(parts[0])
            && id.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "~") }
    }

    typealias ReviewItemText = String

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
