import Testing

@testable import Diagrams

@Suite struct SVGTests {
    private func svg(_ source: String, _ options: SVGOptions = SVGOptions()) throws -> String {
        let graph = try #require(Mermaid.parse(source).graph)
        return SVG.render(graph, layout: LayoutEngine.layout(graph), options: options)
    }

    @Test func `nodes, edges and groups carry stable identifiers and data`() throws {
        let source = "flowchart\nsubgraph tier [Tier]\nA[\"One\"]:::cache\nend\nA -->|reads| B\nA --> B"
        let svg = try svg(source, SVGOptions(idPrefix: "d1-", interactive: true))
        for text in [
            "id=\"d1-node-A\"", "data-node=\"A\"", "data-kind=\"cache\"", "id=\"d1-edge-A-B\"", "id=\"d1-edge-A-B-2\"",
            "data-from=\"A\"", "data-to=\"B\"", "id=\"d1-group-tier\"", "role=\"graphics-document\"", "viewBox=\"0 0 ",
            "aria-labelledby=\"d1-title d1-desc\"", "<title id=\"d1-title\">Flowchart</title>", "class=\"atlas-diagram",
            "aria-label=\"One, cache\"", "aria-label=\"One to B: reads\"",
        ] { #expect(svg.contains(text), "\(text)") }
        #expect(svg.split(separator: "tabindex=\"0\"").count == 2)
    }

    @Test func `a still picture is an image without buttons`() throws {
        let svg = try svg("sequenceDiagram\nA->>B: hi")
        #expect(svg.contains("role=\"img\""))
        #expect(!svg.contains("tabindex"))
        #expect(svg.contains("id=\"edge-m1\""))
        #expect(svg.contains("data-step=\"1\""))
    }

    @Test func `identifiers that look alike stay different`() throws {
        let svg = try svg("flowchart\nö --> ä\nö --> _\na.b --> a_b")
        var seen: Set<Substring> = []
        for part in svg.split(separator: " id=\"").dropFirst() {
            let id = part.prefix { $0 != "\"" }
            #expect(seen.insert(id).inserted, "\(id)")
            #expect(id.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 45 || $0 == 95 })
        }
    }

    @Test func `hostile labels stay text`() throws {
        let source = """
            flowchart
            A["</text><script>alert(1)</script>"] -->|"<img src=x onerror=alert(1)>"| B["a#1;b#x0;c & 'd' ]]>"]
            B@{ label: "javascript:alert(1)" }
            """
        let graph = try #require(Mermaid.parse(source).graph)
        for interactive in [true, false] {
            let options = SVGOptions(idPrefix: "\"><script>", interactive: interactive, embedStylesheet: true)
            let svg = SVG.render(graph, layout: LayoutEngine.layout(graph), options: options)
            #expect(!svg.contains("<script"))
            #expect(!svg.contains("<img"))
            #expect(!svg.contains(" style="))
            #expect(!svg.contains("href"))
            #expect(!svg.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        }
    }

    @Test func `the stylesheet knows every class and kind`() throws {
        for kind in NodeKind.allCases where kind != .unknown {
            #expect(SVG.stylesheet.contains("--dg-kind-\(kind.rawValue),"))
            #expect(kind.icon != nil)
        }
        let plain = try svg("flowchart\nA")
        #expect(!plain.contains("<style"))
    }

    @Test func `numbers have at most two decimals`() {
        var writer = SVGWriter()
        for value in [0, 1.005, -0.1, 12.5, 1e30, -3.999, Double.nan] {
            writer.number(value)
            writer.raw(" ")
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "0 1 -0.1 12.5 10000000 -4 0 ")
    }

    @Test func `in the document a node is followed by the edges that leave it`() throws {
        let svg = try svg("flowchart\nC --> D\nA --> C\nD --> E")
        let order = svg.split(separator: " id=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }.dropFirst(2)
        #expect(Array(order) == ["node-A", "edge-A-C", "node-C", "edge-C-D", "node-D", "edge-D-E", "node-E"])
    }
}
