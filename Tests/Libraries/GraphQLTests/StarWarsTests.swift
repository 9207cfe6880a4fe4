import GraphQL
import Testing

@Suite struct StarWarsTests {
    @Test func `fields, aliases and lists are written in the order of the query`() async throws {
        let answer = try await StarWars.answer(
            "{ hero { name id ... on Human { mass height tall: height } friends { name } } }"
        )
        #expect(
            answer == #"""
                {"data":{"hero":{"name":"Luke","id":"1000","mass":77,"height":1.72,"tall":1.72,"friends":[{"name":"Han"},{"name":"R2-D2"}]}}}
                """#
        )
    }

    @Test func `objects of interfaces and unions resolve to their own type`() async throws {
        let answer = try await StarWars.answer(
            """
            query ($text: String!) {
              search(text: $text) { __typename ... on Droid { primaryFunction } ... on Character { name } }
            }
            """,
            ["text": "2"]
        )
        #expect(
            answer == #"{"data":{"search":[{"__typename":"Droid","primaryFunction":"Astromech","name":"R2-D2"}]}}"#
        )
    }

    @Test func `a field that waits gives the same answer`() async throws {
        let answer = try await StarWars.answer(
            #"{ a: slow(id: "1000") { name } b: slow(id: 1002) { name } c: slow(id: 3) { name } }"#
        )
        #expect(answer == #"{"data":{"a":{"name":"Luke"},"b":{"name":"Han"},"c":null}}"#)
    }

    @Test func `input objects are coerced and their defaults filled in`() async throws {
        let answer = try await StarWars.answer(
            """
            mutation ($review: ReviewInput!) {
              review(episode: JEDI, review: $review) { stars commentary tags }
            }
            """,
            ["review": ["stars": 5, "tags": "one"]]
        )
        #expect(answer == #"{"data":{"review":{"stars":5,"commentary":"none","tags":["one"]}}}"#)
    }

    @Test func `variables decide about skip and include`() async throws {
        let query = "query ($a: Boolean!) { hero { name @skip(if: $a) id @include(if: $a) name } }"
        #expect(try await StarWars.answer(query, ["a": true]) == #"{"data":{"hero":{"id":"1000","name":"Luke"}}}"#)
        #expect(try await StarWars.answer(query, ["a": false]) == #"{"data":{"hero":{"name":"Luke"}}}"#)
    }
}
