/// One message to one address.
public struct Mail: Sendable, Equatable {
    /// The same id is sent once in effect.
    public let id: String
    /// The receiver's address.
    public let to: String
    /// The subject, one line.
    public let subject: String
    /// Plain text.
    public let text: String

    /// A message.
    public init(id: String, to: String, subject: String, text: String) {
        self.id = id
        self.to = to
        self.subject = subject
        self.text = text
    }
}

/// Sends mail.
public protocol Mailer: Sendable {
    /// Hands the message over.
    ///
    /// - Throws: `AtlasError.invalid` if it can never be delivered, `.unavailable` if trying again may help.
    func send(_ mail: Mail) async throws
}
