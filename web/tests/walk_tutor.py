"""The tutor as a learner meets it: asked beside a picture, an incident and a lab, followed to what it cites, and kept; and what
it says when things go wrong, which a scripted server plays where the real one cannot be asked to."""

import json
import re

from playwright.sync_api import expect

from walk_common import DIAGRAM, INCIDENT, Walk, until
from walk_groups import cut_off, register

LAB = "/labs/token-bucket"
QUESTION = "What happens when the cache is lost?"
# What the page says of a lost connection is what is asked for here.
CUT_OFF = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource", "503")


def member(browser, base, size):
    walk = Walk(browser, base, size)
    register(walk, "Ada")
    return walk


def open_tutor(walk):
    # Before that, nobody listens to keys yet.
    walk.page.get_by_role("button", name="Tutor", exact=True).wait_for()
    if walk.size == "phone":
        walk.page.get_by_role("button", name="Tutor", exact=True).click()
    else:
        walk.page.keyboard.press("Control+/")
    field = walk.page.get_by_role("textbox", name="Your question")
    expect(field).to_be_focused()
    return field


def answered(walk, count):
    """Waits until so many questions have been answered."""
    until(walk.page, "document.querySelectorAll('.turn-byline').length === value", count, 30)


def ask(walk, question):
    before = walk.page.locator(".turn-byline").count()
    field = walk.page.get_by_role("textbox", name="Your question")
    field.fill(question)
    field.press("Enter")
    answered(walk, before + 1)


def forgive_cut_off(walk):
    walk.problems = [each for each in walk.problems if not any(word in each for word in CUT_OFF)]


# ── With the server's own answers ───────────────────────────────────────────


def tutor_diagram(browser, base, size):
    """A question beside a picture, what it cites lit up, a part explained, a quiz, and what the learner thinks of it."""
    visitor = Walk(browser, base, size)
    visitor.go(DIAGRAM)
    visitor.page.get_by_role("button", name="Tutor", exact=True).click()
    expect(visitor.page.locator(".tutor").get_by_role("link", name="Make an account")).to_be_visible()
    visitor.see("tutor-visitor")
    visitor.finish()

    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    open_tutor(walk)
    expect(page.locator(".tutor-empty h3")).to_contain_text("Ask about")
    walk.see("tutor-empty")
    ask(walk, QUESTION)
    expect(page.locator(".turn-kind")).to_have_count(1)
    walk.see("tutor-answer")
    if page.locator(".turn-actions").get_by_role("button", name="One more hint").count() > 0:
        for hint in range(2, 7):
            button = page.get_by_role("button", name="One more hint")
            if button.count() == 0:
                break
            button.click()
            answered(walk, hint)
        walk.see("tutor-hints")
    before = page.locator(".turn-byline").count()
    page.get_by_role("button", name="Quiz me").click()
    answered(walk, before + 1)
    walk.see("tutor-quiz")

    # From the picture: the part that is selected.
    if size == "phone":
        page.get_by_role("button", name="Close the tutor").click()
    page.locator('.picture [data-node="cache"]').dispatch_event("click")
    page.get_by_role("button", name="Explain this node").click()
    answered(walk, before + 2)
    expect(page.locator(".turn-question").last).to_contain_text("Explain")
    walk.see("tutor-explained")
    part = page.locator(".turn").last.locator("button.source", has_text=re.compile("·")).first
    part.click()
    expect(page.locator(".picture .is-selected").first).to_be_attached()
    assert re.search("#(node|edge)=", page.url), f"a citation selects the part that it names, not {page.url}"
    walk.see("tutor-cited")
    if size == "phone":
        expect(page.locator(".tutor-sheet")).to_have_count(0)
        open_tutor(walk)

    last = page.locator(".turn").last
    last.get_by_role("button", name="Not helpful").click()
    expect(last.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    last.get_by_label(re.compile("What was wrong")).fill("It does not say how long.")
    last.get_by_role("button", name="Send the comment").click()
    expect(last.locator(".feedback-said")).to_contain_text("comment is kept")
    page.locator(".about-tutor summary").click()
    sharing = page.get_by_role("switch")
    expect(sharing).not_to_be_checked()
    sharing.check()
    expect(sharing).to_be_checked()
    walk.see("tutor-about")
    page.reload()
    page.locator(".picture svg [data-node]").first.wait_for()
    open_tutor(walk)
    page.locator(".about-tutor summary").click()
    expect(page.get_by_role("switch")).to_be_checked()
    walk.finish()


def tutor_elsewhere(browser, base, size):
    """Beside an incident and a lab, and from one page to another by a citation."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(INCIDENT)
    page.locator(".picture svg [data-node]").first.wait_for()
    open_tutor(walk)
    ask(walk, "What was the root cause?")
    walk.see("tutor-incident")
    page.get_by_role("button", name="Close the tutor").click()
    expect(page.locator(".tutor")).to_have_count(0)
    walk.go(LAB)
    page.get_by_role("heading", level=1).wait_for()
    open_tutor(walk)
    expect(page.locator(".tutor-empty h3")).to_contain_text("token bucket")
    ask(walk, "How does a token bucket refill?")
    walk.see("tutor-lab")
    walk.finish()


def tutor_history(browser, base, size):
    """Conversations are kept, read again, gone on with and deleted."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go("/tutor")
    expect(page.get_by_text("You have asked nothing yet")).to_be_visible()
    walk.see("tutor-page-empty")
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    open_tutor(walk)
    ask(walk, QUESTION)
    page.get_by_role("link", name="All conversations").click()
    page.wait_for_url(re.compile("/tutor/."))
    expect(page.locator(".turn-question")).to_have_text(re.compile(re.escape(QUESTION)))
    expect(page.locator(".tutor")).to_have_count(0)
    walk.see("tutor-page")
    ask(walk, "And when it is slow?")
    expect(page.locator(".turn")).to_have_count(2)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    if size == "phone":
        page.get_by_role("link", name="All conversations").click()
    expect(page.locator(".conversation-list li")).to_have_count(1)
    expect(page.locator(".conversation-list small")).to_contain_text("2 questions")
    walk.see("tutor-page-list")
    page.locator(".conversation-list a").click()
    page.get_by_role("button", name="Delete this conversation").click()
    dialog = page.get_by_role("dialog", name="Delete this conversation?")
    walk.see("tutor-delete")
    dialog.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("You have asked nothing yet")).to_be_visible()
    walk.finish()


def tutor_by_keyboard(browser, base, size):
    """A conversation without a pointer: opened, asked over two lines, a citation followed, closed; and what a voice is given."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    start = page.get_by_role("link", name="Catalogue", exact=True).first
    start.focus()
    open_tutor(walk)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    page.keyboard.type("What happens when")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("the cache is lost?")
    page.keyboard.press("Enter")
    answered(walk, 1)
    field = page.get_by_role("textbox", name="Your question")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    assert "\n" in page.locator(".turn-question").inner_text().strip(), "Shift and Enter begin a line"
    voice = page.get_by_role("log", name="What the tutor says")
    said = voice.locator("p").all_inner_texts()
    assert len(said) >= 2 and said[-1].startswith("End of the"), f"a voice is told the end: {said}"
    assert all(len(each) >= 8 and not re.search(r"\[\d+\]|\*\*", each) for each in said), f"sentences, without signs: {said}"
    # Keys of the page mean nothing while the panel has the focus.
    page.locator(".tutor-window").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".tutor")).to_have_count(0)
    expect(start).to_be_focused()
    page.keyboard.press("Control+/")
    expect(field).to_be_focused()
    expect(page.locator(".turn")).to_have_count(1)
    walk.finish()


def tutor_why_wrong(browser, base, size):
    """A wrong prediction is asked about where it was made."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.get_by_role("tab", name=re.compile("^Predict")).click()
    wrong = page.locator(".option")
    for place in range(wrong.count()):
        page.reload()
        page.get_by_role("tab", name=re.compile("^Predict")).click()
        page.locator(".option input").nth(place).check()
        page.get_by_role("button", name="Commit and see").click()
        page.locator(".verdict").wait_for()
        if page.locator(".verdict.wrong").count() > 0:
            break
    page.get_by_role("button", name="Why was I wrong?").click()
    answered(walk, 1)
    expect(page.locator(".turn-question")).to_contain_text("I said")
    expect(page.locator(".turn-answer")).to_have_attribute("data-move", "ANSWER")
    walk.see("tutor-why-wrong")
    walk.finish()


# ── What goes wrong, from a scripted server ─────────────────────────────────

HTML = (
    '<p>A read that misses goes to the database <a class="citation" href="#" data-citation="1">1</a>. '
    '<span class="unsupported">Most teams add a limit there.</span></p>'
)


def said(kind, **more):
    return {"kind": kind, "answer": None, "text": None, "citation": None, "note": None, **more}


def answer_of(client, **more):
    cited = {
        "number": 1, "record": "diagram/e1-cache-aside/node/db", "title": "Cache-aside · Database", "diagramId": "e1-cache-aside",
        "nodeId": "db", "edgeId": None, "incidentId": None, "labId": None, "line": None, "quote": "Keeps every record.",
    }
    return {
        "id": "answer-1", "clientId": client, "conversationId": "conversation-1", "html": HTML, "abstained": False, "hintLevel": 5,
        "text": "A read that misses goes to the database [1]. Most teams add a limit there.", "move": "ANSWER", "status": "COMPLETE",
        "citations": [cited], "unsupported": 1, "writer": "some-model", "note": None, "tokens": 812, "helpful": None,
        "createdAt": "2026-11-30T12:00:00.000Z", "milliseconds": 2_340, **more,
    }


def events(*told):
    return "".join(f"event: next\ndata: {json.dumps({'data': {'answerStream': each}})}\n\n" for each in told)


def refused(code, message, **more):
    return f"event: next\ndata: {json.dumps({'errors': [{'message': message, 'extensions': {'code': code, **more}}]})}\n\nevent: complete\ndata: \n\n"


def script(walk, *turns):
    """Plays the server for questions: each is answered by the next turn, the last one for ever. None leaves it unanswered,
    "down" cuts it off."""
    asked = []

    def play(route):
        if "text/event-stream" not in route.request.headers.get("accept", ""):
            return route.fallback()
        client = route.request.post_data_json["variables"]["clientId"]
        turn = turns[min(len(asked), len(turns) - 1)]
        asked.append(client)
        if turn is None:
            return None
        if turn == "down":
            return route.abort()
        return route.fulfill(status=200, content_type="text/event-stream", body=turn(client))

    walk.page.route("**/graphql", play)
    return asked


def send(walk, question=QUESTION):
    field = walk.page.get_by_role("textbox", name="Your question")
    field.fill(question)
    field.press("Enter")


def tutor_troubles(browser, base, size):
    """A lost connection, a model that fails, a sentence without a record, nothing known, a graded question, too many questions."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    note = "The model did not answer; this is from the catalogue alone."
    begun = dict(html="", text="", status="WRITING", citations=[], unsupported=0)
    asked = script(
        walk,
        lambda client: events(said("ANSWER", answer=answer_of(client, **begun)), said("TEXT", text="A read that misses ")),
        lambda client: events(said("ANSWER", answer=answer_of(client, **begun)), said("NOTE", note=note), said("FINISHED", answer=answer_of(client, note=note))),
        lambda client: events(said("FINISHED", answer=answer_of(client, move="ABSTAIN", abstained=True, citations=[], unsupported=0, hintLevel=0, text="The catalogue does not say it.", html="<p>The catalogue does not say it.</p>"))),
        lambda client: events(said("FINISHED", answer=answer_of(client, move="WITHHOLD", citations=[], unsupported=0, hintLevel=0, text="This is being graded.", html="<p>This is being graded.</p>"))),
        lambda _: refused("TOO_MANY", "Wait for one of your answers.", retryAfterSeconds=1),
        lambda client: events(said("FINISHED", answer=answer_of(client, status="CUT"))),
    )
    open_tutor(walk)
    send(walk)
    answered(walk, 1)
    assert len(set(asked)) == 1 and len(asked) == 2, f"the same question went on: {asked}"
    expect(page.locator(".turn-note", has_text="did not answer")).to_be_visible()
    expect(page.locator(".turn-note.warn")).to_contain_text("1 sentence has no record")
    expect(page.locator(".unsupported")).to_be_visible()
    walk.see("tutor-failover")
    page.locator("a.citation").click()
    expect(page.locator('.picture [data-node="db"].is-selected')).to_be_attached()
    if size == "phone":
        open_tutor(walk)
    send(walk, "Who won the cup?")
    answered(walk, 2)
    send(walk, "What is the answer of card 3?")
    answered(walk, 3)
    expect(page.locator(".turn-kind").nth(1)).to_have_text("Not in the catalogue")
    expect(page.locator(".turn-kind").nth(2)).to_have_text("Not while it is graded")
    walk.see("tutor-abstained")
    send(walk, "One more?")
    expect(page.get_by_role("alert")).to_contain_text("Wait for one")
    again = page.get_by_role("button", name=re.compile("^Ask again"))
    expect(again).to_be_enabled()
    walk.see("tutor-refused")
    again.click()
    answered(walk, 4)
    assert asked[-1] == asked[-2], "asking again is the same question"
    expect(page.locator(".turn").last).to_contain_text("cut at its greatest length")
    forgive_cut_off(walk)
    walk.finish()


def tutor_stop_and_offline(browser, base, size):
    """What takes long is stopped, and a question without a connection waits for it."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    asked = script(walk, None, "down", lambda client: events(said("FINISHED", answer=answer_of(client))))
    open_tutor(walk)
    send(walk)
    expect(page.locator(".turn-waiting")).to_be_visible()
    walk.see("tutor-waiting")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_contain_text("Stopped before")
    cut_off(walk, True)
    expect(page.locator(".tutor-offline")).to_be_visible()
    before = len(asked)
    send(walk, "Are you there?")
    expect(page.locator(".turn-note")).to_contain_text("There is no connection")
    walk.see("tutor-offline")
    cut_off(walk, False)
    answered(walk, 1)
    expect(page.locator(".tutor-offline")).to_have_count(0)
    assert len(asked) > before
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_role("button", name="Delete this conversation").click()
    page.get_by_role("dialog", name="Delete this conversation?").get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("alert").last).to_contain_text("cannot be reached")
    page.get_by_role("button", name="Keep it").click()
    forgive_cut_off(walk)
    walk.finish()


def tutor_voice(browser, base, size):
    """A voice is told what takes the place of words that came to nothing, from its beginning; the focus stays with who stops."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(DIAGRAM)
    page.locator(".picture svg [data-node]").first.wait_for()
    begun = dict(html="", text="", status="WRITING", citations=[], unsupported=0)
    other = "The catalogue says something else in its first sentence. Its second sentence is the last one."
    script(
        walk,
        lambda client: events(said("ANSWER", answer=answer_of(client, **begun)), said("TEXT", text="The model said this much. Then ")),
        lambda client: events(said("FINISHED", answer=answer_of(client, text=other, html=f"<p>{other}</p>", citations=[], unsupported=0))),
        None,
    )
    field = open_tutor(walk)
    send(walk)
    answered(walk, 1)
    voice = page.get_by_role("log", name="What the tutor says")
    for words in ("The model said this much.", "The catalogue says something else in its first sentence.", "Its second sentence is the last one."):
        expect(voice.get_by_text(words, exact=True)).to_have_count(1)
    send(walk, "And then?")
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    stop.press("Enter")
    expect(field).to_be_focused()
    forgive_cut_off(walk)
    walk.finish()


EVERYWHERE = [tutor_diagram, tutor_elsewhere, tutor_history, tutor_troubles, tutor_stop_and_offline]
ONCE = [tutor_by_keyboard, tutor_why_wrong, tutor_voice]
