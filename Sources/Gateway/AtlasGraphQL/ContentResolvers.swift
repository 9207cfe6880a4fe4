import AtlasAPI
import AtlasCore
import GraphQL

/// Queries on the catalogue.
struct ContentResolvers {
    let content: any Content

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.query { [self] query in
            bindItems(&query)
            bindLists(&query)
        }
        resolvers.type("Category", CountedCategory.self) { category in
            category.field("id") { $0.category.id }
            category.field("title") { $0.category.title }
            category.field("description") { $0.category.description }
            category.field("diagramCount") { it in it.catalogue.diagrams.count { $0.header.category == it.category.id }
            }
            category.field("labCount") { it in it.catalogue.labs.count { $0.header.category == it.category.id } }
            category.field("incidentCount") { it in
                it.catalogue.incidents.count { $0.header.category == it.category.id }
            }
        }
        resolvers.type("SearchHit", Hit.self) { hit in
            hit.field("kind") { $0.hit.kind }
            hit.field("id") { $0.hit.id }
            hit.field("title") { $0.hit.title }
            hit.field("category") { it in it.catalogue.category(it.hit.category) }
            hit.field("level") { $0.hit.level }
            hit.field("snippet") { $0.hit.snippet }
        }
    }

    private func bindItems(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("diagram") { [content] _, arguments, context -> Diagram in
            let id = DiagramID(try arguments.string("id"))
            guard let diagram = try await content.diagrams([id], as: context.caller).first ?? nil else {
                throw AtlasError(.notFound, "There is no such diagram.", field: "id")
            }
            return diagram
        }
        query.asyncField("lab") { [content] _, arguments, context -> Lab in
            let id = LabID(try arguments.string("id"))
            guard let lab = try await content.labs([id], as: context.caller).first ?? nil else {
                throw AtlasError(.notFound, "There is no such lab.", field: "id")
            }
            return lab
        }
        query.asyncField("incident") { [content] _, arguments, context -> Incident in
            let id = IncidentID(try arguments.string("id"))
            guard let incident = try await content.incidents([id], as: context.caller).first ?? nil else {
                throw AtlasError(.notFound, "There is no such incident.", field: "id")
            }
            return incident
        }
    }

    private func bindLists(_ query: inout TypeResolvers<Void, RequestContext>) {
        query.asyncField("categories") { [content] _, _, context -> [CountedCategory] in
            let catalogue = try await content.catalogue(as: context.caller)
            return catalogue.categories.map { CountedCategory(category: $0, catalogue: catalogue) }
        }
        query.asyncField("diagrams") { [content] _, arguments, context -> [Diagram] in
            let filter = try ItemFilter(arguments.optionalObject("filter"))
            return try await content.catalogue(as: context.caller).diagrams
                .filter { filter.allows($0.header) && (filter.view.map($0.view.hasName) ?? true) }
        }
        query.asyncField("labs") { [content] _, arguments, context -> [Lab] in
            let filter = try ItemFilter(arguments.optionalObject("filter"))
            return try await content.catalogue(as: context.caller).labs.filter { filter.allows($0.header) }
        }
        query.asyncField("incidents") { [content] _, arguments, context -> [Incident] in
            let filter = try ItemFilter(arguments.optionalObject("filter"))
            return try await content.catalogue(as: context.caller).incidents
                .filter { filter.allows($0.header) && (filter.pattern.map($0.patterns.contains) ?? true) }
        }
        query.asyncField("search") { [content] _, arguments, context -> [Hit] in
            let (text, limit) = (try arguments.string("query"), arguments.optionalInt("first") ?? 20)
            guard (1...50).contains(limit) else {
                throw AtlasError(.invalid, "`first` is from 1 to 50.", field: "first")
            }
            guard text.count <= 200 else {
                throw AtlasError(.invalid, "A search has at most 200 characters.", field: "query")
            }
            let catalogue = try await content.catalogue(as: context.caller)
            return try await content.search(text, limit: limit, as: context.caller)
                .map { Hit(hit: $0, catalogue: catalogue) }
        }
    }
}

/// The filters of the three lists; each leaves out what it does not have.
private struct ItemFilter {
    let category: String?
    let level: Int?
    let topic: String?
    let pattern: String?
    let view: String?
    let ids: Set<String>?

    init(_ filter: Arguments?) throws {
        category = filter?.optionalString("category")
        level = filter?.optionalInt("level")
        topic = filter?.optionalString("topic")
        pattern = filter?.optionalString("pattern")
        view = filter?.optionalString("view")
        ids = filter?.optionalList("ids") == nil ? nil : filter.map { Set($0.strings("ids")) }
        if let ids, ids.count > 100 {
            throw AtlasError(.invalid, "A filter names at most 100 ids.", field: "filter.ids")
        }
        if let level, !(1...3).contains(level) {
            throw AtlasError(.invalid, "A level is 1, 2 or 3.", field: "filter.level")
        }
    }

    func allows(_ header: ItemHeader) -> Bool {
        (category.map { $0 == header.category } ?? true)
            && (level.map { $0 == header.level } ?? true)
            && (topic.map(header.topics.contains) ?? true)
            && (ids.map { $0.contains(header.id) } ?? true)
    }
}

extension Diagram.View {
    fileprivate func hasName(_ name: String) -> Bool { graphQLName == name }
}

extension Catalogue {
    /// The category with this letter; an unknown letter, which import refuses, would be named by itself.
    func category(_ id: String) -> CountedCategory {
        let category = categories.first { $0.id == id } ?? Category(id: id, title: id, description: "")
        return CountedCategory(category: category, catalogue: self)
    }
}
