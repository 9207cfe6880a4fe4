/// Finds the source of a schema's parts, to say where a problem is.
struct SchemaSources {
    private let documents: [Document]
    private let types: [String: [SchemaBuilder.Definition]]

    /// A node's place in one of the documents.
    struct Place {
        let document: Document
        let extent: Extent

        var location: SourceLocation { document.location(extent) }
    }

    init(_ documents: [Document]) {
        self.documents = documents
        var types: [String: [SchemaBuilder.Definition]] = [:]
        for document in documents {
            for node in document.typeSystem where node.kind != .schema && node.kind != .directive {
                types[document.text(node.name), default: []].append(
                    SchemaBuilder.Definition(document: document, node: node)
                )
            }
        }
        self.types = types.mapValues { $0.filter { !$0.node.isExtension } + $0.filter(\.node.isExtension) }
    }

    /// The definition of a type and its extensions.
    func definitions(_ type: String) -> [Place] {
        parts(type).map { Place(document: $0.document, extent: $0.node.extent) }
    }

    private func parts(_ type: String) -> [SchemaBuilder.Definition] { types[type] ?? [] }

    /// The schema definition, if there is one.
    var schemaDefinition: [Place] {
        schemaNodes.filter { !$0.node.isExtension }.map { Place(document: $0.document, extent: $0.node.extent) }
    }

    private var schemaNodes: [SchemaBuilder.Definition] {
        documents.flatMap { document in
            document.typeSystem.filter { $0.kind == .schema }
                .map { SchemaBuilder.Definition(document: document, node: $0) }
        }
    }

    /// The type named for a kind of operation.
    func operationType(_ kind: OperationKind) -> [Place] {
        for part in schemaNodes {
            if let operation = part.node.operations.first(where: { $0.kind == kind }) {
                return [place(type: operation.type, part.document)]
            }
        }
        return []
    }

    private func place(type: Int32, _ document: Document) -> Place {
        Place(document: document, extent: document.types[Int(type)].extent)
    }

    /// The most places that one error names.
    static let placeLimit = 100

    /// Where a type names another one as its interface or member.
    func uses(of used: String, in type: String) -> [Place] {
        var found: [Place] = []
        for part in parts(type) {
            for node in part.node.types where part.document.typeText(node) == used {
                found.append(place(type: node, part.document))
                if found.count == Self.placeLimit { return found }
            }
        }
        return found
    }

    // MARK: Members

    private func field(_ type: String, _ name: String) -> (FieldDefinitionNode, Document)? {
        for part in parts(type) {
            if let node = part.node.fields.first(where: { part.document.text($0.name) == name }) {
                return (node, part.document)
            }
        }
        return nil
    }

    func field(_ type: String, _ name: String) -> [Place] {
        field(type, name).map { [Place(document: $1, extent: $0.extent)] } ?? []
    }

    func fieldType(_ type: String, _ name: String) -> [Place] {
        field(type, name).map { [place(type: $0.type, $1)] } ?? []
    }

    func deprecation(_ type: String, _ name: String) -> [Place] {
        field(type, name).map { deprecation($0.directives, $1) } ?? []
    }

    /// An argument of a field or directive, or an input field.
    func input(_ owner: InputOwner, _ name: String) -> [Place] {
        inputNode(owner, name).map { [Place(document: $1, extent: $0.extent)] } ?? []
    }

    func inputType(_ owner: InputOwner, _ name: String) -> [Place] {
        inputNode(owner, name).map { [place(type: $0.type, $1)] } ?? []
    }

    func inputDefault(_ owner: InputOwner, _ name: String) -> [Place] {
        guard let (node, document) = inputNode(owner, name), node.defaultValue >= 0 else { return [] }
        return [Place(document: document, extent: document.literals[Int(node.defaultValue)].extent)]
    }

    func inputDeprecation(_ owner: InputOwner, _ name: String) -> [Place] {
        inputNode(owner, name).map { deprecation($0.directives, $1) } ?? []
    }

    /// What has input values.
    enum InputOwner {
        case field(type: String, name: String)
        case directive(String)
        case type(String)
    }

    private func inputNode(_ owner: InputOwner, _ name: String) -> (InputValueNode, Document)? {
        switch owner {
        case .field(let type, let field):
            return self.field(type, field).flatMap { find(name, $0.arguments, $1) }
        case .type(let type):
            for part in parts(type) {
                if let found = find(name, part.node.inputs, part.document) { return found }
            }
            return nil
        case .directive(let directive):
            return self.directive(directive).flatMap { find(name, $0.node.inputs, $0.document) }
        }
    }

    private func find(_ name: String, _ nodes: [InputValueNode], _ document: Document) -> (InputValueNode, Document)? {
        nodes.first { document.text($0.name) == name }.map { ($0, document) }
    }

    private func directive(_ name: String) -> SchemaBuilder.Definition? {
        for document in documents {
            for node in document.typeSystem where node.kind == .directive && document.text(node.name) == name {
                return SchemaBuilder.Definition(document: document, node: node)
            }
        }
        return nil
    }

    func directive(_ name: String) -> [Place] {
        directive(name).map { [Place(document: $0.document, extent: $0.node.extent)] } ?? []
    }

    func enumValue(_ type: String, _ name: String) -> [Place] {
        for part in parts(type) {
            if let node = part.node.values.first(where: { part.document.text($0.name) == name }) {
                return [Place(document: part.document, extent: node.extent)]
            }
        }
        return []
    }

    private func deprecation(_ directives: NodeRange, _ document: Document) -> [Place] {
        directives.indices.map { document.directives[$0] }.filter { document.text($0.name) == "deprecated" }
            .prefix(1).map { Place(document: document, extent: $0.extent) }
    }
}
