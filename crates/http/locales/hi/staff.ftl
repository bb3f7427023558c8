# Pages of those who work at a site.
staff-nav-label = कर्मचारियों के पृष्ठ
staff-nav-today = आज
staff-nav-roster = ड्यूटी सूची
staff-nav-sessions = सत्र
staff-nav-invite = आमंत्रण
staff-nav-people = खाते
staff-log-out = लॉग आउट
staff-to-today = आज आने वाले लोग
role-vaccinator = टीका लगाने वाले
role-site-manager = केंद्र प्रबंधक
role-district-admin = ज़िला प्रशासक
# Login.
staff-login-title = काम के लिए लॉग इन करें
staff-login-lead = टीका लगाने वालों, केंद्र प्रबंधकों और ज़िला प्रशासकों के लिए।
staff-login-code = कर्मचारी कोड
staff-login-code-hint = जैसे MH395-0007
staff-login-password = पासवर्ड
staff-login-totp = ऑथेंटिकेटर ऐप के छह अंक
staff-login-totp-hint = ये हर तीस सेकंड में बदलते हैं
staff-login-submit = लॉग इन करें
staff-login-share = अपना लॉग इन किसी को न दें। इससे खुला हर रिकॉर्ड आपके कोड के साथ लिखा जाता है और उस व्यक्ति को दिखता है।
staff-login-wrong = कर्मचारी कोड, पासवर्ड या छह अंक सही नहीं हैं। तीनों जाँचें और ऐप में अभी दिख रहे अंक लिखें।
staff-login-over = बहुत बार कोशिश हुई, आपने की हो या किसी और ने। पंद्रह मिनट रुकें, या उस फ़ोन या कंप्यूटर से लॉग इन करें जिससे आप पहले लॉग इन कर चुके हैं।
staff-login-busy = इस समय बहुत लोग लॉग इन कर रहे हैं। आपके लिखे में कोई गलती नहीं थी और यह कोशिश गिनी नहीं गई। कुछ सेकंड बाद फिर कोशिश करें।
staff-login-expired-title = कृपया फिर से लॉग इन करें
staff-login-expired-text = कुछ समय तक काम न होने पर, या बहुत देर हो जाने पर, लॉग इन समाप्त हो जाता है।
staff-login-enrolled-title = आपका खाता तैयार है
staff-login-enrolled-text = अपने नए पासवर्ड से लॉग इन करें। ऐप में नए अंक आने तक रुकें: हर अंक एक ही बार चलते हैं।
staff-login-out-title = आप लॉग आउट हो गए हैं
staff-login-out-text = साझा कंप्यूटर पर ब्राउज़र भी बंद कर दें।
# Enrolment.
enrol-title = अपना लॉग इन बनाएँ
enrol-lead = यह लिंक एक ही बार चलता है। इसमें लगभग दो मिनट लगते हैं और ऑथेंटिकेटर ऐप वाला फ़ोन चाहिए।
enrol-begin-text = अगले पन्ने पर आप पासवर्ड चुनेंगे और ऑथेंटिकेटर ऐप का कैमरा एक चित्र पर रखेंगे। चित्र एक ही बार दिखता है; फ़ोन पास रखें।
enrol-begin = चित्र दिखाएँ
enrol-step-password = 1. पासवर्ड चुनें
enrol-password = नया पासवर्ड
enrol-password-hint = कम से कम 12 अक्षर। एक छोटा वाक्य अच्छा रहता है।
enrol-password-length = पासवर्ड 12 से 256 अक्षरों का रखें
enrol-again = वही पासवर्ड फिर से
enrol-password-differs = दोनों पासवर्ड एक जैसे नहीं हैं। दोनों फिर से लिखें।
enrol-step-app = 2. ऑथेंटिकेटर ऐप जोड़ें
enrol-app = फ़ोन पर ऐप खोलें, नया खाता जोड़ना चुनें और कैमरा इस चित्र पर रखें।
enrol-picture = ऑथेंटिकेटर ऐप के लिए QR कोड। यही गुप्त कोड नीचे लिखा है।
enrol-secret = चित्र न ले सकें तो यह गुप्त कोड ऐप में लिखें:
enrol-opened-title = इस लिंक का चित्र पहले दिखाया जा चुका है
enrol-opened-text = यह चित्र नया है। पहले वाले चित्र से ऐप जोड़ा था तो वह खाता ऐप से हटा दें: वह अब नहीं चलता। अगर आपने नहीं खोला था, तो न्योता देने वाले को बताएँ।
enrol-shown = चित्र एक ही बार दिखता है और आपके ऐप में जुड़ा हुआ है। नहीं जुड़ा हो तो लिंक फिर खोलें: नया चित्र दिखेगा।
enrol-step-code = 3. जाँचें कि यह चलता है
enrol-code = ऐप में अभी दिख रहे छह अंक
enrol-code-hint = ये हर तीस सेकंड में बदलते हैं
enrol-code-wrong = ये इस समय के अंक नहीं हैं। फ़ोन की घड़ी जाँचें और अगले अंक लिखें।
enrol-submit = पूरा करें
# Today.
today-title = आज आने वाले लोग
today-find = पर्ची या दस्तावेज़ से खोजें
today-number = क्रमांक { $queue }
today-vaccinated = टीका लगा
today-no-names = यहाँ नाम नहीं दिखते। रिकॉर्ड तभी खुलता है जब व्यक्ति आपके सामने हो।
today-empty-title = आज यहाँ किसी की बुकिंग नहीं है
today-empty-text = जब कोई बुकिंग करेगा, उसका क्रमांक यहाँ दिखेगा। फिर देखने के लिए पृष्ठ दोबारा खोलें।
# Evidence.
evidence-title = प्रमाण कि व्यक्ति यहाँ है
evidence-code = पर्ची के चार अंक
evidence-code-hint = व्यक्ति इन्हें पढ़कर बताए या दिखाए
evidence-open = रिकॉर्ड खोलें
evidence-other = कोड पास नहीं है?
evidence-any-lead = यदि व्यक्ति आज यहाँ आने वाला है, तो पर्ची या दस्तावेज़ से पता चल जाता है कि किसकी बारी है।
evidence-way-slip = पर्ची स्कैन करें
evidence-slip = पर्ची के QR कोड का पाठ
evidence-slip-hint = लिखने वाले स्कैनर से स्कैन करें या पाठ चिपकाएँ
evidence-way-mobile = व्यक्ति के मोबाइल पर कोड भेजें
evidence-send-text = व्यक्ति को छह अंकों का संदेश मिलता है और वह आपको पढ़कर बताता है। आपको नंबर नहीं दिखता।
evidence-send = कोड भेजें
evidence-send-again = दूसरा कोड भेजें
evidence-sent-title = कोड भेज दिया गया
evidence-sent-text = व्यक्ति से पढ़कर बताने को कहें। यह कुछ मिनट चलता है।
evidence-otp = संदेश के छह अंक
evidence-otp-hint = ये व्यक्ति के फ़ोन पर हैं
evidence-way-document = दस्तावेज़ का नंबर लिखें
evidence-document-type-label = दस्तावेज़
evidence-document-choose = एक चुनें
evidence-document = दस्तावेज़ का पूरा नंबर
evidence-document-hint = हाथ में लिए दस्तावेज़ से देखकर लिखें
evidence-way-nothing = बिना प्रमाण खोलें
evidence-left =
    { $left ->
        [0] आज के पाँचों मौके आप ले चुके हैं
        [one] आज आप ऐसा एक बार और कर सकते हैं
       *[other] आज आप ऐसा { $left } बार और कर सकते हैं
    }
evidence-told = व्यक्ति को संदेश से बताया जाता है और आपका कारण रिकॉर्ड के साथ रखा जाता है।
evidence-reason = प्रमाण क्यों नहीं है?
evidence-reason-hint = कम से कम 10 अक्षर, जैसे: फ़ोन चोरी हुआ, कार्ड घर पर है ज़िला भी इसे पढ़ता है: कोई नाम न लिखें।
evidence-open-anyway = बिना प्रमाण खोलें
evidence-place = पहले आज की सूची में व्यक्ति का क्रमांक चुनें
evidence-code-shape = पर्ची के कोड में चार अंक होते हैं
evidence-code-wrong =
    { $left ->
        [one] यह इस क्रमांक का कोड नहीं है। एक कोशिश बाकी है।
       *[other] यह इस क्रमांक का कोड नहीं है। { $left } कोशिशें बाकी हैं।
    }
evidence-code-spent = कोड पाँच बार गलत था और अब नहीं चलता। संदेश या दस्तावेज़ से खोलें।
evidence-code-over = आज बहुत से कोड गलत थे। दस्तावेज़ या संदेश से खोलें।
evidence-slip-shape = यह पर्ची का पाठ नहीं है। फिर से स्कैन करें।
evidence-slip-nobody = यह पर्ची आज यहाँ कुछ नहीं खोलती: व्यक्ति की आज यहाँ अपॉइंटमेंट नहीं है, या यह सबसे नई पर्ची नहीं है, या इसका कोड कई बार गलत था। सबसे नई पर्ची माँगें या कोई दूसरा तरीका अपनाएँ।
evidence-mobile-unsent = पहले कोड भेजें
evidence-mobile-wrong = यह कोड गलत है, चल चुका है या पुराना है। जाँचें या दूसरा भेजें।
evidence-no-mobile = इस रिकॉर्ड से कोई मोबाइल नंबर नहीं जुड़ा है। कार्ड, पर्ची या दस्तावेज़ से खोलें।
evidence-mobile-over = अभी और कोड नहीं भेजे जा सकते। दूसरा तरीका अपनाएँ।
evidence-document-type = दस्तावेज़ का प्रकार चुनें
evidence-document-shape = दस्तावेज़ के नंबर में 4 से 20 अक्षर और अंक होते हैं
evidence-given-up = यह सही है, पर समय पर न आने से उनकी जगह दूसरों को दे दी गई। दिन की स्क्रीन पर “नहीं आए” में पर्ची पर लिखे समय का नंबर { $queue } ढूँढें और “देर से आए” दबाएँ। फिर इसे दोबारा दिखाएँ।
evidence-document-nobody = आज आने वालों में से किसी ने यह दस्तावेज़ दर्ज नहीं किया है। नंबर जाँचें।
evidence-document-two = आज आने वाले दो लोगों ने यह दस्तावेज़ दर्ज किया है। कोड या पर्ची से खोलें।
evidence-document-over = आज बहुत से दस्तावेज़ मेल नहीं खाए। दूसरा तरीका अपनाएँ।
evidence-slip-over = आज बिना मिलान की बहुत पर्चियाँ हुईं। कोई दूसरा तरीका अपनाएँ।
evidence-reason-shape = कारण 10 से 300 अक्षरों में लिखें
evidence-reason-spent = आज आप बिना प्रमाण पाँच रिकॉर्ड खोल चुके हैं। प्रमाण माँगें।
# The record.
record-title = रिकॉर्ड
record-born = जन्म का वर्ष
record-gender = लिंग
record-document = दस्तावेज़
record-document-masked = { $kind }, अंतिम { $last }
record-health = स्वास्थ्य
record-comorbidity = बताते हैं कि उन्हें मान्य बीमारी है
record-booked = बुकिंग
record-booked-value = { $dose }, { $vaccine }
record-earlier = पहले की डोज़
record-earlier-none = कोई दर्ज नहीं
record-earlier-line = { $dose }: { $vaccine }, { $date }, बैच { $batch }
record-rule = नियम { $rule }। स्रोत: { $source }
record-until = यह रिकॉर्ड { $time } तक दिखाया जा सकता है। हर बार लिखा जाता है और व्यक्ति को दिखता है।
record-disputed-title = पहले: दस्तावेज़ किसका है?
record-disputed-text = यही दस्तावेज़ किसी और ने भी दर्ज किया है। हाथ में लिए दस्तावेज़ के फ़ोटो और नाम को सामने खड़े व्यक्ति से मिलाएँ, फिर उसका पूरा नंबर लिखें।
record-disputed-first = डोज़ से पहले दस्तावेज़ का मामला निपटाएँ
record-settle = मैंने देख लिया: निपटाएँ
record-document-other = इस व्यक्ति ने दूसरा दस्तावेज़ दर्ज किया है। कुछ नहीं बदला।
record-document-over = बहुत से दस्तावेज़ मेल नहीं खाए। आज इस रिकॉर्ड में और नहीं मिलाए जाएँगे। कुछ नहीं बदला।
# The dose.
dose-title = डोज़ दर्ज करें
dose-vaccine = टीका
dose-vaccine-wrong = टीका चुनें
dose-number = डोज़
dose-number-wrong = डोज़ चुनें
dose-batch = बैच
dose-batch-hint = जैसा शीशी पर छपा है
dose-batch-wrong = बैच वैसा ही लिखें जैसा शीशी पर छपा है: 1 से 20 अक्षर, बिना खाली जगह
dose-vial = शीशी
dose-vial-hint = आपके केंद्र की गिनती का नंबर; खाली छोड़ सकते हैं
dose-vial-wrong = शीशी के लिए 20 तक अक्षर और अंक लिखें
dose-time = देने का समय
dose-time-hint = आज का, अभी तक का
dose-time-wrong = आज का बीता समय लिखें, जैसे 09:45
dose-site = शरीर में कहाँ
dose-site-wrong = चुनें कि कहाँ दी गई
site-left-arm = बाईं ऊपरी बाँह
site-right-arm = दाईं ऊपरी बाँह
site-left-thigh = बाईं जाँघ
site-right-thigh = दाईं जाँघ
site-nose = नाक
dose-reason = यह डोज़ क्यों दी जा रही है?
dose-reason-hint = यह निशान के साथ रखा जाता है। जो हुआ वह हमेशा दर्ज होता है। कम से कम 10 अक्षर।
dose-reason-rules = आज कोई नियम इस डोज़ की अनुमति नहीं देता। यदि दी गई है तो कारण लिखें।
dose-reason-dose = दूसरी डोज़ देय है। यदि यही दी गई है तो कारण लिखें।
dose-reason-vaccine = यह सत्र दूसरे टीके का है। यदि यही दिया गया है तो कारण लिखें।
dose-check = सहेजने से पहले जाँचें
dose-none = अभी डोज़ नहीं
# Confirmation.
confirm-title = क्या यह सही है?
confirm-name = नाम
confirm-reason = कारण, निशान के साथ रखा जाएगा
confirm-save = हाँ, सहेजें
confirm-change = कुछ बदलें
confirm-last = सहेजी गई डोज़ न बदली जा सकती है न मिटाई जा सकती है। गलती हो जाए तो उसे आज की सूची से फिर खोलकर सुधारें: उसकी जगह नई प्रविष्टि लेती है।
# Done.
done-title = डोज़ दर्ज हो गई
done-certificate-title = प्रमाण पत्र जारी हो गया
done-certificate-text = उस पर हस्ताक्षर हैं, और व्यक्ति को अपने लॉग इन में मिलेगा।
done-flag-title = निशान के साथ दर्ज
done-flag-text = यह डोज़ नियमों से बाहर है। आपका कारण इसके साथ रखा गया है।
done-wait = व्यक्ति से 30 मिनट निगरानी में रुकने को कहें।
done-next = यह रिकॉर्ड फिर देखने के लिए फिर से प्रमाण माँगें।
done-print = प्रमाण पत्र छापें
# Roster.
roster-title = ड्यूटी सूची
roster-lead = केवल उस दिन की सूची वाले ही आने वालों को देख और रिकॉर्ड खोल सकते हैं।
roster-today = आज, { $day }
roster-tomorrow = कल, { $day }
roster-save-today = आज की सूची सहेजें
roster-save-tomorrow = कल की सूची सहेजें
roster-saved-title = सहेज लिया
roster-saved-text = सूची अब से लागू है।
roster-not-enrolled = { $role }, अभी लॉग इन नहीं बनाया
roster-empty-title = इस केंद्र पर अभी कोई कर्मचारी नहीं है
roster-empty-text = पहले टीका लगाने वाले को आमंत्रित करें।
# Invitations.
invite-title = आमंत्रण: { $role }
invite-lead = आपको एक लिंक मिलेगा जो सात दिन के भीतर एक बार चलता है। उसे स्वयं हाथ में दें।
invite-code = कर्मचारी कोड
invite-code-hint = 3 से 20 अंग्रेज़ी अक्षर, अंक और हाइफ़न। यह प्रमाण पत्रों और लोगों की सूचियों में दिखता है।
invite-code-shape = कर्मचारी कोड में 3 से 20 अक्षर A–Z, अंक और हाइफ़न होते हैं
invite-code-taken = यह कोड लिया जा चुका है। दूसरा चुनें।
invite-name = पूरा नाम
invite-name-hint = मुहरबंद रखा जाता है; पृष्ठों पर नहीं दिखता
invite-name-shape = पूरा नाम अक्षरों में लिखें
invite-centre = केंद्र
invite-centre-hint = आपके ज़िले के केंद्र
invite-centre-choose = एक चुनें
invite-centre-unknown = अपने ज़िले का कोई केंद्र चुनें
invite-submit = लिंक बनाएँ
invited-title = लिंक तैयार है
invited-once-title = यह केवल अभी दिखता है
invited-once-text = जिसके पास यह लिंक हो वही यह कर्मचारी बन जाता है। खो जाए तो नए कोड से आमंत्रित करें।
invited-until = कब तक चलेगा
invited-link = लिंक:
invited-another = किसी और को आमंत्रित करें
# Sessions.
sessions-title = आपके केंद्र के सत्र
sessions-new = सत्र की योजना बनाएँ
sessions-taken = { $capacity } में से { $taken } सीटें भरी हैं
sessions-cancel = यह सत्र रद्द करें
sessions-is-cancelled = रद्द
sessions-is-over = दिन बीत चुका है
sessions-done-title = हो गया
sessions-published = सत्र प्रकाशित हो गया और बुक किया जा सकता है।
sessions-cancelled = सत्र रद्द हो गया। दूसरे सत्र में गईं बुकिंग: { $moved }। समाप्त हुईं बुकिंग: { $ended }। { $untold ->
    [0] उनके हर फ़ोन पर संदेश जाता है।
    [one] इनमें एक व्यक्ति के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
   *[other] इनमें { $untold } लोगों के पास फ़ोन नहीं: दरवाज़े पर बताएँ।
}
sessions-empty-title = कोई सत्र तय नहीं है
sessions-empty-text = जैसे ही आप प्रकाशित करेंगे, लोग बुक कर सकेंगे।
session-day = तारीख
session-day-hint = आज या 60 दिन के भीतर
session-day-wrong = आज से 60 दिन आगे तक की तारीख लिखें
session-min-age = उम्र से
session-max-age = उम्र तक
session-max-age-hint = सीमा न हो तो खाली छोड़ें
session-ages-wrong = 0 से 120 तक की उम्र लिखें, कम वाली पहले
session-from = समय से
session-from-hint = समय एक-एक घंटे के स्लॉट में बँटता है
session-until = समय तक
session-hours-wrong = दिन के दो समय लिखें, पहले वाला पहले, जैसे 09:00 और 13:00
session-seats = हर स्लॉट में सीटें
session-seats-hint = कोई जगह न हो तो ख़ाली छोड़ें। सीधे आने वालों की सीटें ऑनलाइन बुकिंग से बाहर रहती हैं: वे बिना बुकिंग आने वालों के लिए हैं।
session-first-online = पहली डोज़, ऑनलाइन बुकिंग
session-first-walk-in = पहली डोज़, सीधे आने वाले
session-second-online = दूसरी डोज़, ऑनलाइन बुकिंग
session-second-walk-in = दूसरी डोज़, सीधे आने वाले
session-precaution-online = एहतियाती डोज़, ऑनलाइन बुकिंग
session-precaution-walk-in = एहतियाती डोज़, सीधे आने वाले
session-seats-wrong = 0 से 500 तक सीटों की संख्या लिखें
session-seats-none = कम से कम एक सीट दें
session-first-not-allowed = इस उम्र के सब लोग इस टीके से शुरू नहीं कर सकते: पहली डोज़ न दें या उम्र बदलें
session-publish = प्रकाशित करें
session-back = सत्रों पर वापस
# Cancelling.
session-cancel-title = क्या यह सत्र रद्द करें?
session-cancel-booked =
    { $taken ->
        [0] किसी की बुकिंग नहीं है
        [one] एक सीट बुक है
       *[other] { $taken } सीटें बुक हैं
    }
session-cancel-told = जिनकी बुकिंग है उन्हें फ़ोन हो तो संदेश मिलता है। कितनों के पास फ़ोन नहीं, यह बाद में दिखता है।
session-cancel-where = जिनकी बुकिंग है उनका क्या हो?
session-cancel-where-hint = परिवार साथ में जाता है। जिन्हें वहाँ सीट न मिले उनकी बुकिंग समाप्त होती है।
session-cancel-to = उन्हें { $day } पर ले जाएँ
session-cancel-free =
    { $free ->
        [one] एक सीट खाली है
       *[other] { $free } सीटें खाली हैं
    }
session-cancel-nowhere = उनकी बुकिंग रद्द करें
session-cancel-nowhere-hint = वे कहीं और फिर बुक कर सकते हैं
session-cancel-choose = चुनें कि जिनकी बुकिंग है उनका क्या हो
session-cancel-other-wrong = वे वहाँ नहीं जा सकते। दूसरा सत्र चुनें।
session-cancel-submit = सत्र रद्द करें
session-cancel-keep = रहने दें
# Refusals.
gone-forbidden-title = यह आपका काम नहीं है
gone-forbidden-text = आपकी भूमिका में इसकी अनुमति नहीं है। कुछ न खुला, न बदला।
gone-roster-title = आप आज की सूची में नहीं हैं
gone-roster-text = केवल आज यहाँ काम करने वाले ही आने वालों को देख और रिकॉर्ड खोल सकते हैं। केंद्र प्रबंधक सूची में जोड़ता है; प्रबंधक ख़ुद को “ड्यूटी सूची” में जोड़ सकता है।
gone-encounter-title = यह रिकॉर्ड बंद है
gone-encounter-text = यह आधे घंटे खुला था, या डोज़ सहेजी जा चुकी है। फिर खोलने के लिए प्रमाण माँगें।
gone-recorded-title = डोज़ पहले ही दर्ज है
gone-recorded-text = दूसरी बार कुछ नहीं सहेजा गया।
gone-held-title = तय करने को कुछ नहीं है
gone-held-text = यह रखी गई डोज़ दर्ज हो चुकी है, आज़माई जा रही है, या सूची से हट चुकी है।
gone-place-title = आज इस क्रमांक का कोई नहीं है
gone-place-text = बुकिंग बदल गई या रद्द हो गई, या पता गलत लिखा है।
gone-certificate-title = प्रमाण पत्र यहाँ नहीं छप सकता
gone-certificate-text = यह केंद्र पर डोज़ के बाद आधे घंटे के भीतर छपता है, और तभी जब व्यक्ति ने प्रमाण दिखाया हो। उन्हें अपने लॉग इन में मिलेगा।
gone-link-title = यह लिंक अब नहीं चलता
gone-link-text = यह चल चुका है, सात दिन से पुराना है या गलत लिखा है। जिसने आमंत्रित किया उससे नया माँगें।
gone-invitations-title = फ़िलहाल और न्योते नहीं
gone-invitations-text = आपने एक दिन में बीस लिंक बना लिए हैं, या इस केंद्र के तीस लिंक अभी काम में नहीं लिए गए। कल तक या लिंक काम में आने तक रुकें, या जो नहीं आएँगे उनके खाते बंद करें।

people-title = खाते
people-lead = कोई काम छोड़ दे या फ़ोन खो जाए तो खाता बंद करें। इसे वापस नहीं किया जा सकता: लौटने वाले को नए कोड से न्योता दिया जाता है।
people-empty-title = ऐसा कोई नहीं जिसका खाता आप बंद कर सकें
people-empty-text = आप जिन्हें न्योता देंगे वे यहाँ दिखेंगे।
people-centre = { $role }, केंद्र { $centre }
people-end = यह खाता बंद करें
people-other = अपने ज़िले का कोई और खाता बंद करें
people-other-code = कर्मचारी कोड
people-other-submit = आगे बढ़ें
people-code-unknown = इस कोड का ऐसा कोई कर्मचारी नहीं जिसका खाता आप बंद कर सकें
people-confirm-title = खाता { $code } बंद करें?
people-confirm-text = इस कोड के सभी लॉग इन, पहचाने फ़ोन और न्योता तुरंत बंद हो जाएँगे, और आज से आगे के काम के दिन सूची से हट जाएँगे। इस कोड से जो दर्ज हुआ वह वैसा ही रहेगा।
people-confirm-submit = खाता बंद करें
people-confirm-keep = वैसा ही रहने दें
people-done-title = खाता बंद हो गया
people-done-text = इससे अब कोई लॉग इन नहीं कर सकता।

staff-resume-title = आप फिर से लॉग इन हैं
staff-resume-text = आपने जो लिखा था वह सीलबंद रखा गया। फ़ॉर्म फिर भरा मिलेगा: जाँचें और सहेजें।
staff-resume-submit = फ़ॉर्म पर लौटें

held-link = रिकॉर्ड खोले बिना डोज़ दर्ज करें
held-title = रिकॉर्ड खोले बिना डोज़ दर्ज करें
held-lead = जब रिकॉर्ड न खुलें तब इसका उपयोग करें। किसी का रिकॉर्ड नहीं देखा जाता। जब रिकॉर्ड फिर खुलेंगे, डोज़ अपने आप व्यक्ति से मिलाकर प्रमाणपत्र सहित दर्ज हो जाएगी।
held-reference = संदर्भ आईडी
held-reference-hint = अपॉइंटमेंट पर्ची पर छपे 14 अंक
held-reference-wrong = संदर्भ आईडी के 14 अंक वैसे ही लिखें जैसे पर्ची पर छपे हैं
held-code = अपॉइंटमेंट का कोड
held-code-hint = पर्ची पर छपे 4 अंक
held-vaccine-choose = टीका चुनें
held-confirm-note = यह आज के एक नंबर से रखी जाएगी। अभी किसी का रिकॉर्ड नहीं खुलता।
held-over = एक दिन में एक व्यक्ति जितनी रख सकता है उतनी आपने रख ली हैं। अपने केंद्र प्रबंधक से पूछें कि आगे कौन भरेगा
held-saved-title = रख ली गई: इस केंद्र पर आज की H-{ $number }
held-saved-text = यह नंबर पर्ची या कार्ड पर लिखें। जब रिकॉर्ड फिर खुलेंगे, डोज़ अपने आप दर्ज हो जाएगी।
held-list-title = इस केंद्र की रखी गई डोज़
held-list-empty = कोई नहीं है।
held-list-note = इस सूची के लिए कोई रिकॉर्ड नहीं खुलता। पिछले दिनों की डोज़ दर्ज होने या केंद्र प्रबंधक के हटाने तक यहीं रहती हैं। जिस पर 90 दिन ध्यान न दिया जाए वह मिटा दी जाती है।
held-line = H-{ $number }, { $vaccine }: { $state }
held-line-of-day = { $day }, H-{ $number }, { $vaccine }: { $state }
held-waiting = इंतज़ार में
held-recorded = दर्ज
held-no-match = ध्यान दें: ये अंक यहाँ आने वाले किसी व्यक्ति के नहीं हैं, या कोड कई बार गलत था। पर्ची से मिलाएँ और डोज़ फिर लिखें, या दूसरे प्रमाण से रिकॉर्ड खोलें।
held-already-recorded = ध्यान दें: इस अपॉइंटमेंट की डोज़ पहले ही दर्ज है। दूसरी बार कुछ दर्ज नहीं हुआ।
held-document = ध्यान दें: दस्तावेज़ देखना ज़रूरी है। रिकॉर्ड खोलें और वहीं सुलझाएँ; फिर केंद्र प्रबंधक इसे दोबारा आज़मा सकते हैं।
held-unreadable = ध्यान दें: यह वापस पढ़ी नहीं जा सकी। सर्वर चलाने वाले को बताएँ।
held-reason = रिकॉर्ड क्यों नहीं खोला गया?
held-reason-hint = कम से कम 10 अक्षर। यह डोज़ के साथ रखा जाता है।
held-reason-needed = इस समय रिकॉर्ड खुल रहे हैं। रिकॉर्ड खोलें, या 10 से 300 अक्षरों में लिखें कि वह क्यों नहीं खुल सकता।
held-list-more = और { $count } पुरानी।
held-dismissed = केंद्र प्रबंधक ने सूची से हटाया
held-retry = H-{ $number } फिर आज़माएँ
held-dismiss = H-{ $number } सूची से हटाएँ
held-dismiss-title = रखी गई डोज़ { $number } को सूची से हटाएँ?
held-dismiss-text = तब वह दर्ज नहीं होती और उसका प्रमाणपत्र किसी को नहीं मिलता। ऐसा तभी करें जब डोज़ दूसरे ढंग से दर्ज हो या दी ही न गई हो।
held-dismiss-reason = क्यों
held-dismiss-reason-hint = कम से कम 10 अक्षर। किसी का नाम न लिखें।
held-dismiss-submit = सूची से हटाएँ
held-dismiss-keep = जैसी है वैसी रहने दें
unopened-title = अभी कोई रिकॉर्ड नहीं खुल सकता
unopened-text = रिकॉर्ड देखने से पहले हर बार लिखा जाता है कि किसने देखा, और अभी यह संभव नहीं है। इसलिए कुछ नहीं खुला और कुछ नहीं सहेजा गया।
unopened-later = कुछ सेकंड बाद फिर कोशिश करें।
unopened-next = कुछ सेकंड बाद फिर कोशिश करें। यदि व्यक्ति इंतज़ार कर रहा है, तो तय डोज़ दें और उसे रिकॉर्ड खोले बिना दर्ज करें।
# The desk: people without an appointment.
walk-in-link = बिना अपॉइंटमेंट आए व्यक्ति
walk-in-title = बिना अपॉइंटमेंट
walk-in-lead = उस व्यक्ति के लिए जो फ़ोटो पहचान पत्र के साथ आपके सामने है। यहाँ लिखने से कोई रिकॉर्ड नहीं खुलता।
walk-in-none-title = सीधे आने वालों के लिए आज कोई सीट नहीं बची
walk-in-none-text = सीधे आने वालों की सीटें हर सत्र के साथ तय होती हैं। व्यक्ति किसी और दिन की सीट यहाँ या किसी भी फ़ोन पर बुक कर सकता है।
walk-in-seat = सीट
walk-in-seat-hint = बिना अपॉइंटमेंट आने वालों के लिए आज की सीटें
walk-in-seat-line = { $slot }: { $dose }, { $vaccine }
walk-in-seat-wrong = आज की कोई सीट चुनें
walk-in-document-title = आपके हाथ में दस्तावेज़
walk-in-reference = संदर्भ संख्या, यदि व्यक्ति के पास हो
walk-in-reference-hint = 14 अंक, पर्ची, कार्ड या प्रमाण पत्र पर। इसके साथ इस पृष्ठ का बाकी हिस्सा ख़ाली रह सकता है।
walk-in-reference-wrong = संदर्भ संख्या में 14 अंक होते हैं। जाँचें, या ख़ाली छोड़कर व्यक्ति का पंजीकरण करें।
walk-in-new-title = अभी पंजीकृत नहीं
walk-in-mobile = मोबाइल नंबर (ख़ाली रह सकता है)
walk-in-mobile-hint = केवल तब जब फ़ोन यहीं हो: उस पर कोड जाता है और व्यक्ति पढ़कर बताता है। फिर वह उसी पर प्रमाण पत्र और रिकॉर्ड देख सकता है। टीके के लिए फ़ोन ज़रूरी नहीं।
walk-in-mobile-wrong = मोबाइल नंबर में दस अंक होते हैं और वह 6, 7, 8 या 9 से शुरू होता है
walk-in-send = मोबाइल पर कोड भेजें
walk-in-sent-title = कोड भेज दिया गया
walk-in-sent-text = व्यक्ति जो छह अंक पढ़कर बताए, वे लिखें। कोड न आए तो मोबाइल नंबर ख़ाली कर दें।
walk-in-code-unsent = पहले इस नंबर पर कोड भेजें, या नंबर ख़ाली छोड़ें
walk-in-code-shape = व्यक्ति जो छह अंक पढ़कर बताए, वे लिखें
walk-in-code-wrong = यह कोड सही नहीं है। सबसे नए संदेश के अंक पूछें।
walk-in-code-spent = यह कोड चल चुका है या पुराना है। दूसरा भेजें।
walk-in-no-match = यह दस्तावेज़ और यह संदर्भ संख्या एक ही व्यक्ति के नहीं हैं। दोनों जाँचें।
walk-in-over = आज बहुत बार हो चुका। अपने केंद्र प्रबंधक से पूछें।
walk-in-other-dose = इस व्यक्ति की दूसरी डोज़ बाकी है। उस डोज़ की सीट चुनें।
walk-in-already = इस व्यक्ति का इस डोज़ के लिए अपॉइंटमेंट है। आज की सूची में देखें, या वे उसे बदल लें।
walk-in-save = सीट दें
walk-in-done-title = सीट दे दी गई
walk-in-queue = कतार में
walk-in-bound = जिस मोबाइल नंबर की पुष्टि हुई, उस पर रिकॉर्ड देखा जा सकता है।
walk-in-paper-title = व्यक्ति को कार्ड दें
walk-in-paper-text = इस रिकॉर्ड के साथ कोई मोबाइल नंबर नहीं है। नीचे का कार्ड छापें या हाथ से लिखें: इससे व्यक्ति हर केंद्र पर मिल जाता है।
walk-in-next = अगला व्यक्ति
walk-in-own-document = इस नंबर पर इसी दस्तावेज़ से कोई पहले से पंजीकृत है। उनकी संदर्भ संख्या पूछें।

# Another phone for somebody
phone-link = किसी के लिए फ़ोन, या दूसरा फ़ोन
phone-title = किसी के लिए फ़ोन
phone-lead = उस व्यक्ति के लिए जो दस्तावेज़ या छपा हुआ कार्ड लेकर यहाँ है। फिर रिकॉर्ड केवल नए फ़ोन पर दिखता है। किसी और से न पूछा जाता है, न बताया जाता है।
phone-document-title = हाथ का दस्तावेज़ या कार्ड
phone-reference = संदर्भ संख्या (ख़ाली रह सकती है)
phone-reference-hint = दस्तावेज़ के साथ केवल तब, जब दो लोगों ने वही दर्ज किया हो; कार्ड के साथ हमेशा, या उसके QR कोड का पाठ
phone-card-hint = आठ अंक, उसके लिए जिसके पास दस्तावेज़ नहीं है। जिसके पास दस्तावेज़ है, वह उसे भी दिखाए: तब दोनों भरें।
phone-number-title = फ़ोन
phone-mobile = नए फ़ोन का मोबाइल नंबर
phone-mobile-hint = फ़ोन यहीं होना चाहिए: उस पर कोड जाता है और व्यक्ति पढ़कर बताता है
phone-code-unsent = पहले इस नंबर पर कोड भेजें
phone-save = फ़ोन बदलें
phone-no-match = इस दस्तावेज़ से कोई पंजीकृत नहीं है। प्रकार और संख्या मिलाएँ।
phone-document-too = इस व्यक्ति ने दस्तावेज़ दर्ज किया है। वह भी माँगें: केवल कार्ड काफ़ी नहीं है।
phone-several = कई लोगों ने यह दस्तावेज़ दर्ज किया है। संदर्भ संख्या भी लिखें।
phone-changed-title = फ़ोन बदल गया
phone-changed-text = व्यक्ति नए नंबर से लॉग इन करे। पहले वाला फ़ोन अब उन्हें नहीं दिखाता।
phone-reported-title = नंबर ख़ाली है
phone-reported-text = जो पहले इस पर थे, वे दस्तावेज़ के साथ यहीं फिर मिल जाते हैं। अब व्यक्ति का पंजीकरण हो सकता है।
phone-new-title = क्या नंबर व्यक्ति के लिए नया है?
phone-new-text = अगर यह उन्हें कुछ समय पहले मिला और पहले किसी अनजान का था, तो अनजान लोगों को इससे हटाएँ। कोड काफ़ी है; दस्तावेज़ नहीं चाहिए।
phone-new-submit = नंबर किसी अनजान का था
