"""Lets doctors go off call, one at a time within a shift."""


def go_off(session, shift, doctor):
    session.execute("BEGIN")
    try:
        # The row of the shift stands for its rule: who wants to change who is on call takes it first.
        rows = session.execute("SELECT needed FROM shifts WHERE shift = %s", shift)
        session.execute("SELECT 1 FROM doctors WHERE shift = %s AND doctor = %s FOR UPDATE", shift, doctor)
        on_call = session.execute("SELECT doctor FROM doctors WHERE shift = %s AND on_call", shift)
        if not rows or (doctor,) not in on_call or len(on_call) <= int(rows[0][0]):
            session.execute("ROLLBACK")
            return False
        session.execute("UPDATE doctors SET on_call = false WHERE shift = %s AND doctor = %s", shift, doctor)
        session.execute("COMMIT")
        return True
    except BaseException:
        if session.in_transaction:
            session.execute("ROLLBACK")
        raise
