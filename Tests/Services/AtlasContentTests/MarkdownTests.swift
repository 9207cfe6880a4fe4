import Testing

@testable import AtlasContent

@Suite struct MarkdownTests {
    @Test(arguments: [
        ("A *b* and **c** and `d`", "<p>A <em>b</em> and <strong>c</strong> and <code>d</code></p>"),
        ("two\nlines", "<p>two lines</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("# Top\n## Next\n### Third", "<h2>Top</h2>\n<h2>Next</h2>\n<h3>Third</h3>"),
        ("- a\n- b", "<ul><li>a\n</li><li>b\n</li></ul>"),
        ("3. a\n4. b", "<ol start=\"3\"><li>a\n</li><li>b\n</li></ol>"),
        ("- a\n  - b\n- c", "<ul><li>a\n<ul><li>b\n</li></ul>\n</li><li>c\n</li></ul>"),
        ("1. a\n\n   b\n2. c", "<ol><li><p>a</p>\n<p>b</p>\n</li><li><p>c</p>\n</li></ol>"),
        (
            "1. a\n\n   ```sh\n   ls  <x\n   ```",
            "<ol><li><p>a</p>\n<pre><code class=\"language-sh\">ls  &lt;x\n</code></pre>\n</li></ol>"
        ),
        ("> quote\n> more", "<blockquote><p>quote more</p>\n</blockquote>"),
        (
            "| a | b |\n|---|---|\n| c | *d* |",
            "<table><thead><tr><th>a </th><th>b </th></tr></thead><tbody><tr><td>c </td><td><em>d</em> </td></tr></tbody></table>"
        ),
        ("[a](https://x.org/y?z=1&w)", "<p><a href=\"https://x.org/y?z=1&amp;w\" rel=\"noopener\">a</a></p>"),
        ("[a *b*](/diagrams/c)", "<p><a href=\"/diagrams/c\">a <em>b</em></a></p>"),
        ("*a [b](#c) d*", "<p><em>a <a href=\"#c\">b</a> d</em></p>"),
        ("*a [b* c](#c)", "<p>*a <a href=\"#c\">b* c</a></p>"),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("**open and *half*", "<p>**open and <em>half</em></p>"),
        ("``a ` b`` and ` c", "<p><code>a ` b</code> and ` c</p>"),
        ("\\*not\\* \\\\ \\a", "<p>*not* \\ \\a</p>"),
        ("---", "<hr>"),
    ])
    func `what is understood`(source: String, html: String) {
        #expect(Markdown(source).html.trimmed == html)
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "<img src=x onerror=y>", "[a](javascript:alert(1))", "[a](//evil.org)",
        "[a](https://x.org/\"onclick=y)", "![a](https://x.org/y.png)<b>", "[a](data:text/html,x)",
        "```\"><script>\nx\n```", "<https://x.org>", "&lt;b&gt;", "[a](HTTPS://x.org)", "[a](https://x)",
    ])
    func `nothing an author writes becomes markup`(source: String) {
        let markdown = Markdown(source)
        for forbidden in ["<script", "<img", "onclick=y\"", "javascript:alert(1)\"", "<b>", "href=\"//", "href=\"data"]
        {
            #expect(!markdown.html.contains(forbidden), "\(markdown.html)")
        }
        #expect(isWellFormed(markdown.html), "\(markdown.html)")
    }

    @Test func `refused links are told with their line`() {
        let markdown = Markdown("one\n\n- [a](ftp://x.org)")
        #expect(markdown.refusedLinks.map(\.line) == [3])
        #expect(markdown.refusedLinks.map(\.address) == ["ftp://x.org"])
    }

    @Test func `words are collected without markup and without headings`() {
        let markdown = Markdown("## Head\n\nA **b** [c](/d).\n\n```sh\ne\n```")
        #expect(markdown.plainText.split(whereSeparator: \.isWhitespace) == ["A", "b", "c.", "e"])
        #expect(markdown.headings == ["Head"])
    }

    @Test func `random text is always well-formed HTML`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "*", "**", "***", "_", "`", "``", "```", "[", "](/a)", "](x)", "(", ")", "\n", "\n\n", "- ", "1. ", "> ",
            "# ",
            "|", "|-|", "\\", "<b>", "&", "a", " ", "   ", "é", "\u{1F600}", "\"", "---", "\t",
        ]
        for _ in 0..<3_000 {
            let source = (0..<Int.random(in: 1...40, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let html = Markdown(source).html
            #expect(isWellFormed(html), "\(source.debugDescription) gave \(html)")
        }
    }

    @Test(arguments: [
        "*a ", "[", "](", "`a ``b ", "> ", "- ", "[a](", "|a", "**_", "\\", "  - a\n", "1. a\n\n", "[*a ", "```\n",
    ])
    func `a large text of one piece takes no longer than any other`(piece: String) {
        let count = ContentLimits.sourceBytes / piece.utf8.count
        let duration = ContinuousClock().measure { _ = Markdown(String(repeating: piece, count: count)) }
        // A fraction of a second on an idle machine; a search within a search would take minutes.
        #expect(duration < .seconds(20))
    }
}

/// True if every tag is closed in order and is one of those the renderer may write.
private func isWellFormed(_ html: String) -> Bool {
    let known: Set<String> = [
        "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "em", "strong", "a", "blockquote", "hr",
        "table",
        "thead", "tbody", "tr", "th", "td",
    ]
    var open: [Substring] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
        guard let end = rest[start...].firstIndex(of: ">") else { return false }
        let tag = rest[rest.index(after: start)..<end]
        let name = tag.prefix { $0 != " " }
        if name.hasPrefix("/") {
            guard open.popLast() == name.dropFirst() else { return false }
        } else {
            guard known.contains(String(name)) else { return false }
            if name != "hr" { open.append(name) }
        }
        rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty && !rest.contains(">")
}
