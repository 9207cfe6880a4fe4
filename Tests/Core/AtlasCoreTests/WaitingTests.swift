import AtlasCore
import Testing

/// How tasks wait for each other.
@Suite struct WaitingTests {
    @Test func `a value that comes late is nobody's, and others still get it`() async {
        let promise = Promise<Int>()
        #expect(await promise.value(within: .milliseconds(1)) == nil)
        let waiting = Task { await promise.value(within: .seconds(20)) }
        let cancelled = Task { await promise.value(within: .seconds(20)) }
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        promise.resolve(1)
        promise.resolve(2)
        #expect(await waiting.value == 1)
        #expect(await promise.value() == 1)
    }

    @Test func `a value that takes its place is everybody's`() async {
        let promise = Promise<Int>()
        let waiting = Task { await promise.value() }
        #expect(await promise.value(within: .milliseconds(1), else: 7) == 7)
        promise.resolve(1)
        #expect(await waiting.value == 7)
        #expect(promise.current == 7)
    }

    @Test func `one at a time is let in, in the order of coming`() async {
        let lock = FairLock()
        let (first, second) = (Promise<Void>(), Promise<Void>())
        let log = Log()
        let one = Task {
            await lock.hold {
                first.resolve(())
                await second.value()
                await log.add(1)
            }
        }
        await first.value()
        let two = Task { await lock.hold { await log.add(2) } }
        #expect(await log.numbers == [])
        second.resolve(())
        await one.value
        await two.value
        #expect(await log.numbers == [1, 2])
    }

    @Test func `a lock is free again after an error`() async throws {
        let lock = FairLock()
        await #expect(throws: AtlasError.self) {
            try await lock.hold { throw AtlasError(.invalid, "x") }
        }
        #expect(await lock.hold { 3 } == 3)
    }

    @Test func `yes is said once`() {
        let once = OneTime()
        #expect(once.take())
        #expect(!once.take())
    }

    private actor Log {
        private(set) var numbers: [Int] = []
        func add(_ number: Int) { numbers.append(number) }
    }
}
