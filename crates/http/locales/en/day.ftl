# The screen of the day, its visits, its close; sessions that change.
day-call = Call token { $token }
day-call-short = Call
day-called = called
day-nobody-waits = Nobody is waiting.
day-said = { $waiting } waiting, next token { $token }. { $over } may go now.
day-to-come = to come
day-waiting = waiting
day-tables = at a table
day-observing = under observation
day-left = gone home
day-away = without a dose
day-no-shows = did not come
day-walk-ins = walk-in seats taken
day-to-come-title = To come
day-waiting-title = Waiting
day-tables-title = At a table
day-observing-title = Under observation
day-left-title = Vaccinated and gone home
day-away-title = Went without a dose
day-no-shows-title = Did not come
day-nobody = Nobody.
day-token = Token { $token }
day-check-in = Check in
day-come-late = Came after all
day-leave = Has left
day-more = More
day-next-page = Show the next ones
day-may-go = may go at { $at }
day-may-go-now = may go now
day-minutes-left = # min
day-slip-title = Check in by slip or card
day-slip = Code on the slip or the card
day-slip-hint = Scan the square code, or type it. Nothing is opened by this.
day-slip-shape = This is not the code of a slip or a card
day-slip-nobody = Nobody expected here today fits this. Ask for the document, or give a walk-in seat
day-slip-recorded = The dose of this appointment was recorded
day-slip-given-up = Their place was given up, because they did not come in time. The slip or card is right
day-slip-late = If a walk-in seat is left, they get it. The same slip stays good.
day-slip-spent = Too many wrong codes today. Check in by the number on the list
day-stock = Doses here
day-stock-none = No stock is kept here yet.
day-stock-line = { $vaccine }: { $n } doses in closed vials
day-vial-open = an open vial with { $n } left, use until { $at }
day-vial-past = an open vial with { $n } left, its time was over at { $at }
day-vials-past = { $n ->
    [one] An open vial is past its time
   *[other] { $n } open vials are past their time
}
day-held = { $n ->
    [one] A held dose is not settled
   *[other] { $n } held doses are not settled
}
day-late = { $n ->
    [one] One person is half an hour late.
   *[other] { $n } people are half an hour late.
}
day-release = { $n ->
    [one] Give the seat to walk-ins
   *[other] Give these { $n } seats to walk-ins
}
day-leftover = { $n ->
    [one] One dose of { $vaccine } in an open vial is for nobody yet
   *[other] { $n } doses of { $vaccine } in open vials are for nobody yet
}
day-leftover-next = First those who wait, by token. Then people without an appointment.
day-leftover-dose = Which dose
day-leftover-offer = { $n ->
    [one] Offer it to walk-ins
   *[other] Offer { $n } seats to walk-ins
}
day-done-check-in = Checked in.
day-done-token = Checked in: token { $n }.
day-done-undo = The check-in was undone.
day-done-put-back = They wait again.
day-done-leave = Noted: gone home.
day-done-undo-leave = They are under observation again.
day-done-sent-away = Noted: went without a dose.
day-done-moved = Somebody else did that already. This is how it is now.
day-done-full = No walk-in seat is left. Extend the session, or ask them to book another day.
day-done-nothing = No dose is left over now, or no hours are left. A session can be extended.
day-done-over = They booked another place since. Their new slip is good there.
day-done-reopened = The day is open again.
day-done-released-none = Nobody is late any more.
day-done-released = { $people ->
    [one] One place was given up.
   *[other] { $people } places were given up.
} { $seats ->
    [0] No hours are left: walk-ins get no seat.
    [one] Walk-ins can take one seat.
   *[other] Walk-ins can take { $seats } seats.
} { $untold ->
    [0] A message goes to each of their phones.
    [one] One of these people has no phone: tell them at the door.
   *[other] { $untold } of these people have no phone: tell them at the door.
}
day-done-leftover = { $n ->
    [one] One more seat for walk-ins.
   *[other] { $n } more seats for walk-ins.
}
day-open-record = Show evidence and open the record
day-act-check-in = Check in again
day-act-put-back = Not there: wait again
day-act-undo-check-in = Undo the check-in
day-act-undo-leave = Still here: undo “has left”
day-send-away = Goes without a dose
day-send-away-text = Why? Write nothing else: no name and no illness.
day-away-unwell = Not well today
day-away-too-early = Too early for this dose
day-away-no-vaccine = No vaccine left
day-away-refused = Does not want it
day-away-not-eligible = Not for this person
day-away-stopped = The session stopped
day-closed = This day was closed at { $at }
day-after-close = { $n ->
    [0] No dose was recorded since.
    [one] One dose was recorded after the close.
   *[other] { $n } doses were recorded after the close.
}
day-close-link = Close the day
day-close-title = Close the day
day-close-by = Closed by { $by } at { $at }
day-close-note = Carried over:
day-close-print = Print this page with your browser.
day-close-count = Count the closed vials
day-close-count-text = Type the doses in closed vials that you counted. Leave a batch empty that you did not count.
day-close-line = the list has { $closing } doses in closed vials · { $used } used today
day-close-variance = Reason, when a count differs from the list
day-close-carried = Why are they carried over?
day-close-reason-hint = 10 to 300 letters, without names
day-reason-read-hint = 10 to 300 letters, without names. The district reads it
day-close-reason-shape = Give a reason of 10 to 300 letters
day-close-variance-reason = A count differs from the list: give the reason
day-close-counted-shape = Type a count as a whole number
day-close-still-here = { $n ->
    [one] One person is still here: see to them, or say why they are carried over
   *[other] { $n } people are still here: see to them, or say why they are carried over
}
day-close-here-title = { $n ->
    [one] One person is still here
   *[other] { $n } people are still here
}
day-close-here-text = Waiting, at a table or under observation.
day-close-early-title = { $n ->
    [one] One person can still come today
   *[other] { $n } people can still come today
}
day-close-early-text = Their hours are not over. Doses after the close are counted apart.
day-close-submit = Close the day
day-close-manager = The site manager closes the day.
day-close-reopen = Open the day again
day-close-reopen-reason = Why is it opened again?
day-figure-given = { $batch }: { $n } given
day-figure-expected = { $batch }: { $n } doses by the list
day-figure-counted = { $batch }: { $n } doses counted
day-figure-missing = { $batch }: { $n } fewer than the list has
day-figure-more = { $batch }: { $n } more than the list has
day-figure-wasted = { $batch }: { $n } wasted
day-figure-came = Came: { $n }
day-figure-no-shows = Did not come: { $n }
day-figure-sent-away = Went without a dose: { $n }
day-figure-carried = Still here at the close: { $n }
day-figure-to-come = Still to come, their hours have not ended: { $n }
day-figure-held = Held doses not settled: { $n }
gone-visit-title = Somebody was faster
gone-visit-text = This visit has gone on since the page was shown. Look at the day again.
gone-day-title = Nothing to change
gone-day-text = The day is closed already, or open already.
sessions-changed = The session was changed. { $moved } appointments moved, { $ended } ended. { $untold ->
    [0] A message goes to each of their phones.
    [one] One of these people has no phone: tell them at the door.
   *[other] { $untold } of these people have no phone: tell them at the door.
}
session-change-link = Extend, stop or move
session-change-title = Change this session
session-change-told = Who is booked gets a message, if a phone sees them. How many have none is counted afterwards.
session-change-way = What is to happen?
session-change-extend = Go on for longer
session-change-extend-hint = More hours with seats, behind the last.
session-change-stop = Stop now
session-change-stop-hint = Who is at a table gets the dose. The others can book again at once.
session-change-move = Move to another day or centre
session-change-move-hint = All appointments move along. Slips and codes stay good.
session-change-until = New end
session-change-until-hint = Later than the last hours
session-change-online = Seats to book
session-change-walk-in = Seats for walk-ins
session-change-day = Day
session-change-centre = Centre
session-change-why = Why
session-change-reason = Reason
session-change-submit = Change the session
session-change-choose = Choose what is to happen
session-change-until-wrong = Give a time that is later than the last hours and still to come
session-change-seats-wrong = Give a number of seats, at most 1000
session-change-seats-none = Give at least one seat
session-change-day-wrong = Give another centre, or a later day on which hours are left, at most 60 days from today
session-change-look-title = Who moves
session-change-look-hint = Look at the day and the centre once more. The messages cannot be taken back.
session-change-look = Seats that are taken: { $taken }. Their people move to { $day }, { $centre }, and each who has a phone gets a message. Tick the box if that is right
session-change-sure = Yes, move them there
session-change-centre-wrong = Choose a centre of this district
