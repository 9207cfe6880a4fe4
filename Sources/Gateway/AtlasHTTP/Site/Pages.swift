import AtlasCore
import HTTPTypes
import Hummingbird
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Files of the web client, and the pages that are made from its templates.
struct Pages: Sendable {
    let folder: WebFolder
    let source: any PageSource
    let logger: Logger
    private let rendered = NIOLockedValueBox<(stamp: String, file: WebFile)?>(nil)

    init(folder: WebFolder, source: any PageSource, logger: Logger) {
        self.folder = folder
        self.source = source
        self.logger = logger
    }

    // MARK: The landing page

    func landing(_ incoming: IncomingRequest) async -> Response {
        let files = folder.current
        guard let template = files.landing else { return Self.notBuilt }
        do {
            let page = try await source.landing()
            let stamp = page.stamp + "\n" + files.stamp
            if let known = rendered.withLockedValue({ $0 }), known.stamp == stamp {
                return Self.response(known.file, incoming)
            }
            let bytes = Array(Self.render(page, template, files.landingCard).utf8)
            let file = WebFile(
                bytes,
                compressed: await Gzip.compressAside(.bytes(bytes)),
                contentType: "text/html; charset=utf-8",
                cacheControl: WebFile.revalidated
            )
            rendered.withLockedValue { $0 = (stamp, file) }
            return Self.response(file, incoming)
        } catch {
            return failure(error, incoming, files)
        }
    }

    private static func render(_ page: LandingPage, _ template: Template, _ card: Template?) -> String {
        let cards = page.cards.map { card?.render(values($0)) ?? "" }.joined()
        return template.render([
            "diagramCount": String(page.diagramCount),
            "incidentCount": String(page.incidentCount),
            "labCount": String(page.labCount),
            "heroSVG_HTML": page.hero?.svgHTML ?? "",
            "heroTitle": page.hero?.title ?? "",
            "heroPath": page.hero?.path ?? "/catalogue",
            "cardsHTML": cards,
        ])
    }

    private static func values(_ card: LandingPage.Card) -> [String: String] {
        [
            "path": card.path,
            "title": card.title,
            "summary": card.summary,
            "categoryTitle": card.categoryTitle,
            "level": String(card.level),
            "svgHTML": card.svgHTML,
        ]
    }

    // MARK: Files and the client's pages

    func fileOrPage(_ incoming: IncomingRequest) async -> Response {
        let files = folder.current
        let path = FormFields.decoded(incoming.path, plusIsBlank: false)
        if let file = files.files[path] { return Self.response(file, incoming) }
        if path.hasPrefix("/assets/") { return Self.plain(.notFound, "There is no such file.") }
        if path.hasSuffix("/") { return Self.withoutSlash(incoming) }
        guard let shell = files.shell else { return Self.notBuilt }
        do {
            guard let page = try await source.page(path) else { return Self.missing(path, shell) }
            return Self.html(.ok, shell.render(Self.values(page)), isPublic: page.isPublic)
        } catch {
            return failure(error, incoming, files)
        }
    }

    private static func values(_ page: PageInfo) -> [String: String] {
        [
            "title": page.title,
            "description": page.description,
            "path": page.path,
            "noscriptHTML": page.noscriptHTML,
        ]
    }

    private static func missing(_ path: String, _ shell: Template) -> Response {
        let page = PageInfo(
            title: "Not found",
            description: "There is no such page.",
            path: "/",
            noscriptHTML:
                "<h1>Not found</h1><p>There is no such page. <a href=\"/catalogue\">See the catalogue.</a></p>"
        )
        return html(.notFound, shell.render(values(page)), isPublic: false)
    }

    private func failure(_ error: any Error, _ incoming: IncomingRequest, _ files: WebFiles) -> Response {
        let known = AtlasError.wrap(error, while: "making the page \(incoming.path)")
        logger.error("page failed", metadata: ["id": "\(incoming.id)", "error": "\(known)"])
        let status: HTTPResponse.Status = known.code == .unavailable ? .serviceUnavailable : .internalServerError
        guard let shell = files.shell else { return Self.plain(status, known.message) }
        let message = HTML.escaped(known.message)
        let page = PageInfo(
            title: "Something went wrong",
            description: known.message,
            path: "/",
            noscriptHTML: "<h1>\(message)</h1><p>Its id in the log is \(incoming.id).</p>"
        )
        return Self.html(status, shell.render(Self.values(page)), isPublic: false)
    }

    // MARK: The page for asking the GraphQL API

    func graphQL() -> Response {
        guard let template = folder.current.graphQL else { return Self.notBuilt }
        var response = Self.html(.ok, template.render([:]), isPublic: false)
        response.headers[.vary] = "accept"
        return response
    }

    // MARK: Responses

    private static func response(_ file: WebFile, _ incoming: IncomingRequest) -> Response {
        var headers: HTTPFields = [.eTag: file.entityTag, .cacheControl: file.cacheControl]
        if file.compressed != nil { headers[.vary] = "accept-encoding" }
        guard !file.isKnown(incoming.headers.first(name: "if-none-match")) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        guard let compressed = file.compressed, AcceptEncoding.allowsGzip(incoming.headers) else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.plain))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: compressed))
    }

    private static func html(_ status: HTTPResponse.Status, _ text: String, isPublic: Bool) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: WebFile.revalidated]
        if !isPublic, let robots = HTTPField.Name("x-robots-tag") { headers[robots] = "noindex" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }

    /// A page has one address: without the slash.
    private static func withoutSlash(_ incoming: IncomingRequest) -> Response {
        var path = incoming.path
        while path.hasSuffix("/") { path = path.dropLast() }
        // Two slashes at the start would be an address on another host; browsers take a backslash for a slash and leave
        // out blanks.
        let target = "/" + path.drop { $0 == "/" || $0 == "\\" || $0 <= " " } + (incoming.query.map { "?" + $0 } ?? "")
        return Response(status: .permanentRedirect, headers: [.location: target])
    }

    private static let notBuilt = plain(
        .serviceUnavailable,
        """
        Atlas is running, but its web client has not been built.
        Build it with `make web`, then load this page again. GraphQL answers at /graphql.
        """
    )
}
