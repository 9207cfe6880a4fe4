"""Labs as a learner lives in them: typing in the shell, failing a check, reading a hint, passing; being cut off; starting over."""

import json
import re

from playwright.sync_api import expect

from walk_common import ROOT, Walk, until
from walk_editor import account, sign_in
from walk_groups import cut_off, register

LAB = "token-bucket"
FOLDER = ROOT / "catalogue/labs" / LAB
# What the page says of a lost connection is what is asked for here.
CUT_OFF = ("ERR_INTERNET_DISCONNECTED", "WebSocket", "Failed to load resource")


def member(browser, base, size, **options):
    walk = Walk(browser, base, size, **options)
    register(walk, "Ada")
    return walk


def tab(walk, name):
    """The names of the tabs are shorter on a phone."""
    names = {"Instructions": "Instructions|Steps", "Terminal": "Terminal|Shell"}
    walk.page.get_by_role("tab", name=re.compile(f"^({names.get(name, name)})")).click()


def start(walk, lab=LAB):
    walk.go(f"/labs/{lab}")
    walk.page.get_by_role("button", name=re.compile("^(Start the lab|Continue)$")).click()
    tab(walk, "Terminal")
    prompt(walk)


def screen(walk):
    return walk.page.evaluate(SCREEN)


SCREEN = "[...document.querySelectorAll('#panel-terminal .xterm-rows > div')].map((row) => row.textContent.trimEnd()).join('\\n')"


def prompt(walk):
    """Waits for the shell."""
    until(walk.page, f"/[$#] ?$/.test(({SCREEN}).trimEnd())")


# What a check may take on a machine that has other things to do.
CHECK_SECONDS = 90


def shell(walk, command, answer=None, seconds=15):
    """Types a command as a person does, and waits for what it prints."""
    walk.page.locator("#panel-terminal textarea").focus()
    walk.page.keyboard.type(command)
    walk.page.keyboard.press("Enter")
    if answer is not None:
        until(walk.page, f"({SCREEN}).includes(value)", answer, seconds)


def write(walk, path, text):
    """A file, typed into the shell line by line."""
    shell(walk, f"cat > {path} <<'END'")
    for line in [*text.rstrip("\n").split("\n"), "END"]:
        walk.page.keyboard.insert_text(line)
        walk.page.keyboard.press("Enter")
    shell(walk, f"echo wrote $(wc -l < {path}) lines", f"wrote {len(text.rstrip().splitlines())} lines")


def check(walk):
    """Checks by keyboard, from wherever the focus is, and waits for what comes out."""
    page = walk.page
    before = page.locator(".attempts li").count()
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelectorAll('#panel-checks .attempts li').length > value && !document.querySelector('.lab-check:disabled')", before, CHECK_SECONDS)


def more(walk, name):
    """A command that has a button on a wide screen, and is in a dialog on a narrow one."""
    if walk.size == "phone":
        walk.page.get_by_role("button", name="More", exact=True).click()
        walk.page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{name}")).click()
    else:
        walk.page.locator(".lab-actions").get_by_role("button", name=re.compile(f"^{name}")).click()


def forgive_cut_off(walk):
    walk.problems = [each for each in walk.problems if not any(word in each for word in CUT_OFF)]


def labs_list(browser, base, size):
    """What there is, what can be run here and how far one has come; for visitors without the last."""
    walk = Walk(browser, base, size)
    page = walk.page
    walk.go("/labs")
    expect(page.get_by_role("heading", level=1, name="Labs")).to_be_visible()
    expect(page.locator(".lab-list > li").first).to_be_visible()
    expect(page.locator(".lab-standing")).to_have_count(0)
    walk.see("labs-visitor")
    page.locator(".lab-list a", has_text="token bucket").click()
    expect(page.get_by_role("link", name="Sign in to start")).to_be_visible()
    walk.see("lab-visitor")
    register(walk, "Ada")
    walk.go("/labs")
    page.locator(".lab-standing").first.wait_for()
    everything = page.locator(".lab-list > li").count()
    expect(page.locator(".lab-standing", has_text="Not started")).to_have_count(everything)
    expect(page.get_by_role("heading", name="Running labs")).to_have_count(0)
    page.get_by_role("button", name="Passed").click()
    expect(page.get_by_text("You have passed no lab yet")).to_be_visible()
    page.get_by_role("button", name="Show all labs").click()
    expect(page.locator(".lab-list > li")).to_have_count(everything)
    walk.see("labs-none")
    walk.finish()


def labs_work(browser, base, size):
    """Lab 11 from its start to its end: a check fails, a hint is read, the solution is typed, and the progress is there."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(f"/labs/{LAB}")
    walk.see("lab-ready")
    start(walk)
    shell(walk, "ls", "limiter.py")
    shell(walk, "python3 measure.py flood")
    walk.see("lab-shell")
    tab(walk, "Instructions")
    assert page.locator(".instruction-step").count() >= 6, "each step has an address"
    walk.see("lab-instructions")
    check(walk)
    failed = page.locator(".criterion[data-state=failed]").first
    expect(failed.locator("dt")).to_have_text(["Observed", "Expected"])
    expect(page.locator(".lab-score")).not_to_contain_text("Passed")
    failed.get_by_role("button", name="Show a hint").click()
    expect(failed.locator(".hints li")).to_have_count(1)
    failed.get_by_role("button", name="Show the next hint").click()
    expect(failed.locator(".hints li")).to_have_count(2)
    walk.see("lab-failed")

    tab(walk, "Terminal")
    shell(walk, "cat brief.json", '"burst"')
    brief = json.loads(re.search(r"\{\s*\"seed\".*?\}", screen(walk).replace("\n", ""))[0])
    flood = brief["burst"] + brief["rate"] * brief["seconds"]
    write(walk, "predictions.json", json.dumps({"bucket_flood": flood, "window_worst_second": 2 * brief["rate"]}))
    write(walk, "limiter.py", (FOLDER / "solution/limiter.py").read_text())
    check(walk)
    expect(page.locator(".lab-score")).to_contain_text("Passed")
    expect(page.locator(".criterion[data-state=passed]")).to_have_count(page.locator(".criterion").count())
    expect(page.get_by_role("status", name="Result of the check")).to_have_text("Passed. Every criterion holds.")
    walk.see("lab-passed")

    tab(walk, "Replay")
    slider = page.get_by_role("slider", name="Place in the recording")
    slider.press("End")
    until(page, "document.querySelector('.player .xterm-rows')?.textContent.includes('wrote')")
    slider.press("Home")
    until(page, "!document.querySelector('.player .xterm-rows').textContent.includes('wrote')")
    page.get_by_label("Speed").select_option("8")
    page.get_by_role("button", name="Play").click()
    until(page, "document.querySelector('.player .xterm-rows')?.textContent.includes('wrote')")
    walk.see("lab-replay")

    walk.go("/labs")
    row = page.locator(".lab-list a", has_text="token bucket")
    expect(row.locator(".lab-standing")).to_contain_text("Passed")
    expect(page.get_by_role("heading", name="Running labs")).to_be_visible()
    expect(page.locator(".running-labs small")).to_contain_text("left")
    walk.see("labs-running")
    page.get_by_role("link", name=re.compile("^Continue")).click()
    more(walk, "End")
    walk.see("lab-end")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    expect(page.locator(".attempts li")).to_have_count(2)
    walk.see("lab-ended")
    start(walk)
    shell(walk, "wc -l limiter.py", f"{len((FOLDER / 'solution/limiter.py').read_text().splitlines())} limiter.py")
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    walk.finish()


def labs_long(browser, base, size):
    """A check that takes longer than one request: the page says that it goes on, and shows what comes out."""
    walk = member(browser, base, size)
    page = walk.page
    start(walk)
    told, held = {}, []

    def answer(route):
        asked = json.loads(route.request.post_data or "{}")
        query = asked.get("query", "")
        if "checkLab(" in query:
            # The server's own answer comes later, as it does when a check takes long.
            real = route.fetch().json()
            told["result"] = real["data"]["checkLab"]
            going = told["result"] | {"state": "GRADING", "attempt": 0, "checks": [], "passed": False, "score": 0}
            route.fulfill(json={"data": {"checkLab": going}})
        elif "labGrading(" in query:
            assert asked["variables"]["grading"] == told["result"]["gradingId"]
            held.append(route)
        else:
            route.continue_()

    page.route("**/graphql", answer)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lab-long")).to_contain_text("It goes on even if you leave", timeout=1000 * CHECK_SECONDS)
    expect(page.locator(".lab-long progress")).to_be_visible()
    expect(page.get_by_role("button", name="Check my work")).to_be_disabled()
    walk.see("lab-long")
    until(page, "true")
    assert len(held) == 1, "one request waits at a time"
    held[0].fulfill(json={"data": {"labGrading": told["result"]}})
    expect(page.locator(".lab-long")).to_have_count(0)
    expect(page.locator(".criterion[data-state=failed]").first).to_be_visible()
    expect(page.locator(".attempts li")).to_have_count(1)
    page.unroute("**/graphql")
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    walk.finish()


def labs_files(browser, base, size):
    """The editor for files: new, changed, changed elsewhere too, deleted and back."""
    walk = member(browser, base, size)
    page = walk.page
    start(walk)
    shell(walk, "printf 'a\\0b' > blob.bin; echo one > notes.txt; echo made", "made\n")
    tab(walk, "Files")
    expect(page.get_by_role("button", name=re.compile("^blob.bin"))).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("^blob.bin"))).to_contain_text("not text")
    page.locator(".home-file", has_text="notes.txt").click()
    field = page.get_by_role("textbox", name="notes.txt")
    expect(field).to_have_value("one\n")
    field.press("Control+End")
    page.keyboard.type("two")
    expect(page.locator("#file-state")).to_contain_text("Not saved")
    expect(page.get_by_role("tab", name=re.compile("Files"))).to_contain_text("1 file not saved")
    walk.see("lab-file")
    field.press("Control+s")
    expect(page.locator("#file-state")).to_contain_text("Saved in the lab")
    tab(walk, "Terminal")
    shell(walk, "tr 'a-z' 'A-Z' < notes.txt", "TWO")

    tab(walk, "Files")
    field.press("Control+End")
    page.keyboard.type(" and mine")
    tab(walk, "Terminal")
    shell(walk, "echo three >> notes.txt; echo changed", "changed\n")
    tab(walk, "Files")
    field.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("has changed in the lab")
    walk.see("lab-conflict")
    dialog.get_by_role("button", name="Take the lab's").click()
    expect(field).to_have_value("one\ntwothree\n")
    field.press("Control+z")
    expect(field).to_have_value("one\ntwo and mine")
    field.press("Control+s")
    expect(page.locator("#file-state")).to_contain_text("Saved in the lab")

    field.press("Control+End")
    page.keyboard.type(" twice")
    # The second time comes while the first one saves.
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelectorAll('#panel-checks .attempts li').length === 1 && !document.querySelector('.lab-check:disabled')", seconds=CHECK_SECONDS)
    tab(walk, "Files")
    expect(page.locator("#file-state")).to_contain_text("Saved in the lab")
    field.press("Control+End")
    page.keyboard.type(" and late")
    tab(walk, "Terminal")
    shell(walk, "echo four > notes.txt; echo mo''ved", "moved\n")
    more(walk, "End")
    dialog.get_by_role("button", name="Save and end").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_role("button", name="Go on working").click()
    tab(walk, "Files")
    page.get_by_role("button", name="Compare").click()
    dialog.get_by_role("button", name="Take the lab's").click()
    expect(field).to_have_value("four\n")

    page.get_by_role("button", name="New file").click()
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("dialog").get_by_label("Name").fill("../outside")
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    expect(page.get_by_role("dialog")).to_contain_text("must be a name")
    page.get_by_role("dialog").get_by_label("Name").fill("src/main.py")
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    page.get_by_role("textbox", name="src/main.py").fill("print('hello')\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#file-state")).to_contain_text("Saved in the lab")
    tab(walk, "Terminal")
    shell(walk, "python3 src/main.py", "hello\n")
    tab(walk, "Files")
    page.get_by_role("button", name="Delete src/main.py").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    expect(page.locator(".home-file", has_text="src/main.py")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".home-file", has_text="src/main.py")).to_be_visible()
    walk.see("lab-files")

    more(walk, "Begin anew")
    walk.see("lab-reset")
    page.get_by_role("dialog").get_by_role("button", name="Begin anew", exact=True).click()
    undo = page.get_by_role("button", name="Undo the reset")
    expect(undo).to_be_visible()
    expect(page.locator(".home-file", has_text="notes.txt")).to_have_count(0)
    undo.click()
    expect(page.locator(".home-file", has_text="notes.txt")).to_be_visible()
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    # A save that was refused for a conflict is an answer, and no mistake of the page.
    walk.finish()


def labs_cut_off(browser, base, size):
    """A lost connection: the lab goes on, nothing of what it showed is lost or shown twice, and the page says what is so."""
    walk = member(browser, base, size)
    page = walk.page
    start(walk)
    shell(walk, "for i in $(seq 1 60); do echo line-$i; sleep 0.05; done", "line-3\n")
    cut_off(walk, True)
    expect(page.locator(".terminal-state")).to_contain_text("No connection")
    expect(page.locator(".lab-status-state")).to_contain_text("No connection")
    walk.see("lab-offline")
    cut_off(walk, False)
    until(page, f"({SCREEN}).includes('line-60') && !document.querySelector('.terminal-state p')")
    lines = re.findall(r"^line-(\d+)$", whole_terminal(walk), re.MULTILINE)
    assert lines == [str(each) for each in range(1, 61)], f"each line once and in order, not {lines}"
    page.reload()
    if size == "phone":
        tab(walk, "Terminal")
    until(page, f"({SCREEN}).includes('line-60')")
    lines = re.findall(r"^line-(\d+)$", whole_terminal(walk), re.MULTILINE)
    assert lines == [str(each) for each in range(1, 61)], f"after a reload each line once and in order, not {lines}"
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    forgive_cut_off(walk)
    walk.finish()


def whole_terminal(walk):
    """The screen and what has scrolled off it: in a window so tall that all of it fits, as it is then on the screen again."""
    page = walk.page
    before = page.viewport_size
    page.set_viewport_size({"width": before["width"], "height": 2200})
    until(page, f"({SCREEN}).includes('line-1\\n')")
    text = screen(walk)
    page.set_viewport_size(before)
    return text


def labs_shell(browser, base, size):
    """The shell's own ways: `check` typed, leaving it, a reset under it, another window."""
    walk = member(browser, base, size)
    page = walk.page
    start(walk)
    shell(walk, "check", "of 6 passed", CHECK_SECONDS)
    until(page, "document.querySelectorAll('#panel-checks .attempts li').length === 1")
    tab(walk, "Checks")
    expect(page.locator(".criterion[data-state=failed]").first).to_be_visible()
    prompt(walk)
    shell(walk, "in_this_shell=yes; exit")
    prompt(walk)
    shell(walk, "echo new:$in_this_shell:", "new::")

    other = walk.open_page()
    other.goto(page.url)
    until(other, f"({SCREEN}).includes('new::')")
    shell(walk, "printf '\\e[6n'; read -rs -t 5 -d R place; echo answered ${#place}", "answered ")
    shell(walk, "echo both", "both\n")
    until(other, f"({SCREEN}).includes('both\\n')")
    assert not re.search(r"\d+R", screen(walk)), f"two windows answered one question: {screen(walk)}"
    other.close()

    shell(walk, "touch mine.txt")
    more(walk, "Begin anew")
    page.get_by_role("dialog").get_by_role("button", name="Begin anew", exact=True).click()
    expect(page.get_by_role("button", name="Undo the reset")).to_be_visible()
    until(page, f"!({SCREEN}).includes('both')")
    prompt(walk)
    shell(walk, "ls mine.txt", "No such file")
    page.get_by_role("button", name="Undo the reset").click()
    until(page, f"!({SCREEN}).includes('No such file')")
    prompt(walk)
    shell(walk, "ls -l mine.txt", "mine.txt\n")
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    walk.finish()


def labs_operator(browser, base, size):
    """What the machine offers, for its operator alone."""
    walk = member(browser, base, size)
    walk.go("/operator/labs")
    expect(walk.page.get_by_text("Only the operator of this Atlas sees this page")).to_be_visible()
    walk.see("operator-refused")
    learner = member(browser, base, size)
    start(learner)
    admin = Walk(browser, base, size)
    sign_in(admin, account("admin"), "/operator/labs")
    page = admin.page
    expect(page.get_by_role("heading", level=2, name="Who runs what")).to_be_visible()
    expect(page.locator(".operator-labs")).to_contain_text(LAB)
    limits = page.get_by_role("region", name="How limits are kept")
    expect(limits).to_contain_text("memory")
    admin.see("operator-labs")
    more(learner, "End")
    learner.page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(learner.page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    for each in (walk, learner, admin):
        each.finish()


def labs_by_keyboard(browser, base, size):
    """Nothing here needs a pointer, and the terminal lets go of the focus."""
    walk = member(browser, base, size)
    page = walk.page
    walk.go(f"/labs/{LAB}")
    page.get_by_role("button", name="Start the lab").focus()
    page.keyboard.press("Enter")
    prompt(walk)
    page.keyboard.press("F6")
    page.keyboard.press("F6")
    focused = "document.activeElement"
    for _ in range(5):
        if page.evaluate(f"{focused}.closest('#panel-terminal') !== null && {focused}.matches('textarea')"):
            break
        page.keyboard.press("F6")
    page.keyboard.type("echo typed")
    page.keyboard.press("Enter")
    until(page, f"({SCREEN}).includes('typed\\n')")
    page.keyboard.press("F6")
    assert page.evaluate(f"{focused}.closest('#panel-terminal') === null"), "F6 leaves the terminal"
    page.get_by_role("separator").focus()
    wide = page.locator(".lab-side").first.bounding_box()["width"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.lab-side').getBoundingClientRect().width > value", wide)
    cells = "document.querySelector('#panel-terminal .xterm-rows').childElementCount"
    rows = page.evaluate(cells)
    page.set_viewport_size({"width": 1440, "height": 640})
    until(page, f"{cells} < value", rows)
    page.set_viewport_size({"width": 1440, "height": 900})
    until(page, f"{cells} === value", rows)
    page.get_by_role("button", name="Screen reader").press("Enter")
    expect(page.get_by_role("button", name="Screen reader")).to_have_attribute("aria-pressed", "true")
    until(page, "document.querySelector('#panel-terminal .xterm-accessibility')?.textContent.includes('typed')")
    walk.see("lab-screen-reader")
    more(walk, "End")
    page.get_by_role("dialog").get_by_role("button", name="End the lab").click()
    expect(page.get_by_role("heading", name="Go on where you left")).to_be_visible()
    walk.finish()


EVERYWHERE = [labs_list, labs_work]
ONCE = [labs_long, labs_files, labs_cut_off, labs_shell, labs_operator, labs_by_keyboard]
