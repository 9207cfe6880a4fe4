import AtlasAPI
import Testing

@testable import AtlasTutor

@Suite struct PolicyTests {
    /// Every question that the rules can meet, with the ladder looked at beyond its end.
    static let questions: [PolicyQuestion] = TutorIntent.allCases.flatMap { intent in
        PolicyQuestion.Subject.allCases.flatMap { subject in
            [true, false].flatMap { isSupported in
                (0...9).flatMap { steps in
                    [true, false].flatMap { hasAttempt in
                        PolicyQuestion.Mastery.allCases.map { mastery in
                            PolicyQuestion(
                                intent: intent,
                                subject: subject,
                                isSupported: isSupported,
                                stepsTaken: steps,
                                hasAttempt: hasAttempt,
                                mastery: mastery
                            )
                        }
                    }
                }
            }
        }
    }

    @Test func `what is graded and what a lab asks is never answered, whatever else holds`() {
        for question in Self.questions where question.subject == .graded || question.subject == .lab {
            let decision = TutorPolicy.decide(question)
            #expect(decision.move != .answer && !decision.mayReveal && decision.hintLevel < 5, "\(question)")
            #expect(decision.move != .abstain, "\(question)")
        }
    }

    @Test func `only who has answered may read the answer`() {
        for question in Self.questions where TutorPolicy.decide(question).mayReveal {
            #expect(question.subject == .answered)
        }
    }

    @Test func `a concept is answered if the catalogue says it, and nothing is said otherwise`() {
        for question in Self.questions where question.subject == .concept && question.intent != .quiz {
            let decision = TutorPolicy.decide(question)
            #expect(decision.move == (question.isSupported ? .answer : .abstain))
            #expect(decision.hintLevel == (question.isSupported ? 5 : 0))
            #expect(decision.step == 0)
        }
    }

    @Test func `who asks for a question gets one`() {
        for question in Self.questions where question.intent == .quiz {
            #expect(TutorPolicy.decide(question).move == .quiz)
        }
    }

    @Test(arguments: PolicyQuestion.Mastery.allCases)
    func `the ladder is climbed rung by rung and ends without the answer`(mastery: PolicyQuestion.Mastery) {
        var question = PolicyQuestion(
            intent: .ask,
            subject: .graded,
            isSupported: true,
            stepsTaken: 0,
            hasAttempt: false,
            mastery: mastery
        )
        var moves: [TutorMove] = []
        for _ in 0..<10 {
            let decision = TutorPolicy.decide(question)
            moves.append(decision.move)
            #expect(decision.step > question.stepsTaken || decision.move == .withhold)
            question.stepsTaken = decision.step
        }
        #expect(moves.last == .withhold)
        #expect(moves.filter { $0 == .hint }.count == 3 && moves.filter { $0 == .workedStep }.count == 1)
        switch mastery {
        case .weak: #expect(moves.prefix(2) == [.hint, .workedStep])
        case .unknown: #expect(moves.prefix(5) == [.diagnose, .hint, .hint, .hint, .workedStep])
        case .strong: #expect(moves.prefix(3) == [.diagnose, .hint, .diagnose])
        }
    }

    @Test func `an attempt in words spares the asking back, but not for who knows much`() {
        func first(_ mastery: PolicyQuestion.Mastery, hasAttempt: Bool) -> PolicyDecision {
            TutorPolicy.decide(
                PolicyQuestion(
                    intent: .ask,
                    subject: .graded,
                    isSupported: true,
                    stepsTaken: 0,
                    hasAttempt: hasAttempt,
                    mastery: mastery
                )
            )
        }
        #expect(first(.unknown, hasAttempt: false).move == .diagnose)
        #expect(first(.unknown, hasAttempt: true).hintLevel == 1)
        #expect(first(.unknown, hasAttempt: true).step == 2, "the next hint is the second")
        #expect(first(.strong, hasAttempt: true).move == .diagnose)
        #expect(first(.weak, hasAttempt: false).hintLevel == 1)
    }

    @Test func `the same question gets the same decision`() {
        for question in Self.questions { #expect(TutorPolicy.decide(question) == TutorPolicy.decide(question)) }
    }

    @Test func `the less help there was, the more an answer says`() {
        let weights = (0...5).map(TutorEvent.evidenceWeight)
        #expect(weights.first == 1 && weights.last == 0)
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 > $1 })
    }
}
