# टीका केंद्र खोजें।
find-title = टीका केंद्र खोजें
find-lead = पिनकोड से, या राज्य और ज़िले से खोजें। लॉग इन केवल बुकिंग के लिए चाहिए।
find-pincode = पिनकोड
find-pincode-hint = छह अंक, जैसे 400001। आसपास के पिनकोड भी दिखेंगे।
find-by-district = या ज़िले से
find-state = राज्य
find-state-choose = राज्य चुनें
find-district = ज़िला
find-district-choose = ज़िला चुनें
find-district-next = राज्य चुनकर खोजें; फिर ज़िले दिखेंगे।
find-filters = छाँटें
find-age = उम्र
find-age-hint = साल में (ज़रूरी नहीं)
find-vaccine = टीका
find-fee = क़ीमत
find-fee-free = सिर्फ़ मुफ़्त
find-fee-paid = सिर्फ़ पैसे वाले
find-dose = डोज़
find-search = खोजें
find-pincode-wrong = छह अंकों का पिनकोड भरें
find-pincode-unknown = डाक विभाग में यह पिनकोड नहीं है। जाँचें, या ज़िले से खोजें
find-age-wrong = उम्र साल में भरें, जैसे 45
find-days = दिन चुनें
find-day-seats =
    { $count ->
        [0] कोई जगह नहीं
        [one] 1 जगह
       *[other] { $count } जगहें
    }
find-results = { $place }: { $date }
find-around = { $pincode } के आसपास
find-distance = पिनकोड { $pincode }, लगभग { $km } किमी दूर
find-here = पिनकोड { $pincode }
find-session = { $vaccine }, { $ages }
find-seats =
    { $dose }: { $count ->
        [0] कोई जगह नहीं बची
        [one] 1 जगह ख़ाली
       *[other] { $count } जगहें ख़ाली
    }
find-full = भरा हुआ। कोई रद्द करे तो जगह फिर मिल सकती है।
find-hours = समय: { $from } से { $to } तक
find-book = { $centre } में बुक करें
find-none-title = इस दिन कोई सत्र नहीं
find-none-text = ऊपर दूसरा दिन चुनें, कोई छँटाई हटाएँ, या पास का पिनकोड या पूरा ज़िला देखें। केंद्र नए सत्र तय होते ही जोड़ते हैं।
find-more = सिर्फ़ पहले { $count } केंद्र दिखाए गए हैं। छँटाई जोड़ें या पिनकोड से खोजें।
# बुक करें।
book-title = जगह बुक करें
book-session-gone-title = इस सत्र में बुकिंग नहीं हो सकती
book-session-gone-text = यह रद्द हो गया है, या समाप्त हो चुका है। कुछ भी बदला नहीं गया। दूसरा सत्र खोजें।
book-centre = केंद्र
book-address = पता
book-date = तारीख़
book-time = समय
book-vaccine = टीका
book-price = क़ीमत
book-members = कौन आएगा?
book-members-hint = जिन्हें एक ही डोज़ चाहिए, वे एक ही बुकिंग में साथ आ सकते हैं।
book-comorbid = इनमें से किसे सूची की कोई बीमारी है, और उसका डॉक्टर का प्रमाण पत्र भी?
book-comorbid-hint = उस दिन इस उम्र के लोगों को टीका केवल ऐसी बीमारी होने पर लगता है। यह उत्तर केवल इस बुकिंग के लिए है और रखा नहीं जाता। प्रमाण पत्र साथ लाएँ: उसे केंद्र पर जाँचा जाएगा।
book-comorbid-list = सूची की बीमारियाँ
error-comorbid = उस दिन इस उम्र के लोगों को सूची की कोई बीमारी और डॉक्टर का प्रमाण पत्र चाहिए। अगर ऐसा है, तो नाम पर निशान लगाएँ
book-cannot = यहाँ बुक नहीं हो सकते
book-outside-ages = { $name } की उम्र इस सत्र की उम्र ({ $ages }) में नहीं है।
book-has-appointment = { $name } की { $dose } के लिए पहले से बुकिंग है।
book-elsewhere = { $name } इस सत्र में आ सकते हैं या नहीं, यह केंद्र ही बता सकता है। दस्तावेज़ लेकर किसी भी केंद्र पर आएँ।
book-slot = कब?
book-slot-free =
    { $count ->
        [0] कोई जगह नहीं बची
        [one] 1 जगह ख़ाली
       *[other] { $count } जगहें ख़ाली
    }
book-confirm = बुक करें
book-nobody-title = आपके परिवार में कोई यह सत्र बुक नहीं कर सकता
book-nobody-text = कारण नीचे हैं। दूसरा सत्र खोजें, या एक व्यक्ति जोड़ें।
book-empty-text = पहले व्यक्ति का पंजीकरण करें, फिर आप इसी सत्र पर लौटेंगे। हर व्यक्ति के लिए एक फ़ोटो पहचान पत्र चाहिए।
error-members = चुनें कि कौन आएगा
error-slot = समय चुनें
error-different-doses = इन लोगों को अलग-अलग डोज़ चाहिए। एक बार में एक ही डोज़ बुक करें
error-other-dose-due = अभी { $dose } की बारी है, चुनी गई डोज़ की नहीं। वही चुनें, या ऐसा सत्र ढूँढें जिसमें वह हो
error-not-eligible = नियम इस सत्र में यह डोज़ नहीं देने देते: { $why }
error-outside-ages = चुने गए लोगों में किसी की उम्र इस सत्र की उम्र में नहीं है
error-already-booked = चुने गए लोगों में किसी की इस डोज़ की बुकिंग पहले से है। परिवार का पन्ना देखें
error-another-record = चुने गए सभी लोग यह बुक कर सकते हैं या नहीं, यह केंद्र ही बता सकता है। दस्तावेज़ लेकर किसी भी केंद्र पर आएँ
error-full = इस समय की आख़िरी जगह अभी-अभी चली गई। कुछ भी बुक नहीं हुआ। दूसरा समय या सत्र चुनें
error-slot-ended = यह समय बीत चुका है। दूसरा चुनें
error-appointment-over = यह बुकिंग अब नहीं बदल सकती
error-unavailable = अभी यह सहेजा नहीं जा सका। कुछ भी बदला नहीं गया। थोड़ी देर में फिर कोशिश करें
error-not-here = कुछ वैसा नहीं था जैसा इस पन्ने को चाहिए। परिवार के पन्ने पर जाकर फिर कोशिश करें
# बुकिंग।
appointment-title = { $date } की बुकिंग
appointment-booked-title = आपकी जगह बुक हो गई
appointment-booked-text = हमने एसएमएस भी भेजा है। नीचे के कोड लिख लें, या पर्ची डाउनलोड करें।
appointment-moved-title = बुकिंग बदल दी गई
appointment-moved-text = नीचे नया समय है। कोड वही रहेंगे।
appointment-code = { $name } का कोड
appointment-code-text = कोड सिर्फ़ केंद्र के स्वास्थ्य कर्मी को बताएँ: इससे रिकॉर्ड खुलता है। कर्मी इसे पहले से नहीं देख सकते।
appointment-queue = कतार में नंबर { $queue }
appointment-slip = पर्ची डाउनलोड करें (पीडीएफ़)
appointment-bring = कोड या पर्ची और असली दस्तावेज़ लाएँ। अगर न फ़ोन है न पर्ची, तो दस्तावेज़ काफ़ी है।
appointment-move = तारीख़, समय या केंद्र बदलें
appointment-cancel = बुकिंग रद्द करें
appointment-open = कोड, पर्ची, बदलाव
appointment-missed = समय बीत चुका है। कोई डोज़ दर्ज नहीं हुई। आप फिर से बुक कर सकते हैं।
appointment-gone-title = यह बुकिंग आपके परिवार की नहीं है
appointment-gone-text = हो सकता है यह रद्द हो गई हो, या आप किसी दूसरे मोबाइल से लॉग इन हों।
appointment-untold-title = बुकिंग रद्द कर दी गई
appointment-untold-text = वह जगह अब किसी और को मिल सकती है। इस समय कोई रिकॉर्ड नहीं खुल सकता, इसलिए आपको इसका संदेश नहीं मिलेगा।
cancel-title = बुकिंग रद्द करें?
cancel-who = कौन नहीं आएगा?
cancel-confirm = हाँ, रद्द करें
cancel-keep = नहीं, बुकिंग रहने दें
move-title = बुकिंग बदलें
move-now = अभी: { $when }, { $where }
move-choose = नई तारीख़, समय और केंद्र
move-choose-hint = वही टीका, उसी ज़िले में। बुकिंग के सभी लोग साथ बदलेंगे।
move-option = { $when }, { $slot }
move-confirm = बुकिंग बदलें
move-none-title = ज़िले में इस टीके की अभी कोई और ख़ाली जगह नहीं है
move-none-text = आपकी बुकिंग वैसी ही रहेगी। बाद में फिर कोशिश करें।
