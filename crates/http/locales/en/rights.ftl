was-this-you-title = Was this you?
was-this-you-login = A new phone or computer logged in for the first time on { $when }. Was this you?
was-this-you-read = A new phone or computer looked at this on { $when }. Was this you?
was-this-you-places = Opened at a new place
was-this-you-place = { $who }, { $place }, opened this for the first time on { $when }. Were you there?
was-this-you-partner = { $who } opened this for the first time on { $when }, with an OTP that was sent to your number. Did you go to them?
was-this-you-helper = Somebody at { $partner } logged in with this number for the first time on { $when }. Did you go to them?
was-this-you-app = A program other than these pages logged in with this number for the first time on { $when }. Was this you?
was-this-you-no-text = If it was nobody you know, end all logins with one press. Every phone, computer and app that uses this number is logged out, and codes that were sent already open nothing.
was-this-you-no = No, it was not me: end all logins

ended-title = All logins were ended
ended-done-here = Every phone, computer and app that was logged in with this number is logged out, but this one. Codes that were sent before open nothing any more.
ended-done-all = Every phone, computer and app that was logged in with this number is logged out, this one too. Codes that were sent before open nothing any more. A browser stays logged in only when you said that it is yours, and it was given an OTP in the last five minutes.
ended-told = A message about it is on its way to the number.
ended-untold = No message about it could be sent to the number.
ended-next-title = What to do next
ended-next-otp = Never tell anybody an OTP. No office asks for one by telephone.
ended-next-sim = If your SIM stopped working, or your phone is gone, tell your mobile company at once and have the SIM blocked: whoever has the SIM gets your codes.
ended-next-pin = On each record you can set a PIN, so that a code alone does not open it.
ended-next-list = Look at the list of who read each record. Where a look was not right, say so there: the district has to answer. Health advice and help by telephone: 104.

devices-title = Devices and logins
devices-lead = Every phone, computer and program that logged in with this number and is remembered. One that is held to be yours can say so of others, and what it looks at is told in short in the list of who looked.
devices-pages = A phone or computer
devices-app = A program other than these pages
devices-partner = At { $partner }
devices-first = First login
devices-last = Last login
devices-yours = It is held to be yours: it was confirmed, or the first person was registered on it.
devices-nobodys = Nobody has said that it is yours.
devices-distrust = The device of { $when } is not mine
devices-distrusted = That device is no longer held to be yours. To log it out as well, end all logins.
devices-fresh-text = To say that a device is not yours, first give an OTP of the last five minutes.
devices-end-title = End all logins
devices-end-text = Every phone, computer and app that uses this number is logged out, and codes that were sent already open nothing.
devices-end-stays = This browser stays logged in: it is held to be yours, and it was given an OTP in the last five minutes.
devices-end-goes = This browser is logged out as well: only one that is held to be yours, and that was given an OTP in the last five minutes, stays.

objection-link = This was not right
objection-of = This was not right: { $entry }
objection-yes = You objected to this. See above.
objection-title = This was not right
objection-lead = The district has to answer by { $when }. You see the answer in the list, and get a message without details. What you write is read by the district’s officers who open it, and each of these looks stands in your list too; and by whoever can open this list here, with the phone or with the printed card. A PIN of your own keeps it from the phone. Your name is not shown to the officers.
objection-ground = What was not right?
objection-not-there = I was not there, and had nothing to do with them
objection-no-reason = I know them, but there was no reason to look
objection-too-much = They opened more than they needed
objection-not-asked = They acted for me without my asking
objection-other = Something else
objection-words = In your own words
objection-words-hint = Up to 500 characters. You can leave it empty, unless you chose “something else”.
objection-send = Send
objection-done = Your objection was sent. Until when it is answered stands below.
objection-list = What you objected to
objection-made = Objected on { $when }
objection-due = An answer is due by { $when }
objection-overdue = The answer is overdue: it was due by { $when }
objection-answered = Answered by { $code } on { $when }:
objection-ground-wrong = Choose what was not right.
objection-words-wrong = Write at most 500 characters, in plain text.
objection-words-needed = Say in words what was not right.
objection-too-many = Ten of your objections wait for an answer. Wait for one of them first.

objections-nav = Objections
objections-title = Objections to looks at records
objections-lead = People object to a look at their record. The oldest stand first, and what is overdue on top. To open one is written down, and the person sees it. Whoever looked cannot answer.
objections-none-title = No objection waits
objections-none-text = When somebody objects, it appears here with the day by which it has to be answered.
objections-open = Open and answer
objections-open-of = Open and answer: { $made }
objections-read = Read it again
objections-read-of = Read it again: { $made }
objections-own = About your own looks
objections-colleague = These are about what you looked at yourself. A colleague has to answer them.
objections-colleague-did = These were about what you looked at yourself. Somebody else answered them.
objections-waiting = What waits for an answer
objections-answered = What was answered
objections-none-answered = Nothing was answered in the last year.
objections-next = More
objections-altered = { $count ->
    [one] One objection of this list was altered in the database
   *[other] { $count } objections of this list were altered in the database
}
objections-altered-text = Somebody changed it past this program, so it cannot be opened here. Tell whoever runs the server: they have an alarm about it.
objection-was-due = It was due by { $when }
objections-back = All objections
objection-one-title = An objection
objection-answer-lead = The person reads your answer with your staff code. Say what you found and what was done. Write no names.
objection-answer = Answer
objection-answer-hint = Up to 500 characters.
objection-answer-send = Send the answer
objection-answer-done = The answer was sent, and the person was told that there is news.
objection-answer-wrong = Write an answer of at most 500 characters, in plain text.
gone-objection-title = No such objection
gone-objection-text = It is not of your district, or its record was deleted.
gone-own-objection-title = A colleague has to answer this
gone-own-objection-text = The objection is about your own look. Nobody answers for themselves; nothing was opened.
gone-objection-answered-title = It was answered already
gone-objection-answered-text = A colleague answered this objection. The person has that answer.
district-objections-overdue = { $count ->
    [one] One objection to a look at a record was not answered in time
   *[other] { $count } objections to looks at records were not answered in time
}
district-objections = { $count ->
    [one] One objection to a look at a record waits for an answer
   *[other] { $count } objections to looks at records wait for an answer
}
district-to-objections = Answer objections
purpose-grievance = To answer what you objected to
field-objections = what you objected to

data-link = Everything kept about { $name }
data-page-title = Everything that is kept
data-title = Everything that is kept about { $name }
data-lead = This page shows what is stored about this person. Opening it, and the file, stands in the list of who looked.
data-download = Take it along as a file
data-file-title = Take along everything that is kept
data-file-care = The file has everything about this person, medical data too. Whoever has it can read it. Keep it where nobody else can.
data-print = To have it on paper, print this page. The file is JSON, which other programs can read; keep it where nobody else can.
data-registration = Registration
data-yes = yes
data-no = no
data-comorbidity = Illnesses declared
data-groups = Groups with early access
data-group-general = everybody
data-group-hcw = health care workers
data-group-flw = front-line workers
data-group-traveller = travellers
data-group-until = { $group }, until { $when }
data-private = Private from this phone
data-guardian-member = an adult of the same mobile
data-vial = vial { $number }
data-entered = typed in on { $when }
data-off-protocol = outside the rules: { $finding } Reason: { $reason }
data-dose-changed = changed by { $code }: { $reason }
data-mobile = Mobile number
data-registered = Registered
data-desk = Registered at a desk by
data-consent = Notice agreed to, version
data-card = Printed card number
data-doses = Doses
data-none = None.
data-certificates = Certificates
data-reports = Reports after a dose
data-looks = Who looked
data-accesses = { $count ->
    [one] One entry says who opened this record, and when.
   *[other] { $count } entries say who opened this record, and when.
}
data-objections = { $count ->
    [one] You objected to one of them.
   *[other] You objected to { $count } of them.
}
data-left = What is kept and not shown here, and why
data-left-keys = Keys of the record
data-left-keys-why = They open the record. Whoever had them could read it without an entry in the list.
data-left-indexes = Keyed marks by which a number, a document or a device is found again
data-left-indexes-why = They are made with secret keys and say nothing by themselves. The number and the document themselves are above.
data-left-secrets = Marks of your PIN, of codes sent and of wrong tries
data-left-secrets-why = They only tell whether what is typed is right. Shown, they would help whoever guesses.
data-left-code = The four digits of an appointment
data-left-code-why = They open the record at the centre. They are on the slip.
data-left-certificates = The certificates themselves
data-left-certificates-why = Each is downloaded beside its dose, signed.
data-left-accesses = The list of who looked, entry by entry
data-left-accesses-why = It has a page of its own, with its proof.
data-left-names = Random names by which parts of the record belong together
data-left-names-why = They mean nothing outside this program.
data-left-clocks = Times and counts that the program works with
data-left-clocks-why = When the number was last proved, until when something is kept, how often something was tried, since when the list has another key. They decide what is deleted and stop guessing; shown, they would help whoever guesses.
data-left-document = Whether somebody else registered the same document
data-left-document-why = It would tell about somebody else. Whoever sees the document at a centre settles it.
data-left-steps = Steps of a visit, and what a centre proposed to correct or join
data-left-steps-why = They are the centre’s work of some days. What came of them stands above, and the list of who looked says who opened the record for it.
data-left-messages = Messages on their way, and answers kept in case a request is sent twice
data-left-messages-why = They say what stands above, and are deleted once delivered, or after seven days.
data-left-cases = The district’s lists of objections and of reports after a dose
data-left-cases-why = They have numbers, dates and how far each is, and no words. Words and answers stand above.
data-delete = Delete the record
data-delete-yes = No dose was given, so you can have this record deleted. The record and its keys are destroyed at once.
data-delete-stays = What stays: the public log keeps an entry for each time it was opened. It holds no name and no number, and with the keys gone nobody can tell any more that it was about you, except by files of the list that were taken home: whoever has one recognises the entries of its months for ever. Backups made before keep the sealed record for a time; when one is used again, the deletion is carried out again.
data-delete-no = A dose was given, so the record is part of your medical record and cannot be deleted. What is wrong in it is corrected at a centre.
