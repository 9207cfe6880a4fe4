import NIOCore
import NIOHTTP1
import Testing

@testable import AtlasHTTP

@Suite struct PiecesTests {
    @Test func `a template is filled in`() {
        let template = Template("a{{x}}b{{ yHTML }}c{{missing}}d{{x}} {{")
        #expect(template.render(["x": "<1>", "yHTML": "<2>"]) == "a&lt;1&gt;b<2>cd&lt;1&gt; {{")
        #expect(Template("").render([:]) == "")
        #expect(Template("{{}}}}").render(["": "x"]) == "x}}")
    }

    @Test func `a value is not a template`() {
        #expect(Template("{{a}}{{bHTML}}").render(["a": "{{bHTML}}", "bHTML": "{{a}}"]) == "{{bHTML}}{{a}}")
    }

    @Test func `a header's value cannot end the header`() {
        var head = ResponseHead(.ok, room: 0, allocator: ByteBufferAllocator())
        head.header("location", "/a\r\nset-cookie: b")
        head.header("x-good", "ü\t1")
        #expect(String(buffer: head.finish(.none)) == "HTTP/1.1 200 OK\r\nx-good: ü\t1\r\n\r\n")
    }

    @Test func `dates are as HTTP writes them`() {
        #expect(HTTPDate.text(secondsSince1970: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(secondsSince1970: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(arguments: [
        ("a%20b+c", "a b c"), ("%41%", "A%"), ("%4", "%4"), ("%zz", "%zz"), ("%C3%BC", "ü"), ("%FF", "\u{FFFD}"),
        ("", ""),
    ])
    func `percent-encoding is undone`(_ text: String, _ decoded: String) {
        #expect(FormFields.decoded(text[...], plusIsBlank: true) == decoded)
    }

    @Test func `targets lose scheme and authority`() {
        func target(_ uri: String) -> String {
            let target = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri).target
            return "\(target.path)|\(target.query.map(String.init) ?? "-")"
        }
        #expect(target("/a?b?c") == "/a|b?c")
        #expect(target("http://atlas.test/a?") == "/a|")
        #expect(target("http://atlas.test") == "/|-")
        #expect(target("*") == "*|-")
        #expect(target("") == "|-")
    }

    @Test func `what does not shrink is not compressed`() {
        #expect(Gzip.compress([]) == nil)
        #expect(Gzip.compress([1, 2, 3]) == nil)
        #expect(Gzip.compress((0..<1_000).map { _ in UInt8.random(in: .min ... .max) }) == nil)
        #expect(Gzip.compress([UInt8](repeating: 7, count: 1_000_000)).map { $0.count < 10_000 } == true)
    }

    @Test func `a task stays on its event loop and returns to it`() async throws {
        try await TestServer.run { server async throws in
            for _ in 0..<50 {
                #expect(
                    try await server.graphQL("{a:later b:later hello}").text
                        == #"{"data":{"a":"later","b":"later","hello":"world"}}"#
                )
            }
        }
    }
}
