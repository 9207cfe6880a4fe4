import Foundation
import Retrieval
import Testing

@Suite struct JudgedCollectionTests {
    private func records(_ file: String) throws -> [JudgedCollection.Record] {
        try JudgedCollection.records(Array(file.utf8)) { bytes in
            try JSONDecoder().decode(JudgedCollection.Record.self, from: Data(bytes))
        }
    }

    private func collection(_ judgements: String) throws -> JudgedCollection {
        let corpus = try records(#"{"_id": "d1", "text": "one"}"# + "\n" + #"{"_id": "d2", "text": "two"}"#)
        let queries = try records(#"{"_id": "q1", "text": "first"}"# + "\n" + #"{"_id": "q2", "text": "second"}"#)
        return try JudgedCollection(corpus: corpus, queries: queries, judgements: Array(judgements.utf8))
    }

    @Test(arguments: [
        "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td1\t2\n", "q1\td2\t1\nq2\td1\t2",
        "query-id\tcorpus-id\tscore\r\nq1\td2\t1\r\nq2\td1\t2\r\n", "q1 0 d2 1\nq2 0 d1 2\n",
        "q1\t0\td2\t1\nq2\tQ0\td1\t2\n", "q1 d2   1\n\n  \nq2 d1 2", "q1\td2\t1.0\nq2\td1\t2.0\n",
        "\u{FEFF}q1\td2\t1\nq2\td1\t2\n", "\u{FEFF}query iter doc rel\nq1 0 d2 1\nq2 0 d1 2\n",
        "\nquery-id corpus-id score\nq1 d2 1\nq2 d1 2\n",
    ])
    func `judgements are read as they are found in the wild`(file: String) throws {
        let queries = try collection(file).queries
        #expect(queries.map(\.text) == ["first", "second"])
        #expect(queries.map(\.judgements) == [[1: 1], [0: 2]])
    }

    @Test func `an id with spaces may stand between tabs`() throws {
        let corpus = try records(#"{"_id": "one document", "text": "one"}"#)
        let queries = try records(#"{"_id": "one question", "text": "first"}"#)
        let judgements = Array("one question\tone document\t3\r\n".utf8)
        let collection = try JudgedCollection(corpus: corpus, queries: queries, judgements: judgements)
        #expect(collection.queries.map(\.judgements) == [[0: 3]])
    }

    @Test func `what is judged and not there has a number of its own`() throws {
        let judgements = try #require(try collection("q1\td9\t1\nq1\td8\t1\nq1\td1\t0\n").queries.first).judgements
        #expect(judgements.count == 3)
        #expect(judgements[0] == 0)
        #expect(judgements.keys.filter { $0 < 0 }.count == 2)
    }

    @Test(arguments: [
        ("q1\td1\t1\nq1\td2\thigh\n", 2), ("q1\td1\t1\n\nq1\td2\t0.5\n", 3), ("q1\td1\t1\nq1\td2\n", 2),
        ("q1 d1 1\nq1 d1 1 1 1 1\n", 2), ("q1 d1\nq1 d1 1\n", 1), ("q1 d1 1\nq1 d1 nan\n", 2),
        ("a b c\na b c\n", 2), ("q1 d1 1e300\n", 1),
    ])
    func `a judgement that is none is named by its line`(file: String, line: Int) throws {
        let problem = #expect(throws: JudgedCollection.Problem.self) { _ = try collection(file) }
        #expect(problem?.line == line)
    }

    @Test func `judgements that are not UTF-8 are refused`() throws {
        let problem = #expect(throws: JudgedCollection.Problem.self) {
            _ = try JudgedCollection(
                corpus: [],
                queries: [],
                judgements: Array("q1 d1 1\nq".utf8) + [0xFF, 0x20, 0x31]
            )
        }
        #expect(problem?.line == 2)
    }

    @Test func `records are one object a line`() throws {
        let file =
            "\u{FEFF}{\"_id\": 7, \"title\": \"\", \"text\": \"a\u{2028}b\u{85}c\"}\r\n\r\n"
            + "{\"_id\": \"x\", \"title\": \"Title\", \"text\": \"text\", \"more\": [1]}\n"
            + "{\"_id\": \"y\", \"title\": null, \"text\": \"\"}"
        let found = try records(file)
        #expect(found.map(\.id) == ["7", "x", "y"])
        let collection = try JudgedCollection(corpus: found, queries: [], judgements: [])
        #expect(collection.documents == ["a\u{2028}b\u{85}c", "Title. text", ""])
        #expect(collection.queries.isEmpty)
        #expect(try records("").isEmpty)
    }

    @Test(arguments: [
        ("{\"_id\": \"1\", \"text\": \"a\"}\n\n{\"_id\": \"2\"}\n", 3), ("[]", 1),
        ("{\"_id\": true, \"text\": \"a\"}", 1),
        ("{\"_id\": \"1\", \"text\": \"a\"} {\"_id\": \"2\", \"text\": \"b\"}", 1), ("\n{\"text\": \"a\"}", 2),
        ("{\"_id\": \"1\",\n\"text\": \"a\"}", 1),
    ])
    func `a record that is none is named by its line`(file: String, line: Int) throws {
        let problem = #expect(throws: JudgedCollection.Problem.self) { _ = try records(file) }
        #expect(problem?.line == line)
        #expect(problem?.cause != nil)
    }
}
