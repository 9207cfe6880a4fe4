import AtlasAPI
import AtlasCore
import Diagrams
import GraphQL

/// Fields of diagrams, labs and incidents.
struct ItemResolvers {
    let content: any Content
    let progress: any ProgressTracking

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("Diagram", Diagram.self) { [self] diagram in
            header(&diagram) { $0.header }
            picture(&diagram) { $0.picture }
            diagram.field("kind") { $0.picture.graph.kind.rawValue }
            diagram.field("view") { $0.view }
            diagram.field("outline") { $0.picture.outline }
            diagram.field("bodyHTML") { $0.bodyHTML }
            diagram.field("probes") { $0.probes }
            diagram.field("sources") { $0.sources }
            failures(&diagram)
            links(&diagram)
        }
        resolvers.type("Lab", Lab.self) { [self] lab in
            header(&lab) { $0.header }
            lab.field("number") { $0.number }
            lab.field("difficulty") { Self.difficulty($0.header.level) }
            lab.field("tier") { $0.tier }
            lab.field("minutes") { $0.minutes }
            lab.field("objectives") { $0.objectives }
            lab.field("instructions") { $0.instructionsHTML }
            lab.field("files") { $0.files }
            lab.field("checks") { $0.checks }
            diagrams(&lab, "related") { $0.related }
        }
        resolvers.type("Incident", Incident.self) { [self] incident in
            header(&incident) { $0.header }
            picture(&incident) { $0.picture }
            incident.field("company") { $0.company }
            incident.field("description") { $0.header.summary }
            incident.field("date") { $0.date }
            incident.field("duration") { $0.duration }
            incident.field("rootCause") { $0.rootCause }
            incident.field("patterns") { $0.patterns }
            incident.field("publicTitle") { $0.report.title }
            incident.field("url") { $0.report.url }
            incident.field("bodyHTML") { $0.bodyHTML }
            incident.field("timeline") { $0.timeline }
            incident.field("lessons") { $0.lessons }
            diagrams(&incident, "related") { $0.related }
        }
    }

    private func header<Item>(
        _ item: inout TypeResolvers<Item, RequestContext>,
        _ header: @escaping @Sendable (Item) -> ItemHeader
    ) {
        item.field("id") { header($0).id }
        item.field("title") { header($0).title }
        if Item.self != Incident.self { item.field("summary") { header($0).summary } }
        item.field("level") { header($0).level }
        item.field("topics") { header($0).topics }
        item.field("version") { header($0).version }
        item.field("updatedAt") { header($0).updatedAt }
        item.field("source") { header($0).source }
        item.asyncField("category") { [content] it, _, context -> CountedCategory in
            try await content.catalogue(as: context.caller).category(header(it).category)
        }
    }

    private func picture<Item>(
        _ item: inout TypeResolvers<Item, RequestContext>,
        _ picture: @escaping @Sendable (Item) -> Picture
    ) {
        item.field("mermaidSource") { picture($0).mermaidSource }
        item.field("svg") { picture($0).svg }
        item.field("alternativeText") { picture($0).alternativeText }
        item.field("longDescription") { picture($0).longDescription }
        item.field("graph") { picture($0).graph }
    }

    /// A list of diagrams by id, without those the caller may not see.
    private func diagrams<Item>(
        _ item: inout TypeResolvers<Item, RequestContext>,
        _ name: String,
        _ ids: @escaping @Sendable (Item) -> [DiagramID]
    ) {
        item.asyncField(name) { [content] it, _, context -> [Diagram] in
            try await content.diagrams(ids(it), as: context.caller).compactMap(\.self)
        }
    }

    private func failures(_ diagram: inout TypeResolvers<Diagram, RequestContext>) {
        diagram.field("failing") { diagram, arguments, _ -> FailureAnswer in
            try diagram.failing(without: arguments.strings("kill"), field: "kill")
        }
        diagram.field("singlePointsOfFailure") { $0.picture.graph.singlePointsOfFailure() }
    }

    private func links(_ diagram: inout TypeResolvers<Diagram, RequestContext>) {
        diagrams(&diagram, "prerequisites") { $0.prerequisites }
        diagrams(&diagram, "next") { $0.next }
        diagram.asyncField("related") { [content] it, _, context -> [Diagram] in
            try await content.catalogue(as: context.caller).related(to: it)
        }
        diagram.asyncField("incidents") { [content] it, _, context -> [Incident] in
            try await content.catalogue(as: context.caller).incidents
                .filter { $0.related.contains(it.id) || $0.header.shares(it.header) }
        }
        diagram.asyncField("labs") { [content] it, _, context -> [Lab] in
            try await content.catalogue(as: context.caller).labs
                .filter { $0.related.contains(it.id) || $0.header.shares(it.header) }
        }
        diagram.asyncField("completed") { [progress] it, _, context -> Bool? in
            try await context.completedDiagrams(progress)?.contains(it.id)
        }
    }

    private static func difficulty(_ level: Int) -> String {
        switch level {
        case 1: "first course"
        case 2: "working engineer"
        default: "staff"
        }
    }
}

extension Catalogue {
    /// The most diagrams named as related.
    private static let relatedLimit = 8

    /// The other views of the same topic first, then diagrams that share a topic.
    fileprivate func related(to diagram: Diagram) -> [Diagram] {
        let others = diagrams.filter { $0.id != diagram.id }
        let main = diagram.header.topics.first
        let sameTopic = others.filter { $0.header.topics.first == main }
        let sharing = others.filter { $0.header.topics.first != main && $0.header.shares(diagram.header) }
        return Array((sameTopic + sharing).prefix(Self.relatedLimit))
    }
}

extension ItemHeader {
    /// Whether the two have a topic in common.
    fileprivate func shares(_ other: ItemHeader) -> Bool {
        topics.contains(where: other.topics.contains)
    }
}
