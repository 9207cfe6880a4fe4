/// What one response of several says of the parts that come later than the first.
///
/// Source: GraphQL specification, proposal "Incremental delivery", section 7.
struct Payload {
    /// A fragment or list that will come.
    struct Pending {
        let id: Int
        let path: [PathElement]
        let label: String?
    }

    /// Data of a fragment or list.
    struct Increment {
        enum Content {
            /// An object.
            case data([UInt8])
            /// Items of a list, in order.
            case items([[UInt8]])
        }

        let id: Int

        /// From where the fragment stands to the object that has the data.
        let subPath: [PathElement]
        var content: Content
        var errors: [GraphQLError]
    }

    /// A fragment or list of which nothing more will come; with errors, it failed.
    struct Completed {
        let id: Int
        let errors: [GraphQLError]
    }

    var pending: [Pending] = []
    var incremental: [Increment] = []
    var completed: [Completed] = []

    var isEmpty: Bool { pending.isEmpty && incremental.isEmpty && completed.isEmpty }

    /// Adds data; items of the list that had the last word continue it.
    mutating func append(_ increment: Increment) {
        if let last = incremental.indices.last, incremental[last].id == increment.id,
            case .items(let known) = incremental[last].content, case .items(let more) = increment.content
        {
            incremental[last].content = .items(known + more)
            incremental[last].errors += increment.errors
        } else {
            incremental.append(increment)
        }
    }
}

extension JSONWriter {
    /// Appends the members of a payload, each after a comma if something stands before it, and `hasNext`.
    mutating func payload(_ payload: Payload, isFirst: Bool, hasNext: Bool) {
        var needsComma = !isFirst
        members("\"pending\":[", payload.pending, &needsComma) { $0.pending($1) }
        members("\"incremental\":[", payload.incremental, &needsComma) { $0.increment($1) }
        members("\"completed\":[", payload.completed, &needsComma) { $0.completed($1) }
        if needsComma { byte(0x2C) }
        raw("\"hasNext\":")
        bool(hasNext)
        byte(0x7D)
    }

    private mutating func members<Member>(
        _ name: StaticString,
        _ members: [Member],
        _ needsComma: inout Bool,
        _ write: (inout JSONWriter, Member) -> Void
    ) {
        guard !members.isEmpty else { return }
        if needsComma { byte(0x2C) }
        needsComma = true
        raw(name)
        for (index, member) in members.enumerated() {
            if index > 0 { byte(0x2C) }
            write(&self, member)
        }
        byte(0x5D)
    }

    private mutating func id(_ id: Int) {
        raw("{\"id\":\"")
        int(Int64(id))
        byte(0x22)
    }

    private mutating func pending(_ pending: Payload.Pending) {
        id(pending.id)
        raw(",\"path\":")
        path(pending.path)
        if let label = pending.label {
            raw(",\"label\":")
            string(label)
        }
        byte(0x7D)
    }

    private mutating func increment(_ increment: Payload.Increment) {
        id(increment.id)
        if !increment.subPath.isEmpty {
            raw(",\"subPath\":")
            path(increment.subPath)
        }
        switch increment.content {
        case .data(let text):
            raw(",\"data\":")
            raw(text)
        case .items(let texts):
            var needsComma = true
            members("\"items\":[", texts, &needsComma) { $0.raw($1) }
        }
        errorsIfAny(increment.errors)
        byte(0x7D)
    }

    private mutating func completed(_ completed: Payload.Completed) {
        id(completed.id)
        errorsIfAny(completed.errors)
        byte(0x7D)
    }

    private mutating func errorsIfAny(_ errors: [GraphQLError]) {
        guard !errors.isEmpty else { return }
        raw(ResponseText.errors)
        self.errors(errors)
    }
}
