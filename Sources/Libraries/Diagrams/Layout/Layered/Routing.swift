/// Draws the lines through their slots: straight within a layer, in an S between layers.
struct Routing {
    let problem: LayeredProblem
    let slots: SlotGraph
    let bands: Bands
    let isReversed: [Bool]

    private static let cornerRoom = 12.0

    func solution() -> LayeredProblem.Solution {
        var solution = LayeredProblem.Solution()
        for index in problem.items.indices {
            let slot = slots.slots[index]
            solution.centers.append(Point(x: slot.across, y: bands.middle(of: slot.rank)))
        }
        let starts = ports(slots.below) { slots.segments[$0].lower }
        let ends = ports(slots.above) { slots.segments[$0].upper }
        var ofLink: [[Int]] = Array(repeating: [], count: problem.links.count)
        for (index, segment) in slots.segments.enumerated() { ofLink[segment.link].append(index) }
        for index in problem.links.indices {
            let curve = self.curve(of: index, ofLink[index], starts, ends, solution.centers)
            solution.curves.append(isReversed[index] ? curve.reversed : curve)
            solution.labels.append(labelCenter(of: index))
        }
        for index in problem.clusters.indices {
            let border = slots.borders[index]
            let range = bands.clusters[index]
            solution.clusters.append(
                Rect(x: border.start, y: range.start, width: border.end - border.start, height: range.end - range.start)
            )
        }
        return Routing.normalized(solution, problem, total: bands.total)
    }

    private func labelCenter(of link: Int) -> Point? {
        for slot in slots.chains[link] where slots.slots[slot].content == .label(link: link) {
            return Point(x: slots.slots[slot].across, y: bands.middle(of: slots.slots[slot].rank))
        }
        return nil
    }

    /// How far from the middle of its box each segment starts or ends; 0 for bends.
    private func ports(_ lists: [[Int]], other: (Int) -> Int) -> [Double] {
        var result = Array(repeating: 0.0, count: slots.segments.count)
        for item in problem.items.indices where !lists[item].isEmpty {
            let middle = slots.slots[item].across
            var segments = lists[item]
            segments.sort { left, right in
                let leftSlot = slots.slots[other(left)].across
                let rightSlot = slots.slots[other(right)].across
                return (leftSlot, slots.segments[left].link) < (rightSlot, slots.segments[right].link)
            }
            let distances = segments.map { slots.slots[other($0)].across - middle }
            let isBend = segments.map { !slots.slots[other($0)].isBox }
            let room = problem.items[item].outline.portRoom
            for (segment, place) in zip(
                segments,
                Routing.spread(distances, isBend: isBend, room: room, most: problem.portDistance)
            ) {
                result[segment] = place
            }
        }
        return result
    }

    /// Ports as near to the other ends as the side allows, `most` apart where there is room.
    private static func spread(_ distances: [Double], isBend: [Bool], room: Double, most: Double) -> [Double] {
        if distances.count == 1 {
            return [isBend[0] && abs(distances[0]) <= room * 0.7 ? distances[0] : 0]
        }
        let count = distances.count
        let gap = min(most, 2 * room / Double(count - 1))
        let fan = min(room, gap * Double(count - 1) * 0.75)
        let wanted = distances.map { abs($0) <= room ? $0 : $0 < 0 ? -fan : fan }
        if let anchor = wanted.indices.min(by: { abs(distances[$0]) < abs(distances[$1]) }),
            abs(distances[anchor]) <= room
        {
            return spread(wanted, from: anchor, gap: gap, room: room)
        }
        var forward = wanted
        for index in 1..<count { forward[index] = max(wanted[index], forward[index - 1] + gap) }
        var backward = wanted
        for index in (0..<(count - 1)).reversed() { backward[index] = min(wanted[index], backward[index + 1] - gap) }
        return (0..<count).map { index in
            let mean = (forward[index] + backward[index]) / 2
            let least = -room + Double(index) * gap
            let most = room - Double(count - 1 - index) * gap
            return min(max(mean, least), max(least, most))
        }
    }

    /// Keeps the line at `anchor` straight and moves the others away from it.
    private static func spread(_ wanted: [Double], from anchor: Int, gap: Double, room: Double) -> [Double] {
        var result = wanted
        let last = wanted.count - 1
        result[anchor] = min(max(wanted[anchor], -room + Double(anchor) * gap), room - Double(last - anchor) * gap)
        for index in wanted.indices where index > anchor { result[index] = max(wanted[index], result[index - 1] + gap) }
        for index in (0..<anchor).reversed() { result[index] = min(wanted[index], result[index + 1] - gap) }
        for index in wanted.indices {
            let least = -room + Double(index) * gap
            result[index] = min(max(result[index], least), max(least, room - Double(last - index) * gap))
        }
        return result
    }

    private func curve(
        of link: Int,
        _ segments: [Int],
        _ starts: [Double],
        _ ends: [Double],
        _ centers: [Point]
    ) -> Curve {
        let ordered = segments.sorted {
            slots.slots[slots.segments[$0].upper].rank < slots.slots[slots.segments[$1].upper].rank
        }
        guard let first = ordered.first, let last = ordered.last else { return direct(link, centers) }
        let upper = slots.segments[first].upper
        let start = slots.slots[upper].across + starts[first]
        let startOutline = problem.items[upper].outline
        let startDepth = startOutline.depth(startOutline.endSide, at: starts[first])
        let startRoom = problem.items[upper].along / 2 - startDepth
        var curve = Curve(from: Point(x: start, y: centers[upper].y + startRoom))
        var across = start
        for index in ordered {
            let segment = slots.segments[index]
            let rank = slots.slots[segment.upper].rank
            let target = slots.slots[segment.lower].across + ends[index]
            let from = bands.ends[rank] + (index == first ? problem.stub : 0)
            let to = bands.starts[rank + 1] - (index == last ? problem.stub : 0)
            curve.line(to: Point(x: across, y: from))
            if abs(target - across) < 0.5 {
                curve.line(to: Point(x: target, y: to))
            } else {
                let bend = (to - from) * 0.55
                curve.curve(
                    Point(x: across, y: from + bend),
                    Point(x: target, y: to - bend),
                    to: Point(x: target, y: to)
                )
            }
            across = target
        }
        let lower = slots.segments[last].lower
        let outline = problem.items[lower].outline
        let depth = outline.depth(outline.startSide, at: ends[last])
        curve.line(to: Point(x: across, y: centers[lower].y - problem.items[lower].along / 2 + depth))
        return curve.joiningStraightPieces
    }

    /// For a link that was too long to be cut at each layer.
    private func direct(_ link: Int, _ centers: [Point]) -> Curve {
        let (upper, lower) =
            isReversed[link]
            ? (problem.links[link].to, problem.links[link].from) : (problem.links[link].from, problem.links[link].to)
        var curve = Curve(from: Point(x: centers[upper].x, y: centers[upper].y + problem.items[upper].along / 2))
        curve.line(to: Point(x: centers[lower].x, y: centers[lower].y - problem.items[lower].along / 2))
        return curve
    }

    /// Moves everything so that the smallest coordinates are 0.
    private static func normalized(
        _ solution: LayeredProblem.Solution,
        _ problem: LayeredProblem,
        total: Double
    ) -> LayeredProblem.Solution {
        var result = solution
        var least = Double.infinity
        var most = -Double.infinity
        for (center, item) in zip(solution.centers, problem.items) {
            least = min(least, center.x - item.before)
            most = max(most, center.x + item.after)
        }
        for (label, link) in zip(solution.labels, problem.links) {
            guard let label, let size = link.label else { continue }
            least = min(least, label.x - size.width / 2)
            most = max(most, label.x + size.width / 2)
        }
        for rect in solution.clusters {
            least = min(least, rect.minX)
            most = max(most, rect.maxX)
        }
        for point in solution.curves.flatMap({ $0.points }) {
            least = min(least, point.x)
            most = max(most, point.x)
        }
        let offset = Point(x: -least, y: 0)
        result.centers = solution.centers.map { $0.moved(by: offset) }
        result.labels = solution.labels.map { $0?.moved(by: offset) }
        result.curves = solution.curves.map { $0.mapped { $0.moved(by: offset) } }
        result.clusters = solution.clusters.map { $0.moved(by: offset) }
        result.size = Size(width: most - least, height: total)
        return result
    }
}

extension Outline {
    /// How far from the middle of a side a line may meet it.
    var portRoom: Double {
        let length = startSide == .top || startSide == .bottom ? size.width : size.height
        switch shape {
        case .diamond: return length * 0.16
        case .circle, .doubleCircle, .ellipse, .smallCircle, .filledCircle, .framedCircle, .crossedCircle, .cloud:
            return length * 0.25
        case .triangle, .flippedTriangle, .hourglass, .bolt: return 0
        default: return max(0, min(length / 2 - 14, length * 0.4))
        }
    }
}

extension Curve {
    /// The curve with upright pieces that follow each other made into one.
    var joiningStraightPieces: Curve {
        guard let first = points.first else { return self }
        var result = Curve(from: first)
        var piece = 0
        while piece < pieces {
            let base = piece * 3
            if isUpright(base) {
                var end = piece
                while end + 1 < pieces, isUpright((end + 1) * 3), abs(points[(end + 1) * 3].x - points[base].x) < 0.01 {
                    end += 1
                }
                result.line(to: points[end * 3 + 3])
                piece = end + 1
            } else {
                result.curve(points[base + 1], points[base + 2], to: points[base + 3])
                piece += 1
            }
        }
        return result
    }

    private func isUpright(_ base: Int) -> Bool {
        abs(points[base].x - points[base + 3].x) < 0.01 && abs(points[base].x - points[base + 1].x) < 0.01
    }
}
