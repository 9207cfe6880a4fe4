import AtlasAPI
import AtlasCore
import GraphQL

/// Running labs: status, files, grading, hints.
struct LabRunResolvers {
    let labs: any Labs

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in
            bindRuns(&query)
            bindHome(&query)
            bindWork(&query)
        }
        resolvers.mutation { [self] mutation in
            bindLife(&mutation)
            bindFiles(&mutation)
            bindGrading(&mutation)
        }
        resolvers.subscription { [labs] subscription in
            subscription.field("labStatusChanged") { arguments, context in
                try await labs.changes(of: try arguments.lab, as: context.caller)
            }
        }
        resolvers.type("Lab", Lab.self) { [labs] lab in
            lab.field("needs") { $0.needs }
            lab.asyncField("available") { it, _, _ -> Bool in await labs.availability(of: it.id).isAvailable }
            lab.asyncField("unavailableReason") { it, _, _ -> String? in await labs.availability(of: it.id).reason }
        }
        Self.bindStatus(&resolvers)
        Self.bindResults(&resolvers)
        Self.bindFileTypes(&resolvers)
        Self.bindHost(&resolvers)
    }

    private func bindRuns(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("labRun") { [labs] _, arguments, context -> LabStatus? in
            try await labs.run(of: try arguments.lab, as: context.caller)
        }
        query.asyncField("labRuns") { [labs] _, _, context -> [LabStatus] in
            try await labs.runs(as: context.caller)
        }
        query.asyncField("labHost") { [labs] _, _, context -> LabHostReport in
            try await labs.host(as: context.caller)
        }
    }

    private func bindHome(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("labFiles") { [labs] _, arguments, context -> [LabHomeFile] in
            try await labs.files(of: try arguments.lab, as: context.caller)
        }
        query.asyncField("labFile") { [labs] _, arguments, context -> LabFileContent in
            try await labs.file(try arguments.string("path"), of: try arguments.lab, as: context.caller)
        }
        query.asyncField("labRecording") { [labs] _, arguments, context -> LabRecording in
            let attempt = arguments.optionalInt("attempt")
            return try await labs.recording(of: try arguments.lab, attempt: attempt, as: context.caller)
        }
    }

    private func bindWork(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("labAttempts") { [labs] _, arguments, context -> [LabResult] in
            let limit = arguments.optionalInt("first") ?? 10
            return try await labs.attempts(of: try arguments.lab, limit: limit, as: context.caller)
        }
        query.asyncField("labGrading") { [labs] _, arguments, context -> LabResult in
            let grading = try arguments.string("gradingId")
            return try await labs.grading(grading, of: try arguments.lab, as: context.caller)
        }
        query.asyncField("labHints") { [labs] _, arguments, context -> [LabHint] in
            try await labs.hints(of: try arguments.lab, as: context.caller)
        }
        query.asyncField("labsProgress") { [labs] _, arguments, context -> [LabProgress] in
            try await labs.progress(of: UserID(try arguments.string("userId")), as: context.caller)
        }
    }

    private func bindLife(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("startLab") { [labs] _, arguments, context -> LabStatus in
            try await labs.start(try arguments.lab, as: context.caller)
        }
        mutation.asyncField("stopLab") { [labs] _, arguments, context -> LabStatus in
            try await labs.stop(try arguments.lab, as: context.caller)
        }
        mutation.asyncField("resetLab") { [labs] _, arguments, context -> LabStatus in
            let newSeed = arguments.optionalBool("newSeed") ?? false
            return try await labs.reset(try arguments.lab, newSeed: newSeed, as: context.caller)
        }
        mutation.asyncField("restoreLab") { [labs] _, arguments, context -> LabStatus in
            try await labs.restore(try arguments.lab, as: context.caller)
        }
        mutation.asyncField("extendLab") { [labs] _, arguments, context -> LabStatus in
            try await labs.extend(try arguments.lab, as: context.caller)
        }
        mutation.asyncField("stayInLab") { [labs] _, arguments, context -> LabStatus in
            try await labs.stay(try arguments.lab, as: context.caller)
        }
    }

    private func bindFiles(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("saveLabFile") { [labs] _, arguments, context -> LabHomeFile in
            try await labs.save(
                try arguments.string("path"),
                content: try arguments.string("content"),
                version: arguments.optionalString("version"),
                in: try arguments.lab,
                as: context.caller
            )
        }
        mutation.asyncField("deleteLabFile") { [labs] _, arguments, context -> Bool in
            try await labs.delete(try arguments.string("path"), in: try arguments.lab, as: context.caller)
        }
    }

    private func bindGrading(_ mutation: inout TypeResolvers<Void, RequestContext>) {
        mutation.asyncField("checkLab") { [labs] _, arguments, context -> LabResult in
            try await labs.check(try arguments.lab, as: context.caller)
        }
        mutation.asyncField("completeLab") { [labs] _, arguments, context -> LabResult in
            let solution = try arguments.string("solution")
            return try await labs.complete(try arguments.lab, solution: solution, as: context.caller)
        }
        mutation.asyncField("revealHint") { [labs] _, arguments, context -> LabHint in
            try await labs.revealHint(try arguments.string("checkId"), of: try arguments.lab, as: context.caller)
        }
    }
}

// MARK: Types

extension LabRunResolvers {
    private static func bindStatus(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("LabStatus", LabStatus.self) { status in
            status.field("labId") { $0.lab }
            status.field("status") { $0.state }
            status.field("position") { $0.position }
            status.field("estimateSeconds") { $0.estimateSeconds }
            status.field("reason") { $0.reason }
            status.field("seed") { $0.seed }
            status.field("startedAt") { $0.startedAt }
            status.field("endsAt") { $0.endsAt }
            status.field("idleEndsAt") { $0.idleEndsAt }
            status.field("savedAt") { $0.savedAt }
            status.field("usage") { $0.usage }
            status.field("canExtend") { $0.canExtend }
            status.field("canRestore") { $0.canRestore }
            status.field("checking") { $0.isChecking }
        }
        resolvers.type("LabUsage", LabUsage.self) { usage in
            usage.field("cpuPercent") { $0.cpuPercent }
            usage.field("memoryBytes") { Double($0.memoryBytes) }
            usage.field("memoryLimitBytes") { Double($0.memoryLimitBytes) }
            usage.field("processes") { $0.processes }
            usage.field("diskBytes") { Double($0.diskBytes) }
        }
    }

    private static func bindResults(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("LabResult", LabResult.self) { result in
            result.field("labId") { $0.lab.rawValue }
            result.field("state") { $0.state }
            result.field("gradingId") { $0.gradingID }
            result.field("attempt") { $0.attempt }
            result.field("passed") { $0.isPassed }
            result.field("score") { $0.scoreFraction }
            result.field("seed") { $0.seed }
            result.field("at") { $0.at }
            result.field("hintsSeen") { $0.hintsSeen }
            result.field("checks") { $0.checks }
            result.field("error") { $0.error }
        }
        resolvers.type("CheckResult", LabCheckResult.self) { check in
            check.field("id") { $0.id }
            check.field("text") { $0.text }
            check.field("passed") { $0.isPassed }
            check.field("observed") { $0.observed }
            check.field("expected") { $0.expected }
            check.field("hintCount") { $0.hintCount }
            check.field("hintsSeen") { $0.hintsSeen }
            check.field("hint") { $0.hint }
        }
        resolvers.type("LabHint", LabHint.self) { hint in
            hint.field("checkId") { $0.check }
            hint.field("number") { $0.number }
            hint.field("of") { $0.count }
            hint.field("text") { $0.text }
        }
        resolvers.type("LabProgress", LabProgress.self) { progress in
            progress.field("labId") { $0.lab.rawValue }
            progress.field("title") { $0.title }
            progress.field("status") { $0.state }
            progress.field("attempts") { $0.attempts }
            progress.field("bestScore") { $0.bestScoreFraction }
            progress.field("passedAt") { $0.passedAt }
        }
    }

    private static func bindFileTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("LabHomeFile", LabHomeFile.self) { file in
            file.field("path") { $0.path }
            file.field("bytes") { Double($0.bytes) }
            file.field("version") { $0.version }
            file.field("isText") { $0.isText }
        }
        resolvers.type("LabFileContent", LabFileContent.self) { content in
            content.field("path") { $0.path }
            content.field("content") { $0.content }
            content.field("version") { $0.version }
            content.field("truncated") { $0.isTruncated }
        }
        resolvers.type("LabRecording", LabRecording.self) { recording in
            recording.field("startedAt") { $0.startedAt }
            recording.field("cols") { $0.size.columns }
            recording.field("rows") { $0.size.rows }
            recording.field("frames") { $0.frames }
            recording.field("truncated") { $0.isTruncated }
        }
        resolvers.type("LabFrame", LabRecording.Frame.self) { frame in
            frame.field("at") { Double($0.atMilliseconds) / 1_000 }
            frame.field("data") { Base64.text(of: $0.bytes) }
        }
    }

    private static func bindHost(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("LabHost", LabHostReport.self) { host in
            host.field("runtime") { $0.runtime }
            host.field("reason") { $0.reason }
            host.field("limits") { $0.limits }
            host.field("missing") { $0.missing }
            host.field("maximum") { $0.maximum }
            host.field("memoryBudgetBytes") { Double($0.memoryBudgetBytes) }
            host.field("memoryBytes") { Double($0.memoryBytes) }
            host.field("runs") { $0.runs }
            host.field("startMedianMilliseconds") { $0.startMedianMilliseconds }
            host.field("startP95Milliseconds") { $0.startP95Milliseconds }
        }
        resolvers.type("LabHostLimit", LabHostReport.Limit.self) { limit in
            limit.field("name") { $0.name }
            limit.field("keptBy") { $0.keptBy }
        }
        resolvers.type("LabHostProgram", LabHostReport.MissingProgram.self) { program in
            program.field("program") { $0.program }
            program.field("package") { $0.package }
            program.field("labs") { $0.labs }
        }
        resolvers.type("LabHostRun", LabHostReport.Run.self) { run in
            run.field("userId") { $0.user.rawValue }
            run.field("status") { $0.status }
        }
    }
}

extension Arguments {
    fileprivate var lab: LabID { get throws { LabID(try string("labId")) } }
}

/// RFC 4648, section 4.
private enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padded = group + repeatElement(0, count: 3 - group.count)
            let bits = padded.reduce(0) { $0 << 8 | Int($1) }
            for (index, shift) in [18, 12, 6, 0].enumerated() {
                text.append(index <= group.count ? alphabet[bits >> shift & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
