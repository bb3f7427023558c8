# Find a session.
find-title = Find a session
find-lead = Look by pincode, or by state and district. You log in only to book.
find-pincode = Pincode
find-pincode-hint = Six digits, for example 400001. Neighbouring pincodes are shown too.
find-by-district = Or by district
find-state = State
find-state-choose = Choose a state
find-district = District
find-district-choose = Choose a district
find-district-next = Choose the state and search; the districts come next.
find-filters = Narrow it down
find-age = Age
find-age-hint = In years (optional)
find-vaccine = Vaccine
find-fee = Price
find-fee-free = Free only
find-fee-paid = Paid only
find-dose = Dose
find-search = Search
find-pincode-wrong = Enter a pincode of six digits
find-pincode-unknown = India Post does not use this pincode. Check it, or search by district
find-age-wrong = Enter the age in years, for example 45
find-days = Choose a day
find-day-seats =
    { $count ->
        [0] no seat
        [one] 1 seat
       *[other] { $count } seats
    }
find-results = { $place }: { $date }
find-around = Around { $pincode }
find-distance = Pincode { $pincode }, about { $km } km away
find-here = Pincode { $pincode }
find-session = { $vaccine }, { $ages }
find-seats =
    { $dose }: { $count ->
        [0] no seat left
        [one] 1 seat free
       *[other] { $count } seats free
    }
find-full = Full. Seats come back when somebody cancels.
find-hours = Time: { $from } to { $to }
find-book = Book at { $centre }
find-none-title = No session on this day
find-none-text = Choose another day above, remove a filter, or try a neighbouring pincode or the whole district. Centres publish new sessions as they plan them.
find-more = Only the first { $count } centres are shown. Add a filter or search by pincode.
# Book.
book-title = Book a seat
book-session-gone-title = This session cannot be booked
book-session-gone-text = It was cancelled, or it is over. Nothing was changed. Find another session.
book-centre = Centre
book-address = Address
book-date = Date
book-time = Time
book-vaccine = Vaccine
book-price = Price
book-members = Who comes?
book-members-hint = Members who need the same dose come together in one booking.
book-comorbid = Who of them has one of the listed illnesses, and a doctor’s certificate of it?
book-comorbid-hint = On that day people of this age are vaccinated only with one of them. The answer is used for this booking and not kept. Bring the certificate: it is checked at the centre.
book-comorbid-list = The listed illnesses
error-comorbid = On that day people of this age need a listed illness and a doctor’s certificate. If that is so, tick the name
book-cannot = Cannot be booked here
book-outside-ages = { $name } is outside the age group of this session ({ $ages }).
book-has-appointment = { $name } already has an appointment for the { $dose }.
book-elsewhere = A centre has to tell whether { $name } can come to this session. Come to any centre with the document.
book-slot = When?
book-slot-free =
    { $count ->
        [0] no seat left
        [one] 1 seat free
       *[other] { $count } seats free
    }
book-confirm = Book
book-nobody-title = Nobody in your family can book this session
book-nobody-text = The reasons are below. Look for another session, or add a person.
book-empty-text = Register the first person, then you come back to this session. You need one photo identity document for each person.
error-members = Choose who comes
error-slot = Choose a time
error-different-doses = These members need different doses. Book one dose at a time
error-other-dose-due = The dose that is due is the { $dose }, not the one chosen. Choose it, or look for a session that has it
error-not-eligible = The rules do not allow this dose at this session: { $why }
error-outside-ages = Somebody chosen is outside the age group of this session
error-already-booked = Somebody chosen already has an appointment for this dose. See the family page
error-another-record = A centre has to tell whether everybody chosen can book this. Come to any centre with the document
error-full = The last seat of this time was taken a moment ago. Nothing was booked. Choose another time or session
error-slot-ended = This time is over. Choose another
error-appointment-over = This appointment can no longer be changed
error-unavailable = We could not save this just now. Nothing was changed. Try again in a moment
error-not-here = Something was not as this page expects it. Go back to the family page and try again
# The appointment.
appointment-title = Appointment on { $date }
appointment-booked-title = Your seat is booked
appointment-booked-text = We also sent an SMS. Write down the codes below, or download the slip.
appointment-moved-title = The appointment was moved
appointment-moved-text = The time below is the new one. The codes stay the same.
appointment-code = { $name }’s code
appointment-code-text = Tell the code only to the health worker at the centre: it opens the record. Staff cannot see it.
appointment-queue = Number { $queue } in the queue
appointment-slip = Download the slip (PDF)
appointment-bring = Bring the code or slip and the document itself. If you have neither phone nor slip, the document is enough.
appointment-move = Change date, time or centre
appointment-cancel = Cancel the appointment
appointment-open = Code, slip, change
appointment-missed = The time is over. No dose was recorded. You can book again.
appointment-gone-title = This appointment is not in your family
appointment-gone-text = It may have been cancelled, or you are logged in with another mobile.
appointment-untold-title = The appointment was cancelled
appointment-untold-text = The seat is free for somebody else. You get no message about it, because no record can be opened at the moment.
cancel-title = Cancel the appointment?
cancel-who = Who does not come?
cancel-confirm = Yes, cancel
cancel-keep = No, keep the appointment
move-title = Change the appointment
move-now = Now: { $when }, { $where }
move-choose = New date, time and centre
move-choose-hint = The same vaccine, in the same district. Everybody in the appointment moves together.
move-option = { $when }, { $slot }
move-confirm = Move the appointment
move-none-title = There is no other free seat for this vaccine in the district now
move-none-text = Your appointment stays as it is. Try again later.
