@testable import AtlasApp
import AtlasCore
import AtlasHTTP
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite struct AdmissionTests {
    private func admission(_ clock: ManualClock, requests: Int = 10, cost: Int = 1_000) -> Admission {
        let limits = Admission.Limits(requests: requests, cost: cost)
        return Admission(cache: MemoryCache(clock: clock), account: limits, visitor: limits, clock: clock)
    }

    private let visitor = Caller(address: "192.0.2.1")

    private func quota(_ decision: RateDecision) -> RateQuota? {
        if case .admit(let quota) = decision { return quota }
        return nil
    }

    private func wait(_ decision: RateDecision) -> Duration? {
        if case .refuse(let time) = decision { return time }
        return nil
    }

    @Test func `the minute before counts as far as it lies within the last sixty seconds`() async throws {
        let clock = ManualClock(Timestamp(milliseconds: 60_000 * 1_000))
        let admission = admission(clock)
        for left in (0..<10).reversed() {
            let decision = await admission.decide(visitor, address: "192.0.2.1", count: 1)
            #expect(quota(decision)?.remaining == left)
        }
        #expect(wait(await admission.decide(visitor, address: "192.0.2.1", count: 1)) != nil)
        #expect(quota(await admission.decide(visitor, address: "192.0.2.2", count: 1)) != nil)
        clock.advance(by: .seconds(61))
        // Almost all of the minute before still counts.
        #expect(wait(await admission.decide(visitor, address: "192.0.2.1", count: 1)) != nil)
        clock.advance(by: .seconds(29))
        #expect(quota(await admission.decide(visitor, address: "192.0.2.1", count: 5))?.remaining == 0)
        #expect(wait(await admission.decide(visitor, address: "192.0.2.1", count: 1)) != nil)
    }

    @Test func `whoever waits as long as told is let in, though it asked in between`() async throws {
        let clock = ManualClock(Timestamp(milliseconds: 60_000 * 1_000 + 7_000))
        let admission = admission(clock)
        #expect(quota(await admission.decide(visitor, address: "a", count: 10)) != nil)
        let time = try #require(wait(await admission.decide(visitor, address: "a", count: 1)))
        for _ in 0..<50 { _ = await admission.decide(visitor, address: "a", count: 1) }
        clock.advance(by: time)
        #expect(quota(await admission.decide(visitor, address: "a", count: 1)) != nil)
    }

    @Test func `what is costly uses up the cost limit before the number of requests`() async throws {
        let clock = ManualClock(Timestamp(milliseconds: 60_000 * 1_000))
        let admission = admission(clock)
        #expect(quota(await admission.decide(visitor, address: "a", count: 1)) != nil)
        await admission.charge(visitor, address: "a", cost: 1_001)
        let time = try #require(wait(await admission.decide(visitor, address: "a", count: 1)))
        #expect(time > .seconds(59))
        clock.advance(by: .seconds(120))
        #expect(quota(await admission.decide(visitor, address: "a", count: 1)) != nil)
    }
}
