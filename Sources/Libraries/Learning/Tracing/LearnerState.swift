/// What a knowledge model remembers of one learner.
public struct LearnerState: Sendable {
    /// How many answers back the largest model looks.
    public static let recentLimit = 16
    /// Answers to more items than this are not counted by item.
    public static let itemLimit = 65_536
    /// Answers on more skills than this are not counted by skill.
    public static let skillLimit = 65_536

    struct Skill: Sendable {
        var wins = 0.0
        var fails = 0.0
        var recentWins = 0.0
        var recentFails = 0.0
        var ability = 0.0
    }

    struct Tally: Sendable {
        var wins = 0.0
        var fails = 0.0
    }

    struct Earlier: Sendable {
        var item: UInt64
        var isCorrect: Bool
    }

    fileprivate(set) var skills: [UInt64: Skill] = [:]
    fileprivate(set) var items: [UInt64: Tally] = [:]
    fileprivate(set) var all = Tally()
    fileprivate(set) var fast = Tally()
    fileprivate(set) var slow = Tally()
    fileprivate(set) var ability = 0.0
    fileprivate var recent: [Earlier] = []
    fileprivate var newest = -1

    /// A learner who has answered nothing.
    public init() {}

    /// How many questions were answered.
    public var answers: Int { Int(all.wins + all.fails) }

    /// How many answers may be asked for with `earlier`.
    var recentCount: Int { recent.count }

    /// The answer `distance` before the next one, 1…`recentCount`.
    func earlier(_ distance: Int) -> Earlier {
        recent[(newest + 1 - distance) & (Self.recentLimit - 1)]
    }

    /// Takes in an answer; `surprise` is how far the truth was from what the abilities said, -1…1.
    mutating func take(item: UInt64, skills answered: [UInt64], isCorrect: Bool, surprise: Double) {
        let win = isCorrect ? 1.0 : 0.0
        ability += Self.step(after: all.wins + all.fails) * surprise
        for id in answered {
            guard skills.count < Self.skillLimit || skills[id] != nil else { continue }
            skills[id, default: Skill()].add(win, surprise)
        }
        if items.count < Self.itemLimit || items[item] != nil { items[item, default: Tally()].add(win, decay: 1) }
        all.add(win, decay: 1)
        fast.add(win, decay: 0.5)
        slow.add(win, decay: 0.95)
        newest = (newest + 1) & (Self.recentLimit - 1)
        let answer = Earlier(item: item, isCorrect: isCorrect)
        if recent.count < Self.recentLimit { recent.append(answer) } else { recent[newest] = answer }
    }

    /// How far an ability moves for a surprise of 1.
    fileprivate static func step(after answers: Double) -> Double { 0.6 / (1 + 0.05 * answers) }
}

extension LearnerState.Skill {
    fileprivate mutating func add(_ win: Double, _ surprise: Double) {
        ability += LearnerState.step(after: wins + fails) * surprise
        wins += win
        fails += 1 - win
        recentWins = 0.8 * recentWins + win
        recentFails = 0.8 * recentFails + (1 - win)
    }
}

extension LearnerState.Tally {
    fileprivate mutating func add(_ win: Double, decay: Double) {
        wins = decay * wins + win
        fails = decay * fails + (1 - win)
    }
}

// MARK: - As bytes

extension LearnerState {
    private static let format: UInt8 = 1

    /// All of it, for storing; the same state always gives the same bytes.
    public var bytes: [UInt8] {
        var writer = StateWriter()
        writer.byte(Self.format)
        writer.numbers([all.wins, all.fails, fast.wins, fast.fails, slow.wins, slow.fails, ability])
        writer.word(UInt64(skills.count))
        for id in skills.keys.sorted() {
            let skill = skills[id] ?? Skill()
            writer.word(id)
            writer.numbers([skill.wins, skill.fails, skill.recentWins, skill.recentFails, skill.ability])
        }
        writer.word(UInt64(items.count))
        for id in items.keys.sorted() {
            let tally = items[id] ?? Tally()
            writer.word(id)
            writer.numbers([tally.wins, tally.fails])
        }
        writer.word(UInt64(recent.count))
        for distance in stride(from: recent.count, to: 0, by: -1) {
            let answer = earlier(distance)
            writer.word(answer.item)
            writer.byte(answer.isCorrect ? 1 : 0)
        }
        return writer.bytes
    }

    /// Reads what `bytes` gave; `nil` for anything else.
    public init?(bytes: [UInt8]) {
        self.init()
        var reader = StateReader(bytes)
        guard reader.byte() == Self.format, let sums = reader.numbers(7) else { return nil }
        all = Tally(wins: sums[0], fails: sums[1])
        fast = Tally(wins: sums[2], fails: sums[3])
        slow = Tally(wins: sums[4], fails: sums[5])
        ability = sums[6]
        guard let skillCount = reader.count(upTo: Self.skillLimit) else { return nil }
        for _ in 0..<skillCount {
            guard let id = reader.word(), let numbers = reader.numbers(5) else { return nil }
            skills[id] = Skill(
                wins: numbers[0],
                fails: numbers[1],
                recentWins: numbers[2],
                recentFails: numbers[3],
                ability: numbers[4]
            )
        }
        guard let itemCount = reader.count(upTo: Self.itemLimit) else { return nil }
        for _ in 0..<itemCount {
            guard let id = reader.word(), let numbers = reader.numbers(2) else { return nil }
            items[id] = Tally(wins: numbers[0], fails: numbers[1])
        }
        guard let recentCount = reader.count(upTo: Self.recentLimit) else { return nil }
        for _ in 0..<recentCount {
            guard let item = reader.word(), let flag = reader.byte(), flag <= 1 else { return nil }
            recent.append(Earlier(item: item, isCorrect: flag == 1))
        }
        newest = recent.count - 1
        guard reader.isAtEnd else { return nil }
    }
}
