# The screen of the day, its visits, its close; sessions that change.
day-call = टोकन { $token } को बुलाएँ
day-call-short = बुलाएँ
day-called = बुलाया गया
day-nobody-waits = कोई प्रतीक्षा में नहीं है।
day-said = { $waiting } प्रतीक्षा में, अगला टोकन { $token }। { $over } अब जा सकते हैं।
day-to-come = आने बाकी
day-waiting = प्रतीक्षा में
day-tables = मेज़ पर
day-observing = निगरानी में
day-left = घर गए
day-away = बिना खुराक गए
day-no-shows = नहीं आए
day-walk-ins = बिना बुकिंग की सीटें भरीं
day-to-come-title = आने बाकी
day-waiting-title = प्रतीक्षा में
day-tables-title = मेज़ पर
day-observing-title = निगरानी में
day-left-title = टीका लगा और घर गए
day-away-title = बिना खुराक गए
day-no-shows-title = नहीं आए
day-nobody = कोई नहीं।
day-token = टोकन { $token }
day-check-in = आ गए
day-come-late = देर से आए
day-leave = चले गए
day-more = और
day-next-page = आगे के दिखाएँ
day-may-go = { $at } पर जा सकते हैं
day-may-go-now = अब जा सकते हैं
day-minutes-left = # मिनट
day-slip-title = पर्ची या कार्ड से दर्ज करें
day-slip = पर्ची या कार्ड का कोड
day-slip-hint = चौकोर कोड स्कैन करें या टाइप करें। इससे कुछ नहीं खुलता।
day-slip-shape = यह किसी पर्ची या कार्ड का कोड नहीं है
day-slip-nobody = आज यहाँ अपेक्षित किसी से यह नहीं मिलता। दस्तावेज़ माँगें, या बिना बुकिंग की सीट दें
day-slip-recorded = इस बुकिंग की खुराक दर्ज हो चुकी है
day-slip-given-up = समय पर न आने से उनकी जगह दूसरों को दे दी गई। पर्ची या कार्ड सही है
day-slip-late = बिना बुकिंग की सीट बची हो तो उन्हें मिलेगी। वही पर्ची मान्य रहेगी।
day-slip-spent = आज बहुत ग़लत कोड आए। सूची के क्रमांक से दर्ज करें
day-stock = यहाँ की खुराकें
day-stock-none = यहाँ अभी कोई भंडार दर्ज नहीं है।
day-stock-line = { $vaccine }: बंद शीशियों में { $n } खुराकें
day-vial-open = एक खुली शीशी में { $n } बाकी, { $at } तक उपयोग करें
day-vial-past = एक खुली शीशी में { $n } बाकी, समय { $at } पर समाप्त हुआ
day-vials-past = { $n ->
    [one] एक खुली शीशी का समय समाप्त है
   *[other] { $n } खुली शीशियों का समय समाप्त है
}
day-held = { $n ->
    [one] एक रोकी गई खुराक बाकी है
   *[other] { $n } रोकी गई खुराकें बाकी हैं
}
day-late = { $n ->
    [one] एक व्यक्ति आधे घंटे से अधिक देर से है।
   *[other] { $n } लोग आधे घंटे से अधिक देर से हैं।
}
day-release = { $n ->
    [one] यह सीट बिना बुकिंग वालों को दें
   *[other] ये { $n } सीटें बिना बुकिंग वालों को दें
}
day-leftover = { $n ->
    [one] खुली शीशी में { $vaccine } की एक खुराक अभी किसी के लिए नहीं है
   *[other] खुली शीशियों में { $vaccine } की { $n } खुराकें अभी किसी के लिए नहीं हैं
}
day-leftover-next = पहले वे जो प्रतीक्षा में हैं, टोकन से। फिर बिना बुकिंग वाले।
day-leftover-dose = कौन सी खुराक
day-leftover-offer = { $n ->
    [one] बिना बुकिंग वालों को दें
   *[other] बिना बुकिंग वालों को { $n } सीटें दें
}
day-done-check-in = दर्ज हुआ।
day-done-token = दर्ज हुआ: टोकन { $n }।
day-done-undo = दर्ज करना वापस लिया गया।
day-done-put-back = वे फिर प्रतीक्षा में हैं।
day-done-leave = दर्ज हुआ: घर गए।
day-done-undo-leave = वे फिर निगरानी में हैं।
day-done-sent-away = दर्ज हुआ: बिना खुराक गए।
day-done-moved = किसी और ने यह पहले कर दिया। अब स्थिति यह है।
day-done-full = बिना बुकिंग की कोई सीट नहीं बची। सत्र बढ़ाएँ, या दूसरे दिन की बुकिंग करने को कहें।
day-done-nothing = अभी कोई खुराक नहीं बची, या समय नहीं बचा। सत्र बढ़ाया जा सकता है।
day-done-over = उन्होंने इस बीच दूसरी जगह बुक की। नई पर्ची वहाँ मान्य है।
day-done-reopened = दिन फिर खुला है।
day-done-released-none = अब कोई देर से नहीं है।
day-done-released = { $people ->
    [one] एक जगह छोड़ी गई।
   *[other] { $people } जगहें छोड़ी गईं।
} { $seats ->
    [0] समय नहीं बचा: बिना बुकिंग वालों को सीट नहीं मिलती।
    [one] बिना बुकिंग वाले एक सीट ले सकते हैं।
   *[other] बिना बुकिंग वाले { $seats } सीटें ले सकते हैं।
} { $untold ->
    [0] उनके हर फ़ोन पर संदेश जाता है।
    [one] इनमें एक व्यक्ति के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
   *[other] इनमें { $untold } लोगों के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
}
day-done-leftover = { $n ->
    [one] बिना बुकिंग वालों के लिए एक और सीट।
   *[other] बिना बुकिंग वालों के लिए { $n } और सीटें।
}
day-open-record = प्रमाण दिखाएँ और रिकॉर्ड खोलें
day-act-check-in = फिर दर्ज करें
day-act-put-back = नहीं मिले: फिर प्रतीक्षा में
day-act-undo-check-in = दर्ज करना वापस लें
day-act-undo-leave = अब भी यहाँ: “चले गए” वापस लें
day-send-away = बिना खुराक जाते हैं
day-send-away-text = क्यों? और कुछ न लिखें: न नाम, न बीमारी।
day-away-unwell = आज तबीयत ठीक नहीं
day-away-too-early = इस खुराक के लिए बहुत जल्दी
day-away-no-vaccine = टीका नहीं बचा
day-away-refused = नहीं लेना चाहते
day-away-not-eligible = इस व्यक्ति के लिए नहीं
day-away-stopped = सत्र रुक गया
day-closed = यह दिन { $at } पर बंद हुआ
day-after-close = { $n ->
    [0] उसके बाद कोई खुराक दर्ज नहीं हुई।
    [one] बंद होने के बाद एक खुराक दर्ज हुई।
   *[other] बंद होने के बाद { $n } खुराकें दर्ज हुईं।
}
day-close-link = दिन बंद करें
day-close-title = दिन बंद करें
day-close-by = { $by } ने { $at } पर बंद किया
day-close-note = आगे ले जाए गए:
day-close-print = इस पृष्ठ को ब्राउज़र से छापें।
day-close-count = बंद शीशियाँ गिनें
day-close-count-text = बंद शीशियों में गिनी गई खुराकें लिखें। जो बैच नहीं गिना, उसे खाली छोड़ें।
day-close-line = सूची में बंद शीशियों में { $closing } खुराकें · आज { $used } लगीं
day-close-variance = कारण, जब गिनती सूची से अलग हो
day-close-carried = वे आगे क्यों ले जाए जाते हैं?
day-close-reason-hint = 10 से 300 अक्षर, बिना नाम के
day-reason-read-hint = 10 से 300 अक्षर, बिना नाम के। ज़िला इसे पढ़ता है
day-close-reason-shape = 10 से 300 अक्षरों में कारण लिखें
day-close-variance-reason = गिनती सूची से अलग है: कारण लिखें
day-close-counted-shape = गिनती पूरी संख्या में लिखें
day-close-still-here = { $n ->
    [one] एक व्यक्ति अब भी यहाँ है: उन्हें देखें, या कारण लिखें
   *[other] { $n } लोग अब भी यहाँ हैं: उन्हें देखें, या कारण लिखें
}
day-close-here-title = { $n ->
    [one] एक व्यक्ति अब भी यहाँ है
   *[other] { $n } लोग अब भी यहाँ हैं
}
day-close-here-text = प्रतीक्षा में, मेज़ पर या निगरानी में।
day-close-early-title = { $n ->
    [one] आज अभी एक व्यक्ति और आ सकता है
   *[other] आज अभी { $n } लोग और आ सकते हैं
}
day-close-early-text = उनका समय बाकी है। बंद करने के बाद दी गई डोज़ अलग गिनी जाती हैं।
day-close-submit = दिन बंद करें
day-close-manager = दिन को केंद्र प्रबंधक बंद करते हैं।
day-close-reopen = दिन फिर खोलें
day-close-reopen-reason = फिर क्यों खोला जाता है?
day-figure-given = { $batch }: { $n } लगीं
day-figure-expected = { $batch }: सूची में { $n } खुराकें
day-figure-counted = { $batch }: { $n } खुराकें गिनी गईं
day-figure-missing = { $batch }: सूची से { $n } कम
day-figure-more = { $batch }: सूची से { $n } ज़्यादा
day-figure-wasted = { $batch }: { $n } व्यर्थ
day-figure-came = आए: { $n }
day-figure-no-shows = नहीं आए: { $n }
day-figure-sent-away = बिना खुराक गए: { $n }
day-figure-carried = बंद करते समय यहाँ: { $n }
day-figure-to-come = अभी आने वाले, जिनका समय पूरा नहीं हुआ: { $n }
day-figure-held = बाकी रोकी गई खुराकें: { $n }
gone-visit-title = कोई और पहले था
gone-visit-text = पृष्ठ दिखने के बाद स्थिति बदल गई। दिन को फिर देखें।
gone-day-title = बदलने को कुछ नहीं
gone-day-text = दिन पहले से बंद है, या पहले से खुला है।
sessions-changed = सत्र बदला गया। { $moved } बुकिंग आगे गईं, { $ended } समाप्त हुईं। { $untold ->
    [0] उनके हर फ़ोन पर संदेश जाता है।
    [one] इनमें एक व्यक्ति के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
   *[other] इनमें { $untold } लोगों के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
}
session-change-link = बढ़ाएँ, रोकें या बदलें
session-change-title = यह सत्र बदलें
session-change-told = जिनकी बुकिंग है उन्हें फ़ोन हो तो संदेश जाता है। कितनों के पास फ़ोन नहीं, यह बाद में दिखता है।
session-change-way = क्या करना है?
session-change-extend = अधिक देर तक चलाएँ
session-change-extend-hint = अंतिम समय के बाद और सीटें।
session-change-stop = अभी रोकें
session-change-stop-hint = जो मेज़ पर हैं उन्हें खुराक मिलती है। बाकी तुरंत फिर बुक कर सकते हैं।
session-change-move = दूसरे दिन या केंद्र पर ले जाएँ
session-change-move-hint = सब बुकिंग साथ जाती हैं। पर्ची और कोड मान्य रहते हैं।
session-change-until = नया अंत
session-change-until-hint = अंतिम समय के बाद
session-change-online = बुकिंग की सीटें
session-change-walk-in = बिना बुकिंग वालों की सीटें
session-change-day = दिन
session-change-centre = केंद्र
session-change-why = क्यों
session-change-reason = कारण
session-change-submit = सत्र बदलें
session-change-choose = चुनें कि क्या करना है
session-change-until-wrong = ऐसा समय लिखें जो अंतिम समय के बाद हो और अभी आना हो
session-change-seats-wrong = सीटों की संख्या लिखें, अधिकतम 1000
session-change-seats-none = कम से कम एक सीट दें
session-change-day-wrong = दूसरा केंद्र, या बाद का ऐसा दिन दें जिस पर समय बचा हो, आज से अधिकतम 60 दिन तक
session-change-look-title = कौन बदलेगा
session-change-look-hint = दिन और केंद्र एक बार फिर देखें। भेजे गए संदेश वापस नहीं होते।
session-change-look = ली गई सीटें: { $taken }। ये लोग { $day }, { $centre } पर जाएँगे और फ़ोन वालों को संदेश जाएगा। ठीक हो तो बॉक्स पर निशान लगाएँ
session-change-sure = हाँ, इन्हें वहाँ ले जाएँ
session-change-centre-wrong = इस ज़िले का केंद्र चुनें
