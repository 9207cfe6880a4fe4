extension ScopeBuilder {
    private static let noteGap = 22.0
    private static let gapOfNotes = 10.0

    /// The notes on one side of a box, in order.
    private func notes(of box: Int, isBefore: Bool) -> [Int] {
        sideNotes.filter { $0.box == box && (graph.notes[$0.note].placement == .left) == isBefore }.map { $0.note }
    }

    private func size(ofNote note: Int) -> Size {
        turn.size(NoteText.size(NoteText.lines(graph.notes[note].text)))
    }

    private func stack(_ notes: [Int]) -> Size {
        var stack = Size(width: 0, height: 0)
        for note in notes {
            let size = size(ofNote: note)
            stack.width = max(stack.width, size.width)
            stack.height += size.height + (stack.height > 0 ? ScopeBuilder.gapOfNotes : 0)
        }
        return stack
    }

    /// The room that the notes of a box take on both sides of it, and along.
    func noteRoom(of box: Int) -> (before: Double, after: Double, along: Double) {
        let before = stack(notes(of: box, isBefore: true))
        let after = stack(notes(of: box, isBefore: false))
        return (
            before.width > 0 ? before.width + ScopeBuilder.noteGap : 0,
            after.width > 0 ? after.width + ScopeBuilder.noteGap : 0,
            max(before.height, after.height)
        )
    }

    /// Notes beside boxes, where the boxes are, each with the line to its box.
    func placedNotes(in solution: LayeredProblem.Solution) -> [(note: Int, frame: Rect, link: Curve)] {
        var result: [(note: Int, frame: Rect, link: Curve)] = []
        for box in boxes.indices {
            let half = turn.size(sizes[box])
            let loops = loops(of: box).across
            for isBefore in [true, false] {
                let notes = notes(of: box, isBefore: isBefore)
                let stack = stack(notes)
                let center = solution.centers[box]
                let border = isBefore ? center.x - half.width / 2 : center.x + half.width / 2
                var y = center.y - stack.height / 2
                for note in notes {
                    let size = size(ofNote: note)
                    let x =
                        isBefore
                        ? border - ScopeBuilder.noteGap - size.width : border + loops + ScopeBuilder.noteGap
                    let frame = Rect(x: x, y: y, width: size.width, height: size.height)
                    var link = Curve(points: [])
                    if isBefore || loops == 0 {
                        let most = max(0, half.height / 2 - 8)
                        let start = min(max(frame.center.y, center.y - most), center.y + most)
                        link = Curve(from: Point(x: border, y: start))
                        link.line(to: Point(x: isBefore ? frame.maxX : frame.minX, y: frame.center.y))
                    }
                    y += size.height + ScopeBuilder.gapOfNotes
                    result.append(
                        (
                            note, turn.rect(frame, in: solution.size),
                            link.mapped { self.turn.point($0, in: solution.size) }
                        )
                    )
                }
            }
        }
        return result
    }
}
