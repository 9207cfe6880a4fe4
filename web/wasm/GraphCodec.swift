/// Carries a graph from the module that reads to the others.
///
/// Both directions are one description: each field is written when the codec writes and replaced when it reads. The
/// bytes are of no use elsewhere: cases of enumerations go as they are in memory, and both modules are linked from the
/// same object file. What the others do not look at is left out.
struct GraphCodec {
    private(set) var bytes: [UInt8]
    private var position = 0
    private let isReading: Bool

    /// A graph with how it is to be drawn.
    static func bytes(of graph: Graph, _ options: SVGOptions = SVGOptions()) -> [UInt8] {
        var codec = GraphCodec(bytes: [], isReading: false)
        var graph = graph
        var options = options
        codec.order(&graph, &options)
        return codec.bytes
    }

    /// A graph, how it is to be drawn, and the bytes behind them.
    static func order(of bytes: [UInt8]) -> (graph: Graph, options: SVGOptions, rest: [UInt8]) {
        var codec = GraphCodec(bytes: bytes, isReading: true)
        var graph = Graph(kind: .flowchart)
        var options = SVGOptions()
        codec.order(&graph, &options)
        return (graph, options, Array(bytes[codec.position...]))
    }

    private init(bytes: [UInt8], isReading: Bool) {
        self.bytes = bytes
        self.isReading = isReading
    }

    // MARK: - What to draw

    private mutating func order(_ graph: inout Graph, _ options: inout SVGOptions) {
        text(&options.idPrefix)
        word(&options.interactive)
        word(&options.embedStylesheet)
        word(&graph.kind)
        word(&graph.direction)
        text(&graph.title)
        text(&graph.accessibleTitle)
        text(&graph.accessibleDescription)
        list(&graph.nodes, Node(id: "")) { $0.node(&$1) }
        list(&graph.edges, Edge(id: "", from: "", to: "")) { $0.edge(&$1) }
        list(&graph.groups, Group(id: "", label: "")) { $0.group(&$1) }
        list(&graph.items, .blockEnd) { $0.item(&$1) }
        list(&graph.notes, GraphNote(target: nil, text: "")) { $0.note(&$1) }
    }

    private mutating func node(_ node: inout Node) {
        text(&node.id)
        text(&node.label)
        word(&node.shape)
        word(&node.kind)
        text(&node.group)
        word(&node.role)
        text(&node.generic)
        texts(&node.annotations)
        list(&node.members, Member(name: "")) { $0.member(&$1) }
        var hasRecord = node.record != nil
        word(&hasRecord)
        guard hasRecord else { return }
        var record = node.record ?? NodeRecord(id: node.id, kind: node.kind)
        word(&record.kind)
        number(&record.replicas)
        optional(&record.quorum)
        word(&record.stateful)
        text(&record.purpose)
        list(&record.numbers, NodeRecord.Number(name: "", value: "", source: "")) { codec, number in
            codec.text(&number.name)
            codec.text(&number.value)
        }
        node.record = record
    }

    private mutating func member(_ member: inout Member) {
        word(&member.kind)
        word(&member.visibility)
        text(&member.name)
        text(&member.parameters)
        text(&member.type)
        word(&member.isAbstract)
        word(&member.isStatic)
        list(&member.keys, .primary) { $0.word(&$1) }
        text(&member.comment)
    }

    private mutating func edge(_ edge: inout Edge) {
        text(&edge.id)
        text(&edge.from)
        text(&edge.to)
        text(&edge.label)
        word(&edge.arrow.line)
        word(&edge.arrow.tail)
        word(&edge.arrow.head)
        number(&edge.arrow.length)
        optional(&edge.step)
        text(&edge.tailLabel)
        text(&edge.headLabel)
        var hasRecord = edge.record != nil
        word(&hasRecord)
        guard hasRecord else { return }
        var record = edge.record ?? EdgeRecord(from: edge.from, to: edge.to)
        word(&record.mode)
        word(&record.required)
        text(&record.protocolName)
        text(&record.carries)
        text(&record.fallback)
        edge.record = record
    }

    private mutating func group(_ group: inout Group) {
        text(&group.id)
        text(&group.label)
        texts(&group.members)
        text(&group.parent)
        word(&group.direction)
        word(&group.isRegion)
    }

    private mutating func note(_ note: inout GraphNote) {
        text(&note.target)
        word(&note.placement)
        text(&note.text)
    }

    private mutating func item(_ item: inout SequenceItem) {
        var parts = ItemParts(item)
        word(&parts.tag)
        text(&parts.text)
        text(&parts.participant)
        text(&parts.lastParticipant)
        word(&parts.placement)
        word(&parts.block)
        number(&parts.start)
        number(&parts.step)
        word(&parts.isVisible)
        item = parts.item
    }

    // MARK: - Values

    private mutating func number(_ value: inout Int) {
        for shift in [0, 8, 16, 24] {
            if isReading {
                value = (shift == 0 ? 0 : value) | Int(next()) << shift
            } else {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
    }

    /// A number above 0.
    private mutating func optional(_ value: inout Int?) {
        var number = value ?? 0
        self.number(&number)
        value = number == 0 ? nil : number
    }

    /// A truth or a case without values: one byte.
    private mutating func word<Value>(_ value: inout Value) {
        if isReading {
            value = unsafeBitCast(next(), to: Value.self)
        } else {
            bytes.append(unsafeBitCast(value, to: UInt8.self))
        }
    }

    private mutating func text(_ text: inout String) {
        var count = text.utf8.count
        number(&count)
        if isReading {
            text = String(decoding: bytes[position..<(position + count)], as: UTF8.self)
            position += count
        } else {
            bytes += text.utf8
        }
    }

    private mutating func text(_ text: inout String?) {
        var isThere = text != nil
        word(&isThere)
        guard isThere else { return }
        var value = text ?? ""
        self.text(&value)
        text = value
    }

    private mutating func texts(_ texts: inout [String]) {
        list(&texts, "") { $0.text(&$1) }
    }

    private mutating func list<Element>(
        _ elements: inout [Element],
        _ blank: Element,
        _ body: (inout GraphCodec, inout Element) -> Void
    ) {
        var count = elements.count
        number(&count)
        for index in 0..<count {
            var element = isReading ? blank : elements[index]
            body(&self, &element)
            if isReading { elements.append(element) }
        }
    }

    private mutating func next() -> UInt8 {
        position += 1
        return bytes[position - 1]
    }
}

/// An event of a sequence diagram with every value that any event has.
private struct ItemParts {
    enum Tag {
        case message, note, activate, deactivate, create, destroy, blockStart, blockSection, blockEnd, numbering
    }

    var tag = Tag.blockEnd
    var text = ""
    var participant = ""
    var lastParticipant: String?
    var placement = SequenceNote.Placement.over
    var block = SequenceBlock.loop
    var start = 0
    var step = 0
    var isVisible = false

    init(_ item: SequenceItem) {
        switch item {
        case .message(let id): (tag, text) = (.message, id)
        case .note(let note):
            (tag, text) = (.note, note.text)
            placement = note.placement
            participant = note.participant
            lastParticipant = note.lastParticipant
        case .activate(let id): (tag, text) = (.activate, id)
        case .deactivate(let id): (tag, text) = (.deactivate, id)
        case .create(let id): (tag, text) = (.create, id)
        case .destroy(let id): (tag, text) = (.destroy, id)
        case .blockStart(let block, let label):
            (tag, text) = (.blockStart, label)
            self.block = block
        case .blockSection(let label): (tag, text) = (.blockSection, label)
        case .blockEnd: tag = .blockEnd
        case .numbering(let start, let step, let isVisible):
            tag = .numbering
            self.start = start
            self.step = step
            self.isVisible = isVisible
        }
    }

    var item: SequenceItem {
        switch tag {
        case .message: .message(text)
        case .note:
            .note(
                SequenceNote(
                    placement: placement,
                    participant: participant,
                    lastParticipant: lastParticipant,
                    text: text
                )
            )
        case .activate: .activate(text)
        case .deactivate: .deactivate(text)
        case .create: .create(text)
        case .destroy: .destroy(text)
        case .blockStart: .blockStart(block, label: text)
        case .blockSection: .blockSection(label: text)
        case .blockEnd: .blockEnd
        case .numbering: .numbering(start: start, step: step, isVisible: isVisible)
        }
    }
}
