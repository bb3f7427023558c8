# The demonstration: tour, phone, thief.
demo-title = See it work
demo-lead = Everybody here is made up; the districts, pincodes, vaccines and rules are real. Nothing leaves this computer.
demo-citizen-title = 1. Be the citizen
demo-citizen-text = Take any mobile number that begins with 6, 7, 8 or 9. Register, book a seat for today, and see who read your record.
demo-citizen-login = Log in with a mobile number
demo-citizen-phone = Look at the phone (opens in a new tab): your code is there. Leave the page that asks for it open
demo-citizen-register = Register yourself: make up a name and a document number
demo-citizen-book = Find a session of today at Fort Demonstration Hospital, near pincode 400001, and book a seat. Remember the four digits of your code
demo-citizen-household = See your family, your appointment, and who read your record
demo-citizen-seeded = These numbers belong to people who are vaccinated already:
demo-nurse-title = 2. Be the nurse
demo-nurse-text = She sees a list without names. A record opens when the person shows that they are there: with the four digits of the slip, for example. The appointment that you booked is on her list if it is for today at Fort Demonstration Hospital.
demo-nurse-login = Log in as staff. { $code } is the nurse on duty today at Fort Demonstration Hospital; her password is below
demo-nurse-code = Look up the staff member’s one-time code (opens in a new tab)
demo-nurse-number = Choose your number on the list of today
demo-nurse-digits = Type the four digits of your code
demo-nurse-dose = Record the dose: any batch, where it was given, check, save
demo-nurse-again = Look again as the citizen: the dose, the certificate, and who read your record
demo-password = password
demo-office-title = 3. Be the manager and the officer
demo-office-text = Log out, and log in with the other accounts above; their one-time codes are on the same page.
demo-office-manager = The site manager puts herself on today’s list under “Who works”, receives and counts stock, enrols a shared phone, prints the paper list, and closes the day
demo-office-admin = The district’s officer sees what needs somebody this morning, each line with its remedy, plans sessions by week or file, and follows adverse events
demo-thief-title = 4. Be the thief
demo-thief-text = In June 2023 a bot answered mobile numbers with people’s records. Let the same bot loose here: a thousand mobile numbers and a stolen password.
demo-thief-go = Be the thief
demo-thief-lead = The bot sends its requests to this server now, as anybody on the network could, and counts what it gets.
demo-thief-run = Send the bot
demo-back = Back to the tour
demo-outbox-title = The phone
demo-outbox-lead = Messages that would have been sent as SMS. Only the demonstration has this page.
demo-outbox-again = Look again
demo-codes-title = One-time codes of staff
demo-messages-title = Messages
demo-messages-none = No message yet
demo-messages-none-text = Log in with a mobile number, and its code appears here.
demo-role-vaccinator = vaccinator
demo-role-manager = site manager
demo-role-admin = district administrator
thief-records =
    { $count ->
        [one] 1 record
       *[other] { $count } records
    } stolen
thief-requests = The bot sent { $count } requests.
thief-by-mobile = “Who has this mobile?”, for a thousand numbers
thief-certificates = “Give me this certificate”, for a thousand reference ids
thief-guess = A code to somebody else’s phone, guessed three times
thief-password = The stolen password of a nurse, without her phone
thief-answers = Answers, by status: { $answers }
thief-honest = These requests went through the same doors as everybody’s. A login with the nurse’s phone in hand is another matter: it opens only people who are at the table, and each of them sees it.

administrator-title = 5. Be the dishonest administrator
demo-administrator-text = You can write the database and want a look at a record to have been nobody's.
demo-administrator-go = Alter the log
administrator-lead = You hold the database, not the keys. A nurse looked at somebody's record, and it is not to be known. This really changes the database of this demonstration.
administrator-done = Done, and not put back:
administrator-edited = Entry { $entry }: it says now that a machine looked, not a nurse.
administrator-deleted = Entry { $entry }: it is gone from the person's list.
administrator-edit = Edit an entry
administrator-edit-text = The newest look by a nurse becomes one by a machine.
administrator-edit-go = Edit it
administrator-delete = Delete an entry
administrator-delete-text = The newest look by a nurse that you have not altered goes from the list that the person sees.
administrator-delete-go = Delete it
administrator-no-edit = There is no entry left to edit
administrator-no-delete = There is no entry left to delete
administrator-no-more = Nothing was altered. Every look by a nurse is altered already: let a nurse open a record first, or put everything back.
administrator-next = Now be the auditor
administrator-repent = Put everything back
auditor-title = 6. Be the auditor
demo-auditor-text = The whole database is compared with the log, and what was altered is named.
demo-auditor-go = Compare
auditor-lead = { $entries ->
    [one] One entry was compared, with everything that is kept about it.
   *[other] All { $entries } entries were compared, with everything that is kept about them.
}
auditor-well = The database is as its log says.
auditor-well-text = Nothing was altered, or it was put back.
auditor-found = { $count ->
    [one] One thing is not as it was written:
   *[other] { $count } things are not as they were written:
}
auditor-yourself = Do it yourself
auditor-yourself-text = The same from a terminal, the second of them by anybody:
auditor-check = the database with its log, by who holds the keys
auditor-verify = the published log, by everybody. As long as an entry is edited, this server does not hand it out: the audit names the file, says that it was answered 500, and ends with 2. A look that is gone from a person's list stands in the published log all the same, so that nothing is wrong there
auditor-honest = This demonstration has no witnesses. Who holds the database and the log's key could write the whole log anew, and only those who kept an older head would know.
auditor-back = Be the administrator again
