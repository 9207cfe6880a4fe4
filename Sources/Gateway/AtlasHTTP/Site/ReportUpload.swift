import AtlasAPI
import AtlasCore
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes in `POST /reports/reviews.apkg`: a package of Anki, whose reviews go into the log of whoever sends it.
///
/// With `?preview=1` it only says what would be done, so that the client can ask before it sends the package again; nothing is
/// kept in between. For whoever sends `Authorization: Bearer …`, as with the files.
struct ReportUpload: Sendable {
    static let path: Substring = "/reports/reviews.apkg"
    private static let cost = 300

    let endpoint: ReportEndpoint

    /// What an import did or would do, as clients read it.
    private struct Report: Encodable {
        let preview: Bool
        let added: Int
        let known: Int
        let refused: Int
        let foreignNotes: Int
    }

    func answer(_ incoming: IncomingRequest) async -> Answer {
        do {
            let caller = try await endpoint.admitted(incoming, cost: Self.cost)
            let isPreview = (incoming.query ?? "").split(separator: "&").contains("preview=1")
            let package = [UInt8](incoming.body.readableBytesView)
            let done = try await endpoint.files.reviews.importAnki(package, isPreview: isPreview, as: caller)
            let report = Report(
                preview: isPreview,
                added: done.added,
                known: done.known,
                refused: done.refused,
                foreignNotes: done.foreignNotes
            )
            var answer = Answer.json(.ok, [UInt8](try JSONEncoder().encode(report)))
            answer.headers = [("cache-control", "no-store")]
            answer.user = caller.account?.user.rawValue
            return answer
        } catch {
            return refusal(error, incoming)
        }
    }

    private func refusal(_ error: any Error, _ incoming: IncomingRequest) -> Answer {
        let known = error as? AtlasError
        if known == nil || known?.code == .internalError {
            endpoint.parts.logger.error("upload failed", metadata: ["id": "\(incoming.id)", "error": "\(error)"])
        }
        if known?.code == .unauthenticated { return Self.unauthenticated }
        var answer = Answer.text(
            HTTPResponseStatus(statusCode: ReportEndpoint.status(known?.code ?? .internalError).code),
            known?.message ?? "Something went wrong on our side. Its id in the log is \(incoming.id)."
        )
        answer.headers = [("cache-control", "no-store")]
        if let wait = known?.retryAfter { answer.headers.append(("retry-after", "\(max(1, wait.components.seconds))")) }
        return answer
    }

    /// Whether somebody says who they are.
    static func hasToken(_ headers: HTTPHeaders) -> Bool {
        headers["authorization"].first?.lowercased().hasPrefix("bearer ") ?? false
    }

    static let unauthenticated: Answer = {
        var answer = Answer.text(.unauthorized, "Send an access token: \"Authorization: Bearer TOKEN\".")
        answer.headers = [("www-authenticate", "Bearer"), ("cache-control", "no-store")]
        return answer
    }()
}

/// Counts uploads, each of which may take tens of megabytes.
final class UploadPlaces: Sendable {
    private let taken = Mutex(0)
    private let count: Int

    init(count: Int) { self.count = count }

    /// `nil` if all places are taken.
    func take() -> Place? {
        let isFree = taken.withLock { taken in
            guard taken < count else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(places: self) : nil
    }

    /// Given back when nobody holds it any more: when its request is over, however it ended.
    final class Place: Sendable {
        private let places: UploadPlaces

        fileprivate init(places: UploadPlaces) { self.places = places }

        deinit { places.taken.withLock { $0 -= 1 } }
    }
}
