/// One event of a sequence diagram.
///
/// Blocks are flat: `blockStart`, any `blockSection`s, `blockEnd`.
public enum SequenceItem: Sendable, Equatable {
    /// The message with this edge identifier.
    case message(String)
    /// A note beside or over participants.
    case note(SequenceNote)
    /// A participant starts working.
    case activate(String)
    /// A participant stops working.
    case deactivate(String)
    /// A participant comes to life with the next message to it.
    case create(String)
    /// A participant ends with the next message from or to it.
    case destroy(String)
    /// A frame opens.
    case blockStart(SequenceBlock, label: String)
    /// The next part of an `alt`, `par` or `critical` frame.
    case blockSection(label: String)
    /// The innermost frame closes.
    case blockEnd
    /// Messages are numbered from `start` in steps of `step`, or no longer when `isVisible` is false.
    case numbering(start: Int, step: Int, isVisible: Bool)
}

/// What a frame of a sequence diagram means.
public enum SequenceBlock: String, Sendable, CaseIterable {
    /// Repeated.
    case loop
    /// One of several; sections start with `else`.
    case alt
    /// Perhaps.
    case opt
    /// At the same time; sections start with `and`.
    case par
    /// Must succeed; sections start with `option`.
    case critical
    /// Leaves the frame around it.
    case `break`
    /// A coloured background without a word.
    case rect

    /// The word that starts a further section; `nil` when there is only one.
    public var sectionWord: String? {
        switch self {
        case .alt: "else"
        case .par: "and"
        case .critical: "option"
        case .loop, .opt, .break, .rect: nil
        }
    }
}

/// A note of a sequence diagram.
public struct SequenceNote: Sendable, Equatable {
    /// Where a note sits.
    public enum Placement: String, Sendable, CaseIterable {
        /// Beside the participant, to its left.
        case left
        /// Beside the participant, to its right.
        case right
        /// On the participant, or from one to another.
        case over
    }

    /// Where it sits.
    public var placement: Placement
    /// The participant it belongs to.
    public var participant: String
    /// The other end of a note over two participants.
    public var lastParticipant: String?
    /// What it says; `\n` separates lines.
    public var text: String

    /// Makes a note.
    public init(placement: Placement, participant: String, lastParticipant: String? = nil, text: String) {
        self.placement = placement
        self.participant = participant
        self.lastParticipant = lastParticipant
        self.text = text
    }
}
