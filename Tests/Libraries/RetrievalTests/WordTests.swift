import Retrieval
import Testing

@Suite struct WordTests {
    @Test(arguments: [
        ("The quick brown fox's den isn't here", ["quick", "brown", "fox", "den", "isn't", "here"]),
        ("U.S.A. 3.5 1,000,000 a.b c:d x;y 7:30", ["u.s.a", "3.5", "1,000,000", "a.b", "c:d", "x", "y", "7", "30"]),
        ("snake_case __init__ _ - foo-bar", ["snake_case", "__init__", "foo", "bar"]),
        ("don’t O’Neill’s ‘quoted’", ["don’t", "o’neill", "quoted"]),
        ("naïve Größe ΣΟΦΙΑ Ёлка", ["naïve", "größe", "σοφια", "ёлка"]),
        ("東京 tower", ["東", "京", "tower"]),
        ("e\u{301}tude 10kg p99.9 v2", ["e\u{301}tude", "10kg", "p99.9", "v2"]),
        ("... ' -- ,;:", []), ("", []),
    ])
    func `a text is its words`(text: String, words: [String]) {
        #expect(WordAnalyzer(stems: false).words(text) == words)
    }

    @Test func `a run without end is cut`() {
        let words = WordAnalyzer(stems: false).words(String(repeating: "a", count: 600))
        #expect(words.map(\.count) == [255, 255, 90])
    }

    /// Source: the examples of Porter's paper, step by step.
    @Test(arguments: [
        ("caresses", "caress"), ("ponies", "poni"), ("ties", "ti"), ("caress", "caress"), ("cats", "cat"),
        ("feed", "feed"), ("agreed", "agre"), ("plastered", "plaster"), ("bled", "bled"), ("motoring", "motor"),
        ("sing", "sing"), ("conflated", "conflat"), ("troubled", "troubl"), ("sized", "size"), ("hopping", "hop"),
        ("tanned", "tan"), ("falling", "fall"), ("hissing", "hiss"), ("fizzed", "fizz"), ("failing", "fail"),
        ("filing", "file"), ("happy", "happi"), ("sky", "sky"), ("relational", "relat"), ("conditional", "condit"),
        ("rational", "ration"), ("valenci", "valenc"), ("digitizer", "digit"), ("radicalli", "radic"),
        ("vietnamization", "vietnam"), ("operator", "oper"), ("feudalism", "feudal"), ("decisiveness", "decis"),
        ("hopefulness", "hope"), ("formaliti", "formal"), ("sensibiliti", "sensibl"), ("triplicate", "triplic"),
        ("formative", "form"), ("electriciti", "electr"), ("electrical", "electr"), ("goodness", "good"),
        ("revival", "reviv"), ("allowance", "allow"), ("inference", "infer"), ("airliner", "airlin"),
        ("adjustable", "adjust"), ("replacement", "replac"), ("adoption", "adopt"), ("communism", "commun"),
        ("activate", "activ"), ("effective", "effect"), ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"),
        ("controll", "control"), ("roll", "roll"), ("archaeology", "archaeolog"), ("is", "is"), ("yyyy", "yyyi"),
        ("queueing", "queue"), ("größen", "größen"),
    ])
    func `a word is cut to its stem`(word: String, stem: String) {
        #expect(PorterStemmer.stem(word) == stem)
    }

    @Test func `no word makes it trap`() {
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var word = ""
            state = state &* 6_364_136_223_846_793_005 &+ 1
            var bits = state
            for _ in 0..<Int(state >> 60) {
                word.append(Character(Unicode.Scalar(UInt8(97 + bits % 26))))
                bits /= 26
                if bits % 3 == 0 { word += ["s", "ed", "ing", "ation", "y", "e", "ll"][Int(bits % 7)] }
            }
            #expect(PorterStemmer.stem(word).utf8.count <= word.utf8.count + 1)
        }
    }
}
