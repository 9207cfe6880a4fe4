import AtlasAPI
import AtlasCore

/// What a question must be before anything is done for it.
enum QuestionCheck {
    private static let idCharacters = 64
    private static let itemBytes = 512

    /// - Throws: `AtlasError.invalid`.
    static func checkID(_ clientID: String) throws(AtlasError) {
        let id = clientID.utf8
        guard (1...idCharacters).contains(id.count), id.allSatisfy(isPlain) else {
            throw AtlasError(
                .invalid,
                "An id has 1 to \(idCharacters) letters, digits, “-” and “_”.",
                field: "clientId"
            )
        }
    }

    /// - Throws: `AtlasError.invalid` with the field.
    static func check(_ question: NewQuestion) throws(AtlasError) {
        // A letter may hold any number of marks, so these are counted.
        guard question.text.unicodeScalars.count <= TutorLimits.question else {
            throw AtlasError(
                .invalid,
                "A question has at most \(TutorLimits.question) characters.",
                field: "question"
            )
        }
        let needsWords = question.intent == .ask
        guard !needsWords || question.text.contains(where: { !$0.isWhitespace }) else {
            throw AtlasError(.invalid, "Ask something.", field: "question")
        }
        guard question.context.nodes.count <= TutorLimits.nodes else {
            throw AtlasError(.invalid, "At most \(TutorLimits.nodes) nodes.", field: "context.nodeIds")
        }
        guard question.context.item?.rawValue.utf8.count ?? 0 <= itemBytes else {
            throw AtlasError(.invalid, "An item's id has at most \(itemBytes) bytes.", field: "context.itemId")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Gaze {
    /// What the context names, as far as the caller may see it.
    ///
    /// - Throws: `AtlasError.notFound` for what is not there.
    init(_ context: TutorContext, _ index: RecordIndex) throws(AtlasError) {
        func add(_ kind: ContentKind, _ id: String?, _ field: String) throws(AtlasError) {
            guard let id else { return }
            guard index["\(kind.rawValue)/\(id)/about"] != nil else {
                throw AtlasError(.notFound, "There is no \(kind.rawValue) “\(id.prefix(64))”.", field: field)
            }
            contents.insert(id)
        }
        try add(.diagram, context.diagram?.rawValue, "context.diagramId")
        try add(.lab, context.lab?.rawValue, "context.labId")
        try add(.incident, context.incident?.rawValue, "context.incidentId")
        let places = [("diagram", context.diagram?.rawValue), ("incident", context.incident?.rawValue)]
        for part in context.nodes {
            var isKnown = false
            for case (let kind, let id?) in places {
                for key in ["\(kind)/\(id)/node/\(part)", "\(kind)/\(id)/edge/\(part)"] where index[key] != nil {
                    selected.insert(key)
                    isKnown = true
                }
            }
            guard isKnown else {
                throw AtlasError(.notFound, "The picture has no part “\(part.prefix(64))”.", field: "context.nodeIds")
            }
        }
    }
}
