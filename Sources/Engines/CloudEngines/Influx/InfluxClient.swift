import AtlasCore
import AtlasPorts
import Foundation
import Logging

/// Requests to an InfluxDB, sent again where that may help.
struct InfluxClient: Sendable {
    /// Bytes of an error that are read.
    private static let errorBytes = 64 << 10

    private let client: CloudClient
    private let database: String
    private let retries: Retries
    private let logger: Logger

    init(_ settings: InfluxSettings, retries: Retries, logger: Logger) throws {
        client = CloudClient(settings.endpoint, try settings.credential.header(), settings.timeouts)
        database = settings.database
        self.retries = retries
        self.logger = logger
    }

    /// Writes lines; the same lines again change nothing, so a lost answer is no harm.
    ///
    /// - Throws: `AtlasError`.
    func write(_ lines: [UInt8]) async throws {
        let query = [("db", database), ("rp", InfluxQL.raw), ("precision", "ns")]
        let request = CloudRequest(
            path: "/write",
            query: query.map { (name: $0.0, value: $0.1) },
            contentType: "text/plain; charset=utf-8",
            body: lines
        )
        let answer = try await send(request, limit: Self.errorBytes)
        guard answer.status != 204 else { return }
        let problem = Self.problem(answer)
        // At the turn of the day the server's clock may be ahead: what is too old for it is too old.
        if answer.status == 400, problem.hasPrefix("partial write: points beyond retention policy") { return }
        throw failure(answer.status, problem)
    }

    /// Asks a question.
    ///
    /// - Throws: `AtlasError`.
    func ask(_ statement: String, limit: Int) async throws -> [InfluxAnswer.Series] {
        let query = [("db", database), ("epoch", "ms"), ("q", statement)].map { (name: $0.0, value: $0.1) }
        return try read(try await send(CloudRequest(path: "/query", query: query), limit: limit)).series
    }

    /// Tells to change something.
    ///
    /// - Throws: `AtlasError`: `.conflict` if what is to be made is there and is another.
    func tell(_ statement: String) async throws -> [InfluxAnswer.Series] {
        let request = CloudRequest(
            path: "/query",
            query: [(name: "db", value: database), (name: "epoch", value: "ms")],
            contentType: "application/x-www-form-urlencoded",
            body: Array("q=\(CloudEndpoint.encoded(statement))".utf8)
        )
        return try read(try await send(request, limit: Self.errorBytes)).series
    }

    private func read(_ answer: CloudAnswer) throws -> InfluxAnswer {
        guard answer.status == 200 else { throw failure(answer.status, Self.problem(answer)) }
        let read: InfluxAnswer
        do {
            read = try JSONDecoder().decode(InfluxAnswer.self, from: Data(answer.body))
        } catch {
            throw AtlasError(.unavailable, Self.words, detail: "InfluxDB's answer cannot be read: \(error)")
        }
        if let problem = read.problem { throw failure(answer.status, problem) }
        return read
    }

    /// Sends, and sends again as `Retries` says.
    private func send(_ request: CloudRequest, limit: Int) async throws -> CloudAnswer {
        var tries = 0
        while true {
            tries += 1
            let advice: Duration?
            let problem: String
            do {
                let answer = try await client.send(request, limit: limit)
                guard Retries.isWorthwhile(answer.head) else { return answer }
                advice = retries.advice(answer.head)
                problem = "status \(answer.status): \(Self.problem(answer))"
                if retries.wait(afterTries: tries, advice: advice) == nil { return answer }
            } catch let failure as CloudFailure {
                advice = nil
                problem = "\(failure)"
                if case .tooLarge = failure { throw Self.unavailable(problem) }
            }
            guard let wait = retries.wait(afterTries: tries, advice: advice) else { throw Self.unavailable(problem) }
            logger.warning(
                "InfluxDB is asked again",
                metadata: ["problem": "\(client.hideKey(in: problem))", "milliseconds": "\(wait.wholeMilliseconds)"]
            )
            try await retries.pause(wait)
        }
    }

    private static let words = "Figures over time are not available just now."

    private static func unavailable(_ problem: String) -> AtlasError {
        AtlasError(.unavailable, words, detail: "InfluxDB: \(problem)")
    }

    private func failure(_ status: Int, _ problem: String) -> AtlasError {
        let detail = "InfluxDB, status \(status): \(client.hideKey(in: problem))"
        if status == 401 || status == 403 {
            return AtlasError(
                .invalid,
                "The InfluxDB of timeseries.url refuses its name and password, or token.",
                detail: detail
            )
        }
        if problem.contains("retention policy conflicts") || problem.contains("already exists") {
            return AtlasError(.conflict, "The InfluxDB has other retention policies of these names.", detail: detail)
        }
        return AtlasError(status == 400 ? .internalError : .unavailable, Self.words, detail: detail)
    }

    private static func problem(_ answer: CloudAnswer) -> String {
        let read = try? JSONDecoder().decode(InfluxAnswer.self, from: Data(answer.body))
        return read?.problem ?? String(decoding: answer.body.prefix(300), as: UTF8.self)
    }
}
