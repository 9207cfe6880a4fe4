/// What a board may hold and a push may ask for at most.
public enum BoardLimits {
    /// Records of a board.
    public static let records = 20_000
    /// Points of one freehand stroke.
    public static let points = 5_000
    /// Operations of one push.
    public static let operations = 200
    /// Bytes of one push: its JSON and its attachment together.
    public static let pushBytes = 65_536
    /// Deletions that are remembered; who was away for longer gets the whole board.
    public static let tombstones = 3_000
    /// Client sessions whose last push is remembered.
    public static let clients = 2_000
    /// The sum of `BoardRecord.weight`: what a whole board takes on the wire, roughly.
    public static let weight = 4_194_304
    /// Bytes of an id of a record or a client.
    public static let idBytes = 64
    /// Bytes of a label and of the words for an image.
    public static let labelBytes = 2_000
    /// Bytes of a note or a text.
    public static let textBytes = 8_000
    /// Bytes of a place in the stack (`z`).
    public static let indexBytes = 64
    /// How far from the origin anything may be, in pixels.
    public static let extent = 1_000_000
    /// Packed points of one push above this many bytes travel as an attachment, below it inside the JSON.
    ///
    /// A second frame and its placeholder cost about 80 bytes, which base 64 costs from 240 bytes on.
    public static let inlineBytes = 240
}
