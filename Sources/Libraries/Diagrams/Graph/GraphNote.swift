/// A note of a state diagram or a class diagram; those of a sequence diagram are among its items.
public struct GraphNote: Sendable, Equatable {
    /// The node or group that it is about; `nil` for a note that is about the whole.
    public var target: String?
    /// Where it sits; `nil` when not said.
    public var placement: SequenceNote.Placement?
    /// What it says; `\n` separates lines.
    public var text: String
    /// Where the note is written, counted from 1.
    public var line: Int

    /// Makes a note.
    public init(target: String?, placement: SequenceNote.Placement? = nil, text: String, line: Int = 0) {
        self.target = target
        self.placement = placement
        self.text = text
        self.line = line
    }
}
