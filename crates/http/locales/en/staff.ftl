# Pages of those who work at a site.
staff-nav-label = Pages for staff
staff-nav-today = Today
staff-nav-roster = Who works
staff-nav-sessions = Sessions
staff-nav-invite = Invite
staff-nav-people = Accounts
staff-log-out = Log out
staff-to-today = Today’s visitors
role-vaccinator = Vaccinator
role-site-manager = Site manager
role-district-admin = District admin
# Login.
staff-login-title = Log in to work
staff-login-lead = For vaccinators, site managers and district admins.
staff-login-code = Staff code
staff-login-code-hint = For example MH395-0007
staff-login-password = Password
staff-login-totp = The six digits in your authenticator app
staff-login-totp-hint = They change every thirty seconds
staff-login-submit = Log in
staff-login-share = Never lend your login. Every record that it opens is written down under your code, and the person sees it.
staff-login-wrong = The staff code, the password or the six digits are not right. Check all three and type the digits that the app shows now.
staff-login-over = There were too many tries, by you or by somebody else. Wait fifteen minutes, or log in on a device on which you have logged in before.
staff-login-busy = Too many people are logging in at this moment. Nothing was wrong with what you typed, and it was not counted. Try again in a few seconds.
staff-login-expired-title = Please log in again
staff-login-expired-text = Your login ended because it was not used for a while, or was begun too long ago.
staff-login-enrolled-title = Your account is ready
staff-login-enrolled-text = Log in with your new password. Wait until the app shows new digits: each can be used once.
staff-login-out-title = You are logged out
staff-login-out-text = On a shared computer, close the browser too.
# Enrolment.
enrol-title = Set up your login
enrol-lead = This link works once. It takes about two minutes and needs a phone with an authenticator app.
enrol-begin-text = On the next page you choose a password and point your authenticator app at a picture. The picture is shown once; have your phone at hand.
enrol-begin = Show the picture
enrol-step-password = 1. Choose a password
enrol-password = New password
enrol-password-hint = At least 12 characters. A short sentence is good.
enrol-password-length = Use 12 to 256 characters for the password
enrol-again = The same password again
enrol-password-differs = The two passwords are not the same. Type both again.
enrol-step-app = 2. Connect your authenticator app
enrol-app = Open the app on your phone, choose to add an account, and point the camera at this picture.
enrol-picture = QR code for the authenticator app. The same secret is written below it.
enrol-secret = If you cannot take a picture, type this secret into the app:
enrol-opened-title = A picture of this link was shown before
enrol-opened-text = This picture is a new one. If you connected the app with an earlier picture, delete that entry: it does not work any more. If it was not you, tell whoever invited you.
enrol-shown = The picture was shown once, and your app still has it. If it has not, open the link again: it shows a new picture.
enrol-step-code = 3. Show that it works
enrol-code = The six digits that the app shows now
enrol-code-hint = They change every thirty seconds
enrol-code-wrong = These are not the digits of this moment. Check that the phone’s clock is right, and type the next ones.
enrol-submit = Finish
# Today.
today-title = Today’s visitors
today-find = Find by slip or document
today-number = No. { $queue }
today-vaccinated = Vaccinated
today-no-names = No names are shown here. A record opens when the person is in front of you.
today-empty-title = Nobody is booked here today
today-empty-text = When somebody books a seat, their number appears here. Reload the page to look again.
# Evidence.
evidence-title = Show that the person is here
evidence-code = The four digits on the slip
evidence-code-hint = The person reads them out or shows them
evidence-open = Open the record
evidence-other = No code at hand?
evidence-any-lead = The slip or the document tells whose turn it is, if the person is expected here today.
evidence-way-slip = Scan the slip
evidence-slip = Text of the slip’s QR code
evidence-slip-hint = Scan it with a scanner that types, or paste the text
evidence-way-mobile = Send a code to the person’s mobile
evidence-send-text = The person gets a message with six digits and reads them out to you. You do not see the number.
evidence-send = Send the code
evidence-send-again = Send another code
evidence-sent-title = The code was sent
evidence-sent-text = Ask the person to read it out. It works for a few minutes.
evidence-otp = The six digits from the message
evidence-otp-hint = They are on the person’s phone
evidence-way-document = Type the document’s number
evidence-document-type-label = Document
evidence-document-choose = Choose one
evidence-document = The whole number of the document
evidence-document-hint = Type it from the document in your hand
evidence-way-nothing = Open without evidence
evidence-left =
    { $left ->
        [0] You have used all five for today
        [one] You can do this once more today
       *[other] You can do this { $left } more times today
    }
evidence-told = The person is told by message, and your reason is kept with the record.
evidence-reason = Why is there no evidence?
evidence-reason-hint = At least 10 characters, for example: phone stolen, card left at home. The district reads it too: write no name.
evidence-open-anyway = Open without evidence
evidence-place = Choose the person’s number on today’s list first
evidence-code-shape = The code on the slip has four digits
evidence-code-wrong =
    { $left ->
        [one] That is not the code of this number. One try is left.
       *[other] That is not the code of this number. { $left } tries are left.
    }
evidence-code-spent = The code was wrong five times and no longer works. Use a message or the document.
evidence-code-over = Too many wrong codes today. Use the document or a message.
evidence-slip-shape = This is not the text of a slip. Scan it again.
evidence-slip-nobody = This slip opens nothing here today: its person is not expected here, or it is not the newest slip, or its code was wrong too often. Ask for the newest slip, or use another way.
evidence-mobile-unsent = Send a code first
evidence-mobile-wrong = This code is wrong, used or too old. Check it, or send another.
evidence-no-mobile = No mobile number is bound to this record. Use the card, the slip or the document.
evidence-mobile-over = No more codes can be sent for now. Use another way.
evidence-document-type = Choose the kind of document
evidence-document-shape = A document’s number has 4 to 20 letters and digits
evidence-given-up = This is right, but their place was given up because they did not come in time. On the screen of the day, under “Did not come”, find number { $queue } with the hours on their slip and tap “Came after all”. Then show this again.
evidence-document-nobody = Nobody who is expected here today registered this document. Check the number.
evidence-document-two = Two visitors of today registered this document. Use the code or the slip.
evidence-document-over = Too many documents without a match today. Use another way.
evidence-slip-over = Too many slips without a match today. Use another way.
evidence-reason-shape = Write why, in 10 to 300 characters
evidence-reason-spent = You have opened five records without evidence today. Ask for evidence.
# The record.
record-title = Record
record-born = Year of birth
record-gender = Gender
record-document = Document
record-document-masked = { $kind }, ending in { $last }
record-health = Health
record-comorbidity = Says that they have an illness that counts
record-booked = Booked
record-booked-value = { $dose }, { $vaccine }
record-earlier = Earlier doses
record-earlier-none = None on record
record-earlier-line = { $dose }: { $vaccine }, { $date }, batch { $batch }
record-rule = Rule { $rule }. Source: { $source }
record-until = This record can be shown until { $time }. Each time is written down for the person to see.
record-disputed-title = First: whose document is it?
record-disputed-text = Somebody else registered the same document. Compare photo and name on the document in your hand with the person in front of you, then type its whole number.
record-disputed-first = Settle the document before the dose
record-settle = I have seen it: settle
record-document-other = This person registered another document. Nothing was changed.
record-document-over = Too many documents did not fit. No more are compared in this record today. Nothing was changed.
# The dose.
dose-title = Record the dose
dose-vaccine = Vaccine
dose-vaccine-wrong = Choose a vaccine
dose-number = Dose
dose-number-wrong = Choose the dose
dose-batch = Batch
dose-batch-hint = As printed on the vial
dose-batch-wrong = Type the batch as printed on the vial: 1 to 20 characters without blanks
dose-vial = Vial
dose-vial-hint = Its number as your centre counts; may stay empty
dose-vial-wrong = Use at most 20 letters and digits for the vial
dose-time = Time given
dose-time-hint = Today, up to now
dose-time-wrong = Give a time of today that is not ahead, for example 09:45
dose-site = Where in the body
dose-site-wrong = Choose where it was given
site-left-arm = Left upper arm
site-right-arm = Right upper arm
site-left-thigh = Left thigh
site-right-thigh = Right thigh
site-nose = Nose
dose-reason = Why is this dose given?
dose-reason-hint = It is kept with a flag. What happened is always recorded. At least 10 characters.
dose-reason-rules = No rule allows this dose today. If it was given, write why.
dose-reason-dose = Another dose is due. If this one was given, write why.
dose-reason-vaccine = The session is for another vaccine. If this one was given, write why.
dose-check = Check before saving
dose-none = No dose now
# Confirmation.
confirm-title = Is this right?
confirm-name = Name
confirm-reason = Reason, kept with a flag
confirm-save = Yes, save
confirm-change = Change something
confirm-last = A saved dose cannot be edited or deleted. After a mistake, open it again from today’s list and correct it: a new entry takes its place.
# Done.
done-title = The dose is on record
done-certificate-title = The certificate is issued
done-certificate-text = It is signed, and the person finds it under their own login.
done-flag-title = Recorded with a flag
done-flag-text = The dose is outside the rules. Your reason is kept with it.
done-wait = Ask the person to wait 30 minutes for observation.
done-next = To look at this record again, ask for evidence again.
done-print = Print the certificate
# Roster.
roster-title = Who works
roster-lead = Only those on the day’s list can see visitors and open records.
roster-today = Today, { $day }
roster-tomorrow = Tomorrow, { $day }
roster-save-today = Save today
roster-save-tomorrow = Save tomorrow
roster-saved-title = Saved
roster-saved-text = The list is in force from now on.
roster-not-enrolled = { $role }, has not set up the login yet
roster-empty-title = Nobody works at this centre yet
roster-empty-text = Invite the first vaccinator.
# Invitations.
invite-title = Invite: { $role }
invite-lead = You get a link that works once, within seven days. Hand it over in person.
invite-code = Staff code
invite-code-hint = 3 to 20 letters, digits and hyphens. It stands on certificates and in people’s lists.
invite-code-shape = A staff code has 3 to 20 letters A–Z, digits and hyphens
invite-code-taken = This code is taken. Choose another.
invite-name = Full name
invite-name-hint = Kept sealed; it is not shown on pages
invite-name-shape = Type the full name in letters
invite-centre = Centre
invite-centre-hint = The centres of your district
invite-centre-choose = Choose one
invite-centre-unknown = Choose a centre of your district
invite-submit = Make the link
invited-title = The link is ready
invited-once-title = It is shown only now
invited-once-text = Whoever holds this link becomes this member of staff. If it is lost, invite under a new code.
invited-until = Works until
invited-link = The link:
invited-another = Invite somebody else
# Sessions.
sessions-title = Sessions of your centre
sessions-new = Plan a session
sessions-taken = { $taken } of { $capacity } seats taken
sessions-cancel = Cancel this session
sessions-is-cancelled = Cancelled
sessions-is-over = The day is over
sessions-done-title = Done
sessions-published = The session is published and can be booked.
sessions-cancelled = The session is cancelled. Appointments moved: { $moved }. Appointments ended: { $ended }. { $untold ->
    [0] A message goes to each of their phones.
    [one] One of these people has no phone: tell them at the door.
   *[other] { $untold } of these people have no phone: tell them at the door.
}
sessions-empty-title = No sessions are planned
sessions-empty-text = People can book as soon as you publish one.
session-day = Date
session-day-hint = Today or within 60 days
session-day-wrong = Give a date from today to 60 days ahead
session-min-age = From age
session-max-age = To age
session-max-age-hint = Leave it empty for no limit
session-ages-wrong = Give ages from 0 to 120, the lower one first
session-from = From
session-from-hint = The time is cut into slots of one hour
session-until = Until
session-hours-wrong = Give two times of the day, the earlier one first, for example 09:00 and 13:00
session-seats = Seats in each slot
session-seats-hint = Leave a field empty for none. Seats for walk-ins are kept out of online booking, for people who come without one.
session-first-online = First dose, booked online
session-first-walk-in = First dose, walk-in
session-second-online = Second dose, booked online
session-second-walk-in = Second dose, walk-in
session-precaution-online = Precaution dose, booked online
session-precaution-walk-in = Precaution dose, walk-in
session-seats-wrong = Give a number of seats from 0 to 500
session-seats-none = Give at least one seat
session-first-not-allowed = Not everybody of these ages may begin with this vaccine: offer no first doses, or change the ages
session-publish = Publish
session-back = Back to the sessions
# Cancelling.
session-cancel-title = Cancel this session?
session-cancel-booked =
    { $taken ->
        [0] Nobody is booked
        [one] One seat is booked
       *[other] { $taken } seats are booked
    }
session-cancel-told = Who is booked gets a message, if a phone sees them. How many have none is counted afterwards.
session-cancel-where = What happens to those who are booked?
session-cancel-where-hint = A family moves together. Those who find no seats there lose the appointment.
session-cancel-to = Move them to { $day }
session-cancel-free =
    { $free ->
        [one] One seat is free
       *[other] { $free } seats are free
    }
session-cancel-nowhere = Cancel their appointments
session-cancel-nowhere-hint = They can book again elsewhere
session-cancel-choose = Choose what happens to those who are booked
session-cancel-other-wrong = They cannot move there. Choose another session.
session-cancel-submit = Cancel the session
session-cancel-keep = Keep it
# Refusals.
gone-forbidden-title = This is not yours to do
gone-forbidden-text = Your role does not allow it. Nothing was opened or changed.
gone-roster-title = You are not on today’s list
gone-roster-text = Only those who work here today see visitors and open records. Your site manager puts you on the list; a site manager puts herself on it, under “Who works”.
gone-encounter-title = This record is closed
gone-encounter-text = It was open for half an hour, or the dose was saved. Ask for evidence to open it again.
gone-recorded-title = The dose was recorded already
gone-recorded-text = Nothing was saved a second time.
gone-held-title = There is nothing to decide
gone-held-text = This held dose was recorded, is being tried, or was taken from the list already.
gone-place-title = Nobody with this number today
gone-place-text = The appointment was moved or cancelled, or the address is mistyped.
gone-certificate-title = No certificate can be printed here
gone-certificate-text = It is printed at the site within half an hour after the dose, and only when the person showed evidence. They find it under their own login.
gone-link-title = This link no longer works
gone-link-text = It was used, is older than seven days, or is mistyped. Ask whoever invited you for a new one.
gone-invitations-title = No more invitations for now
gone-invitations-text = You have made twenty links in a day, or thirty links for this centre wait unused. Wait until tomorrow, until links are used, or end the accounts of those who will not come.

people-title = Accounts
people-lead = End an account when somebody leaves or a phone is lost. It cannot be undone: whoever comes back is invited under a new code.
people-empty-title = There is nobody whose account you could end
people-empty-text = Those whom you invite are listed here.
people-centre = { $role } of centre { $centre }
people-end = End this account
people-other = End another account of your district
people-other-code = Staff code
people-other-submit = Continue
people-code-unknown = There is no member of staff with this code whose account you could end
people-confirm-title = End the account { $code }?
people-confirm-text = Every login, known device and invitation of this code ends at once, and its days of work from today on are taken off the list. What was recorded under the code stays as it is.
people-confirm-submit = End the account
people-confirm-keep = Leave it as it is
people-done-title = The account has ended
people-done-text = Nobody can log in with it any more.

staff-resume-title = You are logged in again
staff-resume-text = What you typed was kept, sealed. It is filled in again: check it and save.
staff-resume-submit = Back to the form

held-link = Record a dose without opening the record
held-title = Record a dose without opening the record
held-lead = Use this when records cannot be opened. Nobody’s record is looked at. When records can be opened again, the dose is matched with its person and recorded by itself, with the certificate.
held-reference = Reference ID
held-reference-hint = The 14 digits on the appointment slip
held-reference-wrong = Type the 14 digits of the reference ID as printed on the slip
held-code = Code of the appointment
held-code-hint = The 4 digits on the slip
held-vaccine-choose = Choose the vaccine
held-confirm-note = It is kept under a number of today. Nobody’s record is opened now.
held-over = You have kept as many as one person can on one day. Ask your site manager who goes on
held-saved-title = Kept: H-{ $number } of today at this centre
held-saved-text = Write this number on the slip or the card. The dose is recorded by itself when records can be opened again.
held-list-title = Held doses of this centre
held-list-empty = There are none.
held-list-note = No record is opened for this list. Those of earlier days stay here until they are recorded or a site manager takes them from the list. What needs attention for 90 days is deleted.
held-line = H-{ $number }, { $vaccine }: { $state }
held-line-of-day = { $day }, H-{ $number }, { $vaccine }: { $state }
held-waiting = waiting
held-recorded = recorded
held-no-match = needs attention: the numbers fit nobody who was expected here, or the code was wrong too often. Compare them with the slip and type the dose again, or open the record with another proof.
held-already-recorded = needs attention: a dose of this appointment was recorded already. Nothing was recorded twice.
held-document = needs attention: the document has to be seen. Open the record and settle it there; then your site manager can have it tried again.
held-unreadable = needs attention: it could not be read back. Tell whoever runs the server.
held-reason = Why is the record not opened?
held-reason-hint = At least 10 characters. It is kept with the dose.
held-reason-needed = Records can be opened at this moment. Open the record, or write why it cannot be, in 10 to 300 characters.
held-list-more = And { $count } older ones.
held-dismissed = taken from the list by a site manager
held-retry = Try H-{ $number } again
held-dismiss = Take H-{ $number } from the list
held-dismiss-title = Take held dose { $number } from the list?
held-dismiss-text = It is not recorded then, and nobody gets a certificate for it. Do this only when the dose is recorded otherwise or was never given.
held-dismiss-reason = Why
held-dismiss-reason-hint = At least 10 characters. Name nobody.
held-dismiss-submit = Take it from the list
held-dismiss-keep = Leave it as it is
unopened-title = No record can be opened right now
unopened-text = Every look at a record is written down first, and that is not possible at this moment. So nothing was opened and nothing was saved.
unopened-later = Try again in a few seconds.
unopened-next = Try again in a few seconds. If the person is waiting, give the dose as planned and record it without opening the record.
# The desk: people without an appointment.
walk-in-link = Somebody without an appointment
walk-in-title = Without an appointment
walk-in-lead = For a person who stands in front of you with a photo identity document. What you type here opens no record.
walk-in-none-title = No seat is left for walk-ins today
walk-in-none-text = Seats for walk-ins are planned with each session. The person can book a seat of another day, here or on any phone.
walk-in-seat = Seat
walk-in-seat-hint = Today’s seats for people without an appointment
walk-in-seat-line = { $slot }: { $dose }, { $vaccine }
walk-in-seat-wrong = Choose a seat of today
walk-in-document-title = The document in your hand
walk-in-reference = Reference id, if the person has one
walk-in-reference-hint = 14 digits, on a slip, a card or a certificate. With it the rest of this page may stay empty.
walk-in-reference-wrong = A reference id has 14 digits. Check them, or leave it empty and register the person.
walk-in-new-title = Not registered yet
walk-in-mobile = Mobile number (may stay empty)
walk-in-mobile-hint = Only if the person has the phone here: a code is sent to it, and they read it out. Then they see certificate and record on it. Nobody needs a phone to be vaccinated.
walk-in-mobile-wrong = A mobile number has ten digits and begins with 6, 7, 8 or 9
walk-in-send = Send a code to the mobile
walk-in-sent-title = The code was sent
walk-in-sent-text = Type the six digits that the person reads out. If none comes, empty the mobile number.
walk-in-code-unsent = Send a code to this number first, or leave the number empty
walk-in-code-shape = Type the six digits that the person reads out
walk-in-code-wrong = This code is not right. Ask for the digits of the last message.
walk-in-code-spent = This code is used or too old. Send another.
walk-in-no-match = This document and this reference id do not belong together. Check both.
walk-in-over = Too many today. Ask your site manager.
walk-in-other-dose = Another dose is due for this person. Choose a seat for that dose, or open the record to see more.
walk-in-already = This person has an appointment for this dose already. Find it on today’s list, or let them move it.
walk-in-save = Give the seat
walk-in-done-title = Seated
walk-in-queue = In the queue
walk-in-bound = The record can be seen with the mobile number that was proved.
walk-in-paper-title = Give the person the card
walk-in-paper-text = There is no mobile number with this record. Print the card below, or copy it by hand: with it the person is found at every centre.
walk-in-next = Next person
walk-in-own-document = Somebody with this number is registered with this document already. Ask for their reference id.

# Another phone for somebody
phone-link = A phone for somebody, or another one
phone-title = A phone for somebody
phone-lead = For somebody who is here with the document, or with the printed card. The record is then seen on the new phone only. Nobody else is asked or told.
phone-document-title = The document or the card in hand
phone-reference = Reference id (may stay empty)
phone-reference-hint = With a document only when two people registered the same one; with a card always, or the text of its QR code
phone-card-hint = Eight digits, for somebody without a document. Who has a document shows it too: then fill in both.
phone-number-title = The phone
phone-mobile = Mobile number of the new phone
phone-mobile-hint = The phone has to be here: a code is sent to it, and the person reads it out
phone-code-unsent = Send a code to this number first
phone-save = Change the phone
phone-no-match = Nobody is registered with this document. Compare type and number.
phone-document-too = This person registered a document. Ask for it too: the card alone is not enough.
phone-several = Several people registered this document. Type the reference id too.
phone-changed-title = The phone is changed
phone-changed-text = The person logs in with the new number. The phone before shows them no more.
phone-reported-title = The number is free
phone-reported-text = Whoever was on it before is found again here, with the document. The person can be registered now.
phone-new-title = Is the number new to the person?
phone-new-text = If they got it a short time ago and it was a stranger’s before, take the strangers off it. The code is enough; no document is needed.
phone-new-submit = The number was a stranger’s
