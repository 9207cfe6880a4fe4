import NIOHTTP1

/// Whether a browser sent a request for one of our own pages.
enum Origin {
    /// True if the request is of the same origin, or of no browser.
    static func isOurs(_ headers: HTTPHeaders) -> Bool {
        if let site = headers.first(name: "sec-fetch-site") { return site == "same-origin" || site == "none" }
        guard let origin = headers.first(name: "origin") else { return true }
        guard let scheme = origin.firstRange(of: "://"), let host = headers.first(name: "host") else { return false }
        return origin[scheme.upperBound...].lowercased() == host.lowercased()
    }
}
