/// Passwords that everybody tries first.
///
/// Refused are: the words below; a word below with digits or signs around it; one character or a short part repeated;
/// runs of the alphabet, the digits or a row of the keyboard.
enum CommonPasswords {
    static func contains(_ password: String) -> Bool {
        let whole = password.lowercased()
        let bare = whole.trimmingNonLetters()
        let candidates = [whole, bare].flatMap { [$0, String($0.map { substitutions[$0] ?? $0 })] }
        return candidates.contains { words.contains($0) || isRun($0) || isRepetition($0) }
    }

    private static let substitutions: [Character: Character] = [
        "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]

    private static func isRepetition(_ text: String) -> Bool {
        let characters = Array(text)
        for length in 1...4 where characters.count > 2 * length {
            if characters.indices.dropFirst(length).allSatisfy({ characters[$0] == characters[$0 - length] }) {
                return true
            }
        }
        return false
    }

    private static func isRun(_ text: String) -> Bool {
        text.count >= 4
            && runs.contains { run in
                let doubled = run + run
                return doubled.contains(text) || String(doubled.reversed()).contains(text)
            }
    }

    private static let runs = [
        "abcdefghijklmnopqrstuvwxyz", "0123456789", "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
        "azertyuiop", "qazwsxedcrfvtgbyhnujm", "1qaz2wsx3edc4rfv5tgb", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8",
        "qwertyuiopasdfghjklzxcvbnm", "qwerty123456", "qwerty1234567890", "a1b2c3d4e5f6g7h8", "abcd1234", "abc123456",
    ]

    private static let words = Set(
        """
        password passwort motdepasse contrasena parola haslo wachtwoord passw0rd passwd pass letmein welcome willkommen
        bienvenue admin administrator root toor guest user login default changeme secret secure security access master
        iloveyou loveyou lovely love princess prince sunshine rainbow butterfly flower summer winter spring autumn monday
        friday january february march april june july august september october november december monkey dragon tiger lion
        eagle panther phoenix shadow ghost batman superman spiderman pokemon pikachu starwars matrix naruto hello hellohello
        football baseball basketball soccer hockey tennis golfer liverpool chelsea arsenal barcelona juventus manchester
        yankees cowboys lakers steelers jordan michael jessica ashley daniel thomas andrew joshua matthew robert jennifer
        michelle amanda nicole hannah charlie maggie buster bailey harley ginger pepper cookie chocolate cheese banana
        orange apple computer internet google facebook twitter linkedin youtube microsoft windows samsung nokia
        playstation nintendo minecraft fortnite whatever trustno one trustnoone letmeinnow freedom forever killer hunter
        hunting fishing mustang corvette ferrari porsche mercedes yamaha honda toyota silver golden diamond crystal
        purple yellow london paris berlin madrid america canada mexico england germany france india jesus christ blessed
        angel angels heaven family mother father sister brother baby babygirl babyboy qwerty qwertz azerty asdf asdfgh
        zxcv zxcvbn abc abcd abcdef test testing tester testtest demo sample example temp temporary atlas learner
        correcthorsebatterystaple nothing biteme mynameis startrek metallica nirvana slipknot eminem blink lovers sexy
        fuckyou asshole bigdick pussy money dollar lucky lottery casino poker samantha victoria elizabeth alexander
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init)
    )
}

extension String {
    fileprivate func trimmingNonLetters() -> String {
        let start = drop { !$0.isLetter }
        guard let last = start.lastIndex(where: \.isLetter) else { return "" }
        return String(start[...last])
    }
}
