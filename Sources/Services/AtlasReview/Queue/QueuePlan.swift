import AtlasAPI
import AtlasCore

/// Which cards come today, and in which order.
struct QueuePlan {
    struct Entry {
        let item: Item
        let fold: CardFold
        var why: String?
    }

    /// In order.
    private(set) var cards: [Entry] = []
    private(set) var dueCount = 0
    private(set) var freshCount = 0
    private(set) var learningCount = 0
    private(set) var minutesLeft = 0.0

    /// - Parameter read: Diagrams that the learner has completed, in the order of time.
    init(material: QueueMaterial, bank: ItemBank, read: [String]) {
        let allowance = material.allowance
        let entries = material.due.compactMap { card -> Entry? in
            guard let item = bank[ReviewItemID(card.item)], !material.retired.contains(card.item) else { return nil }
            return Entry(item: item, fold: card.fold)
        }
        let learning = entries.filter { $0.fold.state != .review }
        let waiting = entries.filter { $0.fold.state == .review }
        let room = max(0, allowance.reviewsPerDay - material.repeatedToday)
        let due = Array(waiting.prefix(room))
        // Who cannot keep up with what is known gets nothing new.
        let newRoom = waiting.count > room ? 0 : max(0, allowance.newPerDay - material.startedToday.count)
        let fresh = FreshItems(material: material, bank: bank, read: read).chosen(newRoom)
        (dueCount, freshCount, learningCount) = (due.count, fresh.count, learning.count)
        minutesLeft = allowance.minutes(due: due.count, new: fresh.count, learning: learning.count)
        arrange(learning, due, fresh, now: material.now)
    }

    /// Steps that are over come first, steps that are not come last and only when nothing else is left.
    private mutating func arrange(_ learning: [Entry], _ due: [Entry], _ fresh: [Entry], now: Timestamp) {
        let isOver = { (entry: Entry) in entry.fold.due.map { $0 <= now } ?? true }
        let ready = learning.filter(isOver)
        let rest = Interleaving.mixed(Interleaving.spread(due, fresh)) { $0.item.face }
        cards = ready + explained(rest)
        guard cards.isEmpty else { return }
        cards = learning.filter { entry in
            entry.fold.due.map { $0 <= now + ReviewLimits.lookAhead } ?? false
        }
    }

    /// Says where two confusable topics meet.
    private func explained(_ entries: [Entry]) -> [Entry] {
        var result = entries
        for index in entries.indices.dropFirst() {
            let (before, face) = (entries[index - 1].item.face, entries[index].item.face)
            guard before.contentID != face.contentID, Confusable.areConfusable(before.topics, face.topics),
                let why = entries[index].why
            else { continue }
            result[index].why = "\(why) It follows “\(before.contentTitle)”, with which it is often confused."
        }
        return result
    }
}

/// New items: of what was read, then of what has been begun, then of what comes next in the syllabus.
private struct FreshItems {
    let material: QueueMaterial
    let bank: ItemBank
    let read: [String]

    func chosen(_ room: Int) -> [QueuePlan.Entry] {
        guard room > 0 else { return [] }
        var started: [String: Int] = [:]
        for id in material.startedToday {
            if let item = bank[ReviewItemID(id)] { started[item.face.contentID, default: 0] += 1 }
        }
        var chosen: [QueuePlan.Entry] = []
        for (content, why) in contents where chosen.count < room {
            let open = (bank.items(of: content) ?? []).filter { item in
                !material.known.contains(item.id.rawValue) && !material.retired.contains(item.id.rawValue)
            }
            let count = min(room - chosen.count, ReviewLimits.newPerContent - (started[content] ?? 0))
            guard count > 0 else { continue }
            for item in open.prefix(count) {
                chosen.append(QueuePlan.Entry(item: item, fold: CardFold(), why: why(item)))
            }
        }
        return chosen
    }

    private var contents: [(id: String, why: (Item) -> String)] {
        let begun = Set(material.known.compactMap { bank[ReviewItemID($0)]?.face.contentID })
        var all: [String] = []
        var seen: Set<String> = []
        for item in bank.items where seen.insert(item.face.contentID).inserted { all.append(item.face.contentID) }
        let isRead = Set(read)
        let wasRead: (Item) -> String = { "It is new: you have read “\($0.face.contentTitle)”." }
        let wasBegun: (Item) -> String = { "It is new: you have begun with “\($0.face.contentTitle)”." }
        let isNext: (Item) -> String = { "It is new: “\($0.face.contentTitle)” is next in the syllabus." }
        let others = all.filter { !isRead.contains($0) }
        return read.reversed().map { ($0, wasRead) } + others.filter(begun.contains).map { ($0, wasBegun) }
            + others.filter { !begun.contains($0) }.map { ($0, isNext) }
    }
}
