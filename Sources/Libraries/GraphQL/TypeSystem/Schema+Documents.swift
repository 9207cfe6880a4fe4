extension Schema {
    /// The type a document names, or `nil` when the schema has no such type or it has too many wrappers.
    func reference(_ type: Int32, in document: Document) -> TypeReference? {
        var node = document.types[Int(type)]
        var wrappers: [TypeNode.Kind] = []
        while node.kind != .named {
            wrappers.append(node.kind)
            node = document.types[Int(node.inner)]
        }
        guard wrappers.count < TypeReference.wrapperLimit, let named = self.type(document.text(node.name)) else {
            return nil
        }
        var reference = TypeReference(named: named.index)
        for kind in wrappers.reversed() { reference = kind == .list ? reference.list : reference.nonNull }
        return reference
    }
}
