extension String: OutputValue {
    /// Text.
    public static var outputType: OutputType { .string }

    /// Writes a string.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        output.writer.string(self)
        return true
    }
}

extension Bool: OutputValue {
    /// A truth value.
    public static var outputType: OutputType { .bool }

    /// Writes `true` or `false`.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        output.writer.bool(self)
        return true
    }
}

extension Double: OutputValue {
    /// A number.
    public static var outputType: OutputType { .double }

    /// Writes a finite number.
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        guard isFinite else {
            return output.fail("Float cannot represent non numeric value: \(NumberText.shortest(self))", at: position)
        }
        output.writer.double(self)
        return true
    }
}

extension Int64: OutputValue {
    /// A whole number.
    public static var outputType: OutputType { .int }

    /// Writes a number, which for the schema's `Int` must fit 32 bits, or the text of an ID.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        if position.leaf == .int {
            guard Int32(exactly: self) != nil else { return output.tooLarge(self, at: position) }
        } else if position.leaf == .id {
            output.writer.string(String(self))
            return true
        }
        output.writer.int(self)
        return true
    }
}

extension Int: OutputValue {
    /// A whole number.
    public static var outputType: OutputType { .int }

    /// Writes a number, which for the schema's `Int` must fit 32 bits, or the text of an ID.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        Int64(self).write(to: &output, at: position)
    }
}

extension Int32: OutputValue {
    /// A whole number.
    public static var outputType: OutputType { .int }

    /// Writes a number or the text of an ID.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        Int64(self).write(to: &output, at: position)
    }
}

extension Optional: OutputValue where Wrapped: OutputValue {
    /// Perhaps nothing.
    public static var outputType: OutputType { .optional(Wrapped.outputType) }

    /// Writes the value, or `null` where the schema allows it.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        guard let value = self else { return output.null(at: position) }
        return value.write(to: &output, at: position)
    }
}

extension Array: OutputValue where Element: OutputValue {
    /// A list.
    public static var outputType: OutputType { .list(Element.outputType) }

    /// Writes every element.
    @inlinable
    public func write(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        guard let item = position.item else { return output.notAList(at: position) }
        output.writer.byte(0x5B)
        let isComplete = withUnsafeBufferPointer { elements in
            guard let first = elements.baseAddress else { return true }
            for index in elements.indices {
                if index > 0 { output.writer.byte(0x2C) }
                let start = output.checkpoint
                // In place: an element taken out of the array would be copied first.
                let written = (first + index).pointee.write(to: &output, at: item)
                if !written || output.marks != start.marks {
                    guard output.close(start, .index(index), item, written) else { return false }
                }
            }
            return true
        }
        output.writer.byte(0x5D)
        return isComplete
    }
}
