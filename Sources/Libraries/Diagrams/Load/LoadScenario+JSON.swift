extension LoadScenario {
    /// Puts what a JSON value says in place of the values that are there.
    ///
    /// The shape is described in docs/load-model.md. Unknown keys and names, wrong types and values out of range are
    /// errors that name the place and the remedy.
    public mutating func read(_ json: JSONValue) throws(LoadError) {
        var form = LoadForm(.read)
        var copy = self
        form.fields(json, at: "") { form in
            copy.exchangeTotals(&form)
            if let steps = form.list("load") {
                copy.load = []
                for (index, json) in steps.enumerated() {
                    var step = Step(at: 0, rate: .nan)
                    form.fields(json, at: "load.\(index)") { step.exchange(&$0) }
                    copy.load.append(step)
                }
            }
            copy.readNodes(&form)
            copy.readEdges(&form)
            if let events = form.list("events") {
                copy.events = []
                for (index, json) in events.enumerated() {
                    var event = Event(at: 0, .kill, "")
                    form.fields(json, at: "events.\(index)") { event.exchange(&$0) }
                    copy.events.append(event)
                }
            }
        }
        if let error = form.error { throw error }
        self = copy
    }

    private mutating func readNodes(_ form: inout LoadForm) {
        var names = NameTable()
        for node in nodes { names.insert(node.id) }
        for field in form.pairs("nodes", atMost: nodes.count) {
            guard let position = form.position(of: field.key, in: names, "nodes", "node") else { return }
            form.fields(field.value, at: "nodes." + field.key) { nodes[position].exchange(&$0) }
        }
    }

    private mutating func readEdges(_ form: inout LoadForm) {
        if let every = form.value("everyEdge") {
            for position in edges.indices {
                form.fields(every, at: "everyEdge") { edges[position].exchange(&$0, at: "everyEdge") }
            }
        }
        var names = NameTable()
        for edge in edges { names.insert(edge.id) }
        for field in form.pairs("edges", atMost: edges.count) {
            guard let position = form.position(of: field.key, in: names, "edges", "edge with calls") else { return }
            let path = "edges." + field.key
            form.fields(field.value, at: path) { edges[position].exchange(&$0, at: path) }
        }
    }

    /// Writes the scenario with all its values, as `read` understands it.
    public func write(to writer: inout JSONWriter) {
        var copy = self
        LoadForm.write(&writer) { form in
            copy.exchangeTotals(&form)
            form.writer.key("load")
            form.writer.array(load) { writer, step in
                var step = step
                LoadForm.write(&writer) { step.exchange(&$0) }
            }
            form.writer.key("nodes")
            form.nested { form in
                for index in copy.nodes.indices {
                    form.writer.key(named: copy.nodes[index].id)
                    form.nested { copy.nodes[index].exchange(&$0) }
                }
            }
            form.writer.key("edges")
            form.nested { form in
                for index in copy.edges.indices {
                    form.writer.key(named: copy.edges[index].id)
                    form.nested { copy.edges[index].exchange(&$0, at: "") }
                }
            }
            form.writer.key("events")
            form.writer.array(events) { writer, event in
                var event = event
                LoadForm.write(&writer) { event.exchange(&$0) }
            }
        }
    }
}

extension LoadForm {
    /// The elements of an array of at most `LoadLimits.steps`; `nil` when the key is not there.
    fileprivate mutating func list(_ key: StaticString) -> [JSONValue]? {
        guard let found = value(key) else { return nil }
        guard case .array(let elements) = found, elements.count <= LoadLimits.steps else {
            fail(key.text, "must be an array of at most \(LoadLimits.steps)")
            return nil
        }
        return elements
    }

    fileprivate mutating func pairs(_ key: StaticString, atMost most: Int) -> [JSONValue.Field] {
        guard let found = value(key) else { return [] }
        guard case .object(let fields) = found else {
            fail(key.text, "must be an object in braces")
            return []
        }
        if fields.count > most, fields.count > 1 { fail(key.text, "must name each only once") }
        return fields
    }

    fileprivate mutating func position(
        of name: String,
        in table: NameTable,
        _ place: String,
        _ what: String
    ) -> Int? {
        if let position = table[name] { return position }
        let near = table.nearest(to: name)
        let remedy = near.isEmpty ? "" : "; did you mean \(near.joined(by: ", ", last: " or "))?"
        fail(place + "." + name, "the diagram has no such \(what)\(remedy)")
        return nil
    }
}
