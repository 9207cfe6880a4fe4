import AtlasAPI

extension RecordWriter {
    mutating func write(_ incident: Incident) {
        about(["It lasted: \(incident.duration)", "It happened on \(incident.date), at \(incident.company)"])
        add(.cause, "cause", subject: "Root cause", Self.sentence(incident.rootCause))
        for (index, step) in incident.timeline.enumerated() {
            let text = Self.sentence(step.text)
            add(.step, "step/\(index + 1)", subject: "Step \(index + 1), \(step.at)", text, line: index + 1)
        }
        for (index, lesson) in incident.lessons.enumerated() {
            add(.lesson, "lesson/\(index + 1)", subject: "Lesson \(index + 1)", Self.sentence(lesson))
        }
        sections(incident.bodyHTML)
        picture(incident.picture.graph)
        cards(incident.cards)
    }

    mutating func write(_ lab: Lab) {
        about(["This is a lab, an exercise in a shell, of about \(lab.minutes) minutes"])
        if !lab.objectives.isEmpty {
            let text = lab.objectives.map(Self.sentence).joined(separator: "\n")
            add(.objective, "objective", subject: "What you learn in this lab", text)
        }
        sections(lab.instructionsHTML)
        for check in lab.checks {
            add(.criterion, "check/\(check.id)", subject: "Criterion \(check.id)", Self.sentence(check.text))
            for (index, hint) in check.hints.enumerated() {
                add(.hint, "check/\(check.id)/hint/\(index + 1)", subject: "Hint \(index + 1)", Self.sentence(hint))
            }
        }
        cards(lab.cards)
    }
}
