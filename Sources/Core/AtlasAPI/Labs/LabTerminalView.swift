/// One viewer's place at a lab's terminal; several may look at one terminal, which lives on when all have left.
///
/// Nothing is queued for a viewer: each reads on from its own offset in what the terminal keeps, and what it was too slow for
/// is missing from the next piece.
public protocol LabTerminalView: Sendable {
    /// Another text for another box: after `start`, `reset` and `restore`.
    var run: String { get }

    /// The offset after the last byte that was there when the viewer came.
    var head: Int { get }

    /// The offset of the first byte that `next` gives.
    var offset: Int { get }

    /// How many bytes between what was wanted and `offset` are no longer kept.
    var missed: Int { get }

    /// Waits for output, and for the viewer to have seen enough of what was sent before.
    ///
    /// - Returns: `nil` when the terminal has ended, the viewer has left or the task is cancelled.
    func next() async -> LabOutput?

    /// Tells that everything before `offset` was shown.
    func seen(_ offset: Int)

    /// Types `bytes`, at most `LabTerminalLimits.inputBytes`.
    ///
    /// - Throws: `AtlasError` — `.conflict` if the terminal has ended, `.tooMany` if nothing reads what was typed before.
    func write(_ bytes: [UInt8]) async throws

    /// Gives the terminal another size.
    func resize(_ size: LabScreenSize) async throws

    /// Leaves; the terminal goes on.
    func leave()
}

/// A piece of output.
public struct LabOutput: Sendable, Equatable {
    /// Of its first byte, counted from the start of the terminal.
    public let offset: Int
    /// The bytes, as they came.
    public let bytes: [UInt8]

    /// A piece.
    public init(offset: Int, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }
}

/// Limits of terminals.
public enum LabTerminalLimits {
    /// Output that is kept for those who come later or fall behind: what may be unseen, and the piece of a box
    /// (`LabBoxLimits.frameBytes`) that may go beyond it, so that whoever is alone misses nothing.
    public static let keptBytes = unseenBytes + 32 * 1_024
    /// Output that is sent before the viewer has said that it was shown.
    public static let unseenBytes = 256 * 1_024
    /// One piece of output.
    public static let pieceBytes = 32 * 1_024
    /// One piece of input.
    public static let inputBytes = 4 * 1_024
    /// Viewers of one terminal.
    public static let viewers = 10
    /// What is recorded of one run.
    public static let recordedBytes = 1_024 * 1_024
}
