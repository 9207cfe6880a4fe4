/// Operations and fragments among definitions of types: they define nothing, but must be well formed.
extension DefinitionValidator {
    mutating func visit(_ node: OperationNode) {
        checkUniqueDirectives(node.directives)
        for index in node.variables.indices {
            let variable = document.variables[index]
            checkUniqueDirectives(variable.directives)
            checkExecutableType(variable.type)
            if variable.defaultValue >= 0 { checkUniqueMembers(variable.defaultValue) }
            visitDirectives(variable.directives, .variableDefinition)
        }
        visitDirectives(node.directives, DirectiveLocation(node.kind))
        visitSelections(node.selectionSet)
    }

    mutating func visit(_ node: FragmentNode) {
        checkUniqueDirectives(node.directives)
        checkExecutableType(node.condition)
        visitDirectives(node.directives, .fragmentDefinition)
        visitSelections(node.selectionSet)
    }

    private mutating func visitSelections(_ set: Int32) {
        for index in document.selectionSets[Int(set)].selections.indices {
            switch document.selections[index] {
            case .field(let field): visit(document.fields[Int(field)])
            case .spread(let spread):
                let node = document.spreads[Int(spread)]
                checkUniqueDirectives(node.directives)
                visitDirectives(node.directives, .fragmentSpread)
            case .inline(let fragment):
                let node = document.inlineFragments[Int(fragment)]
                checkUniqueDirectives(node.directives)
                if node.condition >= 0 { checkExecutableType(node.condition) }
                visitDirectives(node.directives, .inlineFragment)
                visitSelections(node.selectionSet)
            }
        }
    }

    private mutating func visit(_ node: FieldNode) {
        checkUniqueDirectives(node.directives)
        checkUniqueArguments(node.arguments)
        for index in node.arguments.indices { checkUniqueMembers(document.arguments[index].value) }
        visitDirectives(node.directives, .field)
        if node.selectionSet >= 0 { visitSelections(node.selectionSet) }
    }

    private mutating func checkExecutableType(_ type: Int32) {
        let node = namedType(type)
        if !executableTypeNames.contains(text(node.name)) { reportUnknown(node, among: executableTypeNames) }
    }
}
