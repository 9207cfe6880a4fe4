import Diagrams
import Foundation
import Testing

/// Mutates the sources of the corpus.
///
/// A fixed few in every test run; for as long as wanted with
/// `ATLAS_FUZZ_SECONDS=600 ATLAS_FUZZ_SEED=1 swift test -c release -Xswiftc -enable-testing --filter FuzzTests`.
/// What is read last is then in the file `atlas-fuzz.mmd` of the folder for temporary files, should the process end.
@Suite struct FuzzTests {
    static let seconds = ProcessInfo.processInfo.environment["ATLAS_FUZZ_SECONDS"].flatMap(Double.init)
    static let seed = ProcessInfo.processInfo.environment["ATLAS_FUZZ_SEED"].flatMap(Int.init) ?? 1
    private static let signs = [
        "[", "]", "(", ")", "{", "}", "|", "\"", "'", "`", "-->", "-.->", "==>", "->>", "--", "~~~", ":::", ":", ";",
        "@{",
        "%%", "%%{", "}%%", "#35;", "&amp;", "&", "\n", "end\n", " ", "\t", "\r\n", "<br>", "<<", ">>", "[*]", "~",
        "\\",
        "/", "+", ",", "*", "subgraph ", "state ", "class ", "note ", "namespace ", "section ", "title ", "\u{FEFF}",
        "é",
        "漢", "🙂", "\u{0}", "||--o{", "<|--", "direction LR\n", "loop x\n", "alt\n", "else\n", "---\n",
    ].map { Array($0.utf8) }

    @Test func `every accepted source of the corpus reads back the same when printed`() throws {
        #expect(Corpus.sources.count > 300)
        let accepted = Corpus.sources.filter { checkIdentity($0) }
        #expect(accepted.count > 250)
    }

    @Test func `mutated sources are read, printed, laid out and drawn`() throws {
        let corpus = Corpus.sources.map { Array($0.utf8) }
        try #require(!corpus.isEmpty)
        let lastSource = FileManager.default.temporaryDirectory.appending(path: "atlas-fuzz.mmd")
        var random = SplitMix(seed: FuzzTests.seed)
        let clock = ContinuousClock()
        let start = clock.now
        var (count, accepted, slowest, slowestSource) = (0, 0, Duration.zero, "")
        while FuzzTests.seconds.map({ clock.now - start < .seconds($0) }) ?? (count < 1_500) {
            let source = FuzzTests.mutated(corpus, &random)
            if FuzzTests.seconds != nil { try Data(source.utf8).write(to: lastSource) }
            let time = clock.measure { if checkIdentity(source, isDrawn: true) { accepted += 1 } }
            if time > slowest { (slowest, slowestSource) = (time, source) }
            count += 1
        }
        guard FuzzTests.seconds != nil else { return }
        print("\(count) sources, \(accepted) accepted, seed \(FuzzTests.seed); the slowest took \(slowest):")
        print(slowestSource.prefix(2_000))
        #expect(slowest < .seconds(2))
    }

    @Test(.enabled(if: FuzzTests.seconds != nil, "measures time"), arguments: HostileMegabyte.all)
    func `a hostile megabyte is refused or done within a second`(case hostile: HostileMegabyte) {
        let source = hostile.source
        var isAccepted = false
        let time = ContinuousClock().measure { isAccepted = Mermaid.parse(source).graph != nil }
        print("\(hostile): \(time)\(isAccepted ? ", accepted" : "")")
        #expect(time < .seconds(1))
    }

    /// Whether the source was accepted.
    @discardableResult
    private func checkIdentity(_ source: String, isDrawn: Bool = false) -> Bool {
        let outcome = Mermaid.parse(source)
        #expect((outcome.graph == nil) == outcome.diagnostics.contains { $0.severity == .error }, "\(source)")
        guard let graph = outcome.graph else { return false }
        let printed = Mermaid.print(graph)
        let again = Mermaid.parse(printed)
        if again.graph?.withoutLines != graph.withoutLines {
            Issue.record("printing changes this:\n\(source)\nprinted:\n\(printed)\n\(again.diagnostics)")
        }
        if isDrawn {
            let layout = LayoutEngine.layout(graph)
            #expect(layout.size.width.isFinite && layout.size.height.isFinite, "\(source)")
            #expect(!SVG.render(graph, layout: layout).isEmpty)
        }
        return true
    }

    private static func mutated(_ corpus: [[UInt8]], _ random: inout SplitMix) -> String {
        var bytes = corpus[random.below(corpus.count)]
        for _ in 0...random.below(4) {
            let place = random.below(bytes.count + 1)
            let end = min(bytes.count, place + 1 + random.below(16))
            switch random.below(7) {
            case 0: if place < bytes.count { bytes.remove(at: place) }
            case 1, 2: bytes.insert(contentsOf: signs[random.below(signs.count)], at: place)
            case 3: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
            case 4: bytes.removeSubrange(place..<end)
            case 5: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
            default:
                let other = corpus[random.below(corpus.count)]
                let lines = other.split(separator: 10)
                if !lines.isEmpty { bytes.append(contentsOf: lines[random.below(lines.count)] + [10]) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
