import AtlasAPI
import AtlasCore
import GraphQL

/// Writing the catalogue.
struct AuthoringResolvers {
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [content] query in
            query.asyncField("contentHistory") { _, arguments, context -> [ContentVersion] in
                try await content.history(
                    try arguments.enumeration("kind"),
                    id: try arguments.string("id"),
                    as: context.caller
                )
            }
            query.asyncField("checkSource") { _, arguments, _ -> SourceCheck in
                let (kind, source) = (try arguments.enumeration("kind") as ContentKind, try arguments.string("source"))
                // A large source takes long enough to be noticed by others on this event loop.
                return await withTaskExecutorPreference(globalConcurrentExecutor) {
                    await Self.check(kind, source, content)
                }
            }
        }
        resolvers.mutation { [content] mutation in
            mutation.asyncField("saveContent") { _, arguments, context -> SavedContent in
                try await content.save(
                    try arguments.enumeration("kind"),
                    source: try arguments.string("source"),
                    version: try arguments.int("version"),
                    as: context.caller
                )
            }
            mutation.asyncField("removeContent") { _, arguments, context -> Bool in
                try await content.remove(
                    try arguments.enumeration("kind"),
                    id: try arguments.string("id"),
                    version: try arguments.int("version"),
                    as: context.caller
                )
                return true
            }
            mutation.asyncField("restoreContent") { _, arguments, context -> SavedContent in
                try await content.restore(
                    try arguments.enumeration("kind"),
                    id: try arguments.string("id"),
                    number: try arguments.int("number"),
                    version: try arguments.int("version"),
                    as: context.caller
                )
            }
        }
        bindTypes(&resolvers)
    }

    @concurrent
    private static func check(_ kind: ContentKind, _ source: String, _ content: any Content) async -> SourceCheck {
        content.check(kind, source: source)
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("ContentVersion", ContentVersion.self) { version in
            version.field("number") { $0.number }
            version.field("title") { $0.title }
            version.field("savedAt") { $0.savedAt }
            version.field("savedBy") { $0.savedBy?.rawValue }
            version.field("source") { $0.source }
            version.field("removed") { $0.isRemoved }
        }
        resolvers.type("SavedContent", SavedContent.self) { saved in
            saved.field("kind") { $0.kind }
            saved.field("id") { $0.id }
            saved.field("version") { $0.version }
            saved.field("warnings") { $0.warnings }
        }
        resolvers.type("SourceCheck", SourceCheck.self) { check in
            check.field("findings") { $0.findings }
            check.field("svg") { $0.svg }
        }
        resolvers.type("Finding", Finding.self) { finding in
            finding.field("severity") { $0.severity.rawValue }
            finding.field("line") { $0.line }
            finding.field("column") { $0.column }
            finding.field("message") { $0.message }
            finding.field("remedy") { $0.remedy }
        }
    }
}
