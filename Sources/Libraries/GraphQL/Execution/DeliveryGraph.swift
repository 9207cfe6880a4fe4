/// What is still to be delivered of a response, and in which order it may be.
///
/// A deferred fragment is delivered when all its groups of fields are complete, and after the fragment around it. A
/// group that belongs to several fragments is delivered with the first of them. Source: GraphQL specification, proposal
/// "Incremental delivery".
struct DeliveryGraph {
    /// A deferred fragment of one object of the response.
    struct Fragment {
        let path: [PathElement]
        let label: String?

        /// Known to the client from the moment it is announced.
        var id: Int?
        var groups: [Int] = []
        var openGroups = 0
        var children: [Node] = []
        var state = State.waiting

        /// Why one of the groups failed before the fragment was announced.
        var failure: [GraphQLError]?
    }

    enum State {
        /// For the fragment around it.
        case waiting
        case announced
        /// Delivered, or without anything to deliver.
        case complete
        /// Failed, or inside one that did.
        case failed
    }

    /// Fields of one object that wait for the same fragments.
    struct Group {
        let path: [PathElement]
        let fragments: [Int]
        let plan: DeferralPlan
        let index: Int
        let write: @Sendable (_ group: Int, _ output: inout ResponseOutput) -> Bool
        var isStarted = false
        var result: PartResult?
        var isDelivered = false
    }

    /// The items of a list that are delivered later.
    struct Stream {
        let path: [PathElement]
        let plan: StreamPlan
        let items: Range<Int>
        let write: @Sendable (_ index: Int, _ output: inout ResponseOutput) -> Bool
        var id: Int?

        /// The item that is delivered next.
        var next: Int
        var results: [Int: PartResult] = [:]
        var isOver = false
    }

    /// What the client is told to expect.
    enum Node {
        case fragment(Int)
        case stream(Int)
    }

    /// A piece of work that can run by itself.
    enum Work {
        case group(Int)
        case item(stream: Int, index: Int)
    }

    private struct FragmentKey: Hashable {
        let usage: Int
        let path: [PathElement]
    }

    private(set) var fragments: [Fragment] = []
    private(set) var groups: [Group] = []
    private(set) var streams: [Stream] = []
    private var known: [FragmentKey: Int] = [:]
    private var lastID = -1

    /// How many announced fragments and streams are not over.
    private(set) var openCount = 0

    // MARK: Growing

    /// Takes in what a part of the response left out, and announces what need not wait.
    ///
    /// - Parameter owners: The fragments that the part belongs to; empty for the first part and for items of lists.
    mutating func add(_ parts: [LaterPart], owners: [Int], _ payload: inout Payload) {
        var roots: [Node] = []
        for part in parts {
            guard case .fields(let plan, _) = part.work else { continue }
            for fragment in plan.fragments { addFragment(fragment, part.path, &roots) }
        }
        for part in parts {
            switch part.work {
            case .fields(let plan, let write): addGroups(plan, part.path, write, &roots)
            case .items(let plan, let items, let write):
                streams.append(Stream(path: part.path, plan: plan, items: items, write: write, next: items.lowerBound))
                let node = Node.stream(streams.count - 1)
                if owners.isEmpty { roots.append(node) }
                for owner in owners { fragments[owner].children.append(node) }
            }
        }
        announce(roots, &payload)
    }

    private mutating func addFragment(
        _ fragment: DeferralPlan.Fragment,
        _ path: [PathElement],
        _ roots: inout [Node]
    ) {
        let number = fragments.count
        fragments.append(Fragment(path: path, label: fragment.label))
        known[FragmentKey(usage: fragment.usage, path: path)] = number
        guard let parent = fragment.parent.flatMap({ find($0, path) }) else { return roots.append(.fragment(number)) }
        switch fragments[parent].state {
        case .waiting, .announced: fragments[parent].children.append(.fragment(number))
        case .complete: roots.append(.fragment(number))
        case .failed: fragments[number].state = .failed
        }
    }

    /// The fragment that stands some steps above a place.
    private func find(_ deferral: Deferral, _ path: [PathElement]) -> Int? {
        known[FragmentKey(usage: deferral.usage, path: path.dropLast(deferral.distance))]
    }

    private mutating func addGroups(
        _ plan: DeferralPlan,
        _ path: [PathElement],
        _ write: @escaping @Sendable (_ group: Int, _ output: inout ResponseOutput) -> Bool,
        _ roots: inout [Node]
    ) {
        for (index, group) in plan.groups.enumerated() {
            var owners = group.fragments.compactMap { find($0, path) }
            if owners.allSatisfy({ fragments[$0].state == .complete }) {
                // The object came with a list's later items, when the fragment was delivered already.
                owners = [fragments.count]
                roots.append(.fragment(fragments.count))
                fragments.append(Fragment(path: path, label: nil))
            }
            groups.append(Group(path: path, fragments: owners, plan: plan, index: index, write: write))
            for owner in owners {
                fragments[owner].groups.append(groups.count - 1)
                fragments[owner].openGroups += 1
                if fragments[owner].state == .announced { started.append(.group(groups.count - 1)) }
            }
        }
    }

    // MARK: Announcing

    /// What has become ready to run.
    private var started: [Work] = []

    var hasWork: Bool { !started.isEmpty }

    /// What has become ready to run since this was last asked.
    mutating func takeWork() -> [Work] {
        defer { started.removeAll() }
        var ready: [Work] = []
        for work in started {
            if case .group(let number) = work {
                guard !groups[number].isStarted else { continue }
                groups[number].isStarted = true
            }
            ready.append(work)
        }
        return ready
    }

    /// Tells the client of fragments and streams; a fragment without fields of its own gives way to those inside it.
    private mutating func announce(_ nodes: [Node], _ payload: inout Payload) {
        var pending = Array(nodes.reversed())
        while let node = pending.popLast() {
            switch node {
            case .fragment(let number):
                guard fragments[number].state == .waiting else { continue }
                if let failure = fragments[number].failure {
                    fragments[number].id = announce(fragments[number].path, fragments[number].label, &payload)
                    fail(fragment: number, failure, &payload)
                    continue
                }
                guard fragments[number].openGroups > 0 else {
                    fragments[number].state = .complete
                    pending += fragments[number].children.reversed()
                    continue
                }
                fragments[number].state = .announced
                fragments[number].id = announce(fragments[number].path, fragments[number].label, &payload)
                started += fragments[number].groups.map(Work.group)
            case .stream(let number):
                guard streams[number].id == nil else { continue }
                let stream = streams[number]
                streams[number].id = announce(stream.path, stream.plan.label, &payload)
                started += stream.items.map { Work.item(stream: number, index: $0) }
            }
        }
    }

    private mutating func announce(_ path: [PathElement], _ label: String?, _ payload: inout Payload) -> Int {
        lastID += 1
        openCount += 1
        payload.pending.append(Payload.Pending(id: lastID, path: path, label: label))
        return lastID
    }

    // MARK: Completing

    /// A piece of work is done.
    mutating func complete(_ work: Work, _ result: PartResult, _ payload: inout Payload) {
        switch work {
        case .group(let number): complete(group: number, result, &payload)
        case .item(let stream, let index): complete(item: index, of: stream, result, &payload)
        }
    }

    private mutating func complete(group number: Int, _ result: PartResult, _ payload: inout Payload) {
        let owners = groups[number].fragments
        guard result.isValid else {
            for owner in owners { fail(fragment: owner, result.errors, &payload) }
            return
        }
        groups[number].result = result
        let alive = owners.filter { fragments[$0].state == .waiting || fragments[$0].state == .announced }
        if !alive.isEmpty { add(result.later, owners: alive, &payload) }
        for owner in owners {
            fragments[owner].openGroups -= 1
            if fragments[owner].openGroups == 0, fragments[owner].state == .announced { deliver(owner, &payload) }
        }
    }

    private mutating func fail(fragment number: Int, _ errors: [GraphQLError], _ payload: inout Payload) {
        guard let id = fragments[number].id else {
            if fragments[number].failure == nil { fragments[number].failure = errors }
            return
        }
        guard fragments[number].state != .failed, fragments[number].state != .complete else { return }
        fragments[number].state = .failed
        openCount -= 1
        payload.completed.append(Payload.Completed(id: id, errors: errors))
    }

    private mutating func deliver(_ number: Int, _ payload: inout Payload) {
        guard let id = fragments[number].id else { return }
        fragments[number].state = .complete
        openCount -= 1
        for group in fragments[number].groups where !groups[group].isDelivered {
            groups[group].isDelivered = true
            guard let result = groups[group].result else { continue }
            let best = nearest(groups[group], id, fragments[number].path.count)
            payload.incremental.append(
                Payload.Increment(
                    id: best.id,
                    subPath: Array(groups[group].path[best.length...]),
                    content: .data(result.text),
                    errors: result.errors
                )
            )
            groups[group].result = nil
        }
        payload.completed.append(Payload.Completed(id: id, errors: []))
        announce(fragments[number].children, &payload)
    }

    /// The announced fragment of a group that stands nearest to its object.
    private func nearest(_ group: Group, _ id: Int, _ length: Int) -> (id: Int, length: Int) {
        var best = (id: id, length: length)
        for owner in group.fragments where fragments[owner].path.count > best.length {
            guard fragments[owner].state == .announced, let id = fragments[owner].id else { continue }
            best = (id, fragments[owner].path.count)
        }
        return best
    }

    private mutating func complete(item index: Int, of number: Int, _ result: PartResult, _ payload: inout Payload) {
        guard !streams[number].isOver, let id = streams[number].id else { return }
        streams[number].results[index] = result
        var texts: [[UInt8]] = []
        var errors: [GraphQLError] = []
        var later: [LaterPart] = []
        var failure: [GraphQLError]?
        while failure == nil, let result = streams[number].results.removeValue(forKey: streams[number].next) {
            guard result.isValid else {
                failure = result.errors
                continue
            }
            texts.append(result.text)
            errors += result.errors
            later += result.later
            streams[number].next += 1
        }
        if !texts.isEmpty {
            payload.append(Payload.Increment(id: id, subPath: [], content: .items(texts), errors: errors))
            add(later, owners: [], &payload)
        }
        if failure != nil || streams[number].next == streams[number].items.upperBound {
            end(stream: number, id, failure ?? [], &payload)
        }
    }

    private mutating func end(stream number: Int, _ id: Int, _ errors: [GraphQLError], _ payload: inout Payload) {
        guard !streams[number].isOver else { return }
        streams[number].isOver = true
        streams[number].results = [:]
        openCount -= 1
        payload.completed.append(Payload.Completed(id: id, errors: errors))
    }

    /// Whether somebody still wants the result of a piece of work.
    func isWanted(_ work: Work) -> Bool {
        switch work {
        case .group(let number):
            groups[number].fragments.contains { fragments[$0].state != .failed && fragments[$0].failure == nil }
        case .item(let stream, _): !streams[stream].isOver
        }
    }
}

/// The outcome of a piece of work.
struct PartResult: Sendable {
    /// An object or an item as JSON.
    let text: [UInt8]

    /// False when null stands where the schema allows none, so that the whole part fails.
    let isValid: Bool

    /// With complete paths.
    let errors: [GraphQLError]
    let later: [LaterPart]
}
