/// What the layer above sends as one unit: a text message with binary messages behind it, or one binary message.
///
/// The messages of a unit are never separated by others, on no transport.
public struct EngineMessage: Sendable, Equatable {
    /// The text, without its Engine.IO type; `nil` for binary alone.
    public let text: [UInt8]?
    /// The binary messages.
    public let attachments: [[UInt8]]

    /// A text message with attachments.
    public init(text: [UInt8], attachments: [[UInt8]] = []) {
        self.text = text
        self.attachments = attachments
    }

    /// A binary message.
    public init(binary: [UInt8]) {
        text = nil
        attachments = [binary]
    }

    /// Bytes of all messages, without framing.
    public var count: Int { attachments.reduce((text?.count).map { $0 + 1 } ?? 0) { $0 + $1.count } }
}
