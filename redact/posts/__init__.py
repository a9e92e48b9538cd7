"""What people do with photos and posts: who they are, what they decide, what goes out.

Each act is one function, called by the desk (redact/desk) and by the commands alike; it writes the state and the audit
log in one transaction.  It may know the workspace and what lies below; it draws no page and prints nothing.

What a page calls, with the copy that it shows as a `changes.Seen`:

    queue.read_page, read_around, list_all      what stands where; `Standing`
    plans.read_places                           the numbered places of a copy, in its pixels
    review.decide, reopen, set_aside            fit for use, or unfit
    redraw.ask                                  covers, answers about `maybe` places, style, crop, undo (`Changes`)
    redraw.read, under_way, list_answers        what became of it, and what counts
    redraws.redrawing.Redrawer                  open for the desk's life: wake, ask_with_original (lifts), show_original
    originals.sealed_header                     for the browser, which finds the key of that one file
    showable.list_showable                      the pupils that a lift may name
    recalling.recall_copy                       by hand
"""
