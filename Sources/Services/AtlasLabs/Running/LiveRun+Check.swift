import AtlasAPI
import AtlasCore
import AtlasPorts

/// The command `check` that the learner types.
extension LiveRun {
    func answer(_ request: LabRequest) async {
        do {
            let result = try await grade(self)
            await request.respond(status: result.isPassed ? 0 : 1, Self.text(result))
        } catch {
            let known = AtlasError.wrap(error, while: "checking lab \(key.lab) from its terminal")
            await request.respond(status: 2, known.message + "\n")
        }
    }

    private static func text(_ result: LabResult) -> String {
        if let error = result.error { return error + "\n" }
        var lines: [String] = []
        for check in result.checks {
            lines.append("\(check.isPassed ? "pass" : "FAIL")  \(check.id): \(check.text.plain)")
            guard !check.isPassed else { continue }
            lines.append("      expected: \(check.expected.plain)")
            lines.append("      observed: \(check.observed.plain)")
        }
        let passed = result.checks.count(where: \.isPassed)
        lines.append("\(passed) of \(result.checks.count) passed, attempt \(result.attempt).")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Without characters that a terminal would obey.
    fileprivate var plain: String {
        String(
            String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? " " : $0 })
        )
    }
}
