import GraphQL
import NIOHTTP1

/// `/health/live` and `/health/ready`.
enum HealthEndpoint {
    /// The process answers.
    static let live: Answer = {
        var answer = Answer.json(.ok, Array(#"{"status":"live"}"#.utf8))
        answer.headers = [("cache-control", "no-store")]
        return answer
    }()

    /// Whether the process can do its work: 200, or 503 with the reasons.
    static func ready(_ problems: @Sendable () async -> [String], isStopping: Bool) async -> Answer {
        var problems = await problems()
        if isStopping { problems.append("The server is stopping.") }
        var writer = JSONWriter()
        writer.value([
            "status": .string(problems.isEmpty ? "ready" : "unavailable"),
            "problems": .list(problems.map { .string($0) }),
        ])
        var answer = Answer.json(problems.isEmpty ? .ok : .serviceUnavailable, writer.finish())
        answer.headers = [("cache-control", "no-store")]
        return answer
    }
}
