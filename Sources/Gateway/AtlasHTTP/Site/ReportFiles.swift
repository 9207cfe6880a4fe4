public import AtlasAPI
import AtlasCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Reports that are handed out as files.
public struct ReportFiles: Sendable {
    let reports: any LearningReports
    let privacy: any Privacy
    let reviews: any Reviews

    /// What the files are made of.
    public init(reports: any LearningReports, privacy: any Privacy, reviews: any Reviews) {
        self.reviews = reviews
        self.reports = reports
        self.privacy = privacy
    }
}

/// Answers `/reports/…`.
///
/// For whoever sends `Authorization: Bearer …`, never from a cookie, so that no other site can make a browser fetch them.
/// Counts as a GraphQL request of some cost.
struct ReportEndpoint: Sendable {
    private static let cost = 100
    private static let days = 30

    let files: ReportFiles
    let parts: ServerParts

    init(files: ReportFiles, parts: ServerParts) {
        self.files = files
        self.parts = parts
    }

    func answer(_ name: String, _ request: Hummingbird.Request, _ incoming: IncomingRequest) async -> Response {
        do {
            let caller = try await admitted(incoming, cost: Self.cost)
            return try await file(name, request, as: caller)
        } catch {
            return refusal(error, incoming)
        }
    }

    /// Who asks, if they may ask just now.
    func admitted(_ incoming: IncomingRequest, cost: Int) async throws -> Caller {
        let caller = try await caller(incoming)
        switch await parts.admit(caller, incoming.address, 1) {
        case .refuse(let retryAfter):
            throw AtlasError(.tooMany, "Too many requests. Try again later.", retryAfter: retryAfter)
        case .admit: break
        }
        await parts.charge(caller, incoming.address, cost)
        return caller
    }

    private func caller(_ incoming: IncomingRequest) async throws -> Caller {
        guard let header = incoming.single("authorization"), header.lowercased().hasPrefix("bearer ") else {
            throw AtlasError(.unauthenticated, "Send an access token: \"Authorization: Bearer TOKEN\".")
        }
        let token = header.dropFirst("bearer ".count).drop { $0 == " " }
        return Caller(account: try await parts.authenticate(String(token)), address: incoming.address)
    }

    private func file(_ name: String, _ request: Hummingbird.Request, as caller: Caller) async throws -> Response {
        let user = try caller.signedIn().user
        let parameters = request.uri.queryParameters
        let days = try Self.days(parameters["days"].map(String.init))
        switch name {
        case "learner.pdf":
            let bytes = try await files.reports.learnerPDF(of: user, days: days, as: caller)
            return Self.file(ByteBuffer(bytes: bytes), "application/pdf", "learning-report.pdf")
        case "learner.html":
            let report = try await files.reports.learnerReport(of: user, days: days, as: caller)
            return Self.file(ByteBuffer(string: report.html), "text/html; charset=utf-8", "learning-report.html")
        case "cohort.csv":
            let group = parameters["groupId"].map { GroupID(String($0)) }
            let text = try await files.reports.cohortCSV(group, days: days, as: caller)
            return Self.file(ByteBuffer(string: text), "text/csv; charset=utf-8; header=present", "cohort.csv")
        case "my-data.json":
            let export = try await files.privacy.export(as: caller)
            return Self.file(ByteBuffer(string: export.json), "application/json", export.fileName)
        case "reviews.apkg":
            let package = try await files.reviews.exportAnki(withNew: parameters["all"] == "1", as: caller)
            return Self.file(ByteBuffer(bytes: package), "application/octet-stream", "atlas-reviews.apkg")
        default:
            throw AtlasError(.notFound, "There is no such report.")
        }
    }

    private static func days(_ text: String?) throws(AtlasError) -> Int {
        guard let text else { return days }
        guard let days = Int(text) else { throw AtlasError(.invalid, "days is no whole number.", field: "days") }
        return days
    }

    /// The names of files are ours, or made of digits and letters.
    private static func file(_ body: ByteBuffer, _ type: String, _ name: String) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "private, no-store"]
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    private func refusal(_ error: any Error, _ incoming: IncomingRequest) -> Response {
        let known = error as? AtlasError
        if known == nil || known?.code == .internalError {
            parts.logger.error("report failed", metadata: ["id": "\(incoming.id)", "error": "\(error)"])
        }
        let message = known?.message ?? "Something went wrong on our side. Its id in the log is \(incoming.id)."
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"]
        if known?.code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
        if let wait = known?.retryAfter { headers[.retryAfter] = String(max(1, wait.components.seconds)) }
        return Response(
            status: Self.status(known?.code ?? .internalError),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: message + "\n"))
        )
    }

    static func status(_ code: AtlasError.Code) -> HTTPResponse.Status {
        switch code {
        case .notFound: .notFound
        case .invalid: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .conflict: .conflict
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }
}
