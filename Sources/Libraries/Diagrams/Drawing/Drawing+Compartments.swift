extension Drawing {
    /// What stands above and below the label of a class, an entity or a state of several lines.
    mutating func drawCompartments(_ node: Node, _ frame: Layout.NodeFrame) {
        if let header = frame.header { writer.label(header, style: .note, class: "dg-header") }
        for compartment in frame.compartments {
            writer.element(
                "line",
                class: "dg-compartment-line",
                [
                    ("x1", frame.frame.minX), ("y1", compartment.y), ("x2", frame.frame.maxX), ("y2", compartment.y),
                ]
            )
            for cell in compartment.cells {
                let style: TextStyle = cell.part == .keys ? .tab : .member
                var name = "dg-cell dg-\(cell.part.rawValue)"
                if cell.member < node.members.count {
                    if node.members[cell.member].isAbstract { name += " dg-abstract" }
                    if node.members[cell.member].isStatic { name += " dg-static" }
                }
                writer.label(cell.text, style: style, class: name, isCentered: false)
            }
        }
    }

    /// A tint behind the label of a box with compartments.
    mutating func drawHead(of frame: Layout.NodeFrame) {
        guard let first = frame.compartments.first else { return }
        let (box, radius) = (frame.frame, ShapePath.radius)
        var path = Path()
        path.move(box.minX, first.y)
        path.line(box.minX, box.minY + radius)
        path.arc(radius, radius, clockwise: true, box.minX + radius, box.minY)
        path.line(box.maxX - radius, box.minY)
        path.arc(radius, radius, clockwise: true, box.maxX, box.minY + radius)
        path.line(box.maxX, first.y)
        path.close()
        writer.path(path, class: "dg-box-head")
    }
}
