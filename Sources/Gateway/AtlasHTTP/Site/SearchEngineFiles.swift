import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// `/robots.txt` and `/sitemap.xml`.
struct SearchEngineFiles: Sendable {
    let source: any PageSource
    let configuration: ServerConfiguration
    /// Source: sitemaps.org, "Sitemap file limits".
    private let entryLimit = 50_000

    init(source: any PageSource, configuration: ServerConfiguration) {
        self.source = source
        self.configuration = configuration
    }

    func robots(_ incoming: IncomingRequest) -> Response {
        let lines = [
            "User-agent: *", "Disallow: /graphql", "Disallow: /reports", "Disallow: /account", "Disallow: /progress",
            "Disallow: /groups", "Disallow: /invite",
            "Sitemap: \(origin(incoming))/sitemap.xml", "",
        ]
        return Self.response("text/plain; charset=utf-8", lines.joined(separator: "\n"))
    }

    func sitemap(_ incoming: IncomingRequest) async throws -> Response {
        let origin = origin(incoming)
        let entries = try await source.paths().prefix(entryLimit).map {
            "<url><loc>\(HTML.escaped(origin + $0))</loc></url>\n"
        }
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            \(entries.joined())</urlset>

            """
        return Self.response("application/xml; charset=utf-8", text)
    }

    /// The configured origin, or the one that the client used if that is a plain host name.
    private func origin(_ incoming: IncomingRequest) -> String {
        if let origin = configuration.publicOrigin { return origin }
        let isSecure = configuration.isSecure || incoming.isSecure
        let host = incoming.headers.first(name: "host") ?? ""
        let isPlain = !host.isEmpty && host.utf8.count <= 255 && host.utf8.allSatisfy(Self.isHostByte)
        return "\(isSecure ? "https" : "http")://\(isPlain ? host : "localhost")"
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func response(_ type: String, _ text: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=300"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
