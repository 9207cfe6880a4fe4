import AtlasAPI
import AtlasCore

/// What the client's pages say without JavaScript.
enum PageHTML {
    // MARK: Lists

    static func catalogue(_ catalogue: Catalogue) -> PageInfo {
        let byCategory = Dictionary(grouping: catalogue.diagrams, by: \.header.category)
        let sections = catalogue.categories.compactMap { category -> String? in
            guard let diagrams = byCategory[category.id] else { return nil }
            return heading(2, category.title) + list(diagrams.map { link("/diagrams/\($0.header.id)", $0.header) })
        }
        let labs = catalogue.labs.map { link("/labs/\($0.header.id)", $0.header) }
        return PageInfo(
            title: "Catalogue",
            description: "Typed diagrams of large systems by category and level: \(catalogue.diagrams.count) so far.",
            path: "/catalogue",
            noscriptHTML: heading(1, "Catalogue") + sections.joined()
                + (labs.isEmpty ? "" : heading(2, "Labs") + list(labs))
        )
    }

    static func incidents(_ catalogue: Catalogue) -> PageInfo {
        PageInfo(
            title: "Incidents",
            description: "Outages that really happened, step by step: \(catalogue.incidents.count) so far.",
            path: "/incidents",
            noscriptHTML: heading(1, "Incidents")
                + list(catalogue.incidents.map { link("/incidents/\($0.header.id)", $0.header) })
        )
    }

    static func labs(_ catalogue: Catalogue) -> PageInfo {
        PageInfo(
            title: "Labs",
            description: "A shell of your own, checked step by step: \(catalogue.labs.count) labs so far.",
            path: "/labs",
            noscriptHTML: heading(1, "Labs") + list(catalogue.labs.map { link("/labs/\($0.header.id)", $0.header) })
        )
    }

    /// A page that needs its reader's account, and so JavaScript.
    static var calibration: PageInfo {
        let title = "How good forecasts are"
        let about = "What Atlas forecast of learners, held against what happened, beside a constant."
        return PageInfo(
            title: title,
            description: about,
            path: "/calibration",
            noscriptHTML: heading(1, title) + paragraph(about) + paragraph("The figures need JavaScript.")
        )
    }

    static func personal(_ name: String, _ description: String, _ path: String) -> PageInfo {
        PageInfo(
            title: name,
            description: description,
            path: path,
            noscriptHTML: heading(1, name) + paragraph("This page needs JavaScript.")
                + "<p><a href=\"/catalogue\">The catalogue does not.</a></p>",
            isPublic: false
        )
    }

    // MARK: Items

    /// - Parameter catalogue: As the reader sees it: what is not in it is not named either.
    static func diagram(_ diagram: Diagram, in catalogue: Catalogue) -> PageInfo {
        let picture = diagram.picture
        let next = diagram.next.compactMap { id in catalogue.diagrams.first { $0.id == id } }
            .map { link("/diagrams/\($0.header.id)", $0.header) }
        return page(
            diagram.header,
            "/diagrams/\(diagram.header.id)",
            picture.svg + paragraph(picture.longDescription) + diagram.bodyHTML + sources(diagram.sources)
                + (next.isEmpty ? "" : heading(2, "Where to go next") + list(next))
        )
    }

    static func incident(_ incident: Incident) -> PageInfo {
        let steps = incident.timeline.map { "<strong>\(HTML.escaped($0.at))</strong> \(HTML.escaped($0.text))" }
        return page(
            incident.header,
            "/incidents/\(incident.header.id)",
            paragraph("\(incident.company), \(incident.date), \(incident.duration). \(incident.rootCause)")
                + incident.picture.svg + heading(2, "Timeline") + list(steps) + incident.bodyHTML
                + heading(2, "Lessons") + list(incident.lessons.map(HTML.escaped)) + sources([incident.report])
        )
    }

    static func lab(_ lab: Lab) -> PageInfo {
        page(
            lab.header,
            "/labs/\(lab.header.id)",
            list(lab.objectives.map(HTML.escaped)) + lab.instructionsHTML
                + heading(2, "Checks") + list(lab.checks.map { HTML.escaped($0.text) })
        )
    }

    private static func page(_ header: ItemHeader, _ path: String, _ body: String) -> PageInfo {
        PageInfo(
            title: header.title,
            description: header.summary,
            path: path,
            noscriptHTML: heading(1, header.title) + paragraph(header.summary) + body
        )
    }

    // MARK: Pieces

    private static func heading(_ level: Int, _ text: String) -> String {
        "<h\(level)>\(HTML.escaped(text))</h\(level)>"
    }

    private static func paragraph(_ text: String) -> String { "<p>\(HTML.escaped(text))</p>" }

    private static func list(_ items: [String]) -> String {
        "<ul>" + items.map { "<li>\($0)</li>" }.joined() + "</ul>"
    }

    private static func link(_ path: String, _ header: ItemHeader) -> String {
        "<a href=\"\(HTML.escaped(path))\">\(HTML.escaped(header.title))</a>: \(HTML.escaped(header.summary))"
    }

    private static func sources(_ links: [SourceLink]) -> String {
        guard !links.isEmpty else { return "" }
        let items = links.filter { $0.url.hasPrefix("https://") }
            .map { "<a href=\"\(HTML.escaped($0.url))\" rel=\"noopener\">\(HTML.escaped($0.title))</a>" }
        return heading(2, "Sources") + list(items)
    }
}
