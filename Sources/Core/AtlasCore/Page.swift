/// One page of a list, and where the next begins.
public struct Page<Item: Sendable>: Sendable {
    /// At most as many as were asked for, in the list's order.
    public let items: [Item]
    /// Opaque text to ask for the next page with; `nil` on the last.
    public let next: String?

    /// A page.
    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
