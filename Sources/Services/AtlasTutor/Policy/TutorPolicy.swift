import AtlasAPI

/// What the rules look at before the tutor says anything.
struct PolicyQuestion: Sendable, Equatable {
    /// What a question is about, as far as it matters for what may be said.
    enum Subject: Sendable, Equatable, CaseIterable {
        /// What the catalogue says to everybody.
        case concept
        /// A graded question that the learner has not answered yet.
        case graded
        /// A graded question that the learner has answered.
        case answered
        /// A criterion of a lab, or the lab's solution; never solved for anybody.
        case lab
    }

    /// How well the learner knows the subject.
    enum Mastery: Sendable, Equatable, CaseIterable {
        case weak
        case unknown
        case strong
    }

    var intent: TutorIntent
    var subject: Subject
    /// Whether the catalogue has something to say.
    var isSupported: Bool
    /// Steps of the ladder that were taken for this subject in this conversation.
    var stepsTaken: Int
    /// Whether the learner has said in words what they think.
    var hasAttempt: Bool
    var mastery: Mastery
}

/// What is to be done.
struct PolicyDecision: Sendable, Equatable {
    let move: TutorMove
    /// 0...5, as in `TutorAnswer.hintLevel`.
    let hintLevel: Int
    /// Whether the answer of the target may be said.
    let mayReveal: Bool
    /// Steps of the ladder that are taken with this one; 0 off the ladder.
    var step = 0

    init(_ move: TutorMove, hintLevel: Int, mayReveal: Bool = false) {
        self.move = move
        self.hintLevel = hintLevel
        self.mayReveal = mayReveal
    }
}

/// The teaching policy: what the tutor does next, decided here and by nothing else.
///
/// For what is graded there is a ladder: ask back, three hints, a like case worked through, and then no more. It never
/// ends in the answer. Who knows little meets the worked case early; who knows much is asked first and gets it last.
enum TutorPolicy {
    /// The rungs of a ladder, lowest first.
    static func ladder(_ mastery: PolicyQuestion.Mastery) -> [PolicyDecision] {
        let hints = (1...3).map { PolicyDecision(.hint, hintLevel: $0) }
        let diagnose = PolicyDecision(.diagnose, hintLevel: 0)
        let worked = PolicyDecision(.workedStep, hintLevel: 4)
        switch mastery {
        case .weak: return [hints[0], worked, hints[1], hints[2]]
        case .unknown: return [diagnose] + hints + [worked]
        case .strong: return [diagnose, hints[0], diagnose, hints[1], hints[2], worked]
        }
    }

    /// What to do about a question.
    static func decide(_ question: PolicyQuestion) -> PolicyDecision {
        if question.intent == .quiz { return PolicyDecision(.quiz, hintLevel: 0) }
        switch question.subject {
        case .graded, .lab: return rung(question)
        case .answered:
            return PolicyDecision(.answer, hintLevel: 5, mayReveal: true)
        case .concept:
            guard question.isSupported else { return PolicyDecision(.abstain, hintLevel: 0) }
            return PolicyDecision(.answer, hintLevel: 5)
        }
    }

    /// The next rung; above the highest there is only the refusal.
    private static func rung(_ question: PolicyQuestion) -> PolicyDecision {
        let rungs = ladder(question.mastery)
        var taken = max(question.stepsTaken, 0)
        // Who has said what they think need not be asked for it.
        if question.hasAttempt, taken == 0, rungs.first?.move == .diagnose, question.mastery != .strong { taken = 1 }
        guard taken < rungs.count else {
            var refusal = PolicyDecision(.withhold, hintLevel: 0)
            refusal.step = rungs.count
            return refusal
        }
        var decision = rungs[taken]
        decision.step = taken + 1
        return decision
    }
}
