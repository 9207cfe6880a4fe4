import AtlasHTTP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SiteTests {
    private func run(
        development: Bool = false,
        pages: TestPages = TestPages(),
        _ test: (TestServer, TestFolder) async throws -> Void
    ) async throws {
        try await TestFolder.web { folder in
            try await TestServer.run {
                $0.webFolder = folder.path
                $0.isDevelopment = development
            } parts: {
                $0.pages = pages
            } _: { server in
                try await test(server, folder)
            }
        }
    }

    // MARK: Files

    @Test func `a file with a hash in its name may be kept for ever`() async throws {
        try await run { server, _ in
            let plain = try await server.request("GET", "/assets/main-4F2A.js")
            #expect(plain.status == 200)
            #expect(plain["content-type"] == "text/javascript; charset=utf-8")
            #expect(plain["cache-control"] == "public, max-age=31536000, immutable")
            #expect(plain["content-encoding"] == nil)
            #expect(plain["vary"] == "accept-encoding")
            #expect(plain.bytes.count == 3_200)
            let small = try await server.request("GET", "/assets/main-4F2A.js?v=1", ["accept-encoding": "gzip"])
            #expect(small["content-encoding"] == "gzip")
            #expect(small.bytes.count < 200)
            let head = try await server.request("HEAD", "/assets/main-4F2A.js")
            #expect(head.status == 200)
            #expect(head["content-length"] == "3200")
        }
    }

    @Test func `other files are asked about again`() async throws {
        try await run { server, _ in
            let icon = try await server.request("GET", "/favicon.svg")
            #expect(icon["content-type"] == "image/svg+xml; charset=utf-8")
            #expect(icon["cache-control"] == "no-cache")
            let tag = try #require(icon["etag"])
            for header in [tag, "\"x\", \(tag)", "*", String(tag.dropFirst(2))] {
                let again = try await server.request("GET", "/favicon.svg", ["if-none-match": header])
                #expect(again.status == 304)
                #expect(again["etag"] == tag)
                #expect(again["content-length"] == nil)
            }
            #expect(try await server.request("GET", "/favicon.svg", ["if-none-match": "\"x\""]).status == 200)
        }
    }

    @Test func `a file that was compressed at build time is served as it is`() async throws {
        try await TestFolder.web { folder in
            try folder.write("assets/main-4F2A.js.gz", "as it is")
            try await TestServer.run {
                $0.webFolder = folder.path
            } _: { server in
                let response = try await server.request("GET", "/assets/main-4F2A.js", ["accept-encoding": "gzip"])
                #expect(response.text == "as it is")
                #expect(try await server.request("GET", "/assets/main-4F2A.js.gz").status == 404)
            }
        }
    }

    @Test(arguments: [
        "/assets/../shell.html", "/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2fshell.html",
        "/assets/", "/assets", "/shell.html", "/landing.html", "/notes.xyz", "/.hidden.txt", "/assets/link.js", "/%00",
        "//etc/passwd", "/assets\\..\\shell.html", "/%ff%fe", "/%",
    ])
    func `nothing but the known files is served`(_ target: String) async throws {
        try await run { server, folder in
            try folder.write(".hidden.txt", "hidden")
            try? FileManager.default.createSymbolicLink(
                at: folder.url.appending(path: "assets/link.js"),
                withDestinationURL: URL(filePath: "/etc/passwd")
            )
            let response = try await server.request("GET", target)
            #expect(response.status == 404 || response.status == 308)
            #expect(
                !response.text.contains("root:") && !response.text.contains("hidden") && !response.text.contains("{{")
            )
        }
    }

    @Test func `files that cannot be served are named in the log`() async throws {
        try await run { server, _ in #expect(server.log.all.contains { $0.contains("/notes.xyz: no known type") }) }
    }

    @Test func `in development a changed file is served at once`() async throws {
        try await run(development: true) { server, folder in
            #expect(try await server.request("GET", "/assets/small.css").text == "a{}")
            try folder.write("assets/small.css", "b{color:red}")
            try folder.write("assets/new.css", "c{}")
            #expect(try await server.request("GET", "/assets/small.css").text == "b{color:red}")
            #expect(try await server.request("GET", "/assets/new.css").text == "c{}")
        }
    }

    // MARK: Pages

    @Test func `the landing page is filled in, and escaped where it must be`() async throws {
        try await run { server, _ in
            let response = try await server.request("GET", "/")
            #expect(response.status == 200)
            #expect(response["content-type"] == "text/html; charset=utf-8")
            let card = "[/diagrams/a A &amp; B &lt;script&gt;alert(1)&lt;/script&gt; 2 <svg></svg>]"
            #expect(response.text == "24 A &amp; B <svg></svg> \(card)")
            let tag = try #require(response["etag"])
            #expect(try await server.request("GET", "/", ["if-none-match": tag]).status == 304)
            #expect(try await server.request("HEAD", "/").status == 200)
        }
    }

    @Test func `the landing page is rendered anew when its content has changed`() async throws {
        let pages = TestPages()
        try await run(development: true, pages: pages) { server, folder in
            let before = try await server.request("GET", "/")["etag"]
            #expect(try await server.request("GET", "/")["etag"] == before)
            try folder.write("landing.html", "new {{diagramCount}}")
            #expect(try await server.request("GET", "/").text == "new 24")
        }
    }

    @Test func `a page of the client has its own title, address and words`() async throws {
        try await run { server, _ in
            let response = try await server.request("GET", "/catalogue")
            #expect(response.status == 200)
            #expect(
                response.text == "<title>Cat &amp; log</title><meta content=\"&quot;All&quot;\">/catalogue<h1>All</h1>"
            )
            #expect(response["x-robots-tag"] == nil)
            #expect(try await server.request("GET", "/account")["x-robots-tag"] == "noindex")
        }
    }

    @Test func `an unknown page is the client with 404`() async throws {
        try await run { server, _ in
            for target in ["/nowhere", "/diagrams", "/a/b/c", "/%3Cscript%3E"] {
                let response = try await server.request("GET", target)
                #expect(response.status == 404)
                #expect(response.text.contains("<title>Not found"))
                #expect(!response.text.contains("<script>"))
            }
        }
    }

    @Test func `a page whose content fails says so without the detail`() async throws {
        try await run { server, _ in
            let response = try await server.request("GET", "/broken")
            #expect(response.status == 503)
            #expect(response.text.contains("The catalogue is away."))
            #expect(!response.text.contains("secret"))
            #expect(server.log.all.contains { $0.contains("secret detail") })
        }
    }

    @Test func `a slash at the end is redirected, on this site`() async throws {
        try await run { server, _ in
            let response = try await server.request("GET", "/catalogue/?level=2")
            #expect(response.status == 308)
            #expect(response["location"] == "/catalogue?level=2")
            for target in ["//evil.test/", "/\\evil.test/", "/\\/evil.test/", "//\\evil.test/"] {
                #expect(try await server.request("GET", target)["location"] == "/evil.test")
            }
        }
    }

    @Test func `only reading is possible`() async throws {
        try await run { server, _ in
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                let response = try await server.request(method, "/catalogue")
                #expect(response.status == 405)
                #expect(response["allow"] == "GET, HEAD")
            }
        }
    }

    @Test func `without a web build the pages say how to make one`() async throws {
        try await TestServer.run { server in
            for target in ["/", "/catalogue"] {
                let response = try await server.request("GET", target)
                #expect(response.status == 503)
                #expect(response.text.contains("make web"))
            }
        }
    }

    @Test func `search engines find the public pages`() async throws {
        try await run { server, _ in
            let robots = try await server.request("GET", "/robots.txt")
            #expect(robots.text.contains("Sitemap: http://atlas.test/sitemap.xml"))
            let map = try await server.request("GET", "/sitemap.xml")
            #expect(map["content-type"] == "application/xml; charset=utf-8")
            #expect(map.text.contains("<loc>http://atlas.test/catalogue</loc>"))
            #expect(map.text.contains("<loc>http://atlas.test/diagrams/a&amp;b</loc>"))
        }
        try await TestServer.run(configure: { $0.publicOrigin = "https://atlas.example" }) { server async throws in
            #expect(try await server.request("GET", "/robots.txt").text.contains("https://atlas.example/sitemap.xml"))
        }
    }
}
