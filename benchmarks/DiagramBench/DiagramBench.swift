import Diagrams
import Foundation

/// Parses, places and draws Mermaid sources for `benchmarks/diagrams`: a JSON object on each line of standard input, one
/// on each line of standard output.
///
/// Asked with `source` (Mermaid), `rounds` (how often, 1 without it) and `svg` (whether the picture itself is wanted);
/// answers seconds of CPU time for one round, in median, and where everything is.
@main
struct DiagramBench {
    struct Question: Decodable {
        var source: String
        var rounds: Int?
        var svg: Bool?
    }

    struct Answer: Encodable {
        var parse = 0.0
        var layout = 0.0
        var draw = 0.0
        var size: [Double] = []
        /// How dot calls the direction.
        var direction = "TB"
        /// The middle of each node, its width and height.
        var nodes: [String: [Double]] = [:]
        /// Nodes and groups that lie directly in each group.
        var groups: [String: [String]] = [:]
        var edges: [Line] = []
        var svg: String?
    }

    struct Line: Encodable {
        var from: String
        var to: String
        var label: String?
        var points: [[Double]]
    }

    static func main() throws {
        let (decoder, encoder) = (JSONDecoder(), JSONEncoder())
        while let line = readLine() {
            let question = try decoder.decode(Question.self, from: Data(line.utf8))
            FileHandle.standardOutput.write(try encoder.encode(answer(question)) + Data("\n".utf8))
        }
    }

    private static func answer(_ question: Question) -> Answer {
        var answer = Answer()
        var times: (parse: [Double], layout: [Double], draw: [Double]) = ([], [], [])
        for round in 0..<max(1, question.rounds ?? 1) {
            let start = cpuSeconds()
            guard let graph = Mermaid.parse(question.source).graph else { return answer }
            let parsed = cpuSeconds()
            let layout = LayoutEngine.layout(graph)
            let placed = cpuSeconds()
            let options = SVGOptions(idPrefix: "", interactive: false, embedStylesheet: question.svg ?? false)
            let svg = SVG.render(graph, layout: layout, options: options)
            let drawn = cpuSeconds()
            times.parse.append(parsed - start)
            times.layout.append(placed - parsed)
            times.draw.append(drawn - placed)
            if round == 0 { describe(graph, layout, &answer) }
            if question.svg ?? false { answer.svg = svg }
        }
        answer.parse = median(times.parse)
        answer.layout = median(times.layout)
        answer.draw = median(times.draw)
        return answer
    }

    private static func describe(_ graph: Graph, _ layout: Layout, _ answer: inout Answer) {
        answer.size = [layout.size.width, layout.size.height]
        for node in layout.nodes {
            answer.nodes[node.id] = [node.frame.center.x, node.frame.center.y, node.frame.width, node.frame.height]
        }
        if graph.direction != .topToBottom { answer.direction = graph.direction.rawValue }
        for group in graph.groups {
            let inner = graph.groups.filter { $0.parent == group.id }.map { $0.id }
            answer.groups[group.id] = graph.nodes.filter { $0.group == group.id }.map { $0.id } + inner
        }
        for (edge, route) in zip(graph.edges, layout.edges) where route.curve.pieces > 0 {
            let points = route.curve.polyline(steps: 10).map { [$0.x, $0.y] }
            answer.edges.append(Line(from: edge.from, to: edge.to, label: edge.label, points: points))
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted[sorted.count / 2]
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
