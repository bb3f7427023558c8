# Pages of a district's office, and planning.
district-nav = This morning
district-title = What needs you today
district-done-title = Done
district-relieved = She is on today's list. She can log in now.
district-lead = { $day }. Centres with sessions today: { $sites }. Sessions: { $sessions }.
district-quiet-title = Nothing needs you
district-quiet-text = Every centre that should be open is open. Look at the calendar for the days to come.
district-needs = { $count ->
    [one] One thing needs somebody. The most urgent is first.
   *[other] { $count } things need somebody. The most urgent is first.
}
district-serious-overdue = { $count ->
    [one] One serious adverse event is overdue.
   *[other] { $count } serious adverse events are overdue.
}
district-serious-soon = { $count ->
    [one] One serious adverse event is due within a day.
   *[other] { $count } serious adverse events are due within a day.
}
district-nobody-in = { $centre } should be open since { $time }, and nobody on today's list has logged in.
district-nobody-seen = { $centre } should be open since { $time }. Staff have logged in, but no record was opened and no dose recorded.
district-no-vaccinator = { $centre } has sessions today ({ $count }), and no vaccinator is on its list.
district-short = { $centre }: { $booked } people are booked and still to come for { $vaccine }, and { $doses } doses are in stock.
district-held = { $centre } has doses that are not in the records yet. Waiting: { $waiting }. To be confirmed by a second person: { $second }. To be looked at: { $attention }. The oldest is of { $since }.
district-reports = What sites changed yesterday and today
district-reason = Reason:
district-stopped = { $centre }: a session of { $day } was stopped. By { $by }, { $at }. Messages to people who were booked: { $people }.
district-moved = { $centre }: a session of { $day } was moved. By { $by }, { $at }. Messages to people who were booked: { $people }.
district-counted = { $centre }: { $day } was closed with another count than the list has. { $vaccine } { $batch }: { $counted } doses counted, { $expected } by the list. By { $by }, { $at }.
district-unsent = { $centre }: doses kept on shared phones and not sent: { $count }. Phones: { $devices }. Told { $told }.
district-silent = { $centre }: shared phones that told nothing for a day: { $devices }. They may keep doses that were not sent.
district-openings = { $centre }: records opened without evidence that nobody has looked at: { $count }.
district-facilitators = Facilitators who spoke for many people without a document: { $count }.
district-factors = Staff who wait for a new second factor: { $count }.
district-corrections = { $centre }: { $count } doses were corrected today.
district-back-dated = { $centre }: { $count } doses of earlier days were entered within a day.
district-to-aefi = Go to the adverse events
district-to-ask = Ask the site manager
district-to-relief = Put a vaccinator on the list
district-to-sessions = Move or cancel a session
district-to-openings = Look at them
district-to-facilitators = Look at the facilitators
district-to-factors = Decide on the requests
district-relief-title = A vaccinator for today
district-relief-lead = { $centre } has sessions today and no vaccinator. Any vaccinator of your district can step in.
district-relief-submit = Put on today's list

review-nav = Questions
review-title = Questions and openings
review-lead = Records that were opened without evidence, and questions about a centre. Whose records they are is not shown here.
review-empty-title = Nothing waits here
review-empty-text = Questions between the district and a centre, and records that were opened without evidence, are listed here.
review-topic-opening = { $centre }: a record was opened without evidence
review-topic-not-opened = { $centre }: not opened
review-topic-no-vaccinator = { $centre }: no vaccinator today
review-topic-short = { $centre }: short of stock
review-topic-held = { $centre }: doses not in the records yet
review-topic-corrections = { $centre }: many corrections
review-topic-back-dated = { $centre }: many doses of earlier days
review-opening = By { $staff } on { $day }, between { $from } and { $until } o'clock.
review-reason = The reason that was given
review-standing-new = Nobody has looked at it yet
review-standing-asked = The site manager was asked
review-standing-answered = The site manager has answered
review-standing-seen = Marked as seen
review-said = { $what }: { $staff }, { $at }
review-act = What do you do?
review-act-ask = Ask the site manager
review-act-answer = Answer the district
review-act-seen = Mark as seen
review-act-choose = Choose what you do
review-word = Your words
review-word-hint = 10 to 300 characters. Do not write anybody's name or number. What you write is kept and cannot be changed.
review-word-shape = Write 10 to 300 characters
review-submit = Save
review-back = Back to the list
review-done-seen = It is marked as seen.
review-done-nobody = This centre has no site manager who could read the question: invite one under Accounts, or ring the centre. It waits for whoever comes.
review-done-asked = The site manager was asked. The question is on her page.
review-done-answered = The district has your answer.
review-ask-title = Ask the site manager
review-ask-submit = Ask
review-ask-keep = Back without asking
review-suggest-not-opened = Your centre should be open by now. What keeps it closed, and when will it open?
review-suggest-no-vaccinator = No vaccinator is on your list today. Who will give the doses?
review-suggest-short = You have fewer doses than people who are booked today. When does the next delivery come?
review-suggest-held = Your centre has doses that are not in the records yet. Please settle them today.
review-suggest-corrections = Many doses were corrected at your centre today. What went wrong?
review-suggest-back-dated = Many doses of earlier days were entered at your centre within a day. Why were they entered late?

centre-nav = Centres
centre-title = Centres
centre-new = New centre
centre-change = Change the centre
centre-empty-title = No centre yet
centre-empty-text = Add the first centre of your district, or send a file of centres.
centre-added = The centre was added.
centre-changed = The centre was changed.
centre-id = Number of the centre
centre-id-hint = As CoWIN numbers it. It cannot be changed later.
centre-id-wrong = Give a number of a centre, digits only
centre-id-taken = Another centre has this number
centre-name = Name
centre-name-wrong = Give a name or place of 1 to 100 letters
centre-address = Street and place
centre-block = Block or ward
centre-pincode = PIN code
centre-pincode-wrong = Give the six digits of the PIN code
centre-opens = Opens at
centre-closes = Closes at
centre-closes-hint = Earlier than it opens, if it works past midnight.
centre-time-wrong = Give hours and minutes such as 09:30
centre-kind = Who runs it
centre-kind-wrong = Choose who runs it
centre-fees = Fees
centre-fees-hint = Vaccine, colon, rupees, several with | between them: COVISHIELD:780|COVAXIN:1410. Empty is free.
centre-fees-wrong = Give vaccine and rupees such as COVISHIELD:780
centre-latitude = Degrees north
centre-longitude = Degrees east
centre-degrees-hint = For the search by place. Empty if you do not know.
centre-degrees-wrong = Give degrees within India, or nothing
centre-save = Save the centre
centre-keep = Back without saving

week-title = Copy a week
week-of = Week of { $day }
week-before = The week before
week-after = The week after
week-all = All sessions to come
week-from = Copy the week of
week-to = to the week of
week-day-hint = Any day of the week.
week-day-wrong = Give a day such as 24-11-2026
week-same = Choose another week than the one you copy
week-look = Show what would be published
week-preview = From the week of { $from } to the week of { $to }
week-empty-title = This week has no sessions
week-empty-text = Choose a week in which sessions were published.
week-seats = Seats to book online: { $online }, for walk-ins: { $walkin }
week-left-out = Not published:
week-same-hours = the centre has a session with this vaccine at these hours already.
week-day-over = the day is over.
week-too-far = the day is more than a year ahead.
week-not-allowed = no rule lets this age group begin with this vaccine on that day.
week-skip = Holidays
week-skip-hint = Tick the days on which the centre stays closed. Nothing is published for them.
week-publish = Publish these sessions
week-moved = Something changed since this was shown. Look at it again and publish then.
week-nothing = Nothing is left to publish: every session is on a day that you ticked, or stands in the way of another.
week-done = { $count ->
    [one] One session was published.
   *[other] { $count } sessions were published.
}

calendar-title = Calendar
calendar-of-district = Calendar of the district
calendar-of-centre = Calendar of { $centre }
calendar-before = The month before
calendar-after = The month after
calendar-week = Week of { $day }
calendar-day = Day
calendar-sessions-title = Sessions
calendar-seats-title = Seats
calendar-none = No session
calendar-only-cancelled = Cancelled: { $cancelled }
calendar-sessions = { $count ->
    [one] One session
   *[other] { $count } sessions
}{ $cancelled ->
    [0] {""}
   *[other] , cancelled: { $cancelled }
}
calendar-sessions-at = Sessions: { $count }, at centres: { $centres }{ $cancelled ->
    [0] {""}
   *[other] , cancelled: { $cancelled }
}
calendar-seats = { $taken } of { $seats } taken

import-title = Send a file
import-lead = A file of sessions or centres is shown to you first, row by row. Nothing is published before you confirm it.
import-what = What is in the file?
import-sessions = Sessions
import-sessions-columns = Columns: centre_id, date, vaccine, min_age, slots, seats; id and max_age if you like.
import-centres = Centres
import-centres-columns = Columns: id, name, address, district_id, pincode, opens, closes, kind; block, latitude, longitude and fees if you like.
import-file = The file
import-file-hint = CSV, at most 32 kB: about 300 rows. Larger ones in parts.
import-text = Or paste the rows here
import-text-hint = With the names of the columns in the first line.
import-look = Show what would be published
import-nothing = Choose a file, or paste its rows
import-unreadable = This is no CSV file in UTF-8
import-columns = The first line lacks a column that is needed. The columns are named above.
import-too-large = The file is larger than { $most } kB. Send it in parts.
import-waited = The file waited too long. Send it again.
import-done = The rows were published.
import-preview-title = What would be published
import-counts = Rows that can be published: { $good }. Rows with something wrong: { $bad }.
import-rows = Rows of the file
import-line = Line
import-row = Row
import-left-out = Not published:
import-wrong = { $column }: { $reason }
import-session = Centre { $centre }, { $day }, { $vaccine }, { $ages }. Slots: { $slots }. Seats: { $seats }.
import-centre = { $id }: { $name }, { $address }, { $kind }
import-replaces = A centre has this number already.
import-renames = It is called “{ $name }” now, and will be called as above on every page.
import-skip-title = Rows with something wrong
import-skip-hint = Correct them in the file and send it again, or leave them out.
import-skip = Leave out what is wrong ({ $count }) and publish the others
import-skip-needed = Tick this to leave out what is wrong, or send a corrected file
import-moved = Something changed since this was shown. Look at it again and publish then.
import-publish = Publish
import-other = Send another file
import-none-title = Nothing can be published
import-none-text = Correct the rows in the file and send it again.

progress-nav = Progress
progress-title = Doses and targets
progress-done = The target was set.
progress-empty-title = Nothing to compare yet
progress-empty-text = On these days there was no dose and no target. Set a target below.
progress-said = Given: { $given } of { $target }, which is { $percent } per cent.
progress-said-free = Given: { $given }. No target was set.
progress-csv = Download these days as CSV
progress-csv-hint = What was given is rounded down to a multiple of five, so that no small number is in it.
progress-set = Set a target
progress-from = First day
progress-until = Last day
progress-until-hint = At most 31 days.
progress-doses = Doses a day
progress-submit = Set the target
progress-block-wrong = Choose a block of your district
progress-days-wrong = Give a first and a last day, at most 31 days
progress-doses-wrong = Give a number of doses from 0 to 500000

session-third-online = Third dose, booked online
session-third-walk-in = Third dose, walk-in
session-third-hint = Of a vaccine with three doses, such as ZyCoV-D.

gone-matter-title = There is nothing of this number here
gone-matter-text = It belongs to another centre or district, or is older than 90 days.
gone-matter-moved-title = Somebody went on with this
gone-matter-moved-text = It was asked, answered or marked as seen meanwhile. Look at the list again.
gone-plan-title = Something changed
gone-plan-text = What would be published is not what was shown any more. Nothing was published. Please begin again.
