import NIOHTTP1

/// When `/graphql` is a page to look at rather than an endpoint to ask: in development, for browsers.
enum GraphQLPage {
    /// Whether a person has opened the address: a GET that asks nothing and likes HTML better than JSON.
    static func isWanted(_ head: HTTPRequestHead) -> Bool {
        guard head.method == .GET, (head.target.query ?? "").isEmpty else { return false }
        let accepted = AcceptedValue.list(head.headers, "accept")
        let html = accepted.first { $0.value == "text/html" }?.weight ?? 0
        let json = accepted.filter { $0.value == "application/json" || $0.value == "application/graphql-response+json" }
        return html > json.reduce(0) { max($0, $1.weight) }
    }
}
