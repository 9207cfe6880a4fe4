import AtlasAPI
import AtlasCore
import GraphQL

/// What accounts have completed.
struct ProgressResolvers {
    let progress: any ProgressTracking
    let predictions: any Predictions
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in
            query.asyncField("userProgress") { _, arguments, context -> ProgressView in
                try await view(of: UserID(try arguments.string("userId")), context: context)
            }
        }
        resolvers.mutation { [self] mutation in
            mutation.asyncField("completeDiagram") { _, arguments, context -> ProgressView in
                let diagram = DiagramID(try arguments.string("diagramId"))
                let completions = try await progress.complete(diagram, as: context.caller)
                context.forgetCompletions()
                return ProgressView(
                    user: try context.caller.signedIn().user,
                    completions: completions,
                    catalogue: try await content.catalogue(as: context.caller)
                )
            }
        }
        resolvers.subscription { [self] subscription in
            subscription.field("progressUpdated") { arguments, context in
                let user = UserID(try arguments.string("userId"))
                return try await progress.changes(of: user, as: context.caller).map { _ in
                    context.forgetCompletions()
                    return try await view(of: user, context: context)
                }
            }
        }
        bindTypes(&resolvers)
    }

    func view(of user: UserID, context: RequestContext) async throws -> ProgressView {
        let completions = try await progress.completions(of: [user], as: context.caller)
        return ProgressView(
            user: user,
            completions: completions.first ?? [],
            catalogue: try await content.catalogue(as: context.caller)
        )
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Progress", ProgressView.self) { progress in
            progress.field("userId") { $0.user.rawValue }
            progress.field("completedDiagrams") { $0.visible }
            progress.field("completedCount") { $0.visible.count }
            progress.field("totalDiagrams") { $0.catalogue.diagrams.count }
            progress.field("byCategory") { $0.byCategory }
            progress.field("next") { $0.next }
            progress.asyncField("predictions") { [predictions] progress, _, context -> PredictionRecord in
                try await predictions.record(of: progress.user, as: context.caller)
            }
        }
        resolvers.type("CompletedDiagram", Completion.self) { completion in
            completion.field("diagramId") { $0.diagram.rawValue }
            completion.field("completedAt") { $0.at }
        }
        resolvers.type("CategoryProgress", CategoryShare.self) { share in
            share.field("category") { $0.category }
            share.field("completed") { $0.completed }
            share.field("total") { $0.total }
        }
    }
}

extension ProgressView {
    /// Completions of diagrams that are still there.
    var visible: [Completion] {
        let ids = Set(catalogue.diagrams.map(\.id))
        return completions.filter { ids.contains($0.diagram) }
    }

    var byCategory: [CategoryShare] {
        let done = Set(completions.map(\.diagram))
        let groups = Dictionary(grouping: catalogue.diagrams, by: \.header.category)
        return catalogue.categories.compactMap { category in
            guard let diagrams = groups[category.id] else { return nil }
            return CategoryShare(
                category: CountedCategory(category: category, catalogue: catalogue),
                completed: diagrams.count { done.contains($0.id) },
                total: diagrams.count
            )
        }
    }

    /// The first diagram in syllabus order that is not completed and whose prerequisites are; failing that, the first
    /// that is not completed.
    var next: Diagram? {
        let done = Set(completions.map(\.diagram))
        let open = catalogue.diagrams.filter { !done.contains($0.id) }
        return open.first { $0.prerequisites.allSatisfy(done.contains) } ?? open.first
    }
}
