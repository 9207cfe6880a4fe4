import GraphQL
import Testing

/// Definitions made to exhaust whoever reads them.
@Suite struct SchemaAttackTests {
    private func problems(_ sdl: String) -> [String] {
        do throws(SchemaProblems) {
            _ = try Schema(sdl: sdl)
            return []
        } catch {
            return error.problems.map(\.message)
        }
    }

    @Test(arguments: [1, 2, 499, 501, 3_000])
    func `input objects that need themselves are refused, however long the circle`(length: Int) {
        let circle = (0..<length).map { "input I\($0) { n: I\(($0 + 1) % length)! } " }.joined()
        let found = problems("type Query { a(x: I0): Int } " + circle)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Cannot reference Input Object \"I0\" within itself through a series") == true)
    }

    @Test func `long chains of input objects are read`() {
        let chain = (0..<4_000).map { "input I\($0) { n: I\($0 + 1)! } " }.joined()
        #expect(problems("type Query { a(x: I0): Int } " + chain + "input I4000 { a: Int }").isEmpty)
    }

    @Test func `defaults that need one another are read in a time near their number`() {
        let end = "input I4000 { a: Int = 1 }"
        let chain = (0..<4_000).map { "input I\($0) { n: I\($0 + 1) = {} } " }.joined()
        #expect(problems("type Query { a(x: I0 = {}): Int } " + chain + end).isEmpty)
        let circle = (0..<1_000).map { "input I\($0) { n: I\(($0 + 1) % 1_000) = {} m: I0 = {} } " }.joined()
        let found = problems("type Query { a(x: I0 = {}): Int } " + circle)
        #expect((1...100).contains(found.count))
    }

    @Test func `a default that needs itself is refused with the way around`() {
        #expect(
            problems("type Query { a(x: A = {}): Int } input A { b: B = {} } input B { a: [A!] = [{}], c: A = null }")
                == [
                    "Invalid circular reference. The default value of Input Object field A.b references itself "
                        + "via the default values of: B.a."
                ]
        )
        #expect(
            problems("type Query { a: Int } input A { a: A = {n: 1} n: Int }")
                == ["Invalid circular reference. The default value of Input Object field A.a references itself."]
        )
        let whole = "input A { a: A = {a: null, b: null} b: A = {a: {a: null, b: null}, b: null} }"
        #expect(problems("type Query { a: Int } " + whole).isEmpty)
    }

    @Test func `defaults that double with every level are not written out`() {
        let levels = (0..<60).map { "input I\($0) { a: I\($0 + 1) = {} b: I\($0 + 1) = {} } " }.joined()
        let sdl = "type Query { a(x: I0 = {}): Int } " + levels + "input I60 { a: Int = 1 }"
        #expect((try? Schema(sdl: sdl))?.printed.contains("input I60") == true)
    }

    @Test func `deep types, lists and directives are refused or read once`() {
        for depth in [1_000, 100_000] {
            let lists = String(repeating: "[", count: depth) + "Int" + String(repeating: "]", count: depth)
            #expect(problems("type Query { a: \(lists) }").count == 1)
            let value = String(repeating: "[", count: depth)
            #expect(problems("type Query { a(x: Int = \(value)): Int }").count == 1)
        }
        let marks = String(repeating: "@deprecated ", count: 1_000)
        #expect(!problems("type Query { a: Int \(marks) }").isEmpty)
        let interfaces = (0..<300).map { "interface T\($0) implements T\($0 + 1) { a: Int } " }.joined()
        #expect(!problems("type Query { a: Int } " + interfaces + "interface T300 { a: Int }").isEmpty)
    }
}
