import Diagrams
import Testing

@Suite struct `Requests about diagrams` {
    private typealias Question = ([UInt8]) -> [UInt8]

    private func answer(_ question: Question, _ request: String) throws -> JSONValue {
        try JSONReader.value(of: question(Array(request.utf8)))
    }

    private func texts(_ value: JSONValue?) -> [String] {
        (value?.elements ?? []).compactMap { $0.text }
    }

    @Test func `a picture comes with its graph and its words`() throws {
        let source =
            #"flowchart LR\n client([Client]) -->|asks| api[API]\n subgraph data\n db[(Store)]\n end\n api --> db"#
        let answer = try answer(DiagramRequests.render, #"{"source":"\#(source)","idPrefix":"p-","interactive":true}"#)
        #expect(answer["ok"]?.bool == true)
        #expect(answer["kind"]?.text == "flowchart")
        #expect(answer["graph"]?["nodes"]?.elements.map { $0["id"]?.text } == ["client", "api", "db"])
        #expect(answer["graph"]?["edges"]?.elements.first?["label"]?.text == "asks")
        #expect(answer["graph"]?["edges"]?.elements.first?["arrow"]?.text == "-->")
        #expect(texts(answer["graph"]?["groups"]?.elements.first?["members"]) == ["db"])
        #expect(answer["svg"]?.text?.contains(#"id="p-node-client""#) == true)
        #expect(answer["svg"]?.text?.contains(#"role="button""#) == true)
        #expect(answer["outline"]?.elements.first?["target"]?.text == "client")
        #expect(answer["alternativeText"]?.text?.hasPrefix("Flowchart of 3 parts") == true)
        #expect(answer["hash"]?.text?.count == 16)
        #expect(answer["warnings"]?.elements.isEmpty == true)
    }

    @Test func `the parts of an answer are what the library gives`() throws {
        let source = "sequenceDiagram\n  A->>B: hello"
        let graph = try #require(Mermaid.parse(source).graph)
        let answer = try answer(DiagramRequests.render, #"{"source":"sequenceDiagram\n  A->>B: hello"}"#)
        #expect(answer["svg"]?.text == SVG.render(graph, layout: LayoutEngine.layout(graph)))
        #expect(answer["longDescription"]?.text == Words.long(graph))
    }

    @Test func `a source with errors is answered with all of them`() throws {
        let answer = try answer(DiagramRequests.render, #"{"source":"flowchart LR\n a[\n b)("}"#)
        #expect(answer["ok"]?.bool == false)
        let errors = answer["errors"]?.elements ?? []
        #expect(errors.count == 2)
        #expect(errors.map { $0["line"]?.integer } == [2, 3])
        #expect(errors.allSatisfy { $0["severity"]?.text == "error" && $0["message"]?.text?.isEmpty == false })
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"source":1}"#, #"{"source":""}"#, "\u{0}"])
    func `what is no request is refused`(request: String) throws {
        for question in [DiagramRequests.render, DiagramRequests.failing, DiagramRequests.simulate] {
            let answer = try answer(question, request)
            #expect(answer["ok"]?.bool == false)
            #expect(answer["errors"]?.elements.count == 1)
        }
    }

    @Test func `a request over the limit is refused`() throws {
        let request = String(repeating: " ", count: DiagramRequests.maxRequestBytes + 1)
        #expect(try answer(DiagramRequests.render, request)["ok"]?.bool == false)
    }

    @Test func `records that do not fit are warnings and change nothing`() throws {
        let plain = try answer(DiagramRequests.render, #"{"source":"flowchart LR\n a --> b"}"#)
        let request = #"{"source":"flowchart LR\n a --> b","nodes":[{"id":"c","line":7}],"edges":[]}"#
        let answer = try answer(DiagramRequests.render, request)
        #expect(answer["svg"] == plain["svg"])
        let strays = answer["warnings"]?.elements.filter { $0["severity"]?.text == "error" } ?? []
        #expect(strays.map { $0["line"]?.integer } == [7])
    }

    @Test func `what breaks depends on the records of the request`() throws {
        let source = #""source":"flowchart LR\n client --> api --> cache""#
        let bare = try answer(DiagramRequests.failing, "{\(source),\"kill\":[\"cache\",\"cache\"]}")
        #expect(texts(bare["fails"]) == ["client", "api"])
        #expect(texts(bare["singlePointsOfFailure"]) == ["api", "cache"])
        #expect(bare["capabilities"]?.elements.map { $0["id"]?.text } == ["client"])
        let edges = #""edges":[{"from":"api","to":"cache","required":false,"fallback":"reads the store"}]"#
        let soft = try answer(DiagramRequests.failing, "{\(source),\"kill\":[\"cache\"],\(edges)}")
        #expect(texts(soft["fails"]).isEmpty)
        #expect(texts(soft["degrades"]) == ["api"])
        #expect(soft["nodes"]?.elements[1]["reason"]?.text?.contains("reads the store") == true)
    }

    @Test func `replicas of a request count`() throws {
        let source = #""source":"flowchart LR\n client --> db""#
        let nodes = #""nodes":[{"id":"db","replicas":3,"quorum":2}]"#
        let one = try answer(DiagramRequests.failing, "{\(source),\(nodes),\"kill\":[\"db:1\"]}")
        #expect(texts(one["fails"]).isEmpty)
        let two = try answer(DiagramRequests.failing, "{\(source),\(nodes),\"kill\":[\"db:2\"]}")
        #expect(texts(two["fails"]) == ["client"])
        let many = try answer(DiagramRequests.failing, "{\(source),\(nodes),\"kill\":[\"db:99999999999\"]}")
        #expect(texts(many["unknown"]) == ["db:99999999999"])
    }

    @Test func `a simulation gives its report, an error in the scenario its place`() throws {
        let source = #""source":"flowchart LR\n client --> db""#
        let run = try answer(DiagramRequests.simulate, #"{\#(source),"scenario":{"seconds":2,"seed":5}}"#)
        #expect(run["ok"]?.bool == true)
        #expect(run["report"]?["seed"]?.integer == 5)
        let wrong = try answer(DiagramRequests.simulate, #"{\#(source),"scenario":{"nodes":{"db":{"servers":-1}}}}"#)
        #expect(wrong["ok"]?.bool == false)
        #expect(wrong["path"]?.text == "nodes.db.servers")
        #expect(wrong["errors"]?.elements.count == 1)
    }
}
