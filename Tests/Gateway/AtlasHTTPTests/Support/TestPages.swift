import AtlasCore
import AtlasHTTP
import Foundation
import NIOConcurrencyHelpers

/// Two pages, and a landing page that counts how often it was asked for.
struct TestPages: PageSource {
    let stamp = NIOLockedValueBox("1")

    func landing() async throws -> LandingPage {
        let card = LandingPage.Card(
            path: "/diagrams/a",
            title: "A & B",
            summary: "<script>alert(1)</script>",
            categoryTitle: "Caching",
            level: 2,
            svgHTML: "<svg></svg>"
        )
        return LandingPage(
            stamp: stamp.withLockedValue { $0 },
            diagramCount: 24,
            incidentCount: 12,
            labCount: 3,
            hero: card,
            cards: [card]
        )
    }

    func page(_ path: String) async throws -> PageInfo? {
        switch path {
        case "/catalogue":
            PageInfo(title: "Cat & log", description: "\"All\"", path: path, noscriptHTML: "<h1>All</h1>")
        case "/account": PageInfo(title: "Account", description: "", path: path, noscriptHTML: "", isPublic: false)
        case "/broken": throw AtlasError(.unavailable, "The catalogue is away.", detail: "secret detail")
        default: nil
        }
    }

    func paths() async throws -> [String] { ["/", "/catalogue", "/diagrams/a&b"] }
}

/// A folder for one test, removed afterwards.
struct TestFolder: Sendable {
    let url: URL
    var path: String { url.path }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    static func run(_ test: (TestFolder) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "atlas-http-\(UInt64.random(in: .min ... .max))"
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try await test(TestFolder(url: url))
    }

    /// A web client of a few lines.
    static func web(_ test: (TestFolder) async throws -> Void) async throws {
        try await run { folder in
            try folder.write(
                "shell.html",
                "<title>{{title}}</title><meta content=\"{{description}}\">{{path}}{{noscriptHTML}}"
            )
            try folder.write("landing.html", "{{diagramCount}} {{heroTitle}} {{heroSVG_HTML}} {{unknown}}{{cardsHTML}}")
            try folder.write("landing-card.html", "[{{path}} {{title}} {{summary}} {{level}} {{svgHTML}}]")
            try folder.write("assets/main-4F2A.js", String(repeating: "console.log(1);\n", count: 200))
            try folder.write("assets/small.css", "a{}")
            try folder.write("favicon.svg", "<svg/>")
            try folder.write("notes.xyz", "no type")
            try await test(folder)
        }
    }
}
