import AtlasAPI
import AtlasCore
import AtlasTestKit
import Testing

@testable import AtlasTutor

@Suite struct HTMLTests {
    @Test func `emphasis, code and lists are marks, everything else is text`() {
        var html = AnswerHTML()
        html.add(.talk("A **strong** and *soft* `x < y` word."), [])
        html.add(.talk("- one"), [])
        html.add(.talk("- two"), [])
        html.add(.talk("1. first"), [])
        html.add(.talk("After."), [])
        #expect(
            html.finished()
                == "<p>A <strong>strong</strong> and <em>soft</em> <code>x &lt; y</code> word.</p><ul><li>one</li><li>two</li></ul>"
                + "<ol><li>first</li></ol><p>After.</p>"
        )
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
        "![x](https://evil.example)",
        "**<b>**", "`</code><script>`", "\\<script>", "&lt;script&gt;", "* * *", "**", "`", "a\u{202E}b<!--",
    ])
    func `no mark of HTML comes through`(text: String) {
        var html = AnswerHTML()
        html.add(.talk(text), [])
        let made = html.finished()
        for tag in ["<script", "<img", "<b>", "<!--", "href", "onerror=\""] { #expect(!made.contains(tag), "\(made)") }
        let opened = made.count(where: { $0 == "<" })
        #expect(opened == made.count(where: { $0 == ">" }))
    }

    @Test func `a part of an incident's picture is not taken for a step`() async throws {
        let index = try await RealCatalogue.index()
        for record in index.records where record.place.kind == .incident {
            let href = Citation(record, number: 1, quote: "x").href
            let page = "/incidents/\(record.place.content)"
            if let node = record.place.node {
                #expect(href == "\(page)#node=\(node)")
            } else if let edge = record.place.edge {
                #expect(href == "\(page)#edge=\(edge)")
            } else {
                #expect(href == (record.kind == .step ? "\(page)#step=\(record.place.line ?? 0)" : page))
            }
        }
    }

    @Test func `a citation is a link to its place, a sentence without one is marked`() async throws {
        let index = try await RealCatalogue.index()
        let record = try #require(index["diagram/e1-cache-aside/node/cache"])
        var sheet = AnswerSheet()
        let quote = "Keeps copies of recently read rows in memory, each with an expiry time."
        let first = sheet.add(
            AnswerUnit(text: "The cache keeps copies.", supports: [.init(record: record, quote: quote)])
        )
        #expect(first.text == "The cache keeps copies. [1]" && first.citations.count == 1)
        let second = sheet.add(AnswerUnit(text: "So says it.", supports: [.init(record: record, quote: quote)]))
        #expect(second.text == " So says it. [1]" && second.citations.isEmpty)
        _ = sheet.add(AnswerUnit(text: "Nobody says this."))
        #expect(sheet.unsupported == 1)
        #expect(sheet.citations.first?.node == "cache" && sheet.citations.first?.diagram?.rawValue == "e1-cache-aside")
        #expect(
            sheet.html
                == "<p>The cache keeps copies. <a class=\"citation\" href=\"/diagrams/e1-cache-aside#node=cache\" data-citation=\"1\">1</a>"
                + " So says it. <a class=\"citation\" href=\"/diagrams/e1-cache-aside#node=cache\" data-citation=\"1\">1</a>"
                + " <span class=\"unsupported\">Nobody says this.</span></p>"
        )
    }
}
