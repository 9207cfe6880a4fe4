public import AtlasCore
public import AtlasPorts
import Foundation

/// Writes each mail as an `.eml` file, for a person or another program to look at.
public struct OutboxFolderMailer: Mailer {
    private let folder: URL
    private let clock: any WallClock

    /// - Throws: `AtlasError.unavailable` if the folder cannot be made.
    public init(folder: String, clock: any WallClock) throws {
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        self.clock = clock
        do {
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        } catch {
            throw AtlasError(.unavailable, "The folder \(folder) cannot be made.", cause: error)
        }
    }

    /// Writes the file named for the mail's id; a second time writes the same file.
    public func send(_ mail: Mail) async throws {
        guard !mail.id.isEmpty, mail.id.utf8.allSatisfy({ $0.isIDByte }) else {
            throw AtlasError(.invalid, "This is no mail's id.")
        }
        for line in [mail.to, mail.subject]
        where line.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            throw AtlasError(.invalid, "A mail's address and subject are one line each.")
        }
        guard mail.to.contains("@"), !mail.to.contains(where: { $0 == " " || $0 == "," || $0 == "<" || $0 == ">" })
        else {
            throw AtlasError(.invalid, "This is no mail address.")
        }
        let body = Data(mail.text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn,
        ])
        let message = """
            From: Atlas <atlas@localhost>\r
            To: \(mail.to)\r
            Subject: \(Self.encodedWords(mail.subject))\r
            Date: \(clock.now())\r
            Message-ID: <\(mail.id)@atlas.localhost>\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: base64\r
            \r
            \(body)\r

            """
        do {
            try Data(message.utf8).write(to: folder.appending(path: "\(mail.id).eml"), options: .atomic)
        } catch {
            throw AtlasError(.unavailable, "The mail cannot be written.", cause: error)
        }
    }

    /// Source: RFC 2047; each word has at most 75 characters and ends between two characters of the text.
    private static func encodedWords(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
        var words: [String] = []
        var part = ""
        for character in text {
            if part.utf8.count + String(character).utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}

extension UInt8 {
    fileprivate var isIDByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x2D
    }
}
