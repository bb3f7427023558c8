# Layout, and words that every form shares.
product = Pramaan
tagline = Vaccination, with proof of who looked
skip-to-content = Skip to the content
language-label = Language
footer-promise = Every look at your record is written down, and you can see who it was.
footer-nothing = We never ask for your address, and nobody from here will ask for your OTP by phone.
to-start = Go to the start page
error-prefix = Error:
summary-title =
    { $count ->
        [one] There is a problem with one answer
       *[other] There are problems with { $count } answers
    }
stay-label = Your login
stay-until = You stay logged in until { $time }. Each page you open adds time.
stay-soon = Your login ends in two minutes.
stay-button = Stay logged in
stay-ended = Your login has ended. What you typed is kept: go on, and log in again when you are asked.
stay-last = Your login cannot be kept any longer, for your protection. What you type is kept when you log in again.
