import AtlasCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Pages and files, behind Hummingbird's router.
struct Site: Sendable {
    private let responder: RouterResponder<SiteContext>
    private let logger: Logger
    private let pageBytes: Int

    init(parts: ServerParts, configuration: ServerConfiguration) {
        logger = parts.logger
        pageBytes = configuration.limits.pageBytes
        let folder = WebFolder(
            configuration.webFolder,
            limits: configuration.limits,
            isDevelopment: configuration.isDevelopment
        )
        for reason in folder.current.skipped { logger.warning("file of the web client is not served: \(reason)") }
        let pages = Pages(folder: folder, source: parts.pages, logger: logger)
        let index = SearchEngineFiles(source: parts.pages, configuration: configuration)
        let router = Router(context: SiteContext.self)
        router.get("/robots.txt") { _, context in index.robots(context.incoming) }
        router.get("/sitemap.xml") { _, context in try await index.sitemap(context.incoming) }
        router.get("/") { _, context in await pages.landing(context.incoming) }
        if let reports = parts.reports {
            let endpoint = ReportEndpoint(files: reports, parts: parts)
            router.get("/reports/{name}") { request, context in
                await endpoint.answer(context.parameters.get("name") ?? "", request, context.incoming)
            }
        }
        if configuration.isDevelopment {
            router.get("/graphql") { _, _ in pages.graphQL() }
        }
        router.get("**") { _, context in await pages.fileOrPage(context.incoming) }
        responder = router.buildResponder()
    }

    /// Answers one request, whatever it is.
    func answer(_ incoming: IncomingRequest) async -> Answer {
        guard incoming.method == .GET || incoming.method == .HEAD else {
            var answer = Answer.text(.methodNotAllowed, "Only GET and HEAD are possible here.")
            answer.headers = [("allow", "GET, HEAD")]
            return answer
        }
        do {
            let request = Hummingbird.Request(head: Self.head(incoming), body: RequestBody(buffer: ByteBuffer()))
            let context = SiteContext(source: SiteSource(logger: logger, incoming: incoming))
            let response = try await responder.respond(to: request, context: context)
            return try await Self.answer(response, limit: pageBytes)
        } catch {
            logger.error("page failed", metadata: ["id": "\(incoming.id)", "error": "\(error)"])
            return .text(.internalServerError, "Something went wrong on our side. Its id in the log is \(incoming.id).")
        }
    }

    /// HEAD is asked as GET: its answer has the same header, and the body is left out when it is written.
    private static func head(_ incoming: IncomingRequest) -> HTTPRequest {
        let path = String(incoming.path) + (incoming.query.map { "?" + $0 } ?? "")
        return HTTPRequest(
            method: .get,
            scheme: incoming.isSecure ? "https" : "http",
            authority: incoming.headers.first(name: "host"),
            path: path,
            headerFields: HTTPFields(incoming.headers, splitCookie: false)
        )
    }

    private static func answer(_ response: Hummingbird.Response, limit: Int) async throws -> Answer {
        var answer = Answer(HTTPResponseStatus(statusCode: response.status.code))
        answer.contentType = response.headers[.contentType]
        for field in response.headers where field.name != .contentLength && field.name != .contentType {
            answer.headers.append((field.name.canonicalName, field.value))
        }
        let collected = Collected()
        try await response.body.write(BodyCollector(collected: collected, limit: limit))
        answer.body = .buffer(collected.buffer)
        answer.isCompressible = response.headers[.contentEncoding] == nil && isText(answer.contentType)
        return answer
    }

    private static func isText(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        return contentType.hasPrefix("text/html") || contentType.hasPrefix("application/xml")
    }
}

/// What a handler of the site knows of its request.
struct SiteContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    let incoming: IncomingRequest

    typealias Source = SiteSource

    init(source: SiteSource) {
        coreContext = CoreRequestContextStorage(source: source)
        incoming = source.incoming
    }
}

struct SiteSource: RequestContextSource {
    let logger: Logger
    let incoming: IncomingRequest
}

private final class Collected {
    var buffer = ByteBuffer()
}

/// Puts a response's body together, up to a limit.
private struct BodyCollector: ResponseBodyWriter {
    let collected: Collected
    let limit: Int

    mutating func write(_ buffer: ByteBuffer) async throws {
        guard collected.buffer.readableBytes + buffer.readableBytes <= limit else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "a page larger than \(limit) bytes"
            )
        }
        if collected.buffer.readableBytes == 0 {
            collected.buffer = buffer
        } else {
            collected.buffer.writeImmutableBuffer(buffer)
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
