/// Values whose Swift type says nothing: checked and converted when they are written.
///
/// Source: GraphQL September 2025, 3.5, "Result Coercion" of each scalar.
extension Value: OutputValue {
    /// Anything.
    public static var outputType: OutputType { .dynamic }

    /// Writes the value as the schema's type wants it.
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        if isNull { return output.null(at: position) }
        if position.anyItem != nil {
            guard case .list(let items) = self else { return output.notIterable(at: position) }
            return items.write(to: &output, at: position)
        }
        switch position.leaf {
        case .none: return output.unresolvedType("Value", at: position)
        case .int: return writeInt(&output, position)
        case .float: return writeFloat(&output, position)
        case .string: return writeString(&output, position)
        case .boolean: return writeBoolean(&output, position)
        case .id: return writeID(&output, position)
        case .enumeration: return writeEnum(&output, position)
        case .custom: return writeCustom(&output, position)
        }
    }

    /// The number that this value, a truth value or text counts as.
    private var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .bool(let flag): flag ? 1 : 0
        case .string(let text): text.isEmpty ? nil : Double(text)
        default: nil
        }
    }

    private func writeInt(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        guard let number, number.isFinite, number.rounded() == number else {
            return output.fail("Int cannot represent non-integer value: \(Inspection.text(self))", at: position)
        }
        guard let exact = Int32(exactly: number) else {
            return output.fail(
                "Int cannot represent non 32-bit signed integer value: \(Inspection.text(self))",
                at: position
            )
        }
        output.writer.int(Int64(exact))
        return true
    }

    private func writeFloat(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        guard let number, number.isFinite else {
            return output.fail("Float cannot represent non numeric value: \(Inspection.text(self))", at: position)
        }
        output.writer.double(number)
        return true
    }

    private func writeString(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        switch self {
        case .string(let text), .enumValue(let text): output.writer.string(text)
        case .bool(let flag): output.writer.string(flag ? "true" : "false")
        case .int(let number): output.writer.string(String(number))
        case .double(let number) where number.isFinite: output.writer.string(NumberText.shortest(number))
        default: return output.fail("String cannot represent value: \(Inspection.text(self))", at: position)
        }
        return true
    }

    private func writeBoolean(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        switch self {
        case .bool(let flag): output.writer.bool(flag)
        case .int(let number): output.writer.bool(number != 0)
        case .double(let number) where number.isFinite: output.writer.bool(number != 0)
        default:
            return output.fail("Boolean cannot represent a non boolean value: \(Inspection.text(self))", at: position)
        }
        return true
    }

    private func writeID(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        switch self {
        case .string(let text), .enumValue(let text): output.writer.string(text)
        case .int(let number): output.writer.string(String(number))
        case .double(let number) where number.isFinite && number.rounded() == number:
            output.writer.string(NumberText.shortest(number))
        default: return output.fail("ID cannot represent value: \(Inspection.text(self))", at: position)
        }
        return true
    }

    private func writeEnum(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        switch self {
        case .string(let name), .enumValue(let name):
            guard position.type.enumValue(name) != nil else { break }
            output.writer.string(name)
            return true
        default: break
        }
        return output.fail(
            "Enum \"\(position.type.name)\" cannot represent value: \(Inspection.text(self))",
            at: position
        )
    }

    private func writeCustom(_ output: inout ResponseOutput, _ position: ValuePosition) -> Bool {
        guard let serialize = position.serialize else {
            output.writer.value(self)
            return true
        }
        do {
            output.writer.value(try serialize(self))
            return true
        } catch {
            return output.record(output.located(error, position))
        }
    }
}

extension ResponseOutput {
    mutating func notIterable(at position: ValuePosition) -> Bool {
        fail("Expected Iterable, but did not find one for field \"\(position.label.coordinate)\".", at: position)
    }

    /// What was thrown while a value was written, as the client sees it.
    func located(_ error: any Error, _ position: ValuePosition) -> GraphQLError {
        var mapped = execution.errorMapper(error)
        if mapped.locations.isEmpty { mapped.locations = position.label.locations }
        mapped.path = []
        return mapped
    }
}
