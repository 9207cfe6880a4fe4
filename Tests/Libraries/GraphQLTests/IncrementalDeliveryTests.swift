import GraphQL
import Testing

@Suite struct IncrementalDeliveryTests {
    @Test func `a deferred fragment follows the rest`() async throws {
        let parts = try await Heroes.parts("{ hero { id ... @defer(label: \"L\") { name } } }")
        #expect(
            parts == [
                #"{"data":{"hero":{"id":1}},"pending":[{"id":"0","path":["hero"],"label":"L"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","data":{"name":"Hero 1"}}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `named fragments and the root can be deferred`() async throws {
        let parts = try await Heroes.parts("{ ...F @defer } fragment F on Query { hero { id } numbers }")
        #expect(
            parts == [
                #"{"data":{},"pending":[{"id":"0","path":[]}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","data":{"hero":{"id":1},"numbers":[1,2,3,4]}}],"#
                    + #""completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    @Test(arguments: [
        "{ hero { id ... @defer(if: false) { name } } }",
        "{ hero { id ... @include(if: false) @defer { name } name } }",
        "query ($no: Boolean! = false) { hero { id ... @defer(if: $no) { name } } }",
        "{ hero { id ... @defer { id } name } }", "{ hero { id ...N ...N @defer } } fragment N on Hero { name }",
        "{ hero { ...N @defer ...N id } } fragment N on Hero { id name }",
    ])
    func `what is switched off or selected anyway is not deferred`(query: String) async throws {
        let parts = try await Heroes.parts(query)
        #expect(parts.count == 1)
        #expect(parts.first?.contains("\"name\":\"Hero 1\"") == true)
        #expect(parts.first?.contains("hasNext") == false)
    }

    @Test func `a variable decides for each request`() async throws {
        let query = "query ($d: Boolean!) { hero { ... @defer(if: $d) { name } } }"
        let engine = try Heroes.engine()
        for (isDeferred, count) in [(true, 2), (false, 1), (true, 2)] {
            var parts = 0
            let request = Request(query: query, variables: ["d": .bool(isDeferred)])
            await engine.executeInParts(request, context: Heroes.Context()) { _ in
                parts += 1
                return true
            }
            #expect(parts == count)
        }
        let whole = await engine.execute(Request(query: query, variables: ["d": true]), context: Heroes.Context())
        #expect(whole.text == #"{"data":{"hero":{"name":"Hero 1"}}}"#)
    }

    @Test func `fields that were delivered are left out`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { nested { id } ... @defer { id nested { id name friend { id } } } } }"
        )
        #expect(
            parts == [
                #"{"data":{"hero":{"nested":{"id":1}}},"pending":[{"id":"0","path":["hero"]}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","subPath":["nested"],"data":{"name":"Hero 1","friend":{"id":2}}},"#
                    + #"{"id":"0","data":{"id":1}}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `what two fragments share comes with the first that is complete`() async throws {
        let context = Heroes.Context()
        let engine = try Heroes.engine()
        var parts: [String] = []
        let query =
            "{ hero { ... @defer(label: \"slow\") { nested { id } slow } "
            + "... @defer(label: \"fast\") { nested { id name } } } }"
        await engine.executeInParts(Request(query: query), context: context) { part in
            parts.append(part.text)
            if parts.count == 2 { context.gate.open() }
            return true
        }
        #expect(
            parts == [
                #"{"data":{"hero":{}},"pending":[{"id":"0","path":["hero"],"label":"slow"},"#
                    + #"{"id":"1","path":["hero"],"label":"fast"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"1","data":{"nested":{"id":1}}},{"id":"1","subPath":["nested"],"data":{"name":"Hero 1"}}],"#
                    + #""completed":[{"id":"1"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","data":{"slow":"slow 1"}}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `a fragment inside a deferred one is announced when that one is delivered`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { id ... @defer(label: \"A\") { name friend { ... @defer(label: \"B\") { name } } } } }"
        )
        #expect(
            parts == [
                #"{"data":{"hero":{"id":1}},"pending":[{"id":"0","path":["hero"],"label":"A"}],"hasNext":true}"#,
                #"{"pending":[{"id":"1","path":["hero","friend"],"label":"B"}],"#
                    + #""incremental":[{"id":"0","data":{"name":"Hero 1","friend":{}}}],"completed":[{"id":"0"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"1","data":{"name":"Hero 2"}}],"completed":[{"id":"1"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `a fragment without fields of its own gives way to those inside it`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { nested { id } ... @defer(label: \"A\") { nested { id ... @defer(label: \"B\") { name } } } } }"
        )
        #expect(
            parts == [
                #"{"data":{"hero":{"nested":{"id":1}}},"pending":[{"id":"0","path":["hero","nested"],"label":"B"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","data":{"name":"Hero 1"}}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    // MARK: Errors

    @Test func `an error in a deferred fragment comes with it`() async throws {
        let parts = try await Heroes.parts("{ hero { id ... @defer { fails } } }")
        #expect(
            parts.last
                == #"{"incremental":[{"id":"0","data":{"fails":null},"errors":[{"message":"failed","locations":[{"line":1,"column":26}],"#
                + #""path":["hero","fails"]}]}],"completed":[{"id":"0"}],"hasNext":false}"#
        )
    }

    @Test(arguments: ["failsNonNull", "failsLate"])
    func `null where none may be fails the fragment alone`(field: String) async throws {
        let parts = try await Heroes.parts("{ hero { id ... @defer { name \(field) ... @defer { friend { id } } } } }")
        #expect(parts.count == 2)
        #expect(parts.first == #"{"data":{"hero":{"id":1}},"pending":[{"id":"0","path":["hero"]}],"hasNext":true}"#)
        #expect(parts.last?.hasPrefix(#"{"completed":[{"id":"0","errors":[{"message":"failed"#) == true)
        #expect(parts.last?.hasSuffix(#""path":["hero","\#(field)"]}]}],"hasNext":false}"#) == true)
    }

    @Test func `what both of two fragments need fails both`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { ... @defer { nested { failsLate } id } ... @defer { nested { failsLate } name } } }"
        )
        #expect(parts.last?.hasSuffix("\"hasNext\":false}") == true)
        let text = parts.joined()
        #expect(text.contains(#"{"completed":[{"id":"0","errors":"#))
        #expect(text.contains(#"{"id":"1","errors":"#))
        #expect(!text.contains("incremental"))
    }

    @Test func `nothing is announced inside what became null`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { id friend { ... @defer { name } failsLate } ... @defer { name } } }"
        )
        #expect(parts.first?.contains(#""friend":null"#) == true)
        #expect(parts.first?.contains(#""pending":[{"id":"0","path":["hero"]}]"#) == true)
        let whole = try await Heroes.parts("{ hero { friend { ... @defer { name } failsLate } } }")
        #expect(whole.count == 1)
        #expect(whole.first?.contains("pending") == false)
    }

    // MARK: Lists

    @Test func `the items of a list follow the first ones`() async throws {
        let parts = try await Heroes.parts("{ numbers @stream(initialCount: 1, label: \"N\") }")
        #expect(
            parts == [
                #"{"data":{"numbers":[1]},"pending":[{"id":"0","path":["numbers"],"label":"N"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","items":[2,3,4]}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
        let inner = try await Heroes.parts("query ($n: Int!) { matrix @stream(initialCount: $n) }", ["n": 2])
        #expect(inner.first?.hasPrefix(#"{"data":{"matrix":[[1,2],[3]]},"#) == true)
        #expect(inner.last?.contains(#""items":[[]]"#) == true)
    }

    @Test(arguments: ["@stream(if: false)", "@stream(initialCount: 4)", "@stream(initialCount: 9)"])
    func `a list is whole if its first part is`(directive: String) async throws {
        #expect(try await Heroes.parts("{ numbers \(directive) }") == [#"{"data":{"numbers":[1,2,3,4]}}"#])
    }

    @Test func `a negative count is refused`() async throws {
        let parts = try await Heroes.parts("{ hero { id friends @stream(initialCount: -1) { id } } }")
        #expect(parts.count == 1)
        #expect(parts.first?.contains(#""data":{"hero":null}"#) == true)
        #expect(parts.first?.contains("initialCount must be a positive integer") == true)
    }

    @Test func `an item is delivered before a later one is ready`() async throws {
        let context = Heroes.Context()
        let engine = try Heroes.engine()
        var parts: [String] = []
        let query = "{ heroes @stream { slowItem } }"
        await engine.executeInParts(Request(query: query), context: context) { part in
            parts.append(part.text)
            if parts.count == 2 { context.gate.open() }
            return true
        }
        #expect(parts.first == #"{"data":{"heroes":[]},"pending":[{"id":"0","path":["heroes"]}],"hasNext":true}"#)
        #expect(parts[1] == #"{"incremental":[{"id":"0","items":[{"slowItem":"item 1"}]}],"hasNext":true}"#)
        #expect(parts.last?.hasSuffix(#""completed":[{"id":"0"}],"hasNext":false}"#) == true)
        #expect(parts.joined().contains(#"{"slowItem":"item 3"}"#))
    }

    @Test func `an item that may not be null ends the list`() async throws {
        let parts = try await Heroes.parts("{ heroes @stream(initialCount: 1) { sometimes } }")
        #expect(parts.count == 2)
        #expect(
            parts.last
                == #"{"completed":[{"id":"0","errors":[{"message":"not two","locations":[{"line":1,"column":37}],"#
                + #""path":["heroes",1,"sometimes"]}]}],"hasNext":false}"#
        )
        let nullable = try await Heroes.parts("{ maybe @stream { failsNonNull } }")
        #expect(nullable.last?.contains(#""items":[null,null,null],"errors":["#) == true)
        #expect(nullable.last?.contains(#""path":["maybe",2,"failsNonNull"]"#) == true)
    }

    @Test func `fragments of later items have their place in the list`() async throws {
        let parts = try await Heroes.parts("{ heroes(first: 2) @stream(initialCount: 1) { id ... @defer { name } } }")
        let text = parts.joined(separator: "\n")
        #expect(parts.first?.contains(#"{"id":"0","path":["heroes",0]}"#) == true)
        #expect(text.contains(#""path":["heroes",1]}"#))
        #expect(text.contains(#""data":{"name":"Hero 2"}"#))
        #expect(parts.last?.hasSuffix("\"hasNext\":false}") == true)
    }

    @Test func `a list inside a deferred fragment is announced with it`() async throws {
        let parts = try await Heroes.parts("{ hero { ... @defer { friends @stream(initialCount: 2) { id } } } }")
        #expect(
            Array(parts.dropFirst()) == [
                #"{"pending":[{"id":"1","path":["hero","friends"]}],"incremental":[{"id":"0","data":{"friends":[{"id":12},{"id":13}]}}],"#
                    + #""completed":[{"id":"0"}],"hasNext":true}"#,
                #"{"incremental":[{"id":"1","items":[{"id":14}]}],"completed":[{"id":"1"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `a list that a deferred fragment selects more of keeps what that adds`() async throws {
        let parts = try await Heroes.parts(
            "{ hero { friends @stream { id } ... @defer { friends @stream { name } } } }"
        )
        let text = parts.joined()
        for name in ["Hero 12", "Hero 13", "Hero 14"] { #expect(text.contains("\"name\":\"\(name)\"")) }
        #expect(parts.last?.hasSuffix("\"hasNext\":false}") == true)
    }

    // MARK: Time

    @Test func `a slow fragment does not hold up the rest`() async throws {
        let context = Heroes.Context()
        let engine = try Heroes.engine()
        var parts: [String] = []
        let query = "{ hero { id ... @defer { slow } ... @defer { home { name } } } }"
        await engine.executeInParts(Request(query: query), context: context) { part in
            parts.append(part.text)
            // The slow fragment is let go only when the other one is here.
            if part.text.contains("Home 1") { context.gate.open() }
            return true
        }
        #expect(parts.count == 3)
        #expect(parts.last?.contains("slow 1") == true)
    }

    @Test func `the items of a list load what is deferred in one batch`() async throws {
        let context = Heroes.Context()
        let parts = try await Heroes.parts(
            "{ heroes(first: 5) { id ... @defer { home { name } } } }",
            context: context
        )
        #expect(context.batches.all.map { $0.sorted() } == [[1, 2, 3, 4, 5]])
        #expect(parts.count == 2)
    }

    @Test func `who wants no more cancels what runs`() async throws {
        let context = Heroes.Context()
        let engine = try Heroes.engine()
        let task = Task {
            var count = 0
            await engine.executeInParts(Request(query: "{ hero { id ... @defer { slow } } }"), context: context) { _ in
                count += 1
                return true
            }
            return count
        }
        await context.gate.arrival()
        task.cancel()
        #expect(await task.value == 1)
        #expect(context.gate.cancelledCount == 1)
    }

    @Test func `a delivery that finds nobody ends the operation`() async throws {
        var count = 0
        let query = "{ hero { id ... @defer { name } ... @defer { slow } } }"
        await (try Heroes.engine()).executeInParts(Request(query: query), context: Heroes.Context()) { _ in
            count += 1
            return count < 2
        }
        #expect(count == 2)
    }

    // MARK: Limits

    @Test func `too many parts become errors in their place`() async throws {
        let engine = try Heroes.engine { $0.maxParts = 2 }
        var parts: [String] = []
        let query = "{ heroes(first: 3) { friend { ... @defer { name } } } }"
        await engine.executeInParts(Request(query: query), context: Heroes.Context()) { part in
            parts.append(part.text)
            return true
        }
        #expect(parts.first?.contains(#"[{"friend":{}},{"friend":{}},{"friend":null}]"#) == true)
        #expect(parts.first?.contains("More than 2 fragments and lists are delivered in parts.") == true)
        #expect(parts.last?.contains("Hero 3") == true)
    }

    @Test func `deferring does not make an operation cheaper`() async throws {
        let engine = try Heroes.engine()
        var costs: [Int?] = []
        for query in [
            "{ hero { nested { friends { id } } } }",
            "{ hero { ... @defer { nested { friends @stream { id } } } } }",
        ] {
            await engine.executeInParts(Request(query: query), context: Heroes.Context()) { part in
                costs.append(part.cost)
                return false
            }
        }
        #expect(costs.count == 2)
        #expect(costs.first == costs.last)
    }

    @Test func `mutations defer inside their fields`() async throws {
        let parts = try await Heroes.parts("mutation { rename { id ... @defer { name } } again: rename { id } }")
        #expect(
            parts == [
                #"{"data":{"rename":{"id":1},"again":{"id":1}},"pending":[{"id":"0","path":["rename"]}],"hasNext":true}"#,
                #"{"incremental":[{"id":"0","data":{"name":"Hero 1"}}],"completed":[{"id":"0"}],"hasNext":false}"#,
            ]
        )
    }

    @Test func `transports get the parts one after the other`() async throws {
        var parts: [String] = []
        let refusal = try await Heroes.engine().subscribe(
            Request(query: "{ hero { id ... @defer { name } } }"),
            context: Heroes.Context()
        ) { part in
            parts.append(part.text)
            return true
        }
        #expect(refusal == nil)
        #expect(parts.count == 2)
    }
}
