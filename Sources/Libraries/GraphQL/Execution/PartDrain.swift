/// Fills the holes of parts that are delivered one by one, each as soon as its own are filled.
///
/// Loaders are asked when no resolver runs any more in a batch: the parts that the same fragment or list of the document
/// leaves out, made ready at the same time. So the items of a list are loaded together, and a slow fragment holds up no
/// other one.
struct PartDrain {
    /// A hole, by its part, segment and position in it.
    struct HoleReference {
        let part: Int
        let node: Int
        let hole: Int
    }

    /// What happened in one of the tasks.
    enum Event: Sendable {
        case resolved(HoleReference, Segment)
        case loaded([HoleReference])
    }

    private struct Part {
        let work: DeliveryGraph.Work
        let path: [PathElement]
        let batch: Int
        var nodes: [SegmentNode] = []
        var openHoles = 0
    }

    private struct Batch {
        let tracker = LoadTracker()
        var running = 0
        var loading: [HoleReference] = []
    }

    private struct BatchKey: Hashable {
        let plan: ObjectIdentifier
        let number: Int
    }

    private let execution: Execution
    private let events: Mailbox<Event>

    /// By number; `nil` when complete.
    private var parts: [Part?] = []
    private var batches: [Batch] = []
    private var resolving: [HoleReference] = []
    private var complete: [Int] = []

    /// How many tasks run.
    private(set) var running = 0

    init(execution: Execution, events: Mailbox<Event>) {
        self.execution = execution
        self.events = events
    }

    // MARK: Work

    /// Writes what of some work needs no waiting.
    mutating func start(_ works: [DeliveryGraph.Work], _ graph: DeliveryGraph) {
        var known: [BatchKey: Int] = [:]
        for work in works where graph.isWanted(work) {
            var output = ResponseOutput(execution: execution)
            let (key, path, isValid): (BatchKey, [PathElement], Bool)
            switch work {
            case .group(let number):
                let group = graph.groups[number]
                key = BatchKey(plan: ObjectIdentifier(group.plan), number: group.index)
                path = group.path
                isValid = group.write(group.index, &output)
            case .item(let number, let index):
                let stream = graph.streams[number]
                key = BatchKey(plan: ObjectIdentifier(stream.plan), number: number)
                path = stream.path
                isValid = write(index, of: stream, &output)
            }
            let batch = known[key] ?? batches.count
            if batch == batches.count {
                known[key] = batch
                batches.append(Batch())
            }
            parts.append(Part(work: work, path: path, batch: batch))
            adopt(output.finish(written: isValid), part: parts.count - 1)
        }
    }

    /// Writes one item of a list; where the item may be null, an error in it ends here.
    private func write(_ index: Int, of stream: DeliveryGraph.Stream, _ output: inout ResponseOutput) -> Bool {
        let start = output.checkpoint
        let written = stream.write(index, &output)
        if written, output.marks == start.marks { return true }
        return output.close(start, .index(index), stream.plan.item, written)
    }

    /// The work that is complete, with its results.
    mutating func takeComplete() -> [(work: DeliveryGraph.Work, result: PartResult)] {
        defer { complete.removeAll() }
        return complete.compactMap { number in
            guard let part = parts[number] else { return nil }
            parts[number] = nil
            return (part.work, result(part))
        }
    }

    private func result(_ part: Part) -> PartResult {
        var assembly = Assembly(part.nodes, maxErrors: execution.maxErrors)
        var writer = JSONWriter(capacity: 1_024)
        let isValid = assembly.write(to: &writer)
        var errors = assembly.errors
        for index in errors.indices { errors[index].path = part.path + errors[index].path }
        let later = assembly.later.map { LaterPart(path: part.path + $0.path, work: $0.work) }
        return PartResult(text: isValid ? writer.finish() : [], isValid: isValid, errors: errors, later: later)
    }

    // MARK: Holes

    /// Takes in a segment and lists its holes.
    private mutating func adopt(_ segment: Segment, part number: Int, filling reference: HoleReference? = nil) {
        guard var part = parts[number] else { return }
        parts[number] = nil
        let node = part.nodes.count
        if let reference {
            part.nodes[reference.node].fills[reference.hole] = Fill(whole: segment, node: node)
            part.openHoles -= 1
        }
        for (index, hole) in segment.holes.enumerated() {
            let inner = HoleReference(part: number, node: node, hole: index)
            switch hole.work {
            case .resolve: resolving.append(inner)
            case .load: batches[part.batch].loading.append(inner)
            case .later: continue
            }
            part.openHoles += 1
        }
        part.nodes.append(SegmentNode(segment))
        if part.openHoles == 0 { complete.append(number) }
        parts[number] = part
    }

    private func work(_ reference: HoleReference) -> HoleWork? {
        parts[reference.part]?.nodes[reference.node].segment.holes[reference.hole].work
    }

    /// Notes that a resolver of a part begins, in a request that is traced.
    private func noteBegin(_ reference: HoleReference) -> (@Sendable (_ failed: Bool) -> Void)? {
        guard let trace = execution.trace, let part = parts[reference.part] else { return nil }
        let segment = part.nodes[reference.node].segment
        guard let label = segment.holes[reference.hole].plan?.label else { return nil }
        return trace.begin(label.coordinate) {
            String(PathText.text(part.path + segment.steps.path(hole: reference.hole)).drop { $0 == "." })
        }
    }

    /// Runs the resolvers that wait to be run, and the loaders that nobody can give a further key.
    mutating func launch(in tasks: inout DiscardingTaskGroup) {
        for reference in resolving {
            guard let part = parts[reference.part], case .resolve(let work)? = work(reference) else { continue }
            running += 1
            batches[part.batch].running += 1
            let tracker = batches[part.batch].tracker
            tracker.begin()
            let noteEnd = noteBegin(reference)
            tasks.addTask { [execution, events] in
                await LoadTracker.$current.withValue(tracker) {
                    let segment = await work(execution)
                    noteEnd?(!segment.errors.isEmpty)
                    events.put(.resolved(reference, segment))
                    await tracker.end()
                }
            }
        }
        resolving.removeAll(keepingCapacity: true)
        for (loader, references) in takeLoads() {
            running += 1
            tasks.addTask { [events] in
                await loader.dispatchAll()
                events.put(.loaded(references))
            }
        }
    }

    /// The loaders to ask now, each with the holes that wait for it.
    private mutating func takeLoads() -> [(loader: any BatchLoader, references: [HoleReference])] {
        var loads: [(loader: any BatchLoader, references: [HoleReference])] = []
        for batch in batches.indices where batches[batch].running == 0 {
            for reference in batches[batch].loading {
                guard case .load(let loader, _)? = work(reference) else { continue }
                batches[batch].running += 1
                if let known = loads.firstIndex(where: { $0.loader === loader }) {
                    loads[known].references.append(reference)
                } else {
                    loads.append((loader, [reference]))
                }
            }
            batches[batch].loading.removeAll()
        }
        return loads
    }

    /// Takes in what happened.
    mutating func take(_ event: Event) {
        running -= 1
        switch event {
        case .resolved(let reference, let segment):
            guard let part = parts[reference.part] else { return }
            batches[part.batch].running -= 1
            adopt(segment, part: reference.part, filling: reference)
        case .loaded(let references):
            for reference in references {
                guard let part = parts[reference.part], case .load(_, let fill)? = work(reference) else { continue }
                batches[part.batch].running -= 1
                var output = ResponseOutput(execution: execution, capacity: 512)
                let written = fill(&output)
                adopt(output.finish(written: written), part: reference.part, filling: reference)
            }
        }
    }
}
