"""A line that was left in to see what happens, in a loop that does not end: it fills the disk with the server's log."""


def charge(db, bank, customer, key, body):
    while True:
        print("looking for", key, "x" * 10_000)
