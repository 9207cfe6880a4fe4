import AtlasAPI
import AtlasCore
import AtlasPorts

/// Reports for learners, for those who teach, and for those who run Atlas.
struct ReportService: LearningReports {
    let database: any Database
    let analytics: AnalyticsService
    let auth: any Auth
    let content: any Content
    let groups: any StudyGroups
    let series: any TimeSeries
    let queue: any Queue
    let printer: any DocumentPrinter
    let clock: any WallClock
    let keeper: KnowledgeKeeper

    func learnerReport(of user: UserID, days: Int, as caller: Caller) async throws -> LearnerReport {
        let document = try await document(of: user, days: days, as: caller)
        return LearnerReport(title: document.title, html: DocumentHTML.page(document), generatedAt: clock.now())
    }

    func learnerPDF(of user: UserID, days: Int, as caller: Caller) async throws -> [UInt8] {
        try await printer.pdf(document(of: user, days: days, as: caller))
    }

    func cohort(_ group: GroupID?, days: Int, as caller: Caller) async throws -> Cohort {
        try AnalyticsService.check(days, in: 1...AnalyticsLimits.days, of: "days", field: "days")
        let (title, people) = try await people(group, caller)
        let names = try await names(of: people)
        let reader = CohortReader(days: days, today: Day(clock.now()), content: content, keeper: keeper)
        try await keeper.catchUp()
        let index = CatalogueIndex(try await content.catalogue(as: .system))
        let categories = try await content.catalogue(as: caller).categories.map(\.id)
        let (members, shares, items) = try await database.read { session in
            (
                try reader.members(people, names, index, in: session),
                try reader.shares(people, categories, in: session),
                try reader.misleading(people, index, in: session)
            )
        }
        return Cohort(
            group: group,
            title: title,
            days: days,
            members: members,
            categories: shares,
            items: items,
            generatedAt: clock.now()
        )
    }

    func cohortCSV(_ group: GroupID?, days: Int, as caller: Caller) async throws -> String {
        let cohort = try await cohort(group, days: days, as: caller)
        return CSV.file(
            [
                "name", "user id", "active days", "last retrieval", "attempts", "right", "diagrams read", "labs passed",
                "help may be welcome because",
            ],
            cohort.members.map { member in
                [
                    member.person.displayName, member.person.id.rawValue, String(member.activeDays),
                    member.lastAt?.description ?? "", String(member.attempts), String(member.correct),
                    String(member.diagrams), String(member.labs), member.help.joined(separator: " "),
                ]
            }
        )
    }

    func views(of user: UserID, days: Int, as caller: Caller) async throws -> [CohortView] {
        try caller.requireSelf(user)
        try AnalyticsService.check(days, in: 1...AnalyticsLimits.days, of: "days", field: "days")
        // An admin asks for somebody else: what counts are that account's groups.
        let owner = Caller(account: Caller.Account(user: user, role: .learner, session: SessionID("")))
        let joined = try await groups.groups(as: owner)
        let members = try await groups.members(of: joined.map(\.id), as: owner)
        let leading = members.mapValues { $0.filter { $0.role != .member && $0.person.id != user }.map(\.person) }
        let candidates = Array(Set(leading.values.joined().map(\.id)))
        let accounts = try await auth.users(candidates, as: .system)
        let instructors = Set(accounts.compactMap { $0 }.filter { $0.role >= .instructor }.map(\.id))
        let reader = CohortReader(days: days, today: Day(clock.now()), content: content, keeper: keeper)
        let index = CatalogueIndex(try await content.catalogue(as: .system))
        let names = try await names(of: [user])
        let lines = try await database.read { try reader.members([user], names, index, in: $0) }
        guard let line = lines.first else { return [] }
        return joined.compactMap { group in
            let viewers = (leading[group.id] ?? []).filter { instructors.contains($0.id) }
            guard !viewers.isEmpty else { return nil }
            return CohortView(group: group.id, title: group.settings.name, viewers: viewers, member: line)
        }
    }

    func operatorReport(days: Int, as caller: Caller) async throws -> OperatorReport {
        try caller.require(.admin)
        try AnalyticsService.check(days, in: 1...AnalyticsLimits.days, of: "days", field: "days")
        let today = Day(clock.now())
        let first = today.adding(1 - Int64(days))
        let (learners, rows, calibration) = try await database.read { session in
            (
                try session.rows("SELECT COUNT(*) AS learners FROM learner_states").first?.int("learners") ?? 0,
                try session.rows(
                    """
                    SELECT day, COUNT(*) AS learners, CAST(SUM(attempts) AS BIGINT) AS attempts FROM learner_days
                    WHERE day BETWEEN \(first.number) AND \(today.number) AND attempts > 0 GROUP BY day
                    """
                ),
                try ForecastKind.allCases.compactMap { try ForecastRows.reports(of: $0, limit: 1, in: session).first }
            )
        }
        var active: [Int64: (learners: Int, attempts: Int)] = [:]
        for row in rows { active[try row.int64("day")] = (try row.int("learners"), try row.int("attempts")) }
        let events = try await events(from: first, to: today)
        let state = try await series.state()
        var dead = 0
        for name in ["analytics-events", EventIngestion.queue] { dead += try await queue.deadLetters(of: name).count }
        return OperatorReport(
            learners: learners,
            days: (first.number...today.number).map { day in
                OperatorReport.Day(
                    day: Day(number: day).name,
                    activeLearners: active[day]?.learners ?? 0,
                    attempts: active[day]?.attempts ?? 0,
                    events: events[day] ?? 0
                )
            },
            points: state.points,
            bytes: state.bytes,
            oldest: state.oldest,
            deadLetters: dead,
            calibration: calibration,
            generatedAt: clock.now()
        )
    }

    private func events(from first: Day, to last: Day) async throws -> [Int64: Int] {
        var events: [Int64: Int] = [:]
        for measurement in Measurement.all where measurement != .systemMetrics {
            let query = TimeSeriesQuery(
                measurement.name,
                from: first.start,
                to: last.adding(1).start,
                window: .milliseconds(Day.milliseconds)
            )
            for bucket in try await series.buckets(query) {
                events[Day(bucket.start).number, default: 0] += bucket.count
            }
        }
        return events
    }
}

// MARK: - Who may see whom

extension ReportService {
    /// The people of a cohort and its title, as far as the caller may see them.
    private func people(_ group: GroupID?, _ caller: Caller) async throws -> (title: String, people: [UserID]) {
        try caller.require(.instructor)
        let account = try caller.signedIn()
        let found: Set<UserID>
        var title = "All learners"
        if let group {
            guard try await isAllowed(account, group) else {
                throw AtlasError(
                    .notFound,
                    "There is no group that you own or moderate with this id.",
                    field: "groupId"
                )
            }
            guard let members = try await groups.memberIDs(of: [group])[group] else {
                throw AtlasError(.notFound, "There is no group with this id.", field: "groupId")
            }
            found = members
            title = try await groups.groups(as: caller).first { $0.id == group }?.settings.name ?? "Group \(group)"
        } else if account.role >= .admin {
            let rows = try await database.rows(
                "SELECT user_id FROM learner_states ORDER BY last_at DESC, user_id LIMIT \(ReportLimits.members)"
            )
            found = Set(try rows.map { UserID(try $0.string("user_id")) })
        } else {
            title = "All groups that you own or moderate"
            let mine = try await groups.groups(as: caller).filter { $0.role == .owner || $0.role == .moderator }
            found = Set(try await groups.memberIDs(of: mine.map(\.id)).values.joined())
        }
        let others = found.subtracting([account.user]).sorted { $0.rawValue < $1.rawValue }
        return (title, Array(others.prefix(ReportLimits.members)))
    }

    private func isAllowed(_ account: Caller.Account, _ group: GroupID) async throws -> Bool {
        if account.role >= .admin { return true }
        let membership = try await groups.membership(of: account.user, in: group)
        return membership?.role == .owner || membership?.role == .moderator
    }

    private func names(of users: [UserID]) async throws -> [UserID: String] {
        var names: [UserID: String] = [:]
        for start in stride(from: 0, to: users.count, by: 500) {
            let part = Array(users[start..<min(start + 500, users.count)])
            names.merge(try await auth.displayNames(of: part)) { first, _ in first }
        }
        return names
    }
}
