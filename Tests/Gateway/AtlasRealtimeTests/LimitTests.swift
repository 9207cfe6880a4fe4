@testable import AtlasRealtime
import Testing

@Suite struct LimitTests {
    @Test func `a limit lets its burst pass, then its rate, and says how long to wait`() {
        let rate = RealtimeLimits.Rate(perSecond: 5, burst: 10)
        var now = ContinuousClock.now
        var bucket = Bucket(rate, now: now)
        for _ in 0..<10 { #expect(bucket.take(1, rate, now: now) == nil) }
        #expect(bucket.take(1, rate, now: now) == .milliseconds(200))
        now += .milliseconds(200)
        #expect(bucket.take(1, rate, now: now) == nil)
        #expect(bucket.take(1, rate, now: now) != nil)
        now += .seconds(3_600)
        #expect(bucket.isFull(rate, now: now))
        #expect(bucket.take(11, rate, now: now) != nil, "more than the burst never passes")
    }

    @Test func `a line of a log is told once, in whatever order it comes`() {
        let told = ToldNumbers()
        for number in [5, 4, 7, 6] { #expect(told.tell(number)) }
        for number in [4, 5, 6, 7] { #expect(!told.tell(number)) }
        for number in 100..<10_000 { #expect(told.tell(number)) }
        #expect(!told.tell(9_999))
        #expect(told.tell(5), "what is forgotten is told again: it is known by its number")
    }

    @Test func `a flood from many addresses neither grows for ever nor locks anybody out for ever`() {
        let limit = AddressLimit(.init(perSecond: 10, burst: 2))
        for index in 0..<25_000 { #expect(limit.admits("address \(index)")) }
        #expect(limit.admits("one"))
        #expect(limit.admits("one"))
        #expect(!limit.admits("one"))
    }
}
