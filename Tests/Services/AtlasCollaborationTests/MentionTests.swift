import AtlasAPI
import AtlasCore
import Testing

@testable import AtlasCollaboration

@Suite struct MentionTests {
    private let people = [("1", "Ada"), ("2", "Ada Lovelace"), ("3", "Jürgen"), ("4", "Bob"), ("5", "bob"), ("6", "]")]
        .map { Person(id: UserID($0.0), displayName: $0.1) }

    @Test(arguments: [
        ("hello @Ada", ["1"]), ("@ada lovelace, hi", ["2"]), ("@Ada Lovelacer", ["1"]), ("@adam", []),
        ("@jÜrgen! @JÜRGEN", ["3"]), ("mail ada@ada.org", []), ("@bob", ["4", "5"]), ("@", []), ("@@Ada", ["1"]),
        ("@[anybody](user:3) @Ada", ["3", "1"]), ("@[x](user:99)", []), ("@[x](user:", []), ("@[", []), ("", []),
        ("@[a]b](user:1)", []), ("(@Ada)", ["1"]), ("@Ada\n@Ada", ["1"]),
    ])
    func `a sign and a name mention who is meant`(content: String, expected: [String]) {
        #expect(Mentions.find(in: content, among: people).map(\.rawValue) == expected)
    }

    @Test func `a message of nothing but signs costs little and mentions few`() {
        let crowd = (0..<250).map { Person(id: UserID("\($0)"), displayName: "p\($0)") }
        #expect(Mentions.find(in: String(repeating: "@", count: 8_000), among: crowd).isEmpty)
        let all = crowd.map { "@\($0.displayName)" }.joined(separator: " ")
        #expect(Mentions.find(in: all, among: crowd).count == ChatLimits.mentions)
    }
}
