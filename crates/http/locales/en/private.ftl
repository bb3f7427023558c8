# A record that its person keeps from the phone they share. On the family's page.
private-member = Private member ({ $number })
private-member-text = This person keeps their record to themselves. It opens with their own PIN.
private-member-open = Open with the PIN ({ $number })
private-link = Who sees { $name }’s record on this phone
private-until = Open with the PIN until { $time }
private-until-text = Then it closes by itself, and this phone shows “private member” again.
private-close = Close { $name }’s record now
private-close-now = Close it now
private-wrong-line =
    { $count ->
        [one] On { $day } a wrong PIN or code was typed once. If it was not you, somebody tried to open your record.
       *[other] On { $day } a wrong PIN or code was typed { $count } times. If it was not you, somebody tried to open your record.
    }
private-locked = This record is private, or was open for 15 minutes and has closed. It opens with the person’s own PIN.
private-done-open = The record is open on this login for 15 minutes. Close it when you are done.
private-done-closed = The record is closed. This phone shows “private member” again.
private-done-set = The record is private now. It opens with the new PIN only.
private-done-ended = The record is not private any more. Whoever holds this phone sees it.
# Its own page.
private-title = Private record ({ $number })
private-open-lead = This person keeps their record to themselves. Only they know the PIN.
private-pin = PIN
private-pin-hint = Six digits
private-open = Open the record
private-forgot-title = Forgotten the PIN, or a new code from a centre?
private-forgot-text = Nobody can look up a PIN. Go to any vaccination centre with your document and choose a new one there, or ask for a code and choose it here.
private-lead = Does somebody else use this phone, too? Who is 18 or older can keep their record to themselves, with a PIN of their own.
private-effect-phone = Whoever logs in with this phone then sees only “private member”: no name, no doses, no appointments, no certificate.
private-effect-messages = Messages to this number say only that there is something new.
private-effect-apps = Other apps and partners do not see the record at all.
private-set-title = Make the record private
private-set-how = Ask at any vaccination centre, with your document: choose the PIN there, or take a code with you and type it here. The phone alone is not enough, so nobody else can do this to you.
private-change-title = Choose another PIN
private-code = Code from the centre
private-code-hint = Ten digits, printed for you. It works once, for 30 days.
private-new-pin = New PIN
private-new-pin-hint = Six digits that only you know. Not 123456, not 111111. Do not let the phone save it.
private-again = The new PIN once more
private-set = Save the PIN
private-end-title = Let the phone show it again
private-end-text = Then whoever logs in with this phone sees your record, as before.
private-end = Make the record open
private-pin-shape = Enter six digits
private-pin-trivial = Choose another PIN: this one is among the first that anybody tries
private-pin-differs = The two PINs differ. Type the new PIN twice
private-pin-wrong =
    { $left ->
        [0] This PIN is wrong. There are no more tries today. Tomorrow it can be tried again
        [one] This PIN is wrong. There is one more try today
       *[other] This PIN is wrong. There are { $left } more tries today
    }
private-pin-spent = There were five wrong PINs or codes today. Tomorrow it can be tried again. A centre can help with the document
private-code-shape = Enter the ten digits of the code
private-code-wrong = This code is not right for this person, was used, or is older than 30 days. Check the digits, or ask at a centre for another
error-shared-appointment = Somebody in this appointment keeps their record private, so it cannot be moved as a whole. They can open it first; or cancel the other places and book again
# At the site.
private-site-link = Shares a phone? Keep this record private
private-site-title = Keep a record private
private-site-lead = Who shares a phone can keep their record to themselves from 18 on. Compare photo and name on the document with the person in front of you.
private-site-want = What does the person want?
private-site-want-wrong = Choose what the person wants
private-site-choose = Choose a PIN now
private-site-choose-hint = For the first time, or because they forgot theirs. Hand over the screen.
private-site-print = A code to take home
private-site-print-hint = They choose the PIN later, on the phone. The code is good for 30 days.
private-site-end = Not private any more
private-site-end-hint = The phone shows the record again.
private-site-hand-title = For “choose a PIN now”: hand over the screen
private-site-hand-text = The person types the PIN twice. Look away: nobody else may know it.
private-site-submit = Save
private-site-back = Back to the record
private-site-document-other = This person registered another document. Nothing was changed.
private-site-age = The record does not show beyond doubt that this person is 18. Nothing was changed.
private-site-done = Done
private-site-private-title = The record is private
private-site-private-text = On the phone it opens with the PIN only. At a centre, the document is enough as before.
private-site-open-title = The record is not private any more
private-site-open-text = Whoever logs in with the phone sees it again.
private-site-code-until = Good once, until { $date }
private-site-code-how = Log in on the phone, open “My family”, choose the person, and type this code with a new PIN.
private-site-code-title = Print it or write it down, for this person only
private-site-code-text = It is shown once. Whoever has it and the phone can choose the PIN.
# Guardians of who is not 18.
guardian-label = Guardian
guardian-change = Change { $name }’s guardian
guardian-private = A private member
guardian-nobody = Nobody yet: register an adult with this mobile, or name somebody at the centre
guardian-none = Nobody named yet
guardian-of-family = An adult of the family
guardian-came-title = { $name } is 18 now
guardian-came-text = They alone decide about their record. Others can no longer change or delete it. They can keep it private with a PIN of their own, which a centre gives them with their document.
error-came-of-age = This person is 18 now. Only they can change or delete their record, opened with their own PIN
guardian-page-title = Who is the guardian?
guardian-title = Who is { $name }’s guardian?
guardian-lead = Somebody under 18 has an adult who speaks for them. From the 18th birthday they decide alone.
guardian-now = Now: { $guardian }
guardian-choose = Choose an adult of the family
guardian-choose-wrong = Choose one of the adults
guardian-empty-title = No adult is registered with this mobile
guardian-empty-text = Register an adult first. Or come to the centre together: the health worker notes the name.
guardian-save = Save
guardian-name-link = Name who is here with them
guardian-site-title = Who is here with the child?
guardian-site-lead = Who is under 18 comes with a parent or guardian. Write the name as it stands on that person’s document. It is kept sealed with the record.
guardian-site-name = Name of the guardian
guardian-site-wrong = Write the name, in letters
guardian-lacking-title = No guardian is named
guardian-lacking-text = This person is under 18, or is not 18 beyond doubt, and the record names nobody who speaks for them. Ask who is here, and write the name.
desk-guardian = Name of the guardian, for people under 18
desk-guardian-hint = Who is here with them, as on that person’s document. For people who are 18 leave it empty.
desk-guardian-missing = Write who is here with somebody under 18, or below why nobody came
desk-guardian-both = Write a guardian’s name or why nobody came, not both
desk-alone = Did somebody under 18 come alone? Why
desk-alone-hint = At least 10 characters, for example: the parents are at work. Nobody is sent away for it.
desk-alone-shape = Write why nobody came along, in 10 to 300 characters
held-guardian-hint = Who is here with them. Empty if you do not know, and for adults.
