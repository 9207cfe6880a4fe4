import Retrieval

/// What of a question tells what it is about.
enum QuestionWords {
    /// Words of asking and of speaking to somebody; they are rare in the catalogue and would weigh like names.
    static let empty: Set<String> = [
        "about", "again", "all", "also", "am", "any", "anybody", "anyone", "anything", "because", "been", "being",
        "can",
        "come", "could", "did", "do", "doe", "does", "doing", "done", "each", "else", "even", "ever", "explain",
        "exactly",
        "gave", "get", "give", "go", "going", "gone", "good", "got", "had", "has", "have", "he", "her", "here", "him",
        "his", "how", "i", "i'd", "i'm", "it's", "its", "itself", "just", "know", "let", "like", "made", "make", "may",
        "me", "mean", "might", "more", "most", "must", "my", "need", "now", "off", "ok", "one", "only", "our", "out",
        "own", "please", "really", "said", "say", "see", "shall", "she", "should", "show", "so", "some", "somebody",
        "someone", "something", "sort", "still", "tell", "than", "them", "thing", "things", "those", "too", "us", "use",
        "used", "very", "want", "we", "were", "what", "what's", "whats", "when", "where", "whether", "which", "while",
        "who", "whom", "whose", "why", "would", "yes", "you", "your", "up", "down", "from", "don't", "doesn't",
        "didn't", "can't", "couldn't", "isn't", "aren't", "wasn't", "won't", "call", "called", "happen", "happens",
        "happened", "work", "thank", "thanks", "hello", "hi", "hey", "question", "answer", "help",
    ]

    /// Words that people say for words of the catalogue; each also stands for the other.
    ///
    /// Everyday names of the field, collected before any question was looked at.
    static let likeWords: [[String]] = [
        ["db", "database"], ["primary", "leader", "master"], ["replica", "follower", "standby", "secondary", "copy"],
        ["crash", "die", "dead", "killed", "kill"], ["lost", "lose", "loss", "gone", "missing"],
        ["stale", "outdated", "old"], ["slow", "late", "delay", "latency"], ["retry", "repeat", "again", "resend"],
        ["server", "machine", "instance", "host"], ["timeout", "deadline", "wait"], ["queue", "line", "backlog"],
        ["message", "event"], ["duplicate", "twice", "repeat"], ["ack", "acknowledge", "acknowledgement", "confirm"],
        ["rollout", "release", "deploy", "deployment"], ["rollback", "back", "revert"],
        ["outage", "incident", "failure"],
        ["user", "visitor", "reader", "client", "customer"], ["shard", "partition"], ["ring", "circle"],
        ["vote", "election", "elect"], ["lock", "locked", "locking"], ["expire", "ttl", "expiry"],
        ["overload", "overloaded", "saturated", "drowning"], ["healthy", "health", "alive"],
        ["lab", "exercise", "practise", "practice", "hands-on"], ["learn", "objective", "teach"],
        ["cause", "reason", "trigger"], ["lesson", "learnt", "learned"], ["region", "datacenter", "datacentre"],
        ["app", "application", "service", "api"], ["config", "configuration", "settings", "setting"],
        ["node", "member", "server"], ["key", "entry"], ["bill", "charge", "payment"], ["cpu", "processor"],
        ["ram", "memory"], ["alert", "alarm"], ["redundancy", "redundant", "copies"], ["uptime", "availability"],
        ["throttle", "limit"], ["dns", "name", "resolver"], ["stuck", "hang", "hung", "blocked"],
        ["column", "schema", "migration"], ["graph", "edge", "hop"], ["money", "payment", "ledger"],
    ]

    private static let others: [String: Set<String>] = {
        var table: [String: Set<String>] = [:]
        for group in likeWords {
            let stems = group.map(PorterStemmer.stem)
            for stem in stems { table[stem, default: []].formUnion(stems.filter { $0 != stem }) }
        }
        return table
    }()

    private static let analyzer = WordAnalyzer()
    private static let plain = WordAnalyzer(stems: false)

    /// The words that matter, as stems, in order, each once.
    static func stems(_ text: String) -> [String] {
        var seen: Set<String> = []
        return kept(text).map(PorterStemmer.stem).filter { seen.insert($0).inserted }
    }

    /// The words that matter, as they were written.
    static func kept(_ text: String) -> [String] {
        plain.words(text).filter { !empty.contains($0) }
    }

    /// Stems that are said for others of the text, without those of the text itself.
    static func likeStems(_ text: String) -> [String] {
        let own = stems(text)
        let known = Set(own)
        var seen: Set<String> = []
        return own.flatMap { others[$0].map { $0.sorted() } ?? [] }
            .filter { !known.contains($0) && seen.insert($0).inserted }
    }

    /// All words of a text as stems, without the commonest.
    static func allStems(_ text: String) -> [String] { analyzer.words(text) }
}
