public import AtlasCore
public import AtlasPorts
import Foundation

/// Writes each mail as an `.eml` file, for a person or another program to look at.
public struct OutboxFolderMailer: Mailer {
    private static let idBytes = 200
    /// Source: RFC 5321, section 4.5.3.1.
    private static let addressBytes = 320
    private static let threads = BlockingThreads("atlas.mail", count: 1)

    private let folder: String
    private let clock: any WallClock

    /// Mail into `folder`, which is made if it is not there, dated by `clock`.
    ///
    /// - Throws: `AtlasError.unavailable` if the folder cannot be made.
    public init(folder: String, clock: any WallClock) throws {
        self.folder = folder
        self.clock = clock
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw AtlasError(.unavailable, "The folder \(folder) cannot be made.", cause: error)
        }
    }

    /// Writes the file named for the mail's id; a second time replaces it.
    public func send(_ mail: Mail) async throws {
        try Self.check(mail)
        let message = Self.message(mail, at: clock.now())
        let path = "\(folder)/\(mail.id).eml"
        try await Self.threads.run { try DurableFile.write(Array(message.utf8), to: path) }
    }

    private static func check(_ mail: Mail) throws(AtlasError) {
        let idBytes = mail.id.utf8
        guard (1...Self.idBytes).contains(idBytes.count), idBytes.allSatisfy({ $0.isLetterOrDigit || $0 == 0x2D })
        else {
            throw AtlasError(.invalid, "This is no mail's id.")
        }
        for line in [mail.to, mail.subject]
        where line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw AtlasError(.invalid, "A mail's address and subject are one line each.")
        }
        // One address and nothing else: no list, no group, no display name, no comment.
        let sides = mail.to.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            sides.count == 2 && sides.allSatisfy { !$0.isEmpty } && mail.to.utf8.count <= addressBytes
            && !mail.to.unicodeScalars.contains {
                $0.properties.isWhitespace || "\"(),:;<>[\\]".unicodeScalars.contains($0)
            }
        guard isAddress else { throw AtlasError(.invalid, "This is no mail address.") }
    }

    /// Source: RFC 5322 and RFC 2045.
    private static func message(_ mail: Mail, at moment: Timestamp) -> String {
        let body = Data(mail.text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return """
            From: Atlas <atlas@localhost>\r
            To: \(mail.to)\r
            Subject: \(encodedWords(mail.subject))\r
            Date: \(date(moment))\r
            Message-ID: <\(mail.id)@atlas.localhost>\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: base64\r
            \r
            \(body)\r

            """
    }

    /// Source: RFC 5322, section 3.3.
    private static func date(_ moment: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss Z"
        return formatter.string(from: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000))
    }

    /// Source: RFC 2047, section 2: at most 76 characters in a line, no word ends inside a character.
    private static func encodedWords(_ text: String) -> String {
        let (plainBytes, wordBytes) = (66, 39)
        if text.utf8.count <= plainBytes, text.utf8.allSatisfy({ $0 < 128 }), !text.contains("=?") { return text }
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > wordBytes { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
