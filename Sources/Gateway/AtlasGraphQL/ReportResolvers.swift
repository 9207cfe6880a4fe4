public import AtlasAPI
import AtlasCore
public import GraphQL

/// Reports, and what an account may have handed out or forgotten.
struct ReportResolvers {
    let reports: any LearningReports
    let privacy: any Privacy
    let content: any Content
    let reviews: any Reviews

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in bindQueries(&query) }
        resolvers.mutation { [privacy] mutation in
            mutation.asyncField("exportMyData") { _, _, context -> DataExport in
                try await privacy.export(as: context.caller)
            }
            mutation.asyncField("deleteMyData") { _, arguments, context -> Bool in
                try await privacy.deleteAccount(password: try arguments.string("password"), as: context.caller)
                context.setCookie(.clear)
                return true
            }
        }
        bindCohort(&resolvers)
        bindOperator(&resolvers)
        resolvers.type("Report", LearnerReport.self) { report in
            report.field("title") { $0.title }
            report.field("html") { $0.html }
            report.field("generatedAt") { $0.generatedAt }
        }
        resolvers.type("DataExport", DataExport.self) { export in
            export.field("fileName") { $0.fileName }
            export.field("json") { $0.json }
            export.field("generatedAt") { $0.at }
        }
    }

    private func bindQueries(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("learnerReport") { [reports] _, arguments, context -> LearnerReport in
            let days = arguments.optionalInt("days") ?? 30
            return try await reports.learnerReport(of: try arguments.owner, days: days, as: context.caller)
        }
        query.asyncField("cohortViews") { [reports] _, arguments, context -> [CohortView] in
            let days = arguments.optionalInt("days") ?? 30
            return try await reports.views(of: try arguments.owner, days: days, as: context.caller)
        }
        query.asyncField("cohort") { [reports, content] _, arguments, context -> ShownCohort in
            let cohort = try await reports.cohort(
                arguments.optionalString("groupId").map { GroupID($0) },
                days: arguments.optionalInt("days") ?? 30,
                as: context.caller
            )
            return ShownCohort(cohort: cohort, catalogue: try await content.catalogue(as: context.caller))
        }
        query.asyncField("operatorReport") { [reports] _, arguments, context -> OperatorReport in
            try await reports.operatorReport(days: arguments.optionalInt("days") ?? 7, as: context.caller)
        }
    }

    private func bindCohort(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("CohortMember", CohortMember.self) { member in
            member.field("user") { $0.person }
            member.field("activeDays") { $0.activeDays }
            member.field("lastAt") { $0.lastAt }
            member.field("attempts") { $0.attempts }
            member.field("correct") { $0.correct }
            member.field("diagrams") { $0.diagrams }
            member.field("labs") { $0.labs }
            member.field("help") { $0.help }
        }
        resolvers.type("Cohort", ShownCohort.self) { cohort in
            cohort.field("groupId") { $0.cohort.group?.rawValue }
            cohort.field("title") { $0.cohort.title }
            cohort.field("days") { $0.cohort.days }
            cohort.field("members") { $0.cohort.members }
            cohort.field("needHelp") { $0.cohort.members.filter { !$0.help.isEmpty } }
            cohort.field("categories") { $0.categories }
            cohort.field("misleading") { $0.cohort.items }
            cohort.field("generatedAt") { $0.cohort.generatedAt }
        }
        resolvers.type("CohortCategory", CohortCategoryView.self) { share in
            share.field("category") { $0.category }
            share.field("mastery") { $0.share.mastery }
            share.field("learners") { $0.share.learners }
            share.field("attempts") { $0.share.attempts }
        }
        resolvers.type("MisleadingItem", Cohort.MisleadingItem.self) { [reviews] item in
            item.field("itemId") { $0.item }
            item.asyncField("question") { it, _, context -> ReviewItem? in
                try await reviews.items([ReviewItemID(it.item)], as: context.caller).first ?? nil
            }
            item.field("contentId") { $0.content }
            item.field("contentKind") { $0.kind }
            item.field("title") { $0.title }
            item.field("attempts") { $0.attempts }
            item.field("correctFraction") { $0.correctFraction }
            item.field("expectedFraction") { $0.expectedFraction }
            item.field("reason") { $0.reason }
        }
        resolvers.type("CohortView", CohortView.self) { view in
            view.field("groupId") { $0.group.rawValue }
            view.field("title") { $0.title }
            view.field("viewers") { $0.viewers }
            view.field("member") { $0.member }
        }
    }

    private func bindOperator(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("OperatorReport", OperatorReport.self) { report in
            report.field("learners") { $0.learners }
            report.field("days") { $0.days }
            report.field("points") { Double($0.points) }
            report.field("bytes") { Double($0.bytes) }
            report.field("oldest") { $0.oldest }
            report.field("deadLetters") { $0.deadLetters }
            report.field("calibration") { $0.calibration }
            report.field("generatedAt") { $0.generatedAt }
        }
        resolvers.type("OperatorDay", OperatorReport.Day.self) { day in
            day.field("day") { $0.day }
            day.field("activeLearners") { $0.activeLearners }
            day.field("attempts") { $0.attempts }
            day.field("events") { $0.events }
        }
    }
}

extension LearnerReport: GraphQLObject {}
extension DataExport: GraphQLObject {}
extension CohortMember: GraphQLObject {}
extension Cohort.MisleadingItem: GraphQLObject {}
extension CohortView: GraphQLObject {}
extension OperatorReport: GraphQLObject {}
extension OperatorReport.Day: GraphQLObject {}

/// A cohort with the catalogue that its categories are looked up in.
struct ShownCohort: GraphQLObject {
    let cohort: Cohort
    let catalogue: Catalogue

    var categories: [CohortCategoryView] {
        let known = CountedCategory.byID(catalogue)
        return cohort.categories.compactMap { share in
            known[share.category].map { CohortCategoryView(category: $0, share: share) }
        }
    }
}

/// A cohort's share with its category.
struct CohortCategoryView: GraphQLObject {
    let category: CountedCategory
    let share: Cohort.CategoryShare
}
