extension SequenceLayout {
    mutating func placeMessage(_ id: String, at position: Int) {
        guard let edge = columns.edge(id), let from = columns.table[edge.from], let to = columns.table[edge.to],
            let index = edge.step.map({ $0 - 1 }), layout.edges.indices.contains(index)
        else { return }
        let lines = MessageLabel.lines(edge.label)
        let size = MessageLabel.size(lines)
        if let number {
            layout.edges[index].number = number.next
            self.number = (number.next + number.step, number.step)
        }
        if from == to {
            placeLoop(index, node: from, lines, size)
            lastMessage = y - 10
        } else {
            placeStraight(index, from, to, lines, size, next: position + 1)
        }
        if let destroyed {
            ends[destroyed] = lastMessage
            while !bars[destroyed].isEmpty { closeBarAtEnd(destroyed) }
            self.destroyed = nil
            y += 8
        }
        created = nil
    }

    private mutating func closeBarAtEnd(_ node: Int) {
        guard let start = bars[node].popLast() else { return }
        let shift = Double(bars[node].count) * SequenceLayout.barShift
        let x = columns.positions[node] - SequenceLayout.barWidth / 2 + shift
        let height = max(12, (lastMessage ?? y) - start)
        let frame = Rect(x: x, y: start, width: SequenceLayout.barWidth, height: height)
        layout.activations.append(Layout.Activation(node: graph.nodes[node].id, frame: frame))
    }

    private mutating func placeStraight(
        _ index: Int,
        _ from: Int,
        _ to: Int,
        _ lines: [String],
        _ size: Size,
        next: Int
    ) {
        let isRightward = columns.positions[from] < columns.positions[to]
        var line = y + 10 + max(size.height, 6) + 3
        var end = edgeOfBars(to, onRight: !isRightward, extra: startsBar(to, at: next) ? 1 : 0)
        if created == to {
            let box = columns.sizes[to]
            line = max(line, y + 6 + box.height / 2)
            moveNode(to, toMiddle: line)
            starts[to] = line + box.height / 2
            end = columns.positions[to] + (isRightward ? -box.width / 2 : box.width / 2)
        }
        let start = edgeOfBars(from, onRight: isRightward, extra: 0)
        var curve = Curve(from: Point(x: start, y: line))
        curve.line(to: Point(x: end, y: line))
        layout.edges[index].curve = curve
        if !lines.isEmpty {
            let frame = Rect(
                x: (start + end) / 2 - size.width / 2,
                y: line - size.height - 3,
                width: size.width,
                height: size.height
            )
            layout.edges[index].label = Layout.Label(frame: frame, lines: lines)
        }
        lastMessage = line
        y = created == to ? max(line + 12, starts[to] + 8) : line + 12
    }

    private mutating func moveNode(_ node: Int, toMiddle middle: Double) {
        let offset = Point(x: 0, y: middle - layout.nodes[node].frame.center.y)
        layout.nodes[node].frame = layout.nodes[node].frame.moved(by: offset)
        layout.nodes[node].text.frame = layout.nodes[node].text.frame.moved(by: offset)
        layout.nodes[node].icon = layout.nodes[node].icon?.moved(by: offset)
    }

    private mutating func placeLoop(_ index: Int, node: Int, _ lines: [String], _ size: Size) {
        let height = max(24, size.height - 6)
        let top = y + 14
        let start = edgeOfBars(node, onRight: true, extra: 0)
        let reach = columns.positions[node] + SequenceColumns.loopReach
        let round = 10.0
        var curve = Curve(from: Point(x: start, y: top))
        curve.line(to: Point(x: reach - round, y: top))
        curve.curve(
            Point(x: reach - round / 2, y: top),
            Point(x: reach, y: top + round / 2),
            to: Point(x: reach, y: top + round)
        )
        curve.line(to: Point(x: reach, y: top + height - round))
        curve.curve(
            Point(x: reach, y: top + height - round / 2),
            Point(x: reach - round / 2, y: top + height),
            to: Point(x: reach - round, y: top + height)
        )
        curve.line(to: Point(x: start, y: top + height))
        layout.edges[index].curve = curve
        if !lines.isEmpty {
            let frame = Rect(
                x: reach + 5,
                y: top + (height - size.height) / 2,
                width: size.width,
                height: size.height
            )
            layout.edges[index].label = Layout.Label(frame: frame, lines: lines)
        }
        y = top + height + 12
        lastMessage = top + height
    }

    /// Where a message meets the bars of a participant.
    private func edgeOfBars(_ node: Int, onRight: Bool, extra: Int) -> Double {
        let count = bars[node].count + extra
        guard count > 0 else { return columns.positions[node] }
        let half = SequenceLayout.barWidth / 2
        guard onRight else { return columns.positions[node] - half }
        return columns.positions[node] + half + Double(count - 1) * SequenceLayout.barShift
    }

    private func startsBar(_ node: Int, at next: Int) -> Bool {
        guard next < graph.items.count, case .activate(let id) = graph.items[next] else { return false }
        return id == graph.nodes[node].id
    }

    mutating func openFragment(_ block: SequenceBlock, _ text: String) {
        guard nextFragment < extents.frames.count else { return }
        let extent = extents.frames[nextFragment]
        nextFragment += 1
        y += 10
        lastMessage = nil
        var frame = Rect(x: extent.left, y: y, width: extent.right - extent.left, height: 0)
        let word = block == .rect ? "" : block.rawValue
        let tabWidth = block == .rect ? 0 : TextStyle.tab.width(of: word) + 22
        let tab = Layout.Label(frame: Rect(x: frame.x, y: y, width: tabWidth, height: 20), lines: [word])
        var label: Layout.Label?
        if !text.isEmpty {
            let room = max(110, frame.width - tabWidth - 24)
            let lines = TextStyle.note.lines(of: text, maxWidth: room)
            let size = TextStyle.note.size(of: lines)
            let place = Rect(x: frame.x + tabWidth + 8, y: y + 3, width: size.width + 8, height: size.height)
            label = Layout.Label(frame: place, lines: lines)
            frame.width = max(frame.width, place.maxX + 8 - frame.x)
        }
        openFragments.append(layout.fragments.count)
        let depth = openFragments.count - 1
        layout.fragments.append(
            Layout.Fragment(block: block, frame: frame, tab: tab, label: label, sections: [], depth: depth)
        )
        y = block == .rect ? y + 4 : max(y + 22, (label?.frame.maxY ?? 0) + 2)
    }

    mutating func addSection(_ text: String) {
        guard let fragment = openFragments.last else { return }
        y += 8
        lastMessage = nil
        let frame = layout.fragments[fragment].frame
        var section = Layout.Section(y: y)
        if !text.isEmpty {
            let lines = TextStyle.note.lines(of: text, maxWidth: max(110, frame.width - 32))
            let size = TextStyle.note.size(of: lines)
            section.label = Layout.Label(
                frame: Rect(x: frame.x + 12, y: y + 5, width: size.width + 8, height: size.height),
                lines: lines
            )
            y += size.height + 5
            layout.fragments[fragment].frame.width = max(frame.width, size.width + 32)
        }
        layout.fragments[fragment].sections.append(section)
        y += 4
    }

    mutating func closeFragment() {
        guard let fragment = openFragments.popLast() else { return }
        y += 6
        layout.fragments[fragment].frame.height = y - layout.fragments[fragment].frame.y
        if let outer = openFragments.last {
            let inner = layout.fragments[fragment].frame
            let missing = inner.maxX + 10 - layout.fragments[outer].frame.maxX
            if missing > 0 { layout.fragments[outer].frame.width += missing }
        }
        y += 10
        lastMessage = nil
    }
}
