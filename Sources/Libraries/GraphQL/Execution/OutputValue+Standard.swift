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
        guard let item = position.item else { return writeInParts(to: &output, at: position) }
        // Lists in lists count by what is in the innermost.
        if item.item == nil { output.listCost &+= count &* position.itemCost }
        return write(count, to: &output, at: item)
    }

    /// Writes some of the elements, from the first on.
    @inlinable
    func write(_ count: Int, to output: inout ResponseOutput, at item: ValuePosition) -> Bool {
        output.writer.byte(0x5B)
        let isComplete = withUnsafeBufferPointer { elements in
            guard let first = elements.baseAddress else { return true }
            for index in 0..<count {
                if index > 0 { output.writer.byte(0x2C) }
                let start = output.checkpoint
                let written = Self.write(first + index, to: &output, at: item)
                if !written || output.marks != start.marks {
                    guard output.close(start, .index(index), item, written) else { return false }
                }
            }
            return true
        }
        output.writer.byte(0x5D)
        return isComplete
    }

    /// Writes an element without counting a reference to each of its members.
    ///
    /// The compiler cannot see that the output does not change the list, so it would copy the element and destroy the copy.
    /// Here the copy is made of its bits alone, and never destroyed: the list outlives it.
    @inlinable
    static func write(
        _ element: UnsafePointer<Element>,
        to output: inout ResponseOutput,
        at item: ValuePosition
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { place in
            guard let bits = place.baseAddress else { return false }
            UnsafeMutableRawPointer(bits).copyMemory(from: element, byteCount: MemoryLayout<Element>.size)
            let borrowed = bits.move()
            let written = borrowed.write(to: &output, at: item)
            bits.initialize(to: consume borrowed)
            return written
        }
    }

    /// Writes the first elements of a list whose others are delivered later.
    @usableFromInline
    func writeInParts(to output: inout ResponseOutput, at position: ValuePosition) -> Bool {
        guard let stream = position.stream else { return output.notAList(at: position) }
        let initialCount: Int
        do throws(GraphQLError) {
            initialCount = try stream.initialCount(output.execution)
        } catch {
            return output.record(output.located(error, position))
        }
        guard initialCount < count else { return write(count, to: &output, at: stream.item) }
        guard write(initialCount, to: &output, at: stream.item) else { return false }
        let work = LaterWork.items(stream, initialCount..<count) { index, output in
            index < count && self[index].write(to: &output, at: stream.item)
        }
        return output.leave(work, at: position.label.locations.first)
    }
}
