# Pages of a district's office, and planning.
district-nav = आज सुबह
district-title = आज आपके ध्यान के काम
district-done-title = हो गया
district-relieved = वे आज की सूची में हैं। अब वे लॉग इन कर सकती हैं।
district-lead = { $day }। आज सत्र वाले केंद्र: { $sites }। सत्र: { $sessions }।
district-quiet-title = आपके लिए कोई काम नहीं है
district-quiet-text = जो केंद्र खुलने थे, सब खुल गए हैं। आने वाले दिनों के लिए कैलेंडर देखें।
district-needs = { $count ->
    [one] एक काम बाकी है। सबसे ज़रूरी सबसे ऊपर है।
   *[other] { $count } काम बाकी हैं। सबसे ज़रूरी सबसे ऊपर है।
}
district-serious-overdue = { $count ->
    [one] एक गंभीर प्रतिकूल घटना का समय बीत चुका है।
   *[other] { $count } गंभीर प्रतिकूल घटनाओं का समय बीत चुका है।
}
district-serious-soon = { $count ->
    [one] एक गंभीर प्रतिकूल घटना का समय एक दिन में पूरा होगा।
   *[other] { $count } गंभीर प्रतिकूल घटनाओं का समय एक दिन में पूरा होगा।
}
district-nobody-in = { $centre } को { $time } से खुला होना था, और आज की सूची में से किसी ने लॉग इन नहीं किया है।
district-nobody-seen = { $centre } को { $time } से खुला होना था। कर्मचारी लॉग इन हैं, पर न कोई रिकॉर्ड खुला और न कोई खुराक दर्ज हुई।
district-no-vaccinator = { $centre } में आज सत्र हैं ({ $count }), और सूची में कोई टीका लगाने वाला नहीं है।
district-short = { $centre }: { $vaccine } के लिए { $booked } लोगों की बुकिंग है जो अभी आने हैं, और स्टॉक में { $doses } खुराकें हैं।
district-held = { $centre } की कुछ खुराकें अभी रिकॉर्ड में नहीं हैं। प्रतीक्षा में: { $waiting }। दूसरे व्यक्ति की पुष्टि बाकी: { $second }। देखने योग्य: { $attention }। सबसे पुरानी { $since } की है।
district-reports = कल और आज केंद्रों ने क्या बदला
district-reason = कारण:
district-stopped = { $centre }: { $day } का एक सत्र रोका गया। { $by } ने, { $at }। बुक किए लोगों को संदेश: { $people }।
district-moved = { $centre }: { $day } का एक सत्र दूसरी जगह या दिन ले जाया गया। { $by } ने, { $at }। बुक किए लोगों को संदेश: { $people }।
district-counted = { $centre }: { $day } को बंद करते समय गिनती सूची से अलग थी। { $vaccine } { $batch }: { $counted } खुराकें गिनी गईं, सूची में { $expected }। { $by } ने, { $at }।
district-unsent = { $centre }: साझा फ़ोनों पर रखी और न भेजी गई खुराकें: { $count }। फ़ोन: { $devices }। { $told } को बताया गया।
district-silent = { $centre }: साझा फ़ोन जिन्होंने एक दिन से कुछ नहीं बताया: { $devices }। उन पर न भेजी गई खुराकें हो सकती हैं।
district-openings = { $centre }: बिना प्रमाण के खोले गए रिकॉर्ड जिन्हें किसी ने नहीं देखा: { $count }।
district-facilitators = बिना दस्तावेज़ वाले बहुत से लोगों के लिए बोलने वाले सहायक: { $count }।
district-factors = नए दूसरे प्रमाण की प्रतीक्षा में कर्मचारी: { $count }।
district-corrections = { $centre }: आज { $count } खुराकें सुधारी गईं।
district-back-dated = { $centre }: पिछले दिनों की { $count } खुराकें एक दिन के भीतर दर्ज हुईं।
district-to-aefi = प्रतिकूल घटनाएँ देखें
district-to-ask = केंद्र प्रबंधक से पूछें
district-to-relief = टीका लगाने वाले को सूची में डालें
district-to-sessions = सत्र बदलें या रद्द करें
district-to-openings = इन्हें देखें
district-to-facilitators = सहायकों को देखें
district-to-factors = अनुरोधों पर निर्णय लें
district-relief-title = आज के लिए टीका लगाने वाला
district-relief-lead = { $centre } में आज सत्र हैं और कोई टीका लगाने वाला नहीं है। आपके ज़िले का कोई भी टीका लगाने वाला आ सकता है।
district-relief-submit = आज की सूची में डालें

review-nav = सवाल
review-title = सवाल और खोले गए रिकॉर्ड
review-lead = बिना प्रमाण के खोले गए रिकॉर्ड, और केंद्र के बारे में सवाल। रिकॉर्ड किसका है, यह यहाँ नहीं दिखता।
review-empty-title = यहाँ कुछ बाकी नहीं है
review-empty-text = ज़िले और केंद्र के बीच के सवाल, और बिना प्रमाण खोले गए रिकॉर्ड यहाँ दिखते हैं।
review-topic-opening = { $centre }: एक रिकॉर्ड बिना प्रमाण के खोला गया
review-topic-not-opened = { $centre }: नहीं खुला
review-topic-no-vaccinator = { $centre }: आज कोई टीका लगाने वाला नहीं
review-topic-short = { $centre }: स्टॉक कम है
review-topic-held = { $centre }: खुराकें अभी रिकॉर्ड में नहीं
review-topic-corrections = { $centre }: बहुत सुधार
review-topic-back-dated = { $centre }: पिछले दिनों की बहुत खुराकें
review-opening = { $staff } ने { $day } को { $from } और { $until } बजे के बीच।
review-reason = दिया गया कारण
review-standing-new = अभी किसी ने नहीं देखा
review-standing-asked = केंद्र प्रबंधक से पूछा गया
review-standing-answered = केंद्र प्रबंधक ने उत्तर दिया
review-standing-seen = देखा गया
review-said = { $what }: { $staff }, { $at }
review-act = आप क्या करेंगे?
review-act-ask = केंद्र प्रबंधक से पूछें
review-act-answer = ज़िले को उत्तर दें
review-act-seen = देखा गया चिह्नित करें
review-act-choose = चुनें कि आप क्या करेंगे
review-word = आपके शब्द
review-word-hint = 10 से 300 अक्षर। किसी का नाम या नंबर न लिखें। जो आप लिखते हैं वह रखा जाता है और बदला नहीं जा सकता।
review-word-shape = 10 से 300 अक्षर लिखें
review-submit = सहेजें
review-back = सूची पर लौटें
review-done-seen = देखा गया चिह्नित हुआ।
review-done-nobody = इस केंद्र का कोई प्रबंधक नहीं है जो सवाल पढ़े: “खाते” में किसी को बुलाएँ, या केंद्र को फ़ोन करें। सवाल आने वाले प्रबंधक की प्रतीक्षा करेगा।
review-done-asked = केंद्र प्रबंधक से पूछा गया। सवाल उनके पेज पर है।
review-done-answered = आपका उत्तर ज़िले के पास है।
review-ask-title = केंद्र प्रबंधक से पूछें
review-ask-submit = पूछें
review-ask-keep = बिना पूछे लौटें
review-suggest-not-opened = आपका केंद्र अब तक खुल जाना चाहिए था। क्या रुकावट है, और वह कब खुलेगा?
review-suggest-no-vaccinator = आज आपकी सूची में कोई टीका लगाने वाला नहीं है। खुराकें कौन देगा?
review-suggest-short = आज की बुकिंग से कम खुराकें आपके पास हैं। अगली खेप कब आएगी?
review-suggest-held = आपके केंद्र की कुछ खुराकें अभी रिकॉर्ड में नहीं हैं। कृपया उन्हें आज निपटाएँ।
review-suggest-corrections = आज आपके केंद्र पर बहुत खुराकें सुधारी गईं। क्या गलत हुआ?
review-suggest-back-dated = पिछले दिनों की बहुत खुराकें एक दिन के भीतर आपके केंद्र पर दर्ज हुईं। वे देर से क्यों दर्ज हुईं?

centre-nav = केंद्र
centre-title = केंद्र
centre-new = नया केंद्र
centre-change = केंद्र बदलें
centre-empty-title = अभी कोई केंद्र नहीं है
centre-empty-text = अपने ज़िले का पहला केंद्र जोड़ें, या केंद्रों की फ़ाइल भेजें।
centre-added = केंद्र जोड़ा गया।
centre-changed = केंद्र बदला गया।
centre-id = केंद्र की संख्या
centre-id-hint = जैसी CoWIN में है। बाद में यह नहीं बदलती।
centre-id-wrong = केंद्र की संख्या दें, केवल अंक
centre-id-taken = यह संख्या दूसरे केंद्र की है
centre-name = नाम
centre-name-wrong = 1 से 100 अक्षरों का नाम या स्थान दें
centre-address = सड़क और स्थान
centre-block = ब्लॉक या वार्ड
centre-pincode = पिन कोड
centre-pincode-wrong = पिन कोड के छह अंक दें
centre-opens = खुलने का समय
centre-closes = बंद होने का समय
centre-closes-hint = आधी रात के बाद तक चले तो खुलने से पहले का समय।
centre-time-wrong = घंटे और मिनट दें, जैसे 09:30
centre-kind = कौन चलाता है
centre-kind-wrong = चुनें कि कौन चलाता है
centre-fees = शुल्क
centre-fees-hint = टीका, दो बिंदु, रुपये; कई हों तो बीच में |: COVISHIELD:780|COVAXIN:1410। खाली का अर्थ है मुफ़्त।
centre-fees-wrong = टीका और रुपये दें, जैसे COVISHIELD:780
centre-latitude = उत्तर के अंश
centre-longitude = पूर्व के अंश
centre-degrees-hint = स्थान से खोजने के लिए। न पता हो तो खाली छोड़ें।
centre-degrees-wrong = भारत के भीतर के अंश दें, या खाली छोड़ें
centre-save = केंद्र सहेजें
centre-keep = बिना सहेजे लौटें

week-title = सप्ताह की नकल करें
week-of = { $day } का सप्ताह
week-before = पिछला सप्ताह
week-after = अगला सप्ताह
week-all = आने वाले सब सत्र
week-from = इस सप्ताह की नकल
week-to = इस सप्ताह में
week-day-hint = सप्ताह का कोई भी दिन।
week-day-wrong = दिन दें, जैसे 24-11-2026
week-same = जिसकी नकल करनी है उससे अलग सप्ताह चुनें
week-look = दिखाएँ कि क्या प्रकाशित होगा
week-preview = { $from } के सप्ताह से { $to } के सप्ताह में
week-empty-title = इस सप्ताह में सत्र नहीं हैं
week-empty-text = वह सप्ताह चुनें जिसमें सत्र प्रकाशित हुए।
week-seats = ऑनलाइन बुकिंग की सीटें: { $online }, बिना बुकिंग आने वालों की: { $walkin }
week-left-out = प्रकाशित नहीं होगा:
week-same-hours = इस केंद्र में इस टीके का सत्र इन्हीं घंटों में पहले से है।
week-day-over = यह दिन बीत चुका है।
week-too-far = यह दिन एक वर्ष से अधिक आगे है।
week-not-allowed = उस दिन कोई नियम इस आयु वर्ग को इस टीके से शुरू नहीं करने देता।
week-skip = छुट्टियाँ
week-skip-hint = जिन दिनों केंद्र बंद रहेगा उन पर निशान लगाएँ। उनके लिए कुछ प्रकाशित नहीं होगा।
week-publish = ये सत्र प्रकाशित करें
week-moved = दिखाए जाने के बाद कुछ बदल गया। फिर से देखें, तब प्रकाशित करें।
week-nothing = प्रकाशित करने को कुछ नहीं बचा: हर सत्र छुट्टी के दिन है या किसी और सत्र के समय पर है।
week-done = { $count ->
    [one] एक सत्र प्रकाशित हुआ।
   *[other] { $count } सत्र प्रकाशित हुए।
}

calendar-title = कैलेंडर
calendar-of-district = ज़िले का कैलेंडर
calendar-of-centre = { $centre } का कैलेंडर
calendar-before = पिछला महीना
calendar-after = अगला महीना
calendar-week = { $day } का सप्ताह
calendar-day = दिन
calendar-sessions-title = सत्र
calendar-seats-title = सीटें
calendar-none = कोई सत्र नहीं
calendar-only-cancelled = रद्द: { $cancelled }
calendar-sessions = { $count ->
    [one] एक सत्र
   *[other] { $count } सत्र
}{ $cancelled ->
    [0] {""}
   *[other] , रद्द: { $cancelled }
}
calendar-sessions-at = सत्र: { $count }, केंद्र: { $centres }{ $cancelled ->
    [0] {""}
   *[other] , रद्द: { $cancelled }
}
calendar-seats = { $seats } में से { $taken } भरी हैं

import-title = फ़ाइल भेजें
import-lead = सत्रों या केंद्रों की फ़ाइल पहले आपको पंक्ति दर पंक्ति दिखाई जाती है। आपकी पुष्टि से पहले कुछ प्रकाशित नहीं होता।
import-what = फ़ाइल में क्या है?
import-sessions = सत्र
import-sessions-columns = स्तंभ: centre_id, date, vaccine, min_age, slots, seats; चाहें तो id और max_age।
import-centres = केंद्र
import-centres-columns = स्तंभ: id, name, address, district_id, pincode, opens, closes, kind; चाहें तो block, latitude, longitude और fees।
import-file = फ़ाइल
import-file-hint = CSV, अधिकतम 32 kB: लगभग 300 पंक्तियाँ। बड़ी हो तो भागों में।
import-text = या पंक्तियाँ यहाँ चिपकाएँ
import-text-hint = पहली पंक्ति में स्तंभों के नाम हों।
import-look = दिखाएँ कि क्या प्रकाशित होगा
import-nothing = फ़ाइल चुनें, या उसकी पंक्तियाँ चिपकाएँ
import-unreadable = यह UTF-8 में CSV फ़ाइल नहीं है
import-columns = पहली पंक्ति में एक ज़रूरी स्तंभ नहीं है। स्तंभों के नाम ऊपर हैं।
import-too-large = फ़ाइल { $most } kB से बड़ी है। इसे भागों में भेजें।
import-waited = फ़ाइल बहुत देर रुकी रही। इसे फिर भेजें।
import-done = पंक्तियाँ प्रकाशित हुईं।
import-preview-title = क्या प्रकाशित होगा
import-counts = प्रकाशित हो सकने वाली पंक्तियाँ: { $good }। गलत पंक्तियाँ: { $bad }।
import-rows = फ़ाइल की पंक्तियाँ
import-line = पंक्ति संख्या
import-row = पंक्ति
import-left-out = प्रकाशित नहीं होगी:
import-wrong = { $column }: { $reason }
import-session = केंद्र { $centre }, { $day }, { $vaccine }, { $ages }। स्लॉट: { $slots }। सीटें: { $seats }।
import-centre = { $id }: { $name }, { $address }, { $kind }
import-replaces = इस नंबर का केंद्र पहले से है।
import-renames = अभी उसका नाम “{ $name }” है, और हर पन्ने पर ऊपर वाला नाम हो जाएगा।
import-skip-title = गलत पंक्तियाँ
import-skip-hint = फ़ाइल में सुधारकर फिर भेजें, या उन्हें छोड़ दें।
import-skip = गलत ({ $count }) छोड़ दें और बाकी प्रकाशित करें
import-skip-needed = गलत पंक्तियाँ छोड़ने के लिए निशान लगाएँ, या सुधारी हुई फ़ाइल भेजें
import-moved = दिखाए जाने के बाद कुछ बदल गया। फिर से देखें, तब प्रकाशित करें।
import-publish = प्रकाशित करें
import-other = दूसरी फ़ाइल भेजें
import-none-title = कुछ भी प्रकाशित नहीं हो सकता
import-none-text = फ़ाइल की पंक्तियाँ सुधारें और फिर भेजें।

progress-nav = प्रगति
progress-title = खुराकें और लक्ष्य
progress-done = लक्ष्य तय हुआ।
progress-empty-title = अभी तुलना के लिए कुछ नहीं है
progress-empty-text = इन दिनों न कोई खुराक थी न लक्ष्य। नीचे लक्ष्य तय करें।
progress-said = दी गईं: { $target } में से { $given }, यानी { $percent } प्रतिशत।
progress-said-free = दी गईं: { $given }। कोई लक्ष्य तय नहीं था।
progress-csv = इन दिनों को CSV में डाउनलोड करें
progress-csv-hint = दी गई खुराकें नीचे के पाँच के गुणज तक घटाई गई हैं, ताकि कोई छोटी संख्या न रहे।
progress-set = लक्ष्य तय करें
progress-from = पहला दिन
progress-until = आखिरी दिन
progress-until-hint = अधिकतम 31 दिन।
progress-doses = प्रतिदिन खुराकें
progress-submit = लक्ष्य तय करें
progress-block-wrong = अपने ज़िले का ब्लॉक चुनें
progress-days-wrong = पहला और आखिरी दिन दें, अधिकतम 31 दिन
progress-doses-wrong = 0 से 500000 तक खुराकों की संख्या दें

session-third-online = तीसरी खुराक, ऑनलाइन बुकिंग
session-third-walk-in = तीसरी खुराक, बिना बुकिंग
session-third-hint = तीन खुराकों वाले टीके की, जैसे ZyCoV-D।

gone-matter-title = इस संख्या का यहाँ कुछ नहीं है
gone-matter-text = यह दूसरे केंद्र या ज़िले का है, या 90 दिन से पुराना है।
gone-matter-moved-title = किसी ने इसे आगे बढ़ाया
gone-matter-moved-text = इस बीच पूछा गया, उत्तर दिया गया या देखा गया। सूची फिर देखें।
gone-plan-title = कुछ बदल गया
gone-plan-text = जो प्रकाशित होगा वह अब वैसा नहीं है जैसा दिखाया गया था। कुछ प्रकाशित नहीं हुआ। कृपया फिर से शुरू करें।
