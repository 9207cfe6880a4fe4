"""Serializable, and whoever loses gets an exception."""


def go_off(session, shift, doctor):
    session.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
    needed = int(session.execute("SELECT needed FROM shifts WHERE shift = %s", shift)[0][0])
    on_call = int(session.execute("SELECT count(*) FROM doctors WHERE shift = %s AND on_call", shift)[0][0])
    if on_call <= needed:
        session.execute("ROLLBACK")
        return False
    session.execute("UPDATE doctors SET on_call = false WHERE shift = %s AND doctor = %s AND on_call", shift, doctor)
    gone = session.count == 1
    session.execute("COMMIT")
    return gone
