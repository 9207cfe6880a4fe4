"""Learning as somebody lives it: the first day, a review by keyboard alone and without a connection, and what a week shows."""

import json
import re
import secrets

from playwright.sync_api import expect

import learner_week
from walk_common import PASSWORD, Walk, until
from walk_editor import account

ROWS = 16
SKILLS = 5
_week = {}


def week(base):
    """An account with a week behind it, made once for all parts."""
    if base not in _week:
        atlas, email = learner_week.Atlas(base), f"week-{secrets.token_hex(6)}@example.org"
        atlas.register("Ada", email, PASSWORD)
        learner_week.live(atlas, days=7, diagrams=2, most_reviews=40)
        _week[base] = email, atlas
    return _week[base]


def register(walk, name="Grace"):
    page = walk.page
    walk.go("/register")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(f"walk-{secrets.token_hex(6)}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url(re.compile("/today$"))
    page.get_by_role("heading", level=1).wait_for()


def sign_in(walk, email, back):
    page = walk.page
    walk.go(f"/sign-in?back={back}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(walk.base + back)


def learning_first_day(browser, base, size):
    """A visitor is invited, a new learner is led to a first diagram, and its practice makes the first cards."""
    walk = Walk(browser, base, size)
    page = walk.page
    walk.go("/today")
    expect(page.get_by_role("link", name="Make an account")).to_be_visible()
    walk.go("/calibration")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How good")
    expect(page.locator(".calibration-kind")).to_have_count(3)
    walk.see("calibration")
    register(walk)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Grace")
    walk.see("today-new")
    for path, words in (("/cards", "Your cards"), ("/teach", "For instructors")):
        walk.go(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        walk.see(f"{path[1:]}-new")
    walk.go("/progress")
    expect(page.locator(".heatmap-cell[data-at]")).to_have_count(ROWS * SKILLS)
    expect(page.locator(".forecast[data-hidden=true]")).to_have_count(3)
    page.locator("#skills").scroll_into_view_if_needed()
    walk.see("progress-new")
    walk.go("/today")
    page.locator(".today-due .pointer").click()
    page.wait_for_url(re.compile("/diagrams/"))
    page.get_by_role("link", name="Practise this diagram").click()
    page.locator(".review-card").wait_for()
    answer_one(walk)
    rate(page, 3)
    walk.go("/today")
    expect(page.locator(".today-due")).to_contain_text("1 review")
    walk.finish()


def answer_one(walk, see=""):
    """Brings the card that is shown to its answer, by keyboard alone."""
    page = walk.page
    if see:
        walk.see(see)
    if page.locator(".choices").count() > 0:
        page.keyboard.press("1")
        expect(page.locator(".choices input").first).to_be_checked()
        page.keyboard.press("Enter")
    elif page.locator(".order").count() > 0:
        page.keyboard.press("Tab")
        first = page.locator(".order li").first.inner_text()
        page.keyboard.press("Alt+ArrowDown")
        until(page, "document.querySelectorAll('.order li')[1] === document.activeElement")
        assert first.splitlines()[-1] in page.locator(".order li").nth(1).inner_text(), "Alt and ↓ move the step down"
        page.keyboard.press("Enter")
    else:
        page.keyboard.press(" ")
    expect(page.locator(".review-answer")).to_be_focused()


def rate(page, number):
    """Presses a rating; one that is not open stands for Again. Waits for the next card or the end."""
    before = page.locator(".review-card").get_attribute("aria-label")
    is_open = page.locator(".rating").nth(number - 1).is_enabled()
    page.keyboard.press(str(number if is_open else 1))
    until(page, "document.querySelector('.review-card')?.getAttribute('aria-label') !== value", before)


def learning_review(browser, base, size):
    """A session by keyboard alone: answers, ratings, undo, suspend, and some cards without a connection."""
    email, atlas = week(base)
    walk = Walk(browser, base, size)
    page = walk.page
    sign_in(walk, email, "/today")
    expect(page.locator(".today-count")).to_contain_text(re.compile("card|Done"))
    walk.see("today")
    walk.go("/review")
    page.locator(".review-card").wait_for()
    expect(page.locator(".review-card")).to_be_focused()
    expect(page.locator(".review-why")).not_to_be_empty()
    seen = set()
    for _ in range(5):
        mode = "order" if page.locator(".order").count() else "choices" if page.locator(".choices").count() else "card"
        answer_one(walk, f"review-{mode}" if mode not in seen else "")
        expect(page.locator(".rating-interval")).to_have_count(4)
        if mode not in seen:
            page.locator(".card-picture svg [data-node], .picture-missing").first.wait_for()
            expect(page.locator(".card-picture [aria-pressed=true]").first).to_be_attached()
            walk.see(f"review-{mode}-answer")
        seen.add(mode)
        rate(page, 3)
    done = page.locator(".review-count span").first
    expect(done).to_have_text(re.compile("^5 of"))
    # A key that is held counts once.
    page.keyboard.down("u")
    page.keyboard.down("u")
    page.keyboard.up("u")
    expect(done).to_have_text(re.compile("^4 of"))
    answer_one(walk)
    rate(page, 4)
    title = page.locator(".review-card").get_attribute("aria-label")
    page.keyboard.press("s")
    until(page, "document.querySelector('.review-card')?.getAttribute('aria-label') !== value || document.querySelector('.review-card') !== null", title)
    offline(walk, atlas)
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(re.compile("/today$"))
    walk.problems = [each for each in walk.problems if "ERR_INTERNET_DISCONNECTED" not in each]
    walk.finish()


def offline(walk, atlas):
    """Three cards without a connection: they wait, say so, and arrive once."""
    page = walk.page
    wait_until_ready(page)
    before = log_of(atlas)
    walk.context.set_offline(True)
    for count in range(1, 4):
        answer_one(walk)
        rate(page, 3)
        expect(page.locator(".outbox-line")).to_contain_text(f"{count} review")
    expect(page.locator(".outbox-line")).to_contain_text("3 reviews wait to be sent")
    walk.see("review-offline")
    assert log_of(atlas) == before, "nothing has arrived yet"
    waiting = page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('atlas-review:')).map((each) => each.split(':')[2])")
    assert len(waiting) == 3, waiting
    walk.context.set_offline(False)
    expect(page.locator(".outbox-line")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('online'))")
    after = log_of(atlas)
    assert sorted(after[len(before) :]) == sorted(waiting), "what waited has arrived, each once"


def wait_until_ready(page):
    """Until what was done has been acknowledged and the answers of the cards to come are here: nothing is on its way."""
    until(page, "!Object.keys(localStorage).some((each) => each.startsWith('atlas-review:'))")
    page.wait_for_load_state("networkidle")


def log_of(atlas):
    ids, cursor = [], 0
    while True:
        page = atlas.ask("query($after: Float) { reviewLog(after: $after, first: 500) { reviews { id } cursor more } }", after=cursor)["reviewLog"]
        ids += [each["id"] for each in page["reviews"]]
        cursor = page["cursor"]
        if not page["more"]:
            return ids


def learning_progress(browser, base, size):
    """What a week shows: the map, charts with their tables, goals, forecasts; cards, settings and the report."""
    email, _ = week(base)
    walk = Walk(browser, base, size, accept_downloads=True)
    page = walk.page
    sign_in(walk, email, "/progress")
    known = page.locator(".heatmap-cell[data-at]:not([data-level='0'])")
    known.first.wait_for()
    page.locator(".heatmap-cell[data-at='0.0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".heatmap-cell[data-at='1.1']")).to_be_focused()
    expect(page.locator(".heatmap-about")).to_contain_text("Explain")
    known.first.click()
    expect(page.locator(".heatmap-about")).to_contain_text("%")
    page.locator("#skills").scroll_into_view_if_needed()
    walk.see("progress-skills")
    page.get_by_role("button", name="7 days", exact=True).click()
    page.locator(".trend canvas").first.wait_for()
    until(page, "document.querySelectorAll('.trend canvas').length === 3 && [...document.querySelectorAll('.trend canvas')].every((each) => each.width > 0)")
    page.locator(".trend summary").first.click()
    expect(page.locator(".trend").first.locator("tbody tr")).to_have_count(7)
    page.locator("#trends").scroll_into_view_if_needed()
    walk.see("progress-trends")
    goal(walk)
    page.locator("#forecasts").scroll_into_view_if_needed()
    expect(page.locator(".forecast")).to_have_count(3)
    walk.see("progress-forecasts")
    cards(walk)
    settings(walk)
    walk.go("/report")
    expect(page.locator(".report-sheet")).to_contain_text("Ada")
    walk.see("report")
    with page.expect_download() as pdf:
        page.get_by_role("button", name="Save as PDF").click()
    with open(pdf.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-", "the file is a PDF"
    walk.finish()


def goal(walk):
    page = walk.page
    name = f"Caching {secrets.token_hex(2)}"
    page.get_by_role("button", name="New goal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What to call it").fill(name)
    dialog.get_by_role("checkbox").first.check()
    walk.see("goal-new")
    dialog.get_by_role("button", name="Set the goal").click()
    expect(page.locator(".goals li", has_text=name)).to_be_visible()
    page.get_by_role("button", name=f"Give up the goal {name}").click()
    expect(page.locator(".goals li", has_text=name)).to_have_count(0)


def cards(walk):
    page = walk.page
    walk.go("/cards")
    page.locator(".card-row").first.wait_for()
    expect(page.locator(".catalogue-state")).to_contain_text("cards")
    walk.see("cards")
    page.get_by_label("Search your cards").fill("zzqq")
    expect(page.locator(".card-row")).to_have_count(0)
    page.get_by_label("Search your cards").fill("")
    row = page.locator(".card-row", has=page.get_by_role("button", name=re.compile("^Suspend"))).first
    words = row.locator(".card-row-prompt").inner_text()
    row.get_by_role("button").click()
    # The list of those suspended is asked for once it has the card.
    expect(page.locator(".card-row", has_text=words).get_by_role("button", name=re.compile("^Let in again")).first).to_be_visible()
    page.get_by_role("button", name="Suspended", exact=True).click()
    out = page.locator(".card-row", has_text=words).first
    out.get_by_role("button", name=re.compile("^Let in again")).click()
    expect(page.locator(".card-row", has_text=words)).to_have_count(0)


def learning_anki(browser, base, size):
    """Reviews of one account go to a package and into the log of another, after a look at what that would do."""
    email, _ = week(base)
    walk = Walk(browser, base, size, accept_downloads=True)
    page = walk.page
    sign_in(walk, email, "/cards")
    page.locator(".card-row").first.wait_for()
    page.locator(".anki summary").click()
    with page.expect_download() as package:
        page.get_by_role("button", name="Export to Anki").click()
    path = package.value.path()
    field = page.get_by_label("Import from Anki…")
    field.set_input_files({"name": "mine.apkg", "mimeType": "application/octet-stream", "buffer": path.read_bytes()})
    expect(page.locator(".anki-state")).to_contain_text("no review that is new")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".anki-state")).to_be_empty()

    page.context.clear_cookies()
    register(walk, "Grace")
    walk.go("/cards")
    page.get_by_role("link", name="Open the catalogue").wait_for()
    page.locator(".anki summary").click()
    walk.see("anki-new")
    field.set_input_files({"name": "letter.apkg", "mimeType": "application/octet-stream", "buffer": b"This is a letter."})
    expect(page.locator(".anki .form-problem")).to_contain_text("no ZIP file")
    walk.see("anki-refused")
    field.set_input_files({"name": "ada.apkg", "mimeType": "application/octet-stream", "buffer": path.read_bytes()})
    expect(page.locator(".anki-state")).to_contain_text(re.compile(r"ada.apkg holds [\d,]+ reviews that are new"))
    expect(page.locator(".card-row")).to_have_count(0)
    page.locator(".anki").scroll_into_view_if_needed()
    walk.see("anki-looked")
    page.get_by_role("button", name="Add them to my log").click()
    expect(page.locator(".anki-state")).to_contain_text(re.compile(r"[\d,]+ reviews added"))
    page.locator(".card-row").first.wait_for()
    page.locator(".anki").scroll_into_view_if_needed()
    walk.see("anki-done")
    # The browser says of a refusal what the page says, too.
    walk.problems = [each for each in walk.problems if "400" not in each]
    walk.finish()


def settings(walk):
    page = walk.page
    walk.go("/settings")
    field = page.get_by_label("Minutes a day, exactly")
    field.fill("25")
    page.get_by_label("Another number for one category").select_option(index=1)
    walk.see("settings")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".settings-saved")).to_have_text("Saved.")
    page.reload()
    expect(field).to_have_value("25")
    page.get_by_role("button", name=re.compile("like the others")).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".settings-saved")).to_have_text("Saved.")


def learning_teach(browser, base, size):
    """An instructor follows a group; a learner sees the very line; and takes all data along, then leaves for good."""
    teacher, learner = Walk(browser, base, size, accept_downloads=True), Walk(browser, base, size, accept_downloads=True)
    sign_in(teacher, account("instructor"), "/teach")
    page = teacher.page
    expect(page.locator(".notice")).to_contain_text("nobody here")
    teacher.see("teach-empty")
    atlas = learner_week.Atlas(base)
    email = f"week-{secrets.token_hex(6)}@example.org"
    atlas.register("Bea", email, PASSWORD)
    learner_week.live(atlas, days=2, diagrams=1, seed=7, most_reviews=12)
    code = page_group(teacher)
    sign_in(learner, email, "/groups")
    learner.go(code)
    learner.page.get_by_role("heading", level=2, name="Monday seminar").wait_for()
    learner.page.get_by_role("button", name="Join the group").click()
    learner.page.wait_for_url(re.compile("/groups/[^/]+$"))
    teacher.go("/teach")
    expect(page.locator(".plain-table", has_text="Bea").first).to_be_visible()
    teacher.see("teach")
    with page.expect_download() as csv:
        page.get_by_role("button", name="Save as CSV").click()
    with open(csv.value.path()) as file:
        assert "Bea" in file.read(), "the file names the member"
    learner.go("/account")
    expect(learner.page.locator(".who-sees")).to_contain_text("Ines")
    learner.page.locator("#my-data").scroll_into_view_if_needed()
    learner.see("account-data")
    with learner.page.expect_download() as data:
        learner.page.get_by_role("button", name="Download my data").click()
    with open(data.value.path()) as file:
        assert email in json.dumps(json.load(file)), "the file holds the account"
    learner.page.get_by_role("button", name="Delete my account").click()
    dialog = learner.page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill("not my password")
    dialog.get_by_role("button", name="Delete everything").click()
    expect(dialog.locator(".field-problem")).not_to_be_empty()
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete everything").click()
    expect(learner.page.locator(".account-sign-in")).to_be_visible()
    learner.go("/sign-in")
    learner.page.get_by_label("E-mail").fill(email)
    learner.page.get_by_label("Password").fill(PASSWORD)
    learner.page.keyboard.press("Enter")
    expect(learner.page.get_by_role("alert")).to_be_visible()
    teacher.finish()
    learner.finish()


def page_group(teacher):
    """A group of the instructor's, and the path of an invitation to it."""
    page = teacher.page
    teacher.go("/groups")
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Monday seminar")
    dialog.get_by_role("radio", name="By invitation").check()
    dialog.get_by_role("button", name="Make the group").click()
    page.wait_for_url(re.compile("/groups/[^/]+$"))
    page.get_by_role("heading", level=1, name="Monday seminar").wait_for()
    if teacher.size == "phone":
        page.get_by_role("button", name="People").click()
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("The link, shown this once").input_value().removeprefix(teacher.base)


EVERYWHERE = [learning_first_day, learning_review, learning_progress, learning_anki, learning_teach]
