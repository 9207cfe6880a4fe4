/// A graph to be drawn in layers that follow each other from top to bottom.
///
/// "Along" is the way from layer to layer, "across" the way within a layer. The caller turns the result for other
/// directions.
struct LayeredProblem {
    /// A box.
    struct Item {
        /// Room across, on both sides of the middle.
        var before: Double
        var after: Double
        /// Room along.
        var along: Double
        /// Room along with what stands beside the box.
        var roomAlong: Double
        var cluster: Int?
        var outline: Outline
    }

    /// A line between two different boxes.
    struct Link {
        var from: Int
        var to: Int
        var minLength: Int
        /// Room for what is written on it: across and along.
        var label: Size?
    }

    /// A frame around boxes; a parent comes before its children.
    struct Cluster {
        var parent: Int?
        var before = 0.0
        var after = 0.0
        var start = 0.0
        var end = 0.0
        var minAcross = 0.0
        var minAlong = 0.0
    }

    var items: [Item] = []
    var links: [Link] = []
    var clusters: [Cluster] = []
    /// More room between layers, for large arrow heads and what is written beside them.
    var extraGap = 0.0
    /// How far lines run straight on from a box before they bend.
    var stub = 0.0
    /// How far apart lines meet the side of a box.
    var portDistance = 14.0

    /// Where everything went.
    struct Solution {
        /// Middle of each box; x across, y along.
        var centers: [Point] = []
        /// From the border of one box to that of the other, for each link.
        var curves: [Curve] = []
        /// Middle of each label; `nil` without one.
        var labels: [Point?] = []
        /// x across, y along.
        var clusters: [Rect] = []
        var size = Size(width: 0, height: 0)
    }

    func solve() -> Solution {
        guard !items.isEmpty else { return Solution() }
        let isReversed = CycleRemoval.reversedLinks(of: self)
        var slots = SlotGraph(self, isReversed: isReversed)
        SlotOrdering.order(&slots)
        CrossPlacement.place(&slots, in: self)
        let bands = Bands(slots, in: self)
        return Routing(problem: self, slots: slots, bands: bands, isReversed: isReversed).solution()
    }
}

/// The border of a box, as lines meet it.
struct Outline {
    /// A side of a box on the page.
    enum Side {
        case top, bottom, left, right
    }

    var shape: NodeShape
    var size: Size
    /// The side where lines from earlier layers arrive.
    var startSide: Side

    var endSide: Side {
        switch startSide {
        case .top: .bottom
        case .bottom: .top
        case .left: .right
        case .right: .left
        }
    }
}

/// Chooses links to be turned round so that no cycle is left.
enum CycleRemoval {
    static func reversedLinks(of problem: LayeredProblem) -> [Bool] {
        var outgoing: [[Int]] = Array(repeating: [], count: problem.items.count)
        var incomingCount = Array(repeating: 0, count: problem.items.count)
        for (index, link) in problem.links.enumerated() {
            outgoing[link.from].append(index)
            incomingCount[link.to] += 1
        }
        var isReversed = Array(repeating: false, count: problem.links.count)
        var state: [UInt8] = Array(repeating: 0, count: problem.items.count)
        let roots = problem.items.indices.filter { incomingCount[$0] == 0 } + Array(problem.items.indices)
        for root in roots where state[root] == 0 {
            var stack: [(item: Int, next: Int)] = [(root, 0)]
            state[root] = 1
            while let (item, next) = stack.last {
                guard next < outgoing[item].count else {
                    state[item] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let link = outgoing[item][next]
                let target = problem.links[link].to
                if state[target] == 1 {
                    isReversed[link] = true
                } else if state[target] == 0 {
                    state[target] = 1
                    stack.append((target, 0))
                }
            }
        }
        return isReversed
    }
}
