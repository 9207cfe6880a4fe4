"""Study groups as two people live in them: talking, drawing, being cut off for a while, and looking at a diagram together."""

import re
import secrets

from playwright.sync_api import expect

from walk_common import DIAGRAM, PASSWORD, Walk, until

NAME = "Consensus, slowly"


def register(walk, name):
    page = walk.page
    walk.go("/register?back=/groups")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(f"walk-{secrets.token_hex(6)}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url(re.compile("/groups$"))
    page.get_by_role("heading", level=1, name="Study groups").wait_for()


def pair(browser, base, size):
    """Two windows of two accounts in one group; the second has come in by an invitation."""
    ada, bea = Walk(browser, base, size), Walk(browser, base, size)
    register(ada, "Ada")
    register(bea, "Bea")
    page = ada.page
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the group").click()
    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Name").fill(NAME)
    dialog.get_by_label("What it is about").fill("One paper a week.")
    dialog.get_by_label("Topics").fill("consensus, replication")
    dialog.get_by_role("radio", name="By invitation").check()
    dialog.get_by_role("button", name="Make the group").click()
    page.wait_for_url(re.compile("/groups/[^/]+$"))
    page.get_by_role("heading", level=1, name=NAME).wait_for()
    here = page.url.removeprefix(base)
    if size == "phone":
        page.get_by_role("button", name="People").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link, shown this once").input_value()
    bea.go(link.removeprefix(base))
    expect(bea.page.get_by_role("heading", level=2, name=NAME)).to_be_visible()
    bea.see("invitation")
    bea.page.get_by_role("button", name="Join the group").click()
    bea.page.wait_for_url(re.compile("/groups/[^/]+$"))
    if size == "phone":
        page.get_by_role("button", name="Chat").click()
    expect(page.locator(".group-title .hint")).to_contain_text("2 here")
    return ada, bea, here


def say(walk, text):
    field = walk.page.locator(".chat .composer textarea")
    field.fill(text)
    field.press("Enter")


def texts(walk):
    return walk.page.locator(".messages .message-text").all_inner_texts()


def cut_off(walk, off):
    """As when the network is lost: the browser knows, and the connection goes at once."""
    walk.context.set_offline(off)


def groups_empty(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go("/groups")
    expect(walk.page.get_by_role("link", name="Make an account")).to_be_visible()
    walk.see("groups-visitor")
    register(walk, "Cyd")
    expect(walk.page.get_by_text("You are in no group yet")).to_be_visible()
    walk.see("groups-empty")
    walk.page.get_by_role("button", name="Say when and what").click()
    walk.page.get_by_role("checkbox", name="Monday, 18:00").check()
    walk.page.get_by_label("What you want to learn").fill("caching")
    walk.see("peer-profile")
    walk.page.get_by_role("button", name="Suggest people to me").click()
    expect(walk.page.get_by_role("button", name="Change hours and goals")).to_be_visible()
    walk.finish()


def groups_chat(browser, base, size):
    """Messages arrive once and in order, whoever was offline; edits, reactions, deletions and replies too."""
    ada, bea, here = pair(browser, base, size)
    say(ada, "Why may a *follower* not answer reads? See https://example.org/raft.pdf")
    until(bea.page, "document.querySelectorAll('.message-text').length === 1")
    expect(bea.page.locator(".message-text em")).to_have_text("follower")
    expect(bea.page.get_by_role("status", name="New messages")).to_contain_text("Ada: Why may")
    field = bea.page.locator(".chat .composer textarea")
    field.press_sequentially("Because its lease can be over, @Ad")
    expect(bea.page.get_by_role("option", name="Ada")).to_be_visible()
    expect(ada.page.locator(".typing-line")).to_contain_text("Bea is writing")
    field.press("Enter")
    field.press("Enter")
    expect(ada.page.locator(".mention")).to_have_text("@Ada")

    cut_off(bea, True)
    expect(bea.page.locator(".connection-bar")).to_contain_text("No connection since")
    say(bea, "Written without a connection")
    say(bea, "And one more")
    expect(bea.page.locator(".outgoing .message-note")).to_have_text(["Waiting for a connection"] * 2)
    say(ada, "Said meanwhile")
    bea.see("chat-offline")
    cut_off(bea, False)
    until(bea.page, "!document.querySelector('.outgoing') && document.querySelectorAll('.message-text').length === 5")
    until(ada.page, "document.querySelectorAll('.message-text').length === 5")
    assert texts(ada) == texts(bea), f"{texts(ada)} is not {texts(bea)}"
    assert len(set(texts(ada))) == 5, "nothing is shown twice"

    field.fill("Half a thought")
    last = bea.page.locator(".message", has_text="And one more")
    last.click()
    bea.page.get_by_role("button", name="Edit").click()
    expect(field).to_have_value("And one more")
    field.fill("And one more, corrected")
    field.press("Enter")
    expect(field).to_have_value("Half a thought")
    field.fill("")
    changed = ada.page.locator(".message", has_text="corrected")
    expect(changed.locator(".message-note").first).to_have_text("edited")
    changed.click()
    ada.page.get_by_role("button", name="React").click()
    ada.page.get_by_role("button", name="Thumbs up").click()
    expect(bea.page.locator(".reactions button")).to_have_text(re.compile("1"))
    changed.get_by_role("button", name="Reply").click()
    say(ada, "An answer to it")
    expect(bea.page.locator(".replied-to")).to_contain_text("corrected")
    ada.see("chat")
    bea.page.locator(".message", has_text="corrected").first.click()
    bea.page.locator(".message-actions").get_by_role("button", name="Delete").click()
    bea.page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    expect(ada.page.locator(".message-gone")).to_be_visible()
    expect(ada.page.get_by_text("corrected")).to_have_count(1 if ada.page.locator(".replied-to", has_text="corrected").count() else 0)

    bea.page.reload()
    until(bea.page, "document.querySelectorAll('.message-text').length === 5")
    assert texts(ada) == texts(bea)
    for panel, name in (("Search", "chat-search"), ("Settings", "chat-settings"), ("People", "chat-people")):
        ada.page.get_by_role("group", name="Beside the chat").get_by_role("button", name=panel).click()
        if panel == "Search":
            ada.page.get_by_label("Words in the messages").fill("lease")
            ada.page.keyboard.press("Enter")
            expect(ada.page.locator(".hits button")).to_have_count(1)
        ada.see(name)
    ada.go("/groups")
    ada.page.locator(".group-row").wait_for()
    ada.see("groups")
    ada.problems = [each for each in ada.problems if "ERR_INTERNET_DISCONNECTED" not in each]
    bea.problems = [each for each in bea.problems if "ERR_INTERNET_DISCONNECTED" not in each and "WebSocket" not in each]
    ada.finish()
    bea.finish()


SHAPES = "[...document.querySelectorAll('.board-list > li > button')].map((each) => each.textContent)"


def shapes(walk):
    return walk.page.evaluate(SHAPES)


def write(page, text, end="Enter"):
    expect(page.locator(".words-field")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press(end)
    expect(page.locator(".words-field")).to_have_count(0)


def groups_board(browser, base, size):
    """Two people draw, one of them by keyboard alone and for a while without a connection: both see the same."""
    ada, bea, here = pair(browser, base, size)
    for walk in (ada, bea):
        walk.go(f"{here}/board")
        expect(walk.page.locator(".board-top .hint")).to_contain_text("Saved")
    ada.see("board-empty")
    canvas = ada.page.locator(".board-sheet canvas")
    canvas.focus()
    ada.page.keyboard.press("n")
    ada.page.keyboard.press("Enter")
    write(ada.page, "API")
    ada.page.keyboard.press("n")
    ada.page.keyboard.press("Enter")
    write(ada.page, "Orders")
    ada.page.keyboard.press("c")
    ada.page.keyboard.press("[")
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    write(ada.page, "answers")
    ada.page.keyboard.press("l")
    bea.page.get_by_role("button", name="List of shapes").click()
    until(bea.page, f"{SHAPES}.length === 3")
    assert "Orders → API, answers" in shapes(bea), shapes(bea)

    box = bea.page.locator(".board-sheet canvas").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    bea.page.mouse.move(*middle)
    bea.page.mouse.move(middle[0] + 5, middle[1] + 5)
    expect(ada.page.locator(".cursor")).to_have_text("Bea")

    cut_off(bea, True)
    expect(bea.page.locator(".connection-bar")).to_contain_text("No connection since")
    bea.page.get_by_role("group", name="Add").get_by_role("button", name="Note").click()
    write(bea.page, "Drawn without a connection", "Control+Enter")
    expect(bea.page.locator(".board-top .hint")).to_contain_text("Changes wait")
    ada.page.get_by_role("group", name="Add").get_by_role("button", name="Note").click()
    write(ada.page, "Meanwhile", "Control+Enter")
    bea.see("board-offline")
    cut_off(bea, False)
    for walk in (ada, bea):
        until(walk.page, f"{SHAPES}.length === 5")
        expect(walk.page.locator(".board-top .hint")).to_contain_text("Saved")
    assert sorted(shapes(ada)) == sorted(shapes(bea)), f"{shapes(ada)} is not {shapes(bea)}"

    expect(ada.page.locator(".board-list button", has_text="Meanwhile").first).to_have_attribute("aria-pressed", "true")
    ada.see("board-list")
    ada.page.locator(".inspector").get_by_role("button", name="Delete").click()
    until(bea.page, f"{SHAPES}.length === 4")
    canvas.focus()
    ada.page.keyboard.press("Control+z")
    until(bea.page, f"{SHAPES}.length === 5")

    ada.page.get_by_role("button", name="Present: others can follow").click()
    bea.page.get_by_role("button", name="Follow", exact=True).click()
    expect(bea.page.get_by_role("button", name="Stop following")).to_be_visible()
    ada.page.get_by_role("button", name="More").click()
    ada.page.get_by_role("button", name="Bring in a Mermaid flowchart").click()
    ada.page.get_by_label("Source").fill("flowchart LR\n  a[Client]:::client --> b[Cache]:::cache")
    ada.page.get_by_role("button", name="Put it on the board").click()
    until(bea.page, f"{SHAPES}.length === 8")
    ada.page.locator(".board-list button", has_text="Cache: Cache").click()
    tall = int(ada.page.get_by_label("Height").input_value())
    assert tall < 120, f"a part of a flowchart is {tall} px high on the board"
    bea.page.reload()
    bea.page.get_by_role("button", name="List of shapes").click()
    until(bea.page, f"{SHAPES}.length === 8")
    assert sorted(shapes(ada)) == sorted(shapes(bea))
    # Who has only looked at a name does not put it back over somebody's rename.
    ada.page.locator(".inspector").get_by_role("textbox", name="Name").focus()
    bea.page.locator(".board-list button", has_text="Cache: Cache").click()
    name = bea.page.locator(".inspector").get_by_role("textbox", name="Name")
    name.fill("Store")
    name.press("Enter")
    until(ada.page, f"{SHAPES}.includes('Cache: Store')")
    expect(ada.page.locator(".inspector").get_by_role("textbox", name="Name")).to_have_value("Store")
    canvas.focus()
    ada.page.keyboard.press("?")
    ada.see("board-keys")
    ada.page.keyboard.press("Escape")
    assert name.input_value() == "Store"
    ada.page.get_by_role("button", name="Show everything").click()
    ada.see("board")
    assert "Cache: Store" in shapes(bea), shapes(bea)

    ada.go(here)
    pane(ada, "People")
    ada.page.get_by_role("button", name="Remove Bea").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(bea.page.get_by_role("alert")).to_contain_text("You were removed from this group")
    expect(bea.page.locator(".board-top .hint")).to_have_text("Read only.")
    expect(bea.page.get_by_role("group", name="Add")).to_have_count(0)
    bea.see("board-removed")
    bea.problems = [each for each in bea.problems if "ERR_INTERNET_DISCONNECTED" not in each and "WebSocket" not in each]
    ada.finish()
    bea.finish()


def groups_together(browser, base, size):
    """One diagram for two: cursors, following, and a thread pinned to a node."""
    ada, bea, here = pair(browser, base, size)
    for walk in (ada, bea):
        walk.go(DIAGRAM)
        walk.page.locator(".picture svg [data-node]").first.wait_for()
        walk.page.get_by_role("button", name="View together").click()
        expect(walk.page.locator(".together-state")).to_contain_text("Nobody of")
    node = bea.page.locator(".picture svg [data-node]").first
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    for step in range(3):
        bea.page.mouse.move(box["x"] + 8 + step, box["y"] + 8)
    expect(ada.page.locator(".viewer .cursor")).to_have_text("Bea")
    expect(ada.page.locator(".together-state")).to_contain_text("Bea looks at this with you")
    bea.page.get_by_role("button", name="Present", exact=True).click()
    ada.page.get_by_role("button", name="Follow Bea").click()
    before = ada.page.locator(".picture svg").get_attribute("viewBox")
    bea.page.locator(".viewer").get_by_role("button", name="Zoom in").click()
    until(ada.page, "document.querySelector('.picture svg').getAttribute('viewBox') !== value", before)
    ada.page.locator(".together").scroll_into_view_if_needed()
    ada.see("together")

    bea.page.locator('.picture svg [data-node]').first.click()
    bea.page.get_by_role("button", name="Discuss in group").click()
    bea.page.get_by_role("dialog").get_by_role("link", name=NAME).click()
    field = bea.page.locator(".thread .composer textarea")
    field.fill("What if this is cold?")
    field.press("Enter")
    expect(bea.page.locator(".thread .message-text")).to_have_text("What if this is cold?")
    bea.see("thread")
    ada.go(here)
    ada.page.locator(".chat .anchor a").click()
    ada.page.wait_for_url(re.compile(r"/diagrams/.+#node="))
    ada.finish()
    bea.finish()


def pane(walk, name):
    """Beside the chat are the people, unless the page is narrow or something else was chosen."""
    if walk.size == "phone" or name != "People":
        walk.page.get_by_role("button", name=name, exact=True).click()


def groups_doors(browser, base, size):
    """Somebody asks to come in and is let in; the owner archives the group, nobody can write, and takes it out again."""
    ada, bea = Walk(browser, base, size), Walk(browser, base, size)
    register(ada, "Ada")
    register(bea, "Bea")
    name = f"Queues {secrets.token_hex(4)}"
    ada.page.get_by_role("button", name="New group").click()
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Topics").fill(name.lower())
    dialog.get_by_role("radio", name="On request").check()
    dialog.get_by_role("button", name="Make the group").click()
    ada.page.get_by_role("heading", level=1, name=name).wait_for()
    here = ada.page.url.removeprefix(base)

    bea.go("/groups")
    bea.page.get_by_label("Topic").fill(name.lower())
    bea.page.get_by_role("button", name="Find").click()
    ask = bea.page.get_by_role("button", name=f"Ask to join: {name}")
    ask.click()
    expect(bea.page.get_by_text("You have asked to join")).to_be_visible()
    bea.page.get_by_role("button", name="Withdraw").click()
    ask.click()
    expect(bea.page.get_by_text("You have asked to join")).to_be_visible()
    bea.see("group-asked")

    ada.go(here)
    pane(ada, "People")
    expect(ada.page.get_by_role("heading", name="Want to join")).to_be_visible()
    ada.see("group-request")
    ada.page.get_by_role("button", name="Let Bea in").click()
    expect(ada.page.get_by_role("heading", name="Want to join")).to_have_count(0)
    bea.go(here)
    expect(bea.page.get_by_role("heading", level=1, name=name)).to_be_visible()
    say(bea, "Thank you for letting me in")

    pane(ada, "Settings")
    ada.page.get_by_role("button", name="Archive the group").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Archive", exact=True).click()
    expect(ada.page.get_by_role("button", name="Take it out of the archive")).to_be_visible()
    until(bea.page, "!document.querySelector('.chat .composer textarea')")
    bea.see("group-archived")
    board = bea.open_page()
    board.goto(f"{base}{here}/board")
    expect(board.locator(".board-top .hint")).to_have_text("Read only.")
    expect(board.get_by_text("This group is archived")).to_be_visible()
    pen = board.get_by_role("button", name="Pen", exact=True)
    expect(pen).to_be_disabled()
    ada.page.get_by_role("button", name="Take it out of the archive").click()
    expect(ada.page.get_by_role("button", name="Archive the group")).to_be_visible()
    expect(bea.page.locator(".chat .composer textarea")).to_be_visible()
    expect(pen).to_be_enabled()
    expect(board.locator(".board-top .hint")).to_contain_text("Saved")
    board.close()
    ada.finish()
    bea.finish()


def groups_peers(browser, base, size):
    """Two people whose hours overlap are suggested to each other, one asks, the other agrees, and they have a group."""
    walks = []
    # A goal that nobody else has, for only the best are suggested and the other walks fit as well.
    goal = f"consensus {secrets.token_hex(4)}"
    for name in (f"Nia {secrets.token_hex(4)}", f"Oto {secrets.token_hex(4)}"):
        walk = Walk(browser, base, size)
        register(walk, name)
        walk.page.get_by_role("button", name="Say when and what").click()
        for day in ("Tuesday", "Thursday"):
            walk.page.get_by_role("checkbox", name=f"{day}, 18:00").check()
        walk.page.get_by_label("What you want to learn").fill(goal)
        walk.page.get_by_role("button", name="Suggest people to me").click()
        expect(walk.page.get_by_role("button", name="Change hours and goals")).to_be_visible()
        walks.append((walk, name))
    (nia, nia_name), (oto, oto_name) = walks
    nia.go("/groups")
    row = nia.page.locator(".peer-list li", has_text=oto_name)
    expect(row.locator(".reasons li").first).to_be_visible()
    nia.see("peer-suggestions")
    row.get_by_role("button", name=f"Ask {oto_name} to learn together").click()
    expect(row.get_by_text("Asked", exact=True)).to_be_visible()
    oto.go("/groups")
    expect(oto.page.locator(".peer-list li", has_text=nia_name)).to_contain_text("would like to learn with you")
    oto.see("peer-asked")
    oto.page.get_by_role("button", name=f"Learn with {nia_name}").click()
    oto.page.wait_for_url(re.compile("/groups/[^/]+$"))
    here = oto.page.url.removeprefix(base)
    nia.go(here)
    say(nia, "Tuesday at six?")
    expect(oto.page.locator(".message-text")).to_contain_text(["Tuesday at six?"])
    nia.finish()
    oto.finish()


EVERYWHERE = [groups_empty, groups_chat, groups_board, groups_together, groups_doors, groups_peers]
